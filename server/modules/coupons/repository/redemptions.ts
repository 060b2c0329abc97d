import type { Selectable } from 'kysely'
import { affected, uniqueViolation, type DB, type Db } from '../../../kernel/db.ts'

export type RedemptionRecord = Selectable<DB['coupon_redemption']>
/** Fen that each bears. */
export interface Costs {
  readonly costHq: number
  readonly costStore: number
  readonly costSupplier: number
}

/** Who takes the same place of a day at the same moment is asked again so many times. */
const PLACE_TRIES = 25

/** The uses of coupons: what each took off, and who bears it. */
export const redemptionsRepository = (db: Db) => ({
  insert: (redemption: RedemptionRecord) => db.insertInto('coupon_redemption').values(redemption).execute(),

  /** How many coupons of each template a member has used on a shop day and not brought back. */
  async usedOn(memberId: string, templateIds: readonly string[], day: string): Promise<Map<string, number[]>> {
    const used = new Map<string, number[]>()
    if (templateIds.length === 0) return used
    const rows = await db
      .selectFrom('coupon_redemption')
      .select(['templateId', 'nth'])
      .where('memberId', '=', memberId)
      .where('templateId', 'in', templateIds)
      .where('day', '=', day)
      .where('nth', 'is not', null)
      .execute()
    for (const { templateId, nth } of rows)
      if (nth !== null) used.set(templateId, [...(used.get(templateId) ?? []), nth])
    return used
  },

  of: (couponId: string, docKey: string): Promise<RedemptionRecord | undefined> =>
    db
      .selectFrom('coupon_redemption')
      .selectAll()
      .where('couponId', '=', couponId)
      .where('docKey', '=', docKey)
      .executeTakeFirst(),

  /** Takes back fen of what it took off, while that much is left and it has not come back. */
  takeBack: async (couponId: string, docKey: string, fen: number, costs: Costs): Promise<boolean> =>
    affected(
      await db
        .updateTable('coupon_redemption')
        .set(eb => ({ takenBack: eb('takenBack', '+', fen), ...costs }))
        .where('couponId', '=', couponId)
        .where('docKey', '=', docKey)
        .where('returnedAt', 'is', null)
        .where(eb => eb(eb('takenBack', '+', fen), '<=', eb.ref('discount')))
        .executeTakeFirstOrThrow(),
    ) === 1,

  /** The coupon came back: it costs nobody anything, and its place on the day and as the first is free again. */
  close: async (couponId: string, docKey: string, at: Date): Promise<boolean> =>
    affected(
      await db
        .updateTable('coupon_redemption')
        .set(eb => ({
          takenBack: eb.ref('discount'),
          costHq: 0,
          costStore: 0,
          costSupplier: 0,
          nth: null,
          firstOf: null,
          returnedAt: at,
        }))
        .where('couponId', '=', couponId)
        .where('docKey', '=', docKey)
        .where('returnedAt', 'is', null)
        .executeTakeFirstOrThrow(),
    ) === 1,

  /** Forgets a use that came back, so that the same receipt may use the coupon again; its ledger remembers both. */
  forgetReturned: async (couponId: string, docKey: string): Promise<boolean> =>
    affected(
      await db
        .deleteFrom('coupon_redemption')
        .where('couponId', '=', couponId)
        .where('docKey', '=', docKey)
        .where('returnedAt', 'is not', null)
        .executeTakeFirstOrThrow(),
    ) === 1,

  /** The uses of coupons become another member's, each with a free place of its day: whoever they belong to, they count. */
  async reown(couponIds: readonly string[], from: string, to: string): Promise<void> {
    if (couponIds.length === 0) return
    await db
      .updateTable('coupon_redemption')
      .set({ memberId: to })
      .where('couponId', 'in', couponIds)
      .where('memberId', '=', from)
      .where('nth', 'is', null)
      .execute()
    const counted = await db
      .selectFrom('coupon_redemption')
      .select(['couponId', 'docKey', 'templateId', 'day'])
      .where('couponId', 'in', couponIds)
      .where('memberId', '=', from)
      .orderBy('redeemedAt')
      .orderBy('couponId')
      .execute()
    for (const use of counted)
      for (let attempt = 1; ; attempt++)
        try {
          const taken = (await this.usedOn(to, [use.templateId], use.day)).get(use.templateId) ?? []
          let nth = 1
          while (taken.includes(nth)) nth += 1
          await db
            .updateTable('coupon_redemption')
            .set({ memberId: to, nth })
            .where('couponId', '=', use.couponId)
            .where('docKey', '=', use.docKey)
            .where('memberId', '=', from)
            .where('nth', 'is not', null)
            .execute()
          break
        } catch (error) {
          if (uniqueViolation(error) === null || attempt === PLACE_TRIES) throw error
        }
  },

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
      .executeTakeFirst()
    return {
      headquarters: Number(row?.headquarters ?? 0),
      store: Number(row?.store ?? 0),
      supplier: Number(row?.supplier ?? 0),
    }
  },
})
