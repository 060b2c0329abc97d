import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { AppError } from '../../../server/kernel/errors.ts'
import { couponsApi, type CouponTerms } from '../../../server/modules/coupons/contract.ts'
import type { HeldCoupon } from '../../../server/modules/coupons/index.ts'
import { couponGifts } from '../../../server/modules/coupons/service/gifts.ts'
import { raceAt } from '../../support/race.ts'
import { START, world, type World } from '../../support/world.ts'
import { anyCoupons, anyGoods } from './baskets.ts'
import { couponNow, eventFaults, goodsFor, memberId, newTemplate, oneCoupon, useOf } from './coupons.ts'

let shop: World
beforeAll(async () => {
  shop = await world()
})
afterAll(() => shop.close())

let receipts = 0
const receipt = (): string => `S01|01|2026-11-22|I${(receipts += 1)}`
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i)
/** What became of it: done, or the reason that the cashier is told. */
const outcome = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => {
      if (!(error instanceof AppError)) throw error
      const { refusal } = (error.details ?? {}) as { refusal?: { code?: string } }
      return refusal?.code ?? error.code
    },
  )
const redeem = (coupon: HeldCoupon, docKey = receipt(), fen = 5000) =>
  inTransaction(shop.db, tx => shop.modules.coupons.redeem(tx, useOf(coupon, docKey, fen)))
const count = (outcomes: readonly string[], wanted: string): number => outcomes.filter(each => each === wanted).length
const templateRow = (id: string) =>
  shop.db.selectFrom('coupon_template').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

test('invariant 19: a lock, a member of staff and the clock reach for one coupon: in every gap, one of them gets it', async () => {
  const templateId = await newTemplate(shop, { perMemberLimit: 99, stock: 10_000 })
  const { lock } = shop.modules.coupons
  const owner = (await shop.as('owner')).call(couponsApi)
  for (let gap = 0; gap < 6; gap++) {
    for (const rival of ['void', 'other till', 'expire'] as const) {
      const coupon = await oneCoupon(shop, templateId, 1)
      const [mine, theirs] = [receipt(), receipt()]
      const { result, other } = await raceAt(
        shop.db,
        gap,
        tx => lock(tx, useOf(coupon, mine)),
        async () => {
          if (rival === 'other till') await inTransaction(shop.db, tx => lock(tx, useOf(coupon, theirs)))
          else if (rival === 'void')
            await owner.voidCoupon({ params: { couponId: coupon.id }, body: { reason: '客诉作废' } })
          else shop.clock.advance(30 * 86_400_000)
        },
      )
      shop.clock.set(START)
      const now = await couponNow(shop, coupon)
      if (rival === 'expire') expect(['locked', 'issued']).toContain(now.state)
      else {
        const won = [result.status, other.status].filter(status => status === 'fulfilled')
        expect(won, `${rival} in gap ${gap}`).toHaveLength(1)
        expect(now.state === 'void' || now.docKey === (result.status === 'fulfilled' ? mine : theirs)).toBe(true)
      }
    }
  }
  expect(await eventFaults(shop)).toEqual([])
}, 60_000)

test('invariant 20: a payment that fails or never comes frees the coupon for the next receipt', async () => {
  const templateId = await newTemplate(shop, { perMemberLimit: 9 })
  const { lock, release } = shop.modules.coupons
  const coupon = await oneCoupon(shop, templateId, 2)
  const [failed, silent, last] = [receipt(), receipt(), receipt()]
  await inTransaction(shop.db, tx => lock(tx, useOf(coupon, failed)))
  expect(await outcome(redeem(await couponNow(shop, coupon), silent))).toBe('lockedElsewhere')
  await inTransaction(shop.db, tx => release(tx, failed))
  await inTransaction(shop.db, async tx => lock(tx, useOf(await couponNow(shop, coupon), silent)))
  shop.clock.advance(31 * 60_000)
  expect(await outcome(redeem(await couponNow(shop, coupon), last))).toBe('done')
  // Who let it go cannot have it back by being late.
  expect(await outcome(redeem(await couponNow(shop, coupon), silent))).toBe('redeemed')
  shop.clock.set(START)
})

