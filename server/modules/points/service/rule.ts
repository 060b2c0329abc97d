import { addDays } from '../../../kernel/clock.ts'
import { allocate, decimal4, type Decimal4 } from '../../../kernel/money.ts'
import type { EarningRules, Expiry, Multiplier } from '../contract/rules.ts'
import { NEVER } from './ledger.ts'

/** What earns nothing: kinds of product, categories (with all below them), sales channels. */
export interface Exclusions {
  readonly productKinds: ReadonlySet<string>
  readonly categories: ReadonlySet<string>
  readonly channels: ReadonlySet<string>
}

/** A version of the rules, with the categories below those it names. */
export interface ReadyRules {
  readonly version: number
  readonly validFrom: string
  readonly rules: EarningRules
  readonly exclusions: Exclusions
  /** The multipliers that look at lines; a line's class has bit i set where the i-th of them is meant. */
  readonly lineMultipliers: readonly {
    readonly multiplier: Multiplier
    readonly categories: ReadonlySet<string>
    readonly products: ReadonlySet<string>
  }[]
}

/** What the rule looks at in a line; kind and category are null while the catalogue does not know the product. */
export interface RuleLine {
  readonly kind: string | null
  readonly categoryCode: string | null
  readonly productCode: string
}

/** What the rule looks at in a document. */
export interface RuleDocument {
  readonly type: string
  readonly status: string
  readonly channel: string
  readonly corporate: number
}

/** What is true of a sale as a whole; frozen when it is first counted. */
export interface SaleContext {
  readonly businessDate: string
  readonly storeCode: string
  readonly tier: string | null
  /** Whether the sale was on the member's birthday, or in its month. */
  readonly birthday: 'day' | 'month' | null
  /** What of each yuan paid counts, as paid minus excluded over paid; 1/1 where nothing is excluded. */
  readonly paid: { readonly counts: Decimal4; readonly of: Decimal4 }
}

/** The channel by which corporate orders (团购) are excluded. */
export const CORPORATE = 'corporate'

/** Why a whole document earns nothing; null = it earns. */
export function documentRefusal(
  document: RuleDocument,
  exclusions: Exclusions,
): 'void' | 'adjustment' | 'channel' | null {
  if (document.type === 'void' || document.status === 'void' || document.status === 'draft') return 'void'
  if (document.type === 'adjustment') return 'adjustment'
  if (exclusions.channels.has(document.channel) || (document.corporate === 1 && exclusions.channels.has(CORPORATE)))
    return 'channel'
  return null
}

/** Why a line earns nothing; null = it earns. */
export function lineRefusal(
  line: Pick<RuleLine, 'kind' | 'categoryCode'>,
  exclusions: Exclusions,
): 'productKind' | 'category' | null {
  if (line.kind !== null && exclusions.productKinds.has(line.kind)) return 'productKind'
  if (line.categoryCode !== null && exclusions.categories.has(line.categoryCode)) return 'category'
  return null
}

/** Which of the line multipliers a line is meant by, as bits. */
export const lineClass = (line: RuleLine, { lineMultipliers }: ReadyRules): number =>
  lineMultipliers.reduce(
    (bits, { categories, products }, i) =>
      products.has(line.productCode) || (line.categoryCode !== null && categories.has(line.categoryCode))
        ? bits | (1 << i)
        : bits,
    0,
  )

