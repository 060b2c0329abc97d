import type { tillDesk } from '../../../api/index.ts'

export type DeskQuote = Awaited<ReturnType<typeof tillDesk.deskQuote>>

/** What staff has said about what could be used: own = coupons touched one by one; null = nothing yet. */
export type Decision = 'all' | 'coupons' | 'nothing' | 'own' | null

/** What is asked to count. */
export interface Wish {
  readonly codes: readonly string[]
  readonly points: number
}

/** What the three keys come to, fen. */
export interface Proposal {
  readonly discount: number
  readonly most: { readonly points: number; readonly fen: number }
  readonly all: number
  readonly coupons: number
  readonly nothing: number
}

/** What a sale costs as decided, and what could be decided; no proposal where nothing can be used. */
export interface Priced {
  readonly quote: DeskQuote
  readonly proposal: Proposal | null
  readonly wish: Wish
}

const isSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every(one => others.includes(one))

/**
 * Prices a sale. What a key has decided is found anew for every basket; coupons that were touched stay as they are. `shown` are
 * the coupons of a customer who is known by them alone: nothing else of theirs is offered. Asks as seldom as the answers allow.
 */
export async function priceSale(
  ask: (wish: Wish) => Promise<DeskQuote>,
  { decided, wish, shown }: { decided: Decision; wish: Wish; shown: readonly string[] | null },
): Promise<Priced> {
  const known = new Map<string, Promise<DeskQuote>>()
  const quoteOf = (codes: readonly string[], points: number): Promise<DeskQuote> => {
    const name = `${codes.toSorted().join()}|${points}`
    const before = known.get(name)
    if (before !== undefined) return before
    const asked = ask({ codes, points })
    known.set(name, asked)
    return asked
  }
  const best = shown ?? (await quoteOf([], 0)).best.codes
  const withBest = await quoteOf(best, 0)
  const { most } = withBest.pointsPay
  const { total, discount } = withBest
  const proposal =
    discount === 0 && most.points === 0
      ? null
      : { discount, most, all: total - discount - most.fen, coupons: total - discount, nothing: total }
  const wishes: Record<string, Wish> = {
    all: { codes: best, points: most.points },
    coupons: { codes: best, points: 0 },
    nothing: { codes: [], points: 0 },
    own: wish,
  }
  // Until something is said, what is shown is the price without anything, but why a shown coupon does not count is told.
  const open: Wish = { codes: shown !== null && proposal === null ? shown : [], points: 0 }
  const now = (decided === null ? undefined : wishes[decided]) ?? open
  return {
    quote: await quoteOf(now.codes, now.points),
    proposal,
    wish: isSame(now.codes, wish.codes) && now.points === wish.points ? wish : now,
  }
}