test('invariant 25: what the quote says is what is charged, of any kind and basket; the rules of the lock hold until it ends', async () => {
  await fc.assert(
    fc.asyncProperty(anyCoupons(4), anyGoods, async (candidates, goods) => {
      const member = memberId(3)
      const held: HeldCoupon[] = []
      for (const { terms } of candidates) {
        const { rules, ...columns } = terms
        const templateId = await newTemplate(shop, { columns: { ...columns, rulesJson: JSON.stringify(rules) } })
        held.push(await oneCoupon(shop, templateId, 3))
      }
      const { judge, apply, lock } = shop.modules.coupons
      const docKey = receipt()
      const at = { now: shop.clock.now(), zone: 'Asia/Shanghai', storeCode: 'S01', channel: 'till' as const, memberId: member, docKey } // prettier-ignore
      const { chosen } = judge(held, { ...at, goods })
      const said = apply(chosen, goods).map(each => [each.coupon.id, each.discount, each.lines])
      const use = { coupons: chosen.map(each => each.held), docKey, storeCode: 'S01', channel: 'till' as const, memberId: member, goods } // prettier-ignore
      await inTransaction(shop.db, tx => lock(tx, use))
      // Somebody rewrites every promise behind the shop's back: this sale has its own.
      await shop.db
        .updateTable('coupon_template')
        .set({ amountOff: 1, threshold: 99_999_999, rulesJson: null })
        .execute()
      const locked = await Promise.all(use.coupons.map(coupon => couponNow(shop, coupon)))
      const done = await inTransaction(shop.db, tx => shop.modules.coupons.redeem(tx, { ...use, coupons: locked }))
      expect(done.map(each => [each.coupon.id, each.discount, each.lines])).toEqual(said)
      const rows = await shop.db.selectFrom('coupon_redemption').selectAll().where('docKey', '=', docKey).execute()
      expect(rows.map(row => row.discount).sort()).toEqual(done.map(each => each.discount).sort())
    }),
    { numRuns: 25 },
  )
  expect(await eventFaults(shop)).toEqual([])
}, 120_000)

test('invariant 26: whether it has expired is decided by the clock at that moment, swept or not', async () => {
  const end = new Date(shop.clock.now().getTime() + 3_600_000)
  const templateId = await newTemplate(shop, { validTo: end, perMemberLimit: 9 })
  const [late, inTime] = [await oneCoupon(shop, templateId, 4), await oneCoupon(shop, templateId, 5)]
  const docKey = receipt()
  shop.clock.set(new Date(end.getTime() - 1))
  await inTransaction(shop.db, tx => shop.modules.coupons.lock(tx, useOf(inTime, docKey)))
  shop.clock.set(end)
  expect((await couponNow(shop, late)).state).toBe('issued')
  expect(await outcome(redeem(late))).toBe('expired')
  expect(await outcome(redeem(await couponNow(shop, inTime), docKey))).toBe('done')
  shop.clock.set(START)
})

test('invariant 28: coupons of one promotion share its budget: the last yuan is spent once, and comes back with a return', async () => {
  // Room for five and a bit.
  const templateId = await newTemplate(shop, { perMemberLimit: 99, columns: { budget: 2_700 } })
  const coupons: HeldCoupon[] = []
  for (const n of range(12)) coupons.push(await oneCoupon(shop, templateId, 20 + n))
  const docKeys = coupons.map(() => receipt())
  const outcomes = await Promise.all(coupons.map((coupon, i) => outcome(redeem(coupon, docKeys[i]))))
  expect([count(outcomes, 'done'), count(outcomes, 'budgetSpent')]).toEqual([5, 7])
  expect((await templateRow(templateId)).spent).toBe(2_500)
  const paid = docKeys[outcomes.indexOf('done')] ?? ''
  await inTransaction(shop.db, tx => shop.modules.coupons.giveBack(tx, paid))
  expect((await templateRow(templateId)).spent).toBe(2_000)
  const waiting = coupons[outcomes.indexOf('budgetSpent')]
  if (waiting === undefined) throw new Error('nobody was refused')
  expect(await outcome(redeem(await couponNow(shop, waiting)))).toBe('done')
  expect(await eventFaults(shop)).toEqual([])
})

