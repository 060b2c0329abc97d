import { inTransaction } from '../../../server/kernel/db.ts'
import type { World } from '../../support/world.ts'

/** What a receipt says, in the words of the points rule. */
export interface Receipt {
  readonly id: string
  readonly memberId: string | null
  readonly type?: 'sale' | 'return' | 'adjustment' | 'void'
  readonly businessDate?: string
  readonly storeCode?: string
  readonly corporate?: boolean
  /** The receipt whose goods come back. */
  readonly original?: string
  readonly payments?: readonly { readonly method: string; readonly amount: string }[]
  /** `net` is after the coupon, which stands in `discount`. */
  readonly lines: readonly { readonly product: string; readonly net: string; readonly discount?: string }[]
}

/** Products of each kind that the rule treats apart. */
export const PRODUCTS = {
  rice: 'goods',
  chicken: 'goods',
  cigarettes: 'tobacco',
  giftCard: 'prepaid_card',
  bag: 'bag',
  delivery: 'service_fee',
  odd: 'rounding',
} as const

/** Puts the products on the shelf. */
export async function stockShelf(shop: World): Promise<void> {
  const now = shop.clock.now()
  await shop.db
    .insertInto('product')
    .values(
      Object.entries(PRODUCTS).map(([code, kind]) => ({
        code,
        name: code,
        spec: null,
        unit: null,
        categoryCode: code === 'chicken' ? 'fresh-meat' : null,
        brand: null,
        barcode: null,
        listPrice: null,
        kind,
        weighed: 0,
        status: 'active',
        provisional: 0,
        createdAt: now,
        updatedAt: now,
      })),
    )
    .execute()
  await shop.db
    .insertInto('category')
    .values([
      { code: 'fresh', parentCode: null, name: '生鲜', level: 1, updatedAt: now },
      { code: 'fresh-meat', parentCode: 'fresh', name: '肉禽', level: 2, updatedAt: now },
    ])
    .execute()
}

/** Writes a receipt as sales would: the whole line set anew, one revision further; without telling anybody. */
export async function writeReceipt(shop: World, receipt: Receipt): Promise<void> {
  const now = shop.clock.now()
  await inTransaction(shop.db, async tx => {
    const old = await tx
      .selectFrom('sales_document')
      .select('revision')
      .where('id', '=', receipt.id)
      .forUpdate()
      .executeTakeFirst()
    const values = {
      docKey: receipt.id,
      storeCode: receipt.storeCode ?? 'S01',
      tillCode: '01',
      businessDate: receipt.businessDate ?? '2026-11-20',
      receiptNo: receipt.id.slice(-6),
      type: receipt.type ?? 'sale',
      status: 'confirmed',
      businessAt: now,
      channel: 'store',
      cashier: null,
      corporate: receipt.corporate === true ? 1 : 0,
      memberRefKind: 'none',
      memberRef: null,
      memberId: receipt.memberId,
      gross: '0',
      discount: '0',
      net: '0',
      lineCount: receipt.lines.length,
      paymentsJson: JSON.stringify(receipt.payments ?? []),
      originalDocKey: receipt.original ?? null,
      sourceId: null,
      sourceVersion: 0,
      importId: null,
      contentHash: '',
      updatedAt: now,
      revision: (old?.revision ?? 0) + 1,
    }
    if (old === undefined)
      await tx
        .insertInto('sales_document')
        .values({ ...values, id: receipt.id, createdAt: now })
        .execute()
    else await tx.updateTable('sales_document').set(values).where('id', '=', receipt.id).execute()
    await tx.deleteFrom('sales_line').where('documentId', '=', receipt.id).execute()
    if (receipt.lines.length === 0) return
    await tx
      .insertInto('sales_line')
      .values(
        receipt.lines.map((line, i) => ({
          documentId: receipt.id,
          lineNo: i + 1,
          productCode: line.product,
          nameAtSale: line.product,
          quantity: '1',
          unit: null,
          unitPrice: '0',
          discount: line.discount ?? '0',
          net: line.net,
          isGift: 0,
          promotionCode: null,
        })),
      )
      .execute()
  })
}

/** Links a receipt to a member (or to nobody), as sales does when a card is bound: the revision stays. */
export const linkReceipt = (shop: World, id: string, memberId: string | null) =>
  shop.db.updateTable('sales_document').set({ memberId }).where('id', '=', id).execute()

/** What the handler of sales.documentsSettled does. */
export const settle = (shop: World, ids: readonly string[]): Promise<void> =>
  inTransaction(shop.db, tx => shop.modules.points.settle(tx, ids))

/** What must hold at all times: everything that the ledger states follows from its entries. */
export async function ledgerFaults(shop: World): Promise<string[]> {
  const { differences } = await shop.modules.points.verify()
  return differences.map(({ check, subject, stored, derived }) => `${check} ${subject}: ${stored}, not ${derived}`)
}
