import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  amountText,
  cardNoText,
  changeText,
  compactText,
  countText,
  dayPlus,
  dayText,
  durationText,
  fenText,
  quantityText,
  shopDayOf,
  sumAmounts,
  whenExact,
  whenFull,
  whenShort,
  whenText,
} from '../../admin-web/src/ui/format.ts'

describe('money', () => {
  it('shows fen as yuan with two places', () => {
    expect(fenText(1_234_560)).toBe('¥12,345.60')
    expect(fenText(0)).toBe('¥0.00')
    expect(fenText(-5)).toBe('-¥0.05')
  })
  it('keeps what an ERP states, three places too, without a float in between', () => {
    expect(amountText('12.3400')).toBe('¥12.34')
    expect(amountText('0.8330')).toBe('¥0.833')
    expect(amountText('-1234.5')).toBe('-¥1,234.50')
    expect(amountText('99999999999999.9900')).toBe('¥99,999,999,999,999.99')
  })
  it('adds what an ERP states exactly', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n })), units => {
        const text = (value: bigint): string => {
          const size = value < 0n ? -value : value
          return `${value < 0n ? '-' : ''}${size / 10_000n}.${String(size % 10_000n).padStart(4, '0')}`
        }
        expect(sumAmounts(units.map(text))).toBe(text(units.reduce((sum, one) => sum + one, 0n)))
      }),
    )
  })
})

describe('numbers', () => {
  it('are grouped, shortened only in tight places, in the way of the language', () => {
    expect(countText(1_234_567)).toBe('1,234,567')
    expect(compactText(128_000, 'zh-CN')).toBe('12.8万')
    expect(compactText(128_000, 'en')).toBe('128k')
    expect(compactText(9_999, 'zh-CN')).toBe('9,999')
    expect(compactText(230_000_000, 'zh-CN')).toBe('2.3亿')
  })
  it('say a change with its sign, and nothing where there was nothing', () => {
    expect(changeText(103.2, 100)).toBe('+3.2%')
    expect(changeText(90, 100)).toBe('-10.0%')
    expect(changeText(5, 0)).toBeNull()
  })
  it('weigh and count alike', () => {
    expect(quantityText('0.8300')).toBe('0.83')
    expect(quantityText('2.0000')).toBe('2')
    expect(quantityText('100')).toBe('100')
  })
  it('read a card in groups of four', () => expect(cardNoText('98424291543862977735')).toBe('9842 4291 5438 6297 7735'))
})

describe('time', () => {
  it('is the shop’s, wherever the browser stands', () => {
    const now = new Date('2026-11-22T12:00:00Z')
    expect(whenShort('2026-11-22T11:05:00Z', now)).toBe('11-22 19:05')
    expect(whenShort('2026-11-22T17:05:00Z', now)).toBe('11-23 01:05')
    expect(whenShort('2025-12-31T15:59:00Z', now)).toBe('2025-12-31 23:59')
    expect(whenFull('2026-11-22T16:00:07Z')).toBe('2026-11-23 00:00:07')
    expect(shopDayOf(new Date('2026-11-22T16:00:00Z'))).toBe('2026-11-23')
    expect(dayPlus('2026-03-01', -1)).toBe('2026-02-28')
  })
  it('is read with its weekday, in the way of the language, another year named', () => {
    const now = new Date('2026-11-22T12:00:00Z')
    expect(whenText('2026-11-22T10:06:00Z', 'zh-CN', now)).toBe('11月22日 周日 18:06')
    expect(whenText('2026-11-22T10:06:00Z', 'en', now)).toBe('Sun 22 Nov 18:06')
    // Already Monday in the shop, still Sunday in Greenwich.
    expect(whenText('2026-11-22T17:05:00Z', 'zh-CN', now)).toBe('11月23日 周一 01:05')
    expect(whenText('2025-12-31T15:59:00Z', 'zh-CN', now)).toBe('2025年12月31日 周三 23:59')
    expect(whenText('2025-12-31T15:59:00Z', 'en', now)).toBe('Wed 31 Dec 2025 23:59')
    // New Year's Eve in Greenwich is the new year in the shop.
    expect(whenText('2026-12-31T16:30:00Z', 'zh-CN', now)).toBe('2027年1月1日 周五 00:30')
    expect(whenExact('2026-11-22T16:00:07Z', 'zh-CN')).toBe('2026年11月23日 周一 00:00:07')
    expect(dayText('2026-03-01', 'zh-CN', now)).toBe('3月1日 周日')
    expect(dayText('2026-03-01', 'en', now)).toBe('Sun 1 Mar')
    expect(dayText('2027-03-01', 'en', now)).toBe('Mon 1 Mar 2027')
    expect(dayText('never', 'zh-CN', now)).toBe('never')
  })
  it('speaks the language of the page where none is named', () => {
    document.documentElement.lang = 'en'
    expect(dayText('2026-03-01', undefined, new Date('2026-11-22T12:00:00Z'))).toBe('Sun 1 Mar')
    document.documentElement.lang = 'zh-CN'
    expect(dayText('2026-03-01', undefined, new Date('2026-11-22T12:00:00Z'))).toBe('3月1日 周日')
  })
  it('is spelled out', () => {
    expect(durationText(75, 'zh-CN')).toBe('1 分 15 秒')
    expect(durationText(7_260, 'en')).toBe('2 h 1 min')
    expect(durationText(9, 'zh-CN')).toBe('9 秒')
  })
})