test('of twenty tills at once a member uses a coupon as often a day as allowed; what came back leaves its place', async () => {
  const templateId = await newTemplate(shop, { perMemberLimit: 99, columns: { perDayLimit: 3 } })
  const coupons: HeldCoupon[] = []
  for (let i = 0; i < 20; i++) coupons.push(await oneMore(templateId))
  const docKeys = coupons.map(() => receipt())
  const outcomes = await Promise.all(coupons.map((coupon, i) => outcome(redeem(coupon, docKeys[i]))))
  expect([count(outcomes, 'done'), count(outcomes, 'dayLimit')]).toEqual([3, 17])
  const free = coupons[outcomes.indexOf('dayLimit')]
  const used = docKeys[outcomes.indexOf('done')] ?? ''
  if (free === undefined) throw new Error('nobody was refused')
  await inTransaction(shop.db, tx => shop.modules.coupons.giveBack(tx, used))
  expect(await outcome(redeem(await couponNow(shop, free)))).toBe('done')
  shop.clock.advance(86_400_000)
  const tomorrow = coupons.find((_, i) => outcomes[i] === 'dayLimit' && coupons[i] !== free)
  if (tomorrow === undefined) throw new Error('nobody was refused')
  expect(await outcome(redeem(await couponNow(shop, tomorrow)))).toBe('done')
  shop.clock.set(START)
})

async function oneMore(templateId: string, member = 50): Promise<HeldCoupon> {
  const key = shop.kernel.newId()
  const items = [{ memberId: memberId(member), key }]
  const { issued } = await inTransaction(shop.db, tx => shop.modules.coupons.issue(tx, templateId, items))
  const id = issued.get(key)?.couponId
  const coupon = (await shop.modules.coupons.ofMember(shop.db, memberId(member))).find(each => each.id === id)
  if (coupon === undefined) throw new Error('no coupon')
  return coupon
}

test('a first purchase is the first of all: two tills at once make one of them', async () => {
  const rules = { firstPurchase: true }
  const templates = [await newTemplate(shop, { rules }), await newTemplate(shop, { rules })]
  const coupons = [await oneMore(templates[0] ?? '', 60), await oneMore(templates[1] ?? '', 60)]
  const outcomes = await Promise.all(coupons.map(coupon => outcome(redeem(coupon))))
  expect(outcomes.toSorted()).toEqual(['done', 'notFirstPurchase'])
})

test('who bears a coupon: shares of every redemption sum to what it took off, and follow what comes back', async () => {
  const bearers = { bearHq: 34, bearStore: 33, bearSupplier: 33 }
  const terms: Partial<CouponTerms> = { returnPolicy: 'reprice' }
  const templateId = await newTemplate(shop, { columns: { ...bearers, ...terms, amountOff: 1_000, threshold: 1_000 } })
  const coupon = await oneCoupon(shop, templateId, 70)
  const docKey = receipt()
  await redeem(coupon, docKey)
  const costs = async () => (await shop.modules.coupons.counts(templateId)).costs
  expect(await costs()).toEqual({ headquarters: 340, store: 330, supplier: 330 })
  await inTransaction(shop.db, tx => shop.modules.coupons.reprice(tx, docKey, coupon.id, 101))
  expect(await costs()).toEqual({ headquarters: 35, store: 33, supplier: 33 })
  await inTransaction(shop.db, tx => shop.modules.coupons.giveBack(tx, docKey))
  expect(await costs()).toEqual({ headquarters: 0, store: 0, supplier: 0 })
  expect(await eventFaults(shop)).toEqual([])
})

