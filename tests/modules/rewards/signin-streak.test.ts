import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDays } from '../../../server/kernel/clock.ts'
import {
  bonusesDue,
  nextBonus,
  pointsOfDay,
  runAround,
  type SignedDay,
} from '../../../server/modules/rewards/service/signin-streak.ts'

const gift = { points: 20, couponTemplateId: null }
const rules = {
  dayPoints: [1, 2, 3],
  bonuses: [
    { days: 7, repeats: true, gift },
    { days: 30, repeats: false, gift },
  ],
}
const days = (...offsets: number[]): SignedDay[] =>
  offsets.map(offset => ({ day: addDays('2026-03-01', offset), bonuses: [] }))

test('a run is what hangs together around a day', () => {
  expect(runAround(days(0, 1, 2, 4, 5), '2026-03-02')).toMatchObject({ first: '2026-03-01', length: 3 })
  expect(runAround(days(0, 1, 2, 4, 5), '2026-03-06')).toMatchObject({ first: '2026-03-05', length: 2 })
})

test('the last of the points by day goes for all days after it', () => {
  expect([1, 2, 3, 4, 99].map(nth => pointsOfDay(rules, nth))).toEqual([1, 2, 3, 3, 3])
})

test('the next gift is the nearest, a repeating one comes again', () => {
  expect(nextBonus(rules, 6)).toMatchObject({ missing: 1, bonus: { days: 7 } })
  expect(nextBonus(rules, 7)).toMatchObject({ missing: 7, bonus: { days: 7 } })
  expect(nextBonus(rules, 29)).toMatchObject({ missing: 1, bonus: { days: 30 } })
  expect(nextBonus({ bonuses: [] }, 3)).toBeNull()
})

test('law: in whatever order days are made up for, a run has brought what it would have, signed day by day', () => {
  const length = 40
  fc.assert(
    fc.property(
      fc.shuffledSubarray(
        Array.from({ length }, (_, i) => i),
        { minLength: length },
      ),
      order => {
        const signed: SignedDay[] = []
        for (const offset of order) {
          const day = addDays('2026-03-01', offset)
          const run = runAround([...signed, { day, bonuses: [] }], day)
          const bonuses = bonusesDue(run, rules).map(({ days: count }) => ({ days: count, points: 20, coupon: false }))
          signed.push({ day, bonuses })
        }
        const given = signed.flatMap(one => one.bonuses)
        expect(given.filter(one => one.days === 7)).toHaveLength(5)
        expect(given.filter(one => one.days === 30)).toHaveLength(1)
      },
    ),
    { numRuns: 100 },
  )
})
