import type { Db } from '../../../kernel/db.ts'
import { refusals, type HeldCoupon } from '../../coupons/index.ts'
import { kindOfDigits } from '../../members/index.ts'
import type { CouponRefusal } from '../../coupons/contract.ts'
import { tillErrors } from '../contract.ts'
import type { TillDeps } from './deps.ts'

/** Whom the till has before it, and how it knows. */
export interface Customer {
  readonly memberId: string
  readonly memberCode: string
  readonly cardNo: string
  readonly name: string
  readonly points: number
  readonly identifiedBy: 'code' | 'phone'
}

/** What a member or coupon is at this till. */
export function customers({ clock, config, needs }: TillDeps) {
  async function of(
    from: Db,
    memberId: string,
    memberCode: string,
    identifiedBy: Customer['identifiedBy'],
  ): Promise<Customer | null> {
    const brief = (await needs.members.briefs(from, [memberId])).get(memberId)
    if (brief === undefined || brief.state !== 'active') return null
    return {
      memberId,
      memberCode,
      cardNo: brief.cardNo,
      name: brief.name,
      points: (await needs.points.balances(from, [memberId])).get(memberId) ?? 0,
      identifiedBy,
    }
  }

  async function find(from: Db, code: string): Promise<Customer | null> {
    if (kindOfDigits(code) === 'phone') {
      const byPhone = (await needs.members.idsByPhones(from, [code])).get(code)
      if (byPhone !== undefined) return of(from, byPhone, code, 'phone')
    }
    const memberId = (await needs.members.idsByCards(from, [code])).get(code)
    return memberId === undefined ? null : of(from, memberId, code, 'code')
  }

  return {
    find,

    /** The member of a code; throws when there is none. */
    async known(from: Db, code: string): Promise<Customer> {
      const customer = await find(from, code)
      if (customer === null) throw tillErrors.noMember()
      return customer
    },

    /** The member who holds a coupon: showing its code is proof enough. */
    async holder(from: Db, coupon: HeldCoupon): Promise<Customer | null> {
      const customer = await of(from, coupon.memberId, '', 'code')
      return customer === null ? null : { ...customer, memberCode: customer.cardNo }
    },

    /** Why a coupon is refused to this customer here and now; null = it is good. */
    refusal(
      coupon: HeldCoupon,
      customer: Customer,
      storeCode: string,
      eligible: number | null,
      docKey?: string,
    ): CouponRefusal | null {
      if (customer.identifiedBy === 'phone') return refusals.phoneOnly
      return needs.coupons.refusalOf(coupon, {
        now: clock.now(),
        zone: config.SHOP_ZONE,
        storeCode,
        memberId: customer.memberId,
        eligible,
        ...(docKey === undefined ? {} : { docKey }),
      })
    },
  }
}
export type Customers = ReturnType<typeof customers>

/** A customer as the cashier sees it. */
export const memberView = ({ memberCode, name, points, identifiedBy }: Customer) => ({
  memberCode,
  name,
  points,
  identifiedBy,
})
