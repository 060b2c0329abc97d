import type { Rule, Rules } from '../../../server/modules/segments/contract.ts'

/** A member as the test tells of them, in plain words. */
export interface Household {
  homeStore: string | null
  closed: boolean
  /** null = no account yet */
  points: number | null
  follows: 'no' | 'unionid' | 'openid' | 'left'
  receipts: { daysAgo: number; type: 'sale' | 'return' | 'adjustment' | 'void'; product: string; fen: number }[]
}

/** Which categories a product lies in, from the leaf to the root. */
export const CATEGORIES: Record<string, string[]> = {
  'p-apple': ['apple', 'fruit', 'fresh'],
  'p-pear': ['fruit', 'fresh'],
  'p-rice': ['dry'],
}

function holds({ receipts, points, follows }: Household, rule: Rule): boolean {
  const within = (days: number | null) =>
    receipts.filter(one => one.type !== 'void' && (days === null || one.daysAgo < days))
  const compared = (value: number, bound: number, how: 'atLeast' | 'atMost') =>
    how === 'atLeast' ? value >= bound : value <= bound
  switch (rule.kind) {
    case 'spent': {
      const fen = within(rule.days).reduce((sum, one) => sum + (one.type === 'sale' ? one.fen : -one.fen), 0)
      return compared(fen, rule.fen, rule.compare)
    }
    case 'orders':
      return compared(within(rule.days).filter(one => one.type === 'sale').length, rule.count, rule.compare)
    case 'lastOrder': {
      const ago = Math.min(
        ...within(null)
          .filter(one => one.type === 'sale')
          .map(one => one.daysAgo),
      )
      return ago !== Infinity && (rule.compare === 'within' ? ago <= rule.days : ago > rule.days)
    }
    case 'bought':
      return within(rule.days).some(
        one =>
          one.type === 'sale' &&
          (rule.what === 'product'
            ? rule.codes.includes(one.product)
            : (CATEGORIES[one.product] ?? []).some(code => rule.codes.includes(code))),
      )
    case 'points':
      return compared(points ?? 0, rule.points, rule.compare)
    case 'follows':
      return follows === 'unionid' || follows === 'openid'
  }
}

/** Whether somebody is in a description, decided one by one. */
export const belongs = (one: Household, { all, any, none }: Rules): boolean =>
  !one.closed &&
  all.every(rule => holds(one, rule)) &&
  (any.length === 0 || any.some(rule => holds(one, rule))) &&
  !none.some(rule => holds(one, rule))
