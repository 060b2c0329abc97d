import type { z } from 'zod'
import type { Insertable } from 'kysely'
import { inTransaction, type DB } from '../../../server/kernel/db.ts'
import { CouponRules } from '../../../server/modules/coupons/contract.ts'
import type { Goods, HeldCoupon } from '../../../server/modules/coupons/index.ts'
import type { IssueResult } from '../../../server/modules/coupons/index.ts'
import type { World } from '../../support/world.ts'

/** A member's id that is only a name. */
export const memberId = (n: number): string => `M${String(n).padStart(25, '0')}`

/** An active template: 5 yuan off 39, good for ten days, unless told otherwise. */
export async function newTemplate(
  shop: World,
  more: Partial<{
    name: string
    stock: number
    perMemberLimit: number
    amountOff: number
    threshold: number
    stores: string[] | null
    validTo: Date
    state: string
    rules: z.input<typeof CouponRules>
    /** Whatever else its row says. */
    columns: Partial<Insertable<DB['coupon_template']>>
  }> = {},
): Promise<string> {
  const id = shop.kernel.newId()
  const now = shop.clock.now()
  await shop.db
    .insertInto('coupon_template')
    .values({
      id,
      name: more.name ?? '满39减5',
      kind: 'amountOff',
      amountOff: more.amountOff ?? 500,
      threshold: more.threshold ?? 3900,
      validDays: more.validTo === undefined ? 10 : null,
      validFrom: null,
      validTo: more.validTo ?? null,
      rulesJson: JSON.stringify(
        CouponRules.parse({ stores: { include: more.stores ?? [], exclude: [] }, ...more.rules }),
      ),
      stock: more.stock ?? 1000,
      issued: 0,
      perMemberLimit: more.perMemberLimit ?? 1,
      description: '',
      state: more.state ?? 'active',
      createdBy: 'S'.padEnd(26, '0'),
      createdAt: now,
      updatedAt: now,
      ...more.columns,
    })
    .execute()
  return id
}

/** A campaign gives its coupon to members. */
export const campaignIssues = (
  shop: World,
  templateId: string,
  campaign: string,
  members: readonly number[],
): Promise<IssueResult> =>
  inTransaction(shop.db, tx =>
    shop.modules.coupons.issue(
      tx,
      templateId,
      members.map(n => ({ memberId: memberId(n), key: `campaign:${campaign}:${memberId(n)}` })),
    ),
  )

/** One coupon in the wallet of a member. */
export async function oneCoupon(shop: World, templateId: string, member: number): Promise<HeldCoupon> {
  await campaignIssues(shop, templateId, shop.kernel.newId(), [member])
  const coupon = (await shop.modules.coupons.ofMember(shop.db, memberId(member))).find(
    each => each.templateId === templateId,
  )
  if (coupon === undefined) throw new Error('no coupon')
  return coupon
}

export const couponNow = async (shop: World, coupon: HeldCoupon): Promise<HeldCoupon> => {
  const now = await shop.modules.coupons.byCode(shop.db, coupon.code)
  if (now === undefined) throw new Error('the coupon is gone')
  return now
}

/** What the nightly verification finds wrong with coupons and their templates. */
export async function eventFaults(shop: World): Promise<string[]> {
  const found: string[] = []
  for (const { check, run } of shop.modules.coupons.checks)
    for (const { subject, stored, derived } of (await run(shop.db, '2026-11-22')).differences)
      found.push(`${check} ${subject}: ${stored} ≠ ${derived}`)
  return found
}

/** Goods of so many fen, which no rule takes for anything else. */
export const goodsFor = (fen: number): Goods => [
  { lineNo: 1, productCode: 'rice', categories: [], amount: fen * 100, quantity: 10_000, takes: 'goods' },
]

/** A coupon to be used at a till of S01 by who holds it, with goods for 50 yuan. */
export const useOf = (coupon: HeldCoupon, docKey: string, fen = 5000) => ({
  coupons: [coupon],
  docKey,
  storeCode: 'S01',
  channel: 'till' as const,
  memberId: coupon.memberId,
  goods: goodsFor(fen),
})
