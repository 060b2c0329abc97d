import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { couponsApi } from '../../../server/modules/coupons/contract.ts'
import { START, world, type World } from '../../support/world.ts'
import { addMembers } from '../points/people.ts'
import { newTemplate } from './coupons.ts'

let shop: World
beforeAll(async () => {
  shop = await world()
})
afterAll(() => shop.close())

const HOUR = 3_600_000
const states = ['issued', 'locked', 'redeemed', 'lapsed', 'expired', 'void', 'gifting', 'gifted'] as const
const hours = fc.integer({ min: -2, max: 2 })

test('a template’s counts are those of its coupons, one by one by the clock, whatever has become of them', async () => {
  const owner = (await shop.as('owner')).call(couponsApi)
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          state: fc.constantFrom(...states),
          validTo: hours,
          lockedUntil: fc.option(hours, { nil: null }),
          discount: fc.integer({ min: 1, max: 900 }),
        }),
        { maxLength: 12 },
      ),
      async coupons => {
        const templateId = await newTemplate(shop, { stock: 100, amountOff: 500 })
        const people = await addMembers(shop, coupons.length)
        await inTransaction(shop.db, tx =>
          shop.modules.coupons.issue(
            tx,
            templateId,
            people.map(memberId => ({ memberId, key: `count:${memberId}` })),
          ),
        )
        const at = (hour: number): Date => new Date(new Date(START).getTime() + hour * HOUR)
        const by: Record<string, number> = {}
        for (const [index, { state, validTo, lockedUntil, discount }] of coupons.entries()) {
          await shop.db
            .updateTable('coupon')
            .set({ state, validTo: at(validTo), lockedUntil: lockedUntil === null ? null : at(lockedUntil), discount })
            .where('templateId', '=', templateId)
            .where('memberId', '=', people[index] ?? '')
            .execute()
          const isPast = validTo <= 0 && (lockedUntil === null || lockedUntil <= 0)
          const shown = (state === 'issued' || state === 'locked') && isPast ? 'expired' : state
          by[shown] = (by[shown] ?? 0) + 1
          if (shown === 'redeemed') by['discount'] = (by['discount'] ?? 0) + discount
          seen.add(`${state} ${shown}`)
        }
        // What came of a gift is another coupon, which the template has not issued once more.
        const given = coupons.filter(({ state }) => state === 'gifted').length
        await shop.db
          .updateTable('coupon_template')
          .set({ issued: coupons.length - given })
          .where('id', '=', templateId)
          .execute()
        const { costs, ...counts } = (await owner.template({ params: { templateId } })).counts
        expect(costs).toEqual({ headquarters: 0, store: 0, supplier: 0 })
        expect(counts).toEqual({
          issued: coupons.length,
          usable: by['issued'] ?? 0,
          ...Object.fromEntries(
            ['locked', 'redeemed', 'expired', 'lapsed', 'void', 'gifting', 'gifted', 'discount'].map(name => [
              name,
              by[name] ?? 0,
            ]),
          ),
        })
      },
    ),
    { numRuns: 40 },
  )
  expect([...seen]).toEqual(expect.arrayContaining(['issued expired', 'locked expired', 'locked locked']))
})
