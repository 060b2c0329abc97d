import { pairs } from './pairs.ts'
import { play, type Trade } from './trade.ts'

/** How often a planted pair is bought, and how much more often than by chance. */
export interface PairLift {
  when: string
  add: string
  probability: number
  /** Receipts with both, of all sales. */
  together: number
  confidence: number
  lift: number
}

/** Lift of every planted pair over a whole trade: P(both) / (P(when) × P(add)), by receipts. */
export function measureLifts(trade: Trade): PairLift[] {
  const tagsOf = new Map(
    trade.catalogue.families.flatMap(family => family.products.map(product => [product.code, family.tags] as const)),
  )
  const counts = new Map<string, number>()
  const both = pairs.map(() => 0)
  let sales = 0
  for (const { receipts } of play(trade)) {
    for (const receipt of receipts) {
      if (receipt.type !== '销售') continue
      sales++
      const tags = new Set(receipt.lines.flatMap(line => [...(tagsOf.get(line.product.code) ?? [])]))
      for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1)
      pairs.forEach((pair, i) => {
        if (tags.has(pair.when) && tags.has(pair.add)) both[i] = (both[i] ?? 0) + 1
      })
    }
  }
  return pairs.map((pair, i) => {
    const together = both[i] ?? 0
    const confidence = together / (counts.get(pair.when) ?? 1)
    return { ...pair, together, confidence, lift: confidence / ((counts.get(pair.add) ?? 1) / sales) }
  })
}
