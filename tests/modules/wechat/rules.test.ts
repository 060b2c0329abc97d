import { expect, test } from 'vitest'
import { checkRules, type Judged } from '../../../server/modules/wechat/service/rules.ts'
import { thingField } from '../../../server/modules/wechat/service/fields.ts'

const judge = (message: Partial<Judged>): string => {
  try {
    checkRules({ route: 'template', purpose: 'service', text: '', asked: false, ...message })
    return 'allowed'
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

test.each([
  ['积分到账 by template', { text: '城西店\n63\n1286' }, 'allowed'],
  ['a coupon by template', { text: '您的优惠券已到账' }, 'wechat.contentForbidden'],
  ['a coupon in English by template', { text: 'Your Coupon is here' }, 'wechat.contentForbidden'],
  ['marketing by template, whatever it says', { purpose: 'marketing', text: '你好' }, 'wechat.routeForbidden'],
  [
    'marketing by customer-service message',
    { route: 'customer_service', purpose: 'marketing', asked: true },
    'wechat.routeForbidden',
  ],
  [
    'advertising by an unasked customer-service message',
    { route: 'customer_service', text: '今日特价' },
    'wechat.contentForbidden',
  ],
  [
    'an agent’s answer about a coupon',
    { route: 'customer_service', text: '您的优惠券周五到期', asked: true },
    'allowed',
  ],
  ['marketing by subscribe message', { route: 'subscribe', purpose: 'marketing', text: '满39减5' }, 'allowed'],
] as const)('%s', (_, message, verdict) => {
  expect(judge(message)).toBe(verdict)
})

test('a refusal says in both languages which route and which word', () => {
  expect(() => checkRules({ route: 'template', purpose: 'service', text: '红包雨', asked: false })).toThrow(
    expect.objectContaining({ zh: '模板消息里不能出现「红包」：平台规定不得含卡券、红包或广告' }),
  )
})

test('a field keeps to twenty characters and cuts no sign in half', () => {
  expect(thingField('短')).toBe('短')
  expect(thingField('一\n二')).toBe('一 二')
  const cut = thingField('🥬'.repeat(15))
  expect(cut.length).toBeLessThanOrEqual(20)
  expect(cut.isWellFormed()).toBe(true)
})
