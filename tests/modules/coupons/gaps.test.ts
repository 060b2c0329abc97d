import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { couponsApi } from '../../../server/modules/coupons/contract.ts'
import type { HeldCoupon } from '../../../server/modules/coupons/index.ts'
import { raceAt } from '../../support/race.ts'
import { START, world, type World } from '../../support/world.ts'
import { couponNow, eventFaults, newTemplate, oneCoupon, useOf } from './coupons.ts'

// Between any two statements of whoever takes a coupon one step further, somebody else takes it another way.
let shop: World
let templateId: string
beforeAll(async () => {
  shop = await world()
  templateId = await newTemplate(shop, { perMemberLimit: 9999, stock: 100_000 })
})
afterAll(() => shop.close())

let receipts = 0
const receipt = (): string => `S01|01|2026-11-22|G${(receipts += 1)}`
const coupons = () => shop.modules.coupons
const locked = async (docKey: string): Promise<HeldCoupon> => {
  const coupon = await oneCoupon(shop, templateId, 1)
  await inTransaction(shop.db, tx => coupons().lock(tx, useOf(coupon, docKey)))
  return couponNow(shop, coupon)
}
const eventsOf = async (coupon: HeldCoupon, kind: string): Promise<number> =>
  (
    await shop.db
      .selectFrom('coupon_event')
      .select('id')
      .where('couponId', '=', coupon.id)
      .where('kind', '=', kind)
      .execute()
  ).length

test('a coupon is redeemed while it is let go, redeemed elsewhere, made void, or its lock runs out: one of them happened', async () => {
  const owner = (await shop.as('owner')).call(couponsApi)
  for (const rival of ['release', 'again', 'void', 'lock of another till'] as const) {
    let statements = 1
    for (let gap = 0; gap < statements; gap++) {
      const [mine, theirs] = [receipt(), receipt()]
      const coupon = await locked(mine)
      const race = await raceAt(
        shop.db,
        gap,
        tx => coupons().redeem(tx, useOf(coupon, mine)),
        async () => {
          if (rival === 'release') await inTransaction(shop.db, tx => coupons().release(tx, mine))
          if (rival === 'again') await inTransaction(shop.db, tx => coupons().redeem(tx, useOf(coupon, mine)))
          if (rival === 'void')
            await owner.voidCoupon({ params: { couponId: coupon.id }, body: { reason: '客诉作废' } })
          if (rival === 'lock of another till') {
            shop.clock.advance(31 * 60_000)
            await inTransaction(shop.db, tx => coupons().lock(tx, useOf(coupon, theirs)))
          }
        },
      )
      shop.clock.set(START)
      statements = Math.max(statements, race.statements)
      const { state } = await couponNow(shop, coupon)
      const at = `${rival} in gap ${gap}`
      expect(await eventsOf(coupon, 'redeem'), at).toBe(state === 'redeemed' ? 1 : 0)
      if (race.result.status === 'fulfilled') expect(state, at).toBe('redeemed')
      const rows = await shop.db.selectFrom('coupon_redemption').select('docKey').where('docKey', '=', mine).execute()
      expect(rows.length, at).toBe(state === 'redeemed' ? 1 : 0)
    }
    expect(statements).toBeGreaterThanOrEqual(4)
  }
  expect(await eventFaults(shop)).toEqual([])
}, 300_000)

test('a coupon is let go while it is redeemed or let go: never both, and it is free or used', async () => {
  for (const rival of ['redeem', 'again'] as const) {
    let statements = 1
    for (let gap = 0; gap < statements; gap++) {
      const mine = receipt()
      const coupon = await locked(mine)
      const race = await raceAt(
        shop.db,
        gap,
        tx => coupons().release(tx, mine),
        () =>
          inTransaction<unknown>(shop.db, tx =>
            rival === 'again' ? coupons().release(tx, mine) : coupons().redeem(tx, useOf(coupon, mine)),
          ),
      )
      statements = Math.max(statements, race.statements)
      const { state } = await couponNow(shop, coupon)
      const at = `${rival} in gap ${gap}`
      expect(await eventsOf(coupon, 'release'), at).toBeLessThanOrEqual(1)
      expect(['issued', 'redeemed'], at).toContain(state)
      if (rival === 'again') expect(state, at).toBe('issued')
    }
    expect(statements).toBeGreaterThanOrEqual(2)
  }
  expect(await eventFaults(shop)).toEqual([])
}, 300_000)

test('what a sale has used is given back while it is given back: it comes back once', async () => {
  let statements = 1
  for (let gap = 0; gap < statements; gap++) {
    const mine = receipt()
    const coupon = await locked(mine)
    await inTransaction(shop.db, tx => coupons().redeem(tx, useOf(coupon, mine)))
    const race = await raceAt(
      shop.db,
      gap,
      tx => coupons().giveBack(tx, mine),
      () => inTransaction(shop.db, tx => coupons().giveBack(tx, mine)),
    )
    statements = Math.max(statements, race.statements)
    expect(await eventsOf(coupon, 'restore'), `gap ${gap}`).toBe(1)
    expect((await couponNow(shop, coupon)).state).toBe('issued')
  }
  expect(statements).toBeGreaterThanOrEqual(3)
  expect(await eventFaults(shop)).toEqual([])
}, 300_000)
