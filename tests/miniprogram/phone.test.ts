import { beforeEach, expect, test, vi } from 'vitest'
import { askForMessage, prepareToAsk } from '../../miniprogram/src/lib/subscribe.ts'
import { brighten, dim } from '../../miniprogram/src/lib/screen-light.ts'
import { stubWx } from '../support/miniprogram/wx-stub.ts'

// What the phone answers late, or not at all.
let answers: ((value: number) => void)[]
let light: number
const given = <T extends object>(more: T) => Object.assign((globalThis as unknown as { wx: object }).wx, more)

beforeEach(() => {
  stubWx()
  answers = []
  light = 0.4
  given({
    getScreenBrightness: ({ success }: { success: (said: { value: number }) => void }) =>
      answers.push(value => success({ value })),
    setScreenBrightness: ({ value, success }: { value: number; success?: () => void }) => {
      light = value
      success?.()
    },
  })
})

test('the screen is bright while the code is shown, and has its light back after', () => {
  const done = vi.fn()
  brighten(done)
  answers[0]?.(0.4)
  expect([light, done.mock.calls.length]).toEqual([1, 1])
  dim()
  expect(light).toBe(0.4)
})

test('a page that is left before the phone answered leaves the light alone', () => {
  brighten()
  dim()
  answers[0]?.(0.4)
  expect(light).toBe(0.4)
})

test('left and back before the phone answered: our own light is not taken for the one of before', () => {
  brighten()
  dim()
  brighten()
  answers[0]?.(0.4)
  answers[1]?.(light)
  expect(light).toBe(1)
  dim()
  expect(light).toBe(0.4)
})

test('only a yes to the message that the asking is named after is promised', async () => {
  const templates = [{ templateId: 'expiring', remaining: 0 }, { templateId: 'arrived', remaining: 0 }] // prettier-ignore
  const items = [{ moment: 'couponClaim', templates, wording: { zh: '到期前提醒我', en: 'Remind me' } }]
  let yes: string[] = []
  given({
    getStorageSync: (key: string) => (key === 'token' ? 'token' : ''),
    getSetting: ({ success }: { success: (said: object) => void }) => success({}),
    requestSubscribeMessage: ({ tmplIds, success }: { tmplIds: string[]; success: (said: object) => void }) =>
      success(Object.fromEntries(tmplIds.map(id => [id, yes.includes(id) ? 'accept' : 'reject']))),
    request: ({ success }: { success: (said: object) => void }) => success({ statusCode: 200, data: { items } }),
  })
  await prepareToAsk()
  yes = ['arrived']
  expect(await askForMessage('couponClaim')).toBe(false)
  yes = ['expiring']
  expect(await askForMessage('couponClaim')).toBe(true)
})
