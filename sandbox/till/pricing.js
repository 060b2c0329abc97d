import { ask } from './api.js'

/** What a basket says to the product; a coupon that was shown proves its holder, so their card's number stays out. */
export const bodyOf = (sale, { couponCodes, points } = sale) => ({
  memberCode: sale.member?.byCoupon && couponCodes.length > 0 ? null : (sale.member?.memberCode ?? null),
  couponCodes,
  points,
  lines: sale.lines,
})

const isSame = (some, others) => some.length === others.length && some.every(one => others.includes(one))

/** What the three keys come to; null when there is nothing to use. */
const proposalOf = ({ total, discount, pointsPay: { most } }) =>
  discount === 0 && most.points === 0
    ? null
    : { discount, most, all: total - discount - most.fen, coupons: total - discount, nothing: total }

const wishes = {
  all: (best, most) => ({ couponCodes: best, points: most }),
  coupons: best => ({ couponCodes: best, points: 0 }),
  nothing: () => ({ couponCodes: [], points: 0 }),
}

/**
 * What a basket costs, and what could be used for it. What a key has decided is found anew for every basket; what was
 * chosen by hand stays, except points that may no longer pay. The product is asked as seldom as its answers allow.
 */
export const priceOnline = async sale => {
  const { member, coupons, couponCodes, points, decided } = sale
  const known = new Map()
  const quoteOf = (codes, count) => {
    const name = `${codes.toSorted().join()}|${count}`
    if (!known.has(name))
      known.set(name, ask(sale.till.tillId, 'quote', bodyOf(sale, { couponCodes: codes, points: count })))
    return known.get(name)
  }
  const first = await quoteOf(couponCodes, points)
  if (member === null) return { quote: first, proposal: null, couponCodes, points }
  const best = member.byCoupon ? coupons.map(coupon => coupon.code) : first.best.codes
  const withBest = await quoteOf(best, isSame(best, couponCodes) ? points : 0)
  const wish = wishes[decided]?.(best, withBest.pointsPay.most.points) ?? {
    couponCodes,
    points: Math.min(points, first.pointsPay.most.points),
  }
  return { quote: await quoteOf(wish.couponCodes, wish.points), proposal: proposalOf(withBest), ...wish }
}
