import { shopDay } from '../../../kernel/clock.ts'
import type { Db, Tx } from '../../../kernel/db.ts'
import { refusals, type Goods, type HeldCoupon, type Occasion } from '../../coupons/index.ts'
import type { CouponChannel, CouponRefusal } from '../../coupons/contract.ts'
import { birthdayAt } from '../../members/index.ts'
import { tillErrors } from '../contract.ts'
import { LIMIT_TEXTS } from '../contract/fraud.ts'
import { blocksRepository } from '../repository/blocks.ts'
import type { TillDeps } from './deps.ts'
import { takeProof, useProof, type Standing } from './proofs.ts'
import type { CodeReading, Reading, Weakness } from './reading.ts'

/** Whom the till has before it, and how it knows. */
export interface Customer extends Reading {
  readonly memberCode: string
  readonly cardNo: string
  readonly name: string
  /** 138****1234 */
  readonly phone: string
  readonly points: number
}

const say = (zh: string, en: string): CouponRefusal => ({ code: 'phoneOnly', text: { zh, en } })

/** Why a code only earns, to say aloud; fourteen characters at most. */
const WEAK: Readonly<Record<Weakness, CouponRefusal>> = {
  phone: refusals.phoneOnly,
  card: say('卡号只积分，请出示会员码', 'Card earns only: show code'),
  late: say('会员码已过期，请刷新', 'Code is old: please refresh'),
  blocked: { code: 'phoneOnly', text: LIMIT_TEXTS.blocked },
  used: say('会员码已用过，请刷新', 'Code used: please refresh it'),
}

/** What a member or coupon is at this till. */
export function customers({ clock, config, needs }: TillDeps, read: CodeReading) {
  async function of(from: Db, memberCode: string, reading: Reading): Promise<Customer | null> {
    const { memberId } = reading
    const brief = (await needs.members.briefs(from, [memberId])).get(memberId)
    if (brief === undefined || brief.state !== 'active') return null
    const isBlocked = (await blocksRepository(from).of(memberId)) !== undefined
    return {
      ...reading,
      ...(isBlocked ? { spends: false, weak: 'blocked' as const } : {}),
      memberCode,
      cardNo: brief.cardNo,
      name: brief.name,
      phone: brief.phone,
      points: (await needs.points.balances(from, [memberId])).get(memberId) ?? 0,
    }
  }

  async function find(from: Db, code: string, at: Standing): Promise<Customer | null> {
    const reading = await read(from, code, at)
    return reading === null ? null : of(from, code, reading)
  }

  return {
    find,

    /** The member of a code; throws when there is none. */
    async known(from: Db, code: string, at: Standing): Promise<Customer> {
      const customer = await find(from, code, at)
      if (customer === null) throw tillErrors.noMember()
      return customer
    },

    /** Takes the customer's proof for this till, so that no other till can; identifying is the one look that does. */
    async take(db: Db, customer: Customer, at: Standing): Promise<void> {
      if (customer.proofId === null) return
      await takeProof(db, clock.now(), { id: customer.proofId, tillId: at.tillId, memberId: customer.memberId })
    },

    /** Uses the customer's proof up for a sale, in its transaction; throws till.codeUsed when another has it. */
    async use(tx: Tx, customer: Customer, tillId: string, docKey: string): Promise<void> {
      if (customer.proofId === null) return
      await useProof(tx, clock.now(), { id: customer.proofId, tillId, memberId: customer.memberId }, docKey)
    },

    /** Why this customer may use nothing here; null = may. */
    weakness: (customer: Customer): CouponRefusal | null => (customer.weak === null ? null : WEAK[customer.weak]),

    /** The member who holds a coupon: showing its code is proof enough. */
    async holder(from: Db, coupon: HeldCoupon): Promise<Customer | null> {
      const customer = await of(from, '', {
        memberId: coupon.memberId,
        identifiedBy: 'code',
        spends: true,
        weak: null,
        proofId: null,
      })
      return customer === null ? null : { ...customer, memberCode: customer.cardNo }
    },

    /** What the cashier may greet a customer with; a birthday only whoever has shown a code of their own. */
    async greeting(from: Db, { memberId, spends }: Customer) {
      const today = shopDay(clock.now(), config.SHOP_ZONE)
      const [tier, kept] = await Promise.all([
        needs.tierName(from, memberId),
        spends ? needs.members.birthdays(from, [memberId]) : new Map<string, string>(),
      ])
      return { tier, birthday: birthdayAt(kept.get(memberId) ?? '', today) }
    },

    /** Why a coupon is refused to this customer here and now; null = it is good. */
    refusal(coupon: HeldCoupon, customer: Customer, occasion: Occasion): CouponRefusal | null {
      return customer.weak === null ? needs.coupons.refusalOf(coupon, occasion) : WEAK[customer.weak]
    },

    /** Where and when a customer's coupons are asked about, with what their rules ask of the past. */
    async occasion(
      from: Db,
      customer: Customer,
      coupons: readonly HeldCoupon[],
      at: { storeCode: string; channel: CouponChannel; goods: Goods | null; docKey?: string },
    ): Promise<Occasion> {
      const { memberId } = customer
      const history = await needs.coupons.history(from, memberId, coupons, { docKey: at.docKey ?? null })
      return { ...at, now: clock.now(), zone: config.SHOP_ZONE, memberId, history }
    },
  }
}
export type Customers = ReturnType<typeof customers>

/** A customer as the cashier sees it. */
export const memberView = ({ memberCode, name, phone, points, identifiedBy, spends }: Customer) => ({
  memberCode,
  name,
  phone,
  points,
  identifiedBy,
  spends,
})
