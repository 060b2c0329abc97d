import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  hashOfSeed,
  newSeed,
  numberOf,
  prizeOf,
  ticketOf,
} from '../../../server/modules/rewards/service/lottery/fair.ts'

const base = 1_000_000
const odds = fc.array(fc.integer({ min: 0, max: base }), { minLength: 1, maxLength: 8 }).map(parts => {
  // What the parts leave, the last line has: the odds are exactly the base.
  let left = base
  const lines = parts.map(part => {
    const one = Math.min(part, left)
    left -= one
    return { odds: one }
  })
  return [...lines, { odds: left }]
})

test('every number has exactly one prize: the first and the last of each prize are its own, and no number falls through', () => {
  // The failure of the field: numbers from 0 to the sum, inclusive, compared with "<": one draw in total + 1 has no prize.
  fc.assert(
    fc.property(odds, lines => {
      let start = 0
      for (const line of lines) {
        if (line.odds > 0) {
          expect(prizeOf(lines, start)).toBe(line)
          expect(prizeOf(lines, start + line.odds - 1)).toBe(line)
        }
        start += line.odds
      }
      expect(start).toBe(base)
      expect(() => prizeOf(lines, base)).toThrow('no prize')
    }),
  )
})

test('counted over all numbers, each prize has exactly its odds', () => {
  const lines = [{ odds: 3 }, { odds: 0 }, { odds: 90 }, { odds: 907 }]
  const counts = new Map(lines.map(line => [line, 0]))
  for (let number = 0; number < 1000; number++) {
    const prize = prizeOf(lines, number)
    counts.set(prize, (counts.get(prize) ?? 0) + 1)
  }
  expect([...counts.values()]).toEqual([3, 0, 90, 907])
})

test('a number is never the base, never below nought, and the same for the same seed and ticket', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 2 ** 32 - 1 }), (ticket, among) => {
      const seed = newSeed()
      const number = numberOf(seed, ticket, among)
      expect(Number.isInteger(number) && number >= 0 && number < among).toBe(true)
      expect(numberOf(seed, ticket, among)).toBe(number)
    }),
  )
})

test('words that would favour small numbers are passed over: with a base of 3·2^30 every fourth word is', () => {
  // By the remainder alone a quarter of the numbers would be twice as likely as the others.
  const among = 3 * 2 ** 30
  const seed = newSeed()
  let passedOver = 0
  for (let i = 0; i < 400; i++) {
    const ticket = ticketOf('L', i, 'key')
    const words = createHmac('sha256', Buffer.from(seed, 'hex')).update(ticket).digest()
    const fit = Array.from({ length: 8 }, (_, at) => words.readUInt32BE(at * 4)).find(word => word < among)
    if (words.readUInt32BE(0) >= among) passedOver++
    if (fit !== undefined) expect(numberOf(seed, ticket, among)).toBe(fit)
  }
  expect(passedOver).toBeGreaterThan(50)
})

test('when no word of a round fits, the next round is drawn', () => {
  // Of 2^32 - 1 words, all but the first 2^31 + 1 are passed over: among 400 tickets some need a second round.
  const among = 2 ** 31 + 1
  const seed = '11'.repeat(32)
  const rounds = Array.from({ length: 3000 }, (_, i) => {
    const bytes = createHmac('sha256', Buffer.from(seed, 'hex')).update(`t${i}`).digest()
    return Array.from({ length: 8 }, (_word, at) => bytes.readUInt32BE(at * 4)).every(word => word >= among)
  })
  const late = rounds.findIndex(Boolean)
  expect(late).toBeGreaterThanOrEqual(0)
  const next = createHmac('sha256', Buffer.from(seed, 'hex')).update(`t${late}#1`).digest()
  const word = Array.from({ length: 8 }, (_, at) => next.readUInt32BE(at * 4)).find(one => one < among)
  expect(numberOf(seed, `t${late}`, among)).toBe(word)
})

test('over twenty thousand tickets the numbers are even (chi-squared over 16 parts)', () => {
  const seed = '5a'.repeat(32)
  const parts = Array.from({ length: 16 }, () => 0)
  const draws = 20_000
  for (let i = 0; i < draws; i++) {
    const part = Math.floor((numberOf(seed, ticketOf('L', i, 'k'), base) * 16) / base)
    parts[part] = (parts[part] ?? 0) + 1
  }
  const expected = draws / 16
  const chi = parts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  // 15 degrees of freedom: 37.7 is passed by one seed in a thousand; this seed stays what it is.
  expect(chi).toBeLessThan(37.7)
})

test('the hash of a seed is sha256 of its bytes, as anybody can compute it', () => {
  expect(hashOfSeed('00'.repeat(32))).toBe('66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925')
  expect(newSeed()).toMatch(/^[0-9a-f]{64}$/)
})
