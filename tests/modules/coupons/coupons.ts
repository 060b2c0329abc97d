import type { z } from 'zod'
import { inTransaction } from '../../../server/kernel/db.ts'
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
    stock: number
    perMemberLimit: number
    amountOff: number
    threshold: number
    stores: string[] | null
    validTo: Date
    state: string
    rules: z.input<typeof CouponRules>
  }> = {},
): Promise<string> {
  const id = shop.kernel.newId()
  const now = shop.clock.now()
  await shop.db
    .insertInto('coupon_template')
    .values({
      id,
      name: '满39减5',
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

/** The states that the ledger of a coupon's steps leads to; a step that cannot follow the one before is a fault. */
export async function eventFaults(shop: World): Promise<string[]> {
  const NEXT: Readonly<Record<string, readonly [from: readonly string[], to: string]>> = {
    issue: [[''], 'issued'],
    lock: [['issued', 'locked'], 'locked'],
    redeem: [['locked'], 'redeemed'],
    release: [['locked'], 'issued'],
    restore: [['redeemed'], 'issued'],
    lapse: [['redeemed'], 'lapsed'],
    expire: [['issued'], 'expired'],
    void: [['issued'], 'void'],
  }
  const coupons = await shop.db.selectFrom('coupon').select(['id', 'state']).execute()
  const events = await shop.db.selectFrom('coupon_event').selectAll().orderBy('id').execute()
  return coupons.flatMap(({ id, state }) => {
    let at = ''
    const faults: string[] = []
    for (const event of events.filter(each => each.couponId === id)) {
      const [from, to] = NEXT[event.kind] ?? [[], '?']
      if (!from.includes(at)) faults.push(`${id}: ${event.kind} from ${at}`)
      at = to
    }
    return at === state ? faults : [...faults, `${id}: steps lead to ${at}, the row says ${state}`]
  })
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
