import { describe, expect, it } from 'vitest'
import { isToPanel } from 'till-client/panel'
import { type DeskQuote, priceSale, type Wish } from '../../admin-web/src/modules/till/desk/desk-price.ts'

/** A shop whose coupons take ¥5 each and whose points pay half of the rest, in hundreds. */
function shop(best: readonly string[], points = 3_000) {
  const asked: Wish[] = []
  const ask = (wish: Wish): Promise<DeskQuote> => {
    asked.push(wish)
    const discount = wish.codes.length * 500
    const most = Math.min(points, Math.floor((5_000 - discount) / 200) * 100)
    return Promise.resolve({
      total: 5_000,
      discount,
      payable: 5_000 - discount - wish.points,
      best: { codes: [...best], discount: best.length * 500 },
      pointsPay: { points: wish.points, fen: wish.points, most: { points: most, fen: most }, refusal: null },
    } as unknown as DeskQuote)
  }
  return { ask, asked }
}
const NOTHING: Wish = { codes: [], points: 0 }

describe('what a sale at the desk costs', () => {
  it('is open until a key has said what is used; the three keys come to what they will cost', async () => {
    const { ask, asked } = shop(['K1', 'K2'])
    const priced = await priceSale(ask, { decided: null, wish: NOTHING, shown: null })
    expect(priced.proposal).toEqual({ discount: 1_000, most: { points: 2_000, fen: 2_000 }, all: 2_000, coupons: 4_000, nothing: 5_000 }) // prettier-ignore
    expect([priced.quote.payable, priced.wish]).toEqual([5_000, NOTHING])
    for (const [decided, payable] of [
      ['all', 2_000],
      ['coupons', 4_000],
      ['nothing', 5_000],
    ] as const)
      // prettier-ignore
      expect((await priceSale(ask, { decided, wish: NOTHING, shown: null })).quote.payable).toBe(payable)
    // Nothing, the best, the best with points: no basket is asked about more often.
    expect(asked.length).toBeLessThanOrEqual(2 + 3 + 2 + 2)
  })

  it('leaves coupons that were touched as they are, and their points as they were', async () => {
    const { ask } = shop(['K1', 'K2'])
    const own = { codes: ['K2'], points: 100 }
    const priced = await priceSale(ask, { decided: 'own', wish: own, shown: null })
    expect([priced.wish, priced.quote.payable]).toEqual([own, 4_400])
  })

  it('has no proposal where nothing can be used, and then asks once for the price', async () => {
    const { ask, asked } = shop([], 0)
    expect((await priceSale(ask, { decided: null, wish: NOTHING, shown: null })).proposal).toBeNull()
    expect(asked).toHaveLength(1)
  })

  it('offers who shows a coupon that coupon and nothing else of theirs', async () => {
    const { ask } = shop(['K1', 'K2'])
    const priced = await priceSale(ask, { decided: 'coupons', wish: NOTHING, shown: ['K2'] })
    expect([priced.wish.codes, priced.quote.payable]).toEqual([['K2'], 4_500])
  })
})

describe('the panel beside a till', () => {
  const line = { lineNo: 1, productCode: 'rice', name: '米', quantity: '1', unitPrice: '5', net: '5' }
  const basket = { to: 'panel', say: 'basket', tillCode: '61', receiptNo: '1001', lines: [line] }
  it('hears what a till says, and nothing else', () => {
    for (const said of [
      basket,
      { to: 'panel', say: 'code', code: '98' },
      { to: 'panel', say: 'paid', receiptNo: '1' },
      { to: 'panel', say: 'dropped', receiptNo: '1' },
    ])
      expect(isToPanel(said)).toBe(true)
    for (const said of [
      null,
      'basket',
      { ...basket, to: 'till' },
      { ...basket, receiptNo: '' },
      { ...basket, lines: [{ ...line, net: 5 }] },
      { ...basket, lines: [{ ...line, lineNo: 1.5 }] },
      { ...basket, lines: 'none' },
      { to: 'panel', say: 'code', code: 98 },
      { to: 'panel', say: 'sell', receiptNo: '1' },
      { from: 'panel', say: 'due', receiptNo: '1' },
    ])
      expect(isToPanel(said)).toBe(false)
  })
})
