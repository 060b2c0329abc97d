import type { Clock } from '../../../kernel/clock.ts'
import type { Db } from '../../../kernel/db.ts'
import { ProductKind } from '../contract.ts'
import { findProducts, insertMissingProducts } from '../repository/products.ts'
import { findStores, insertMissingStores } from '../repository/stores.ts'

/** A product as a sale tells of it. */
export interface ProductStub {
  readonly code: string
  readonly name: string
  readonly unit?: string | null
  readonly kind?: string | null
}

/** Makes provisional products for codes that nobody knows: a sale is never refused for its product. */
export async function ensureProducts(db: Db, clock: Clock, stubs: readonly ProductStub[]): Promise<void> {
  const unique = [...new Map(stubs.map(stub => [stub.code, stub])).values()]
  if (unique.length === 0) return
  const known = new Set(
    (
      await findProducts(
        db,
        unique.map(stub => stub.code),
      )
    ).map(product => product.code),
  )
  const now = clock.now()
  const missing = unique.filter(stub => !known.has(stub.code)).sort((a, b) => (a.code < b.code ? -1 : 1))
  await insertMissingProducts(
    db,
    missing.map(({ code, name, unit = null, kind }) => ({
      code,
      name: name === '' ? code : name,
      spec: null,
      unit,
      categoryCode: null,
      brand: null,
      barcode: null,
      listPrice: null,
      kind: ProductKind.catch('goods').parse(kind),
      weighed: 0,
      status: 'active',
      provisional: 1,
      createdAt: now,
      updatedAt: now,
    })),
  )
}

/** Makes provisional stores for codes that nobody knows, named by their code. */
export async function ensureStores(db: Db, clock: Clock, codes: readonly string[]): Promise<void> {
  const unique = [...new Set(codes)].sort()
  if (unique.length === 0) return
  const known = new Set((await findStores(db, unique)).map(store => store.code))
  const now = clock.now()
  await insertMissingStores(
    db,
    unique
      .filter(code => !known.has(code))
      .map(code => ({
        code,
        name: code,
        type: 'shop',
        district: null,
        address: null,
        phone: null,
        hours: null,
        latitude: null,
        longitude: null,
        status: 'open',
        closedFrom: null,
        closedUntil: null,
        kept: '',
        statedJson: null,
        provisional: 1,
        createdAt: now,
        updatedAt: now,
      })),
  )
}
