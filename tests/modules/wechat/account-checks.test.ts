import { afterAll, beforeAll, expect, test } from 'vitest'
import { wechatApi, type AccountCheck } from '../../../server/modules/wechat/contract/index.ts'
import { stage, type Stage } from '../../support/stage.ts'
import type { StaffUser } from '../../support/world.ts'
import { post, push } from './pushes.ts'

let on: Stage
let owner: StaffUser
beforeAll(async () => {
  on = await stage()
  owner = await on.shop.as('owner')
})
afterAll(() => on.close())

const check = (what: AccountCheck, appId = on.official.appId) =>
  owner.call(wechatApi).checkAccount({ params: { appId }, body: { check: what } })

test('the self-test asks WeChat itself, step by step', async () => {
  expect(await check('token')).toMatchObject({ tone: 'good', code: 'tokenGood' })
  expect(await check('ips')).toMatchObject({ tone: 'good', code: 'ipsGood' })
  expect(await check('menu')).toMatchObject({ tone: 'good', code: 'menuGood' })
  expect(await check('menu', on.mini.appId)).toMatchObject({ tone: 'note', code: 'noMenuHere' })
  const quota = await check('quota')
  expect(quota).toMatchObject({ tone: 'good', code: 'quotaGood' })
  expect(quota.quotas.find(one => one.path === '/cgi-bin/message/custom/send')?.limit).toBeGreaterThan(0)
})

test('the callback is told apart: never called, verified, receiving, and refused with the reason', async () => {
  expect(await check('callback')).toMatchObject({ tone: 'warn', code: 'neverCalled' })
  const seconds = Math.floor(on.shop.clock.now().getTime() / 1000)
  const good = push('o-check', seconds, { MsgType: 'text', Content: '在吗', MsgId: '1' })
  await post(on.shop.url, good.query.replace(/msg_signature=[0-9a-f]{4}/, 'msg_signature=0000'), good.body)
  await expect.poll(() => check('callback')).toMatchObject({ tone: 'bad', code: 'refusedPush.badSignature' })
  on.shop.clock.advance(1_000)
  await post(on.shop.url, good.query, good.body)
  await expect.poll(() => check('callback')).toMatchObject({ tone: 'good', code: 'pushed' })
})

test('what is wrong is named so that it can be mended: secret, address, line, quota', async () => {
  const real = on.wechat.world.accounts.get(on.official.appId) ?? on.official
  on.wechat.world.accounts.set(real.appId, { ...real, secret: 'another secret' })
  expect(await check('token')).toMatchObject({ tone: 'bad', code: 'wrongSecret' })
  on.wechat.world.accounts.set(real.appId, { ...real, ipWhitelist: ['203.0.113.9'] })
  expect(await check('token')).toMatchObject({ tone: 'bad', code: 'ipNotListed', facts: { ip: '127.0.0.1' } })
  on.wechat.world.accounts.set(real.appId, real)
  const { version } = await owner.call(wechatApi).account({ params: { appId: real.appId } })
  await owner.call(wechatApi).changeAccount({
    params: { appId: real.appId },
    body: { version, name: '禾谷', baseUrl: 'http://127.0.0.1:9' },
  })
  expect(await check('token')).toMatchObject({ tone: 'bad', code: 'unreachable' })
  await expect(check('token', 'wx0000000000000000')).rejects.toMatchObject({ status: 404 })
})
