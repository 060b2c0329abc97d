import type { Clock } from '../../../kernel/clock.ts'
import type { Db, Tx } from '../../../kernel/db.ts'
import type { CatalogApi } from '../../catalog/index.ts'
import type { Outcome, Stream, Told } from '../../erp/index.ts'
import { assembleDocument, assembleRows, packRows } from './assemble.ts'
import type { Document } from './document.ts'
import { SALES_FIELDS } from './fields.ts'
import { salesParser, type SalesRow } from './parser.ts'
import { writeDocuments, type Writing } from './write.ts'

/** Codes that are remembered as known. */
const MOST_CODES = 200_000

export interface StreamNeeds {
  readonly clock: Clock
  readonly newId: () => string
  readonly zone: string
  readonly catalog: Pick<CatalogApi, 'ensureProducts' | 'ensureStores'>
  readonly phoneHash: (phone: string) => string
  readonly owners: NonNullable<Writing['owners']>
}

/** 销售流水: a line of a receipt a row. */
export function salesStream(needs: StreamNeeds): Stream<SalesRow, Document> {
  const known = { stores: new Set<string>(), products: new Set<string>() }

  /** Nothing that has a code ever goes, so each code is looked up once in the life of a worker. */
  async function prepare(db: Db, documents: readonly Document[]): Promise<void> {
    for (const codes of [known.stores, known.products]) if (codes.size > MOST_CODES) codes.clear()
    const lines = documents.flatMap(document => document.lines).filter(line => !known.products.has(line.productCode))
    const stores = [...new Set(documents.map(document => document.storeCode))].filter(code => !known.stores.has(code))
    await needs.catalog.ensureStores(db, stores)
    await needs.catalog.ensureProducts(
      db,
      lines.map(line => ({ code: line.productCode, name: line.name, unit: line.unit, kind: line.kind })),
    )
    for (const code of stores) known.stores.add(code)
    for (const line of lines) known.products.add(line.productCode)
  }

  async function write(tx: Tx, told: readonly Told<Document>[]): Promise<Outcome[]> {
    const written = await writeDocuments(
      tx,
      { newId: needs.newId, now: needs.clock.now(), owners: needs.owners },
      told.map(({ context: { sourceId, version, importId, arrivedAt }, documents }) => ({
        teller: { sourceId, version, importId, arrivedAt },
        documents,
      })),
    )
    let from = 0
    return told.map(({ documents }) => {
      const own = written.slice(from, (from += documents.length))
      const count = (outcome: string): number => own.filter(one => one.outcome === outcome).length
      return { created: count('created'), changed: count('changed'), same: count('same'), older: count('older') }
    })
  }

  return {
    name: 'sales',
    label: { zh: '销售流水', en: 'Sales' },
    fields: SALES_FIELDS,
    missing: has => [
      ...(has('businessDate') || has('businessAt') ? [] : ['businessDate']),
      ...(has('net') || has('unitPrice') ? [] : ['net']),
    ],
    parser: input => salesParser(input, needs.phoneHash),
    pack: packRows,
    assemble: (key, packs, mapping) => assembleDocument(key, packs, mapping, needs.zone),
    applier: context => ({
      prepare,
      apply: async (tx, documents) => (await write(tx, [{ context, documents }]))[0] ?? NOTHING,
    }),
    together: {
      assemble: (key, rows, mapping) => assembleRows(key, rows, mapping, needs.zone),
      prepare,
      apply: write,
    },
  }
}

const NOTHING: Outcome = { created: 0, changed: 0, same: 0, older: 0 }
