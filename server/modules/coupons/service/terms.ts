import { CouponRules, type CouponTerms } from '../contract.ts'
import type { HeldCoupon } from '../repository/coupons.ts'
import type { TemplateRecord } from '../repository/templates.ts'

const NO_RULES = CouponRules.parse({})

/** Rules as they are stored; what an older row does not say is no limit. */
export const rulesOf = (rulesJson: string | null): CouponRules =>
  rulesJson === null ? NO_RULES : { ...NO_RULES, ...(JSON.parse(rulesJson) as Partial<CouponRules>) }

/** The columns of a template that say what its coupons promise. */
export type TermColumns = Pick<
  TemplateRecord,
  'kind' | 'amountOff' | 'payPercent' | 'maxOff' | 'threshold' | 'stackGroup' | 'returnPolicy' | 'rulesJson'
>

/** What the coupons of a template promise now. */
export const termsOf = (row: TermColumns): CouponTerms => ({
  kind: row.kind as CouponTerms['kind'],
  amountOff: row.amountOff,
  payPercent: row.payPercent,
  maxOff: row.maxOff,
  threshold: row.threshold,
  stackGroup: row.stackGroup,
  returnPolicy: row.returnPolicy as CouponTerms['returnPolicy'],
  rules: rulesOf(row.rulesJson),
})

/** A quote asks a coupon for its terms again and again; read once, they are also one object for whoever keeps by it. */
const read = new WeakMap<HeldCoupon, CouponTerms>()

/** What the template of a coupon that was read promises now. */
export function termsOfTemplate(coupon: HeldCoupon): CouponTerms {
  let terms = read.get(coupon)
  if (terms === undefined) read.set(coupon, (terms = termsOf(coupon)))
  return terms
}

/** What this coupon promises: as it was frozen by the sale that holds it, else as its template says. */
export const termsOfCoupon = (coupon: HeldCoupon): CouponTerms =>
  coupon.termsJson === null ? termsOfTemplate(coupon) : (JSON.parse(coupon.termsJson) as CouponTerms)

/** The stores that the rules include; null = every store that is not excluded. */
export const storesOf = ({ stores }: CouponRules): string[] | null =>
  stores.include.length === 0 ? null : [...stores.include]
