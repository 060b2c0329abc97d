import { beforeAll, expect, test } from 'vitest'
import { isBehind } from '../../miniprogram/src/lib/fresh.ts'
import { cardView } from '../../miniprogram/src/pages/code/card-view.ts'
import { stubWx } from '../support/miniprogram/wx-stub.ts'

// A figure says up to which day it is counted, turns amber when that is older than promised, and knows what it means.

beforeAll(() => void stubWx())

const now = Date.parse('2026-11-22T04:00:00Z')
const card = {
  cardNo: '88010203040506070809',
  name: '王小满',
  homeStore: null,
  points: 1286,
  debt: 0,
  coupons: 4,
  endingToday: 1,
  receiptsThisMonth: '12',
  latest: null,
  asOf: '2026-11-21',
  waitingCards: 0,
}

test('yesterday’s sales may be missing, those of the day before too not', () => {
  expect(isBehind('2026-11-22', '2026-11-22')).toBe(false)
  expect(isBehind('2026-11-20', '2026-11-22')).toBe(false)
  expect(isBehind('2026-11-19', '2026-11-22')).toBe(true)
  // Over the end of a month and of a year.
  expect(isBehind('2026-10-30', '2026-11-01')).toBe(false)
  expect(isBehind('2026-12-29', '2027-01-01')).toBe(true)
})

test('the receipts of the month say up to which day they are counted', () => {
  const view = (asOf: string | null) => cardView({ ...card, asOf }, code => code, 100, now)
  expect(view('2026-11-21')).toMatchObject({ receiptsNote: '截至 11月21日', behind: false })
  expect(view('2026-11-18')).toMatchObject({ receiptsNote: '截至 11月18日', behind: true })
  expect(view(null)).toMatchObject({ receiptsNote: '', behind: false })
})

test('what is told beside the points is what they are worth, or what is owed', () => {
  expect(cardView(card, code => code, 100, now).pointsOf).toBe('worth')
  expect(cardView({ ...card, debt: 30 }, code => code, 100, now)).toMatchObject({
    pointsOf: 'debt',
    pointsNote: '欠 30',
  })
})