test('refusals of the rules, each by its name: channel, time of day, store, stacking', async () => {
  const { refusalOf, judge } = shop.modules.coupons
  const at = { now: shop.clock.now(), zone: 'Asia/Shanghai', storeCode: 'S01', channel: 'till' as const, memberId: memberId(80), goods: goodsFor(5_000) } // prettier-ignore
  const of = async (rules: object, columns: object = {}) => oneMore(await newTemplate(shop, { rules, columns }), 80)
  const code = async (rules: object, columns: object = {}): Promise<string | undefined> =>
    refusalOf(await of(rules, columns), at)?.code
  expect(await code({ channels: ['miniprogram'] })).toBe('wrongChannel')
  expect(await code({ hours: { from: '00:00', to: '00:01' } })).toBe('wrongTime')
  expect(await code({ stores: { include: [], exclude: ['S01'] } })).toBe('wrongStore')
  expect(await code({ gives: ['tea'] }, { kind: 'exchange', amountOff: 0 })).toBe('addProduct')
  const [alone, a1, a2, b] = [await of({}), await of({}, { stackGroup: 'a', amountOff: 300 }), await of({}, { stackGroup: 'a' }), await of({}, { stackGroup: 'b', amountOff: 400 })] // prettier-ignore
  const together = judge([alone, a1, b, a2], at)
  expect(together.chosen.map(each => each.held.id).toSorted()).toEqual([a2.id, b.id].toSorted())
  expect(together.refused.map(each => each.refusal.code)).toEqual(['cannotStack', 'cannotStack'])
})

test('a coupon is given to one friend, however many tap the link; its stock is given on with it', async () => {
  const gifts = couponGifts(shop.kernel)
  const templateId = await newTemplate(shop, { columns: { giftable: 1 } })
  const coupon = await oneMore(templateId, 90)
  const offer = await gifts.give(memberId(90), coupon.id)
  expect((await gifts.give(memberId(90), coupon.id)).giftId).toBe(offer.giftId)
  expect(await outcome(redeem(await couponNow(shop, coupon)))).toBe('gifting')
  const link = offer.linkCode ?? ''
  expect(await outcome(gifts.take(memberId(90), link))).toBe('coupons.ownGift')
  const outcomes = await Promise.all(range(20).map(n => outcome(gifts.take(memberId(100 + n), link))))
  expect([count(outcomes, 'done'), count(outcomes, 'coupons.giftGone')]).toEqual([1, 19])
  const taker = memberId(100 + outcomes.indexOf('done'))
  const theirs = await gifts.take(taker, link)
  const [now] = await shop.modules.coupons.ofMember(shop.db, taker)
  expect([now?.id, now?.state, now?.validTo]).toEqual([theirs.couponId, 'issued', coupon.validTo])
  expect(now?.code).not.toBe(coupon.code)
  expect((await couponNow(shop, coupon)).state).toBe('gifted')
  expect((await templateRow(templateId)).issued).toBe(1)
  expect(await outcome(gifts.takeBack(memberId(90), offer.giftId))).toBe('coupons.giftGone')
  expect(await eventFaults(shop)).toEqual([])
})

test('nobody took it: its giver has it back by asking, or when the time is over, swept or not', async () => {
  const gifts = couponGifts(shop.kernel)
  const templateId = await newTemplate(shop, { perMemberLimit: 9, columns: { giftable: 1 } })
  const [asked, waited] = [await oneMore(templateId, 91), await oneMore(templateId, 91)]
  const offers = [await gifts.give(memberId(91), asked.id), await gifts.give(memberId(91), waited.id)]
  expect((await gifts.takeBack(memberId(91), offers[0]?.giftId ?? '')).state).toBe('back')
  expect((await couponNow(shop, asked)).state).toBe('issued')
  shop.clock.advance(24 * 3_600_000)
  expect(await outcome(gifts.take(memberId(130), offers[1]?.linkCode ?? ''))).toBe('coupons.giftGone')
  expect(await outcome(redeem(await couponNow(shop, waited)))).toBe('done')
  expect(await gifts.sweep(100)).toBeGreaterThanOrEqual(1)
  expect((await couponNow(shop, waited)).state).toBe('redeemed')
  const fixed = await oneMore(await newTemplate(shop), 91)
  expect(await outcome(gifts.give(memberId(91), fixed.id))).toBe('coupons.notGiftable')
  expect(await eventFaults(shop)).toEqual([])
  shop.clock.set(START)
})
