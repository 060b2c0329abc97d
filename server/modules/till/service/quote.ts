import type { Db } from '../../../kernel/db.ts'
import type { TillCaller } from '../../../kernel/http/caller.ts'
import {
  candidateOf,
  isCouponCode,
  plainCouponCode,
  refusals,
  termsOfCoupon,
  type Goods,
  type HeldCoupon,
} from '../../coupons/index.ts'
import type { CouponRefusal } from '../../coupons/contract.ts'
import { couponCodeOf } from 'till-client/codes'
import { kindOfDigits } from '../../members/index.ts'
import type { BasketLine, Identified, Quote, QuoteBody, TillCoupon } from '../contract.ts'
import { discountOf, goodsOf, priceBasket, shareOut, totalOf, type PricedLine } from './basket.ts'
import { nextBestHint } from './hint.ts'
import { memberView, type Customer, type Customers } from './customer.ts'
import type { TillDeps } from './deps.ts'
import type { EarningOf } from './earning.ts'
import { docKeyOf } from './once.ts'
import type { PointsUse } from './points-use.ts'

const view = (coupon: HeldCoupon, discount: number, refusal: CouponRefusal | null): TillCoupon => {
  const { kind, amountOff, payPercent, threshold } = termsOfCoupon(coupon)
  return {
    // Who only earns is not told codes either: they are all that is needed to use a coupon.
    code: refusal?.code === 'phoneOnly' ? `${coupon.code.slice(0, 1)}****${coupon.code.slice(-4)}` : coupon.code,
    name: coupon.name,
    kind,
    amountOff,
    payPercent,
    threshold,
    validTo: coupon.validTo.toISOString(),
    usable: refusal === null,
    discount: refusal === null ? discount : 0,
    refusal,
  }
}

/** The receipt whose code this is (printed on it: its key and a check); null = it is none. */
function receiptOf(code: string) {
  const [storeCode = '', tillCode = '', businessDate = '', receiptNo = '', check] = code.split('|')
  return check !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(businessDate)
    ? { storeCode, tillCode, businessDate, receiptNo }
    : null
}

const unknownCoupon = (code: string): TillCoupon => ({
  code,
  name: '',
  kind: 'amountOff',
  amountOff: 0,
  payPercent: null,
  threshold: 0,
  validTo: '1970-01-01T00:00:00.000Z',
  usable: false,
  discount: 0,
  refusal: refusals.notFound,
})

/** A member's wallet as a till asks about it. */
interface Wallet {
  readonly coupons: TillCoupon[]
  readonly best: Quote['best']
}
const NO_WALLET: Wallet = { coupons: [], best: { codes: [], discount: 0 } }

