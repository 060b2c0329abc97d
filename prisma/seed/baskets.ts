import type { Catalogue, Family, Product } from './catalogue/index.ts'
import type { Day } from './calendar.ts'
import { habits, type Household, type Kind } from './households.ts'
import { pairs } from './pairs.ts'
import type { Promotions } from './promotions.ts'
import { cumulate, drawIndex, hash32, item, type Random } from './random.ts'
import type { Store } from './stores.ts'

/** A line of a receipt; quantities in thousandths, money in fen, both signed. */
export interface Line {
  product: Product
  quantity: number
  price: number
  discount: number
  net: number
  promotion: string
  gift: boolean
}

/** How a basket was paid and what it holds. */
export interface Basket {
  lines: Line[]
  payment: string
}

/** Everything a basket depends on. */
export interface Visit {
  store: Store
  day: Day
  kind: Kind
  household: Household | undefined
  /** Running demand of the families for this kind, format and day. */
  demand: Float64Array
  promotions: Promotions
}

/** Fills baskets from a catalogue. */
export function basketFiller(catalogue: Catalogue): (visit: Visit, rng: Random) => Basket {
  const { families, special } = catalogue
  const popularity = new Map(families.map(family => [family, cumulate(family.popularity)]))
  const byTag = (tag: string) => families.filter(family => family.tags.has(tag))
  const partners = pairs.map(pair => {
    const added = byTag(pair.add)
    return { ...pair, families: added, weights: cumulate(added.map(family => family.weight)) }
  })

  /** The product of the family: a household keeps to its brand, a price action tempts some. */
  function choose(family: Family, { household, promotions }: Visit, rng: Random): Product {
    if (rng.chance(0.3)) {
      const tempting = promotions.promoted(family)
      if (tempting) return tempting
    }
    const weights = popularity.get(family) ?? new Float64Array()
    const loyal = household !== undefined && rng.chance(0.55)
    const u = loyal ? hash32(`${household.cardNo} ${family.name}`) / 4294967296 : rng.next()
    return item(family.products, drawIndex(weights, u))
  }

  function quantityOf(product: Product, family: Family, kind: Kind, rng: Random): number {
    const bulk = kind === '小餐馆' ? 3 : 1
    if (product.weighed) return Math.max(30, Math.round(family.grams * bulk * Math.exp(rng.normal() * 0.42) * 0.86))
    if (product.price >= 3000) return 1000
    return (rng.chance(0.82) ? 1 : rng.int(2, 3)) * bulk * 1000
  }

  function lineOf(family: Family, visit: Visit, rng: Random): Line {
    const product = choose(family, visit, rng)
    const quantity = quantityOf(product, family, visit.kind, rng)
    const gross = Math.round((quantity * product.price) / 1000)
    const offer = visit.promotions.offer(product, family, visit.household !== undefined)
    const discount = offer ? Math.round(gross * offer.rate) : 0
    return {
      product,
      quantity,
      price: product.price,
      discount,
      net: gross - discount,
      promotion: offer?.code ?? '',
      gift: false,
    }
  }

  const plain = (product: Product, quantity: number, price: number, extra?: Partial<Line>): Line => ({
    product,
    quantity: quantity * 1000,
    price,
    discount: 0,
    net: quantity * price,
    promotion: '',
    gift: false,
    ...extra,
  })

  /** Fees, bags, gifts and rounding: what the till adds to the shopper's own choice. */
  function extras(lines: Line[], visit: Visit, cash: boolean, rng: Random): void {
    const weekend = visit.day.weekday === 0 || visit.day.weekday === 6
    if (lines.some(line => line.product.category.startsWith('100401')) && rng.chance(0.5))
      lines.push(plain(special.fishCleaning, 1, 200))
    if (lines.some(line => line.product.name.includes('洗发水')) && weekend)
      lines.push(plain(special.giftTissue, 1, 0, { promotion: 'MZ01', gift: true }))
    if (lines.some(line => line.product.name.includes('燕麦')) && weekend)
      lines.push(plain(special.giftSpoon, 1, 0, { promotion: 'MZ02', gift: true }))
    if (visit.store.format === 'hyper' && lines.length > 12 && rng.chance(0.1))
      lines.push(plain(special.delivery, 1, 500))
    if (rng.chance(visit.day.seasons.includes('年货节') ? 0.006 : 0.0015))
      lines.push(plain(special.prepaid, rng.int(1, 5), 10000))
    if (rng.chance(lines.length > 3 ? 0.22 : 0.08)) {
      const bag = lines.length > 6 ? special.bagLarge : special.bagSmall
      lines.push(plain(bag, 1, bag.price))
    }
    const odd = lines.reduce((sum, line) => sum + line.net, 0) % 10
    if (cash && odd !== 0) lines.push(plain(special.rounding, 1, 0, { discount: odd, net: -odd }))
  }

  return (visit, rng) => {
    // A corporate order is a document of its own.
    if (visit.kind === '小餐馆' && rng.chance(0.003))
      return { lines: [plain(special.corporate, 1, 100_000)], payment: '银行卡' }
    const habit = habits[visit.kind]
    const wanted = Math.max(1, Math.min(60, Math.round(visit.store.lines * habit.lines * rng.gamma(2) * 0.93)))
    const lines: Line[] = []
    const taken = new Set<Family>()
    const take = (family: Family) => {
      if (taken.has(family)) return
      taken.add(family)
      lines.push(lineOf(family, visit, rng))
      for (const pair of partners) {
        if (family.tags.has(pair.when) && rng.chance(pair.probability))
          take(item(pair.families, drawIndex(pair.weights, rng.next())))
      }
    }
    for (let i = 0; i < wanted * 2 && lines.length < wanted; i++)
      take(item(families, drawIndex(visit.demand, rng.next())))
    // Two of the same in one basket are sometimes scanned as two lines.
    if (lines.length > 2 && rng.chance(0.04)) lines.push({ ...item(lines, 0) })
    const cash = rng.chance(habit.cash)
    extras(lines, visit, cash, rng)
    const u = rng.next()
    const payment = cash ? '现金' : u < 0.6 ? '微信支付' : u < 0.86 ? '支付宝' : u < 0.93 ? '购物卡' : '银行卡'
    return { lines, payment }
  }
}
