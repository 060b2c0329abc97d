import { beforeAll, expect, test } from 'vitest'
import * as format from '../../miniprogram/src/lib/format.ts'
import { chooseLanguage } from '../../miniprogram/src/lib/i18n/index.ts'
import { stubWx } from '../support/miniprogram/wx-stub.ts'

const sunday = Date.parse('2026-11-22T04:00:00Z')

beforeAll(() => void stubWx())

test('money as a receipt prints it: two decimals, more only where the ERP states them, the sign before the ¥', () => {
  expect(format.price('63.4000')).toBe('¥63.40')
  expect(format.price('7.9650')).toBe('¥7.965')
  expect(format.price('-15.9000')).toBe('−¥15.90')
  expect(format.price('1234567.0000')).toBe('¥1,234,567.00')
  expect(format.price('-0.0000')).toBe('¥0.00')
  expect(format.yuanOfFen(500)).toBe('5')
  expect(format.yuanOfFen(1250)).toBe('12.50')
  expect(format.yuanOfFen(128_140)).toBe('1,281.40')
  expect(format.fenPrice(-128_140)).toBe('−¥1,281.40')
  expect(format.fenPrice(0)).toBe('¥0.00')
})

test('weights lose their empty decimals, points carry their sign', () => {
  expect(format.quantity('0.8300')).toBe('0.83')
  expect(format.quantity('2.0000')).toBe('2')
  expect(format.quantity('100.0000')).toBe('100')
  expect(format.signedPoints(63)).toBe('+63')
  expect(format.signedPoints(-1286)).toBe('−1,286')
})

test('the day and the clock are the shop’s, wherever the phone is', () => {
  expect(format.shopDay('2026-11-21T16:30:00Z')).toBe('2026-11-22')
  expect(format.momentText('2026-11-22T01:05:00Z', sunday)).toBe('09:05')
  expect(format.momentText('2026-11-21T10:06:00Z', sunday)).toBe('11月21日 周六 18:06')
  expect(format.dayAndTime('2026-11-22T01:05:00Z', sunday)).toBe('11月22日 周日 09:05')
  expect(format.dayText('2025-12-31', sunday)).toBe('2025年12月31日')
})

test('a day that stands alone has its weekday, an end of a range has not', () => {
  const week = Array.from({ length: 7 }, (_, n) => format.dateText(`2026-11-${22 + n}`, sunday))
  expect(week.map(day => day.split(' ')[1])).toEqual(['周日', '周一', '周二', '周三', '周四', '周五', '周六'])
  expect(week[0]).toBe('11月22日 周日')
  expect(format.dateText('2025-12-31', sunday)).toBe('2025年12月31日 周三')
  // Half past midnight in the shop is still Saturday in Greenwich.
  expect(format.dayAndTime('2026-11-21T16:30:00Z', sunday)).toBe('11月22日 周日 00:30')
  expect(format.rangeEnd('2026-11-22T14:00:00Z', sunday)).toBe('11月22日 22:00')
  expect(format.shortMoment('2026-11-22T14:00:00Z', sunday)).toBe('22:00')
  expect(format.shortMoment('2026-11-23T02:00:00Z', sunday)).toBe('11月23日 10:00')
})

test('a coupon says today and tomorrow with the hour, later days by date', () => {
  const words = { today: '今天 {time} 前', tomorrow: '明天 {time} 前', day: '{day}前有效' }
  expect(format.untilText('2026-11-22T14:00:00Z', words, sunday)).toBe('今天 22:00 前')
  expect(format.untilText('2026-11-23T14:00:00Z', words, sunday)).toBe('明天 22:00 前')
  expect(format.untilText('2026-11-30T14:00:00Z', words, sunday)).toBe('11月30日前有效')
})

test('the card number stands in groups of four', () => {
  expect(format.groupsOfFour('88010203040506070809')).toBe('8801 0203 0405 0607 0809')
  expect(format.groupsOfFour('12345')).toBe('1234 5')
})

test('in English the same dates are English', () => {
  chooseLanguage('en')
  expect(format.momentText('2026-11-21T10:06:00Z', sunday)).toBe('Sat 21 Nov 18:06')
  expect(format.dateText('2026-11-22', sunday)).toBe('Sun 22 Nov')
  expect(format.dayText('2025-12-31', sunday)).toBe('31 Dec 2025')
  chooseLanguage('zh')
})

test('a month is said with its year, in the phone’s language', () => {
  expect(format.monthText('2026-11')).toBe('2026年11月')
  expect(format.monthText('2026-01')).toBe('2026年1月')
  chooseLanguage('en')
  expect(format.monthText('2026-11')).toBe('Nov 2026')
  chooseLanguage('zh')
})
