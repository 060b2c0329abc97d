import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDays, daysBetween } from '../../../server/kernel/clock.ts'
import {
  birthdayAt,
  birthdayText,
  celebratedBetween,
  celebratedOn,
  isPossible,
  lunarDay,
  nextCelebration,
  readBirthday,
  type Birthday,
} from '../../../server/modules/members/service/birthday.ts'

const lunar = (month: number, day: number, leap = false): Birthday => ({ calendar: 'lunar', month, day, leap })
const solar = (month: number, day: number): Birthday => ({ calendar: 'solar', month, day, leap: false })

test('the festivals that everybody knows fall on their lunar days', () => {
  expect(lunarDay('2026-02-17')).toEqual({ year: 2026, month: 1, leap: false, day: 1 })
  expect(lunarDay('2026-09-25')).toEqual({ year: 2026, month: 8, leap: false, day: 15 })
  expect(lunarDay('2025-07-25')).toEqual({ year: 2025, month: 6, leap: true, day: 1 })
  expect(nextCelebration(lunar(8, 15), '2026-01-01')).toBe('2026-09-25')
})

test('whoever was born on New Year’s Eve the 30th celebrates on the 29th in a year without a 30th', () => {
  // The twelfth month of 2025 has 29 days, New Year’s Eve is 16 February 2026; that of 2026 has 29 too, of 2023 has 30.
  expect(nextCelebration(lunar(12, 30), '2026-01-10')).toBe('2026-02-16')
  expect(nextCelebration(lunar(12, 30), '2024-01-20')).toBe('2024-02-09')
  expect(nextCelebration(lunar(12, 29), '2024-01-20')).toBe('2024-02-08')
})

test('whoever was born in a leap month celebrates in it, and in the ordinary one of the years without it', () => {
  expect(nextCelebration(lunar(6, 1, true), '2025-01-01')).toBe('2025-07-25')
  expect(nextCelebration(lunar(6, 1), '2025-01-01')).toBe('2025-06-25')
  expect(nextCelebration(lunar(6, 1, true), '2026-01-01')).toBe(nextCelebration(lunar(6, 1), '2026-01-01'))
  // 2033 has the leap month that many calendars get wrong: the eleventh.
  expect(lunarDay('2033-12-22')).toMatchObject({ month: 11, leap: true, day: 1 })
})

test('29 February is celebrated on the 28th where there is none', () => {
  expect(nextCelebration(solar(2, 29), '2026-01-01')).toBe('2026-02-28')
  expect(nextCelebration(solar(2, 29), '2028-01-01')).toBe('2028-02-29')
  expect(celebratedOn('2028-02-28')).not.toContain('02-29')
})

test('a birthday is read as it was kept, an old one with its year too, nonsense not at all', () => {
  expect(readBirthday('1980-03-15')).toEqual(solar(3, 15))
  expect(readBirthday('L06-01+')).toEqual(lunar(6, 1, true))
  for (const nonsense of ['', '13-01', '04-31', 'L01-31', '03-15+', '0000-00-00'])
    expect(readBirthday(nonsense)).toBeNull()
})

test('the multiplier of the birthday counts on the day and in the month of its own calendar', () => {
  expect(birthdayAt('1980-11-22', '2026-11-22')).toBe('day')
  expect(birthdayAt('11-02', '2026-11-22')).toBe('month')
  expect(birthdayAt('L08-15', '2026-09-25')).toBe('day')
  expect(birthdayAt('L08-01', '2026-09-25')).toBe('month')
  expect(birthdayAt('L09-25', '2026-09-25')).toBeNull()
})

const anyBirthday = fc
  .record({
    calendar: fc.constantFrom('solar' as const, 'lunar' as const),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 31 }),
    leap: fc.boolean(),
  })
  .filter(isPossible)

test('law: every birthday there is comes again within 13 months, never within 10', () => {
  fc.assert(
    fc.property(anyBirthday, fc.integer({ min: 0, max: 20_000 }), (birthday, offset) => {
      const first = nextCelebration(birthday, addDays('2000-01-01', offset))
      const second = nextCelebration(birthday, addDays(first, 1))
      const apart = daysBetween(first, second)
      expect(apart).toBeGreaterThan(300)
      expect(apart).toBeLessThan(415)
    }),
    { numRuns: 60 },
  )
})

test('law: text and birthday are one', () => {
  fc.assert(
    fc.property(anyBirthday, birthday => {
      expect(readBirthday(birthdayText(birthday))).toEqual(birthday)
    }),
  )
})

test('a window knows each birthday with its day', () => {
  const found = celebratedBetween('2026-09-20', '2026-09-30')
  expect(found.get('L08-15')).toBe('2026-09-25')
  expect(found.get('09-30')).toBe('2026-09-30')
  expect(found.size).toBeGreaterThanOrEqual(22)
})