/** What the till is told before anything is sold: who, which coupon, how much. Nothing here writes. */
export function quoting({ db, needs }: TillDeps, people: Customers, paying: PointsUse, earning: EarningOf) {
  async function priced(from: Db, lines: readonly BasketLine[]): Promise<PricedLine[]> {
    const products = await needs.productsOf(from, [...new Set(lines.map(line => line.productCode))])
    return priceBasket(lines, products)
  }

  /** The coupons of a customer that are not gone, the most useful first, and the best of them together. */
  async function walletOf(
    from: Db,
    customer: Customer,
    at: { storeCode: string; goods: Goods | null; docKey?: string },
    held: readonly HeldCoupon[],
  ): Promise<Wallet> {
    const open = held.filter(coupon => coupon.state === 'issued' || coupon.state === 'locked')
    const occasion = await people.occasion(from, customer, open, { ...at, channel: 'till' })
    const { goods } = at
    const alone = (coupon: HeldCoupon): number =>
      goods === null
        ? termsOfCoupon(coupon).amountOff
        : discountOf(needs.coupons.apply([candidateOf(coupon, occasion)], goods))
    const coupons = open
      .map(coupon => {
        const refusal = people.refusal(coupon, customer, occasion)
        return view(coupon, refusal === null ? alone(coupon) : 0, refusal)
      })
      .filter(coupon => coupon.refusal?.code !== 'expired')
      .sort(
        (a, b) => Number(b.usable) - Number(a.usable) || b.discount - a.discount || (a.validTo < b.validTo ? -1 : 1),
      )
    if (goods === null || customer.weak !== null) return { ...NO_WALLET, coupons }
    const chosen = needs.coupons.judge(open, occasion).chosen
    const codes = chosen.map(candidate => candidate.held.code)
    return { coupons, best: { codes, discount: discountOf(needs.coupons.apply(chosen, goods)) } }
  }

  return {
    priced,

    /** What a code is that the scanner has read; payment codes and goods are named, so that the cashier knows what happened. */
    async identify(caller: TillCaller, code: string): Promise<Identified> {
      const receipt = receiptOf(code)
      if (receipt !== null)
        return { kind: 'receipt', receipt, text: { zh: '这是小票码，可退货', en: 'A receipt: it can come back' } }
      const couponCode = couponCodeOf(code) ?? plainCouponCode(code)
      if (isCouponCode(couponCode)) {
        const coupon = await needs.coupons.byCode(db, couponCode)
        const holder = coupon === undefined ? null : await people.holder(db, coupon)
        if (coupon !== undefined && holder !== null) {
          return {
            kind: 'coupon',
            coupon: view(
              coupon,
              termsOfCoupon(coupon).amountOff,
              people.refusal(
                coupon,
                holder,
                await people.occasion(db, holder, [coupon], {
                  storeCode: caller.storeCode,
                  channel: 'till',
                  goods: null,
                }),
              ),
            ),
            member: { ...memberView(holder), ...(await people.greeting(db, holder)) },
          }
        }
        return { kind: 'unknown', text: refusals.notFound.text }
      }
      const kind = kindOfDigits(code)
      if (kind === 'paymentCode')
        return { kind, text: { zh: '这是付款码，请先扫会员码', en: 'Payment code: scan the card' } }
      if (kind === 'goods') return { kind, text: { zh: '这是商品码', en: 'A product code' } }
      const customer = await people.find(db, code, caller)
      if (customer === null) return { kind: 'unknown', text: { zh: '会员码无效', en: 'No such member code' } }
      await people.take(db, customer, caller)
      const held = await needs.coupons.ofMember(db, customer.memberId)
      const { coupons } = await walletOf(db, customer, { storeCode: caller.storeCode, goods: null }, held)
      return { kind: 'member', member: { ...memberView(customer), ...(await people.greeting(db, customer)) }, coupons }
    },

    /**
     * What a basket would cost with these coupons: of those that fit the best combination counts, in whatever order they came.
     * `heldAs` is what the sale is known as before it has a receipt: its own locks are then no hindrance. Who asks within a
     * transaction hands it over as `from`: a second connection for each of many at once would leave none for any of them.
     */
    async quote(
      caller: TillCaller,
      body: QuoteBody,
      { heldAs, from = db }: { heldAs?: string | undefined; from?: Db } = {},
    ): Promise<Quote> {
      const { receipt } = body
      const docKey =
        receipt === undefined
          ? heldAs === undefined
            ? {}
            : { docKey: heldAs }
          : { docKey: docKeyOf(caller.storeCode, caller.tillCode, receipt.businessDate, receipt.receiptNo) }
      const codes = [...new Set(body.couponCodes.map(plainCouponCode))]
      // None of these needs another: a cashier waits for the longest of them only.
      const [lines, given, member] = await Promise.all([
        priced(from, body.lines),
        Promise.all(codes.map(async code => ({ code, coupon: await needs.coupons.byCode(from, code) }))),
        body.memberCode === null ? null : people.known(from, body.memberCode, { ...caller, ...docKey }),
      ])
      const total = totalOf(lines)
      const goods = goodsOf(lines)
      const found = given.flatMap(({ coupon }) => coupon ?? [])
      const first = found[0]
      const customer = member ?? (first === undefined ? null : await people.holder(from, first))
      if (customer === null) {
        const shares = shareOut(lines, [])
        const refused = given.map(({ code }) => unknownCoupon(code))
        return { member: null, total, discount: 0, payable: total, coupons: [], applied: null, shares, points: 0, refusals: refused, best: NO_WALLET.best, suggestion: null, nextBest: null, hint: null, pointsPay: await paying.quote(from, null, body.points, total) } // prettier-ignore
      }

      const at = { storeCode: caller.storeCode, goods, ...docKey }
      const held = await needs.coupons.ofMember(from, customer.memberId)
      const wallet = await walletOf(from, customer, at, held)
      const occasion = await people.occasion(from, customer, found, { ...at, channel: 'till' })
      const weak = people.weakness(customer)
      const { chosen, refused } =
        weak === null
          ? needs.coupons.judge(found, occasion)
          : { chosen: [], refused: found.map(coupon => ({ coupon, refusal: weak })) }
      const applied = needs.coupons.apply(chosen, goods)
      const shares = shareOut(lines, applied)
      const discount = discountOf(applied)
      const counting = applied.map(each => view(each.coupon.held, each.discount, null))
      const within = wallet.coupons
        .filter(coupon => coupon.refusal?.code === 'belowThreshold')
        .sort((a, b) => (a.refusal?.missing ?? 0) - (b.refusal?.missing ?? 0))
      const [nextBest = null] = within
      const nearly = held.find(coupon => coupon.code === nextBest?.code)
      const pointsPay = await paying.quote(from, customer, body.points, total - discount)
      const payable = total - discount - pointsPay.fen
      const points = pointsPay.points === 0 ? null : pointsPay
      return {
        member: memberView(customer),
        total,
        discount,
        payable,
        coupons: counting,
        applied: counting[0] ?? null,
        shares,
        ...(await earning(from, caller, { body, customer, lines, shares, points, payable })),
        refusals: [
          ...given.filter(({ coupon }) => coupon === undefined).map(({ code }) => unknownCoupon(code)),
          ...refused.map(({ coupon, refusal }) => view(coupon, 0, refusal)),
        ],
        best: wallet.best,
        suggestion: wallet.coupons.find(coupon => coupon.code === wallet.best.codes[0]) ?? null,
        nextBest,
        hint:
          nearly === undefined ? null : await nextBestHint(from, { needs }, nearly, nextBest?.refusal?.missing ?? 0),
        pointsPay,
      }
    },
  }
}
export type Quoting = ReturnType<typeof quoting>
