import { expect, test } from 'vitest'
import { EarningRules } from '../../../server/modules/points/contract/rules.ts'
import { receiptSentence } from '../../../server/modules/points/service/explain-words.ts'

// 「为什么这笔只有 63 分」: one sentence that can be read to the customer, with everything that changed the points.
const rules = EarningRules.parse({})
const whole = { paid: { counts: 1n, of: 1n }, isCut: false }
const line = (net: string, multipliers: string[] = [], times = 1, earns = true) => ({ net, earns, multipliers, times })
const zh = (points: number, base: bigint, lines: ReturnType<typeof line>[], more: object = {}, own = rules) =>
  receiptSentence('credited', points, base, { ...whole, lines, ...more }, own).zh

test('a receipt without multipliers says the rate', () => {
  expect(zh(63, 634_000n, [line('63.4000')])).toBe('可积分金额 ¥63.40，满 1 元积 1 分，积分 +63 已到账')
  const { en } = receiptSentence('pending', 63, 634_000n, { ...whole, lines: [line('63.4000')] }, rules)
  expect(en).toBe('¥63.40 counts, 1 point a full yuan: +63 points, usually there the next day')
})

test('a multiplier is named: for all that counts, or with what it counts for', () => {
  const doubled = line('63.0000', ['会员日双倍'], 2)
  expect(zh(126, 630_000n, [doubled, line('45.0000', [], 1, false)])).toBe(
    '可积分金额 ¥63.00，满 1 元积 1 分，会员日双倍 ×2，积分 +126 已到账',
  )
  const [fresh, more] = [line('10.0000', ['生鲜双倍', '周日'], 3), line('5.0000', ['生鲜双倍', '周日'], 3)]
  expect(zh(95, 650_000n, [fresh, more, line('50.0000')])).toBe(
    '可积分金额 ¥65.00，满 1 元积 1 分，其中 ¥15.00 生鲜双倍 周日 ×3，积分 +95 已到账',
  )
})

test('what else made it fewer is named: the cap of a receipt, and a way of paying that earns nothing', () => {
  const capped = EarningRules.parse({ caps: { receipt: 50, day: null } })
  expect(zh(50, 634_000n, [line('63.4000')], { isCut: true }, capped)).toContain('一张小票最多 50 分')
  expect(zh(50, 634_000n, [line('63.4000')], { paid: { counts: 8n, of: 10n } })).toContain('按 80% 计')
})
