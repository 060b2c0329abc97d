import type { Catalogue, Family, Product } from './catalogue/index.ts'
import type { Day } from './calendar.ts'
import { hash32, random } from './random.ts'

/** The ERP's own price actions (促销) of one day. */
export interface Promotions {
  /** Rate and code of what a shopper gets off this product; member offers only with a card. */
  offer(product: Product, family: Family, hasCard: boolean): { rate: number; code: string } | undefined
  /** A promoted product of the family, if there is one this week. */
  promoted(family: Family): Product | undefined
}

/** Number of the price week (Friday to Thursday) since 1970. */
function weekOf(date: string): number {
  return Math.floor((Date.parse(date) / 86_400_000 - 1) / 7)
}

/** Opens the price actions of a week: some eighty products, 10 to 30 percent off. */
function weekly(catalogue: Catalogue, week: number): Map<string, { rate: number; code: string }> {
  const rng = random(`promotions ${week}`)
  const offers = new Map<string, { rate: number; code: string }>()
  for (const family of catalogue.families) {
    if (family.department === '烟草' || !rng.chance(0.33)) continue
    offers.set(rng.pick(family.products).code, { rate: rng.int(2, 6) / 20, code: `CX${week}` })
  }
  return offers
}

/** Answers for each day which price actions run; weeks are computed once. */
export function promotionCalendar(catalogue: Catalogue): (day: Day) => Promotions {
  const weeks = new Map<number, Map<string, { rate: number; code: string }>>()
  return day => {
    const week = weekOf(day.date)
    const offers = weeks.get(week) ?? weekly(catalogue, week)
    if (!weeks.has(week)) weeks.clear()
    weeks.set(week, offers)
    const festival = day.seasons.includes('618') ? 'DC618' : day.seasons.includes('双11') ? 'DC1111' : ''
    return {
      offer: (product, family, hasCard) => {
        const own = offers.get(product.code)
        if (own) return own
        if (festival !== '' && family.tags.has('大促')) return { rate: 0.15, code: festival }
        if (hasCard && day.memberDay && family.department === '生鲜') return { rate: 0.08, code: 'HYR' }
        if (hasCard && hash32(product.code) % 9 === 0 && family.department !== '烟草')
          return { rate: 0.05, code: 'HYJ' }
        return undefined
      },
      promoted: family => family.products.find(product => offers.has(product.code)),
    }
  }
}
