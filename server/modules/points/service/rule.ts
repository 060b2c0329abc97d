import { decimal4, truncate4, type Decimal4 } from '../../../kernel/money.ts'

/** What earns nothing: kinds of product, categories (with all below them), sales channels. */
export interface Exclusions {
  readonly productKinds: ReadonlySet<string>
  readonly categories: ReadonlySet<string>
  readonly channels: ReadonlySet<string>
}

/** What the rule looks at in a line; kind and category are null while the catalogue does not know the product. */
export interface RuleLine {
  readonly kind: string | null
  readonly categoryCode: string | null
}

/** What the rule looks at in a document. */
export interface RuleDocument {
  readonly type: string
  readonly status: string
  readonly channel: string
  readonly corporate: number
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
export function lineRefusal(line: RuleLine, exclusions: Exclusions): 'productKind' | 'category' | null {
  if (line.kind !== null && exclusions.productKinds.has(line.kind)) return 'productKind'
  if (line.categoryCode !== null && exclusions.categories.has(line.categoryCode)) return 'category'
  return null
}

/** 1 point a yuan of what counts, after coupons, cut toward zero once on the sum: 63.99 → 63, −63.99 → −63. */
export const pointsOf = (base: Decimal4): number => truncate4(base)

/** The same from a DECIMAL sum of the database. */
export const pointsOfSum = (sum: string | number | null): number => (sum === null ? 0 : pointsOf(decimal4(sum)))
