import { afterAll, beforeAll, expect, test } from 'vitest'
import { wechatApi } from '../../../server/modules/wechat/contract/index.ts'
import { stage, type Stage } from '../../support/stage.ts'

let on: Stage
const COUPON = 'tmpl_coupon_arrived'
beforeAll(async () => {
  on = await stage()
})
afterAll(() => on.close())

test('a login code opens one session; used again or invented it opens none', async () => {
  const person = on.person()
  const code = on.wechat.actions.loginCode(person, on.mini)
  const api = on.shop.call(wechatApi)
  expect(await api.openSession({ body: { code } })).toMatchObject({ member: false })
  await expect(api.openSession({ body: { code } })).rejects.toMatchObject({ status: 400, code: 'wechat.badLoginCode' })
  await expect(api.openSession({ body: { code: 'invented' } })).rejects.toMatchObject({ code: 'wechat.badLoginCode' })
  await expect(api.openSession({ body: { code, appId: on.official.appId } })).rejects.toMatchObject({
    code: 'wechat.noAccount',
  })
})

test('without a session, or with an invented token, nothing of the shopper’s side answers', async () => {
  await expect(on.shop.call(wechatApi).subscribeTemplates()).rejects.toMatchObject({ status: 401 })
  const forged = { authorization: `Bearer ${'x'.repeat(43)}` }
  await expect(on.shop.call(wechatApi, forged).subscribeTemplates()).rejects.toMatchObject({ status: 401 })
})

test('the token lies in Redis as a hash only, and WeChat’s session key nowhere', async () => {
  const headers = await on.opens(on.person())
  const token = headers.authorization.slice('Bearer '.length)
  const keys = await on.shop.kernel.redis.keys(`*${on.shop.config.REDIS_PREFIX}*shop*`)
  const values = await Promise.all(keys.map(key => on.shop.kernel.redis.get(key)))
  expect(JSON.stringify([keys, values])).not.toContain(token)
  expect(JSON.stringify(values)).not.toContain('session')
})

test('each yes to a pop-up is one message, a repeated request counts once, a strange template not at all', async () => {
  const person = on.person()
  const api = on.shop.call(wechatApi, await on.opens(person))
  const yes = (key: string, accepted: string[]) => api.recordSubscriptions({ body: { key, accepted } })
  await Promise.all([yes('popup-0001', [COUPON]), yes('popup-0001', [COUPON]), yes('popup-0001', [COUPON])])
  await yes('popup-0002', [COUPON, 'tmpl_of_somebody_else'])
  const { items } = await api.subscribeTemplates()
  expect(items).toEqual([
    { name: 'couponArrived', templateId: COUPON, remaining: 2 },
    { name: 'couponExpiring', templateId: 'tmpl_coupon_expiring', remaining: 0 },
    { name: 'pickupReady', templateId: 'tmpl_pickup_ready', remaining: 0 },
    { name: 'pickupEnding', templateId: 'tmpl_pickup_ending', remaining: 0 },
    { name: 'ticketReplied', templateId: 'tmpl_ticket_replied', remaining: 0 },
  ])
})

test('20 sessions opened at once on a cold start need one access token', async () => {
  const before = on.wechat.world.journal.count({ path: '/cgi-bin/stable_token', after: 0 })
  const people = Array.from({ length: 20 }, () => on.person())
  await Promise.all(
    people.map(person =>
      on.shop.modules.wechat.phoneByCode(on.mini.appId, on.wechat.actions.phoneCode(person, on.mini)),
    ),
  )
  expect(on.wechat.world.journal.count({ path: '/cgi-bin/stable_token', after: 0 }) - before).toBeLessThanOrEqual(1)
})
