import { afterEach, beforeEach, expect, it } from 'vitest'
import { shopDay } from '../../../server/kernel/clock.ts'
import { inTransaction } from '../../../server/kernel/db.ts'
import { wechatApi } from '../../../server/modules/wechat/contract/index.ts'
import { SEND_NOW } from '../../../server/modules/wechat/index.ts'
import { stage, type Stage } from '../../support/stage.ts'
import type { StaffUser } from '../../support/world.ts'

let on: Stage
let owner: StaffUser

beforeEach(async () => {
  on = await stage()
  owner = await on.shop.as('owner')
})
afterEach(() => on.close())

const REPLIED = 'tmpl_ticket_replied'
const moment = 'ticketSubmit' as const
const figures = async () => {
  const day = shopDay(on.shop.clock.now(), 'Asia/Shanghai')
  const { items } = await owner.call(wechatApi).moments({ query: { from: day, to: day } })
  const found = items.find(item => item.moment === moment)
  if (found === undefined) throw new Error('no such moment')
  return found
}

it('asks what the shop has set, and nothing where it is off or the mini-program has no such template', async () => {
  const headers = await on.opens(on.person('王女士'))
  const asked = async () => (await on.shop.call(wechatApi, headers).shopMoments()).items
  expect((await asked()).find(item => item.moment === moment)).toMatchObject({
    templates: [{ templateId: REPLIED, remaining: 0 }],
    wording: { zh: '有回复时通知我' },
  })
  const api = owner.call(wechatApi)
  const setting = {
    isOn: true,
    templates: ['ticketReplied', 'couponArrived'],
    wordingZh: '回复提醒',
    wordingEn: 'Tell me',
  }
  await api.setMoment({ params: { moment }, body: setting })
  expect((await asked()).find(item => item.moment === moment)?.templates).toHaveLength(2)
  // A template that this mini-program has not applied for is asked for nowhere.
  expect((await asked()).map(item => item.moment)).toContain('exchange')
  await api.setMoment({ params: { moment: 'exchange' }, body: { ...setting, templates: ['neverApplied'] } })
  expect((await asked()).map(item => item.moment)).not.toContain('exchange')
  await api.setMoment({ params: { moment }, body: { ...setting, isOn: false } })
  expect((await asked()).map(item => item.moment)).not.toContain(moment)
  const many = { ...setting, templates: ['a', 'b', 'c', 'd'] }
  await expect(api.setMoment({ params: { moment }, body: many })).rejects.toMatchObject({ status: 400 })
  const marketer = await on.shop.as('storeManager', { stores: ['S1'] })
  await expect(marketer.call(wechatApi).setMoment({ params: { moment }, body: setting })).rejects.toMatchObject({
    status: 403,
  })
})

it('every accept is one message, also a kept one without a pop-up; a repeated request counts once; what is sent is used', async () => {
  const wang = on.person('王女士')
  const headers = await on.opens(wang)
  const api = on.shop.call(wechatApi, headers)
  const say = (key: string, accepted: boolean, kept: boolean) =>
    api.answerMoment({ body: { moment, key, answers: [{ templateId: REPLIED, accepted, kept }] } })
  on.wechat.actions.answerPopup(wang, on.mini, [{ templateId: REPLIED, accepted: true }])
  await say('tap-number-1', true, false)
  await say('tap-number-1', true, false)
  on.wechat.actions.answerPopup(wang, on.mini, [{ templateId: REPLIED, accepted: true }])
  await say('tap-number-2', true, true)
  await say('tap-number-3', false, false)
  const { items } = await say('tap-number-4', false, true)
  expect(items.find(item => item.moment === moment)?.templates).toEqual([{ templateId: REPLIED, remaining: 2 }])
  expect((await figures()).figures).toEqual({
    shown: 2,
    accepted: 1,
    rejected: 1,
    keptAccepted: 1,
    keptRejected: 1,
    used: 0,
  })
  await inTransaction(on.shop.db, tx =>
    on.shop.modules.wechat.plan(tx, [
      {
        key: 'a-reply',
        group: SEND_NOW,
        appId: on.mini.appId,
        openid: wang.openids[on.mini.appId] ?? '',
        route: 'subscribe',
        purpose: 'service',
        templateId: REPLIED,
        body: { fields: { thing1: '积分', thing2: '已补' } },
      },
    ]),
  )
  await on.settle()
  const after = await figures()
  expect(after.figures.used).toBe(1)
  expect(after.days).toHaveLength(1)
})

it('an answer about a template that is none of ours is passed over', async () => {
  const headers = await on.opens(on.person('李先生'))
  const body = { moment, key: 'tap-number-9', answers: [{ templateId: 'somebody-elses', accepted: true, kept: false }] }
  await on.shop.call(wechatApi, headers).answerMoment({ body })
  expect((await figures()).figures.shown).toBe(0)
})