const weekday = (day: string): number => ((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7) + 1

/** Whether a multiplier is meant for a sale, its lines aside. */
function isMeant({ when }: Multiplier, sale: SaleContext): boolean {
  const names = <T>(list: readonly T[], value: T | null): boolean =>
    list.length === 0 || (value !== null && list.includes(value))
  return (
    names(when.tiers, sale.tier) &&
    names(when.weekdays, weekday(sale.businessDate)) &&
    names(when.monthDays, Number(sale.businessDate.slice(8))) &&
    names(when.stores, sale.storeCode) &&
    (when.from === null || sale.businessDate >= when.from) &&
    (when.until === null || sale.businessDate <= when.until) &&
    (when.birthday === null || sale.birthday === 'day' || (when.birthday === 'month' && sale.birthday === 'month'))
  )
}

/** The multipliers that count for lines of a class, in this sale. */
export function multipliersOf({ rules, lineMultipliers }: ReadyRules, sale: SaleContext, bits: number): Multiplier[] {
  const meant = rules.multipliers.filter(multiplier => {
    const i = lineMultipliers.findIndex(one => one.multiplier === multiplier)
    return isMeant(multiplier, sale) && (i === -1 || (bits & (1 << i)) !== 0)
  })
  if (rules.together === 'multiply') return meant
  const best = meant.toSorted((a, b) => b.percent - a.percent)[0]
  return best === undefined ? [] : [best]
}

/** A fraction that is never rounded. */
export interface Ratio {
  readonly over: bigint
  readonly under: bigint
}

/** What one ten-thousandth of a yuan of a class is worth in points. */
export function worthOf(ready: ReadyRules, sale: SaleContext, bits: number): Ratio {
  const { rate } = ready.rules
  let over = BigInt(rate.points) * sale.paid.counts
  let under = BigInt(rate.fen) * 100n * sale.paid.of
  for (const { percent } of multipliersOf(ready, sale, bits)) {
    over *= BigInt(percent)
    under *= 100n
  }
  return { over, under }
}

/** Exact points of amounts by class; whole points come of `wholePoints`. */
export function exactPoints(ready: ReadyRules, sale: SaleContext, bases: ReadonlyMap<number, Decimal4>): Ratio {
  let sum: Ratio = { over: 0n, under: 1n }
  for (const [bits, base] of bases) {
    const worth = worthOf(ready, sale, bits)
    sum =
      sum.under === worth.under
        ? { over: sum.over + base * worth.over, under: sum.under }
        : { over: sum.over * worth.under + base * worth.over * sum.under, under: sum.under * worth.under }
  }
  return sum
}

/** Cut toward zero, once: 63.99 → 63, −63.99 → −63; never beyond the cap of a receipt. */
export function wholePoints({ over, under }: Ratio, cap: number | null): number {
  const points = Number(over / under)
  return cap === null ? points : Math.max(-cap, Math.min(cap, points))
}

/** Points of a receipt by line: they sum to the receipt's, the fractions go to the largest remainders. */
export function shareOut(points: number, exact: readonly Ratio[]): number[] {
  const under = exact.reduce((all, one) => (all % one.under === 0n ? all : all * one.under), 1n)
  const sign = points < 0 ? -1n : 1n
  const weights = exact.map(({ over, under: own }) => {
    const weight = ((over * under) / own) * sign
    return weight > 0n ? weight : 0n
  })
  if (weights.every(weight => weight === 0n)) return exact.map(() => 0)
  return allocate(BigInt(points), weights).map(Number)
}

/** What of the payments counts; `null` = the whole receipt earns nothing. */
export function paidShare(
  { tenders }: EarningRules,
  payments: readonly { method: string; amount: string }[],
): SaleContext['paid'] | null {
  const whole = { counts: 1n, of: 1n }
  if (tenders.length === 0) return whole
  const policies = new Map(tenders.map(({ method, policy }) => [method, policy]))
  let [of, excluded] = [0n, 0n]
  for (const { method, amount } of payments) {
    const paid = decimal4(amount)
    of += paid
    if (!policies.has(method) || paid === 0n) continue
    if (policies.get(method) === 'receipt') return null
    excluded += paid
  }
  return of === 0n || excluded === 0n ? whole : { counts: of - excluded, of }
}

const monthsOn = (day: string, months: number): string => {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate()
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10)
}

/** The first day on which points earned on a day are worth nothing. */
export function expiresOn(expiry: Expiry, earnedOn: string): string {
  if (expiry.kind === 'never') return NEVER
  if (expiry.kind === 'yearEnd') return `${Number(earnedOn.slice(0, 4)) + expiry.years + 1}-01-01`
  const day = monthsOn(earnedOn, expiry.months)
  return expiry.endOf === 'day' ? addDays(day, 1) : monthsOn(`${day.slice(0, 7)}-01`, 1)
}
