import type { Db } from '../../../kernel/db.ts'

/** The uses of coupons: what each took off, and who bears it. */
export const redemptionsRepository = (db: Db) => ({
  /** Fen that each bears of what a template's coupons have taken off. */
  async costs(templateId: string): Promise<{ headquarters: number; store: number; supplier: number }> {
    const row = await db
      .selectFrom('coupon_redemption')
      .select(eb => [
        eb.fn.sum<string | null>('costHq').as('headquarters'),
        eb.fn.sum<string | null>('costStore').as('store'),
        eb.fn.sum<string | null>('costSupplier').as('supplier'),
      ])
      .where('templateId', '=', templateId)
      .where('returnedAt', 'is', null)
      .executeTakeFirst()
    return {
      headquarters: Number(row?.headquarters ?? 0),
      store: Number(row?.store ?? 0),
      supplier: Number(row?.supplier ?? 0),
    }
  },
})
