import type { Db } from '../../../kernel/db.ts'
import type { TillCaller } from '../../../kernel/http/caller.ts'
import { plainCouponCode, refusals, type HeldCoupon } from '../../coupons/index.ts'
import type { CouponRefusal } from '../../coupons/contract.ts'
import { isCouponCode } from '../../coupons/index.ts'
import { kindOfDigits } from '../../members/index.ts'
import type { BasketLine, Identified, QuoteBody, TillCoupon } from '../contract.ts'
import { eligibleOf, pointsOf, priceBasket, shareOut, totalOf, type PricedLine } from './basket.ts'
import { memberView, type Customer, type Customers } from './customer.ts'
import type { TillDeps } from './deps.ts'

const view = (coupon: HeldCoupon, discount: number, refusal: CouponRefusal | null): TillCoupon => ({
  code: coupon.code,
  name: coupon.name,
  amountOff: coupon.amountOff,
  threshold: coupon.threshold,
  validTo: coupon.validTo.toISOString(),
  usable: refusal === null,
  discount: refusal === null ? discount : 0,
  refusal,
})

const unknownCoupon = (code: string): TillCoupon => ({
  code,
  name: '',
  amountOff: 0,
  threshold: 0,
  validTo: '1970-01-01T00:00:00.000Z',
  usable: false,
  discount: 0,
  refusal: refusals.notFound,
})

/** What the till is told before anything is sold: who, which coupon, how much. Nothing here writes. */
export function quoting({ db, needs }: TillDeps, people: Customers) {
  async function priced(from: Db, lines: readonly BasketLine[]): Promise<PricedLine[]> {
    const products = await needs.productsOf(from, [...new Set(lines.map(line => line.productCode))])
    const exclusions = await needs.points.exclusions(from)
    return priceBasket(lines, products, product => needs.points.earns(product, exclusions))
  }

  async function walletOf(customer: Customer, storeCode: string, eligible: number | null): Promise<TillCoupon[]> {
    const coupons = (await needs.coupons.ofMember(db, customer.memberId)).filter(
      coupon => coupon.state === 'issued' || coupon.state === 'locked',
    )
    return coupons
      .map(coupon =>
        view(
          coupon,
          eligible === null ? coupon.amountOff : needs.coupons.discountOf(coupon, eligible),
          people.refusal(coupon, customer, storeCode, eligible),
        ),
      )
      .filter(coupon => coupon.refusal?.code !== 'expired')
      .sort(
        (a, b) => Number(b.usable) - Number(a.usable) || b.discount - a.discount || (a.validTo < b.validTo ? -1 : 1),
      )
  }

  return {
    priced,

    /** What a code is that the scanner has read; payment codes and goods are named, so that the cashier knows what happened. */
    async identify(caller: TillCaller, code: string): Promise<Identified> {
      const couponCode = plainCouponCode(code)
      if (isCouponCode(couponCode)) {
        const coupon = await needs.coupons.byCode(db, couponCode)
        const holder = coupon === undefined ? null : await people.holder(db, coupon)
        if (coupon !== undefined && holder !== null) {
          return {
            kind: 'coupon',
            coupon: view(coupon, coupon.amountOff, people.refusal(coupon, holder, caller.storeCode, null)),
            member: memberView(holder),
          }
        }
        return { kind: 'unknown', text: refusals.notFound.text }
      }
      const kind = kindOfDigits(code)
      if (kind === 'paymentCode')
        return { kind, text: { zh: '这是付款码,请先扫会员码', en: 'A payment code: scan the member code first' } }
      if (kind === 'goods') return { kind, text: { zh: '这是商品码', en: 'A product code' } }
      const customer = await people.find(db, code)
      if (customer === null) return { kind: 'unknown', text: { zh: '会员码无效', en: 'No such member code' } }
      return { kind: 'member', member: memberView(customer), coupons: await walletOf(customer, caller.storeCode, null) }
    },

    /** What a basket would cost with these coupons; the first that is good counts. */
    async quote(caller: TillCaller, body: QuoteBody) {
      const lines = await priced(db, body.lines)
      const [total, eligible] = [totalOf(lines), eligibleOf(lines)]
      const given = await Promise.all(
        body.couponCodes.map(async code => ({ code, coupon: await needs.coupons.byCode(db, code) })),
      )
      const first = given.find(({ coupon }) => coupon !== undefined)?.coupon
      const customer =
        body.memberCode !== null
          ? await people.known(db, body.memberCode)
          : first === undefined
            ? null
            : await people.holder(db, first)

      let applied: TillCoupon | null = null
      const refused: TillCoupon[] = []
      for (const { code, coupon } of given) {
        if (coupon === undefined || customer === null) {
          refused.push(unknownCoupon(code))
          continue
        }
        const refusal =
          people.refusal(coupon, customer, caller.storeCode, eligible) ??
          (applied === null ? null : refusals.onePerSale)
        const seen = view(coupon, needs.coupons.discountOf(coupon, eligible), refusal)
        if (refusal === null) applied = seen
        else refused.push(seen)
      }
      const wallet = customer === null ? [] : await walletOf(customer, caller.storeCode, eligible)
      const discount = applied?.discount ?? 0
      const shares = shareOut(lines, discount)
      const within = wallet
        .filter(coupon => coupon.refusal?.code === 'belowThreshold')
        .sort((a, b) => (a.refusal?.missing ?? 0) - (b.refusal?.missing ?? 0))
      return {
        member: customer === null ? null : memberView(customer),
        total,
        discount,
        payable: total - discount,
        applied,
        shares,
        points: customer === null ? 0 : pointsOf(lines, shares),
        refusals: refused,
        suggestion: wallet.find(coupon => coupon.usable) ?? null,
        nextBest: within[0] ?? null,
      }
    },
  }
}
export type Quoting = ReturnType<typeof quoting>
