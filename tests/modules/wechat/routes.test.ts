import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Person } from '../../../sandbox/state/person.ts'
import { inTransaction } from '../../../server/kernel/db.ts'
import type { Outgoing } from '../../../server/modules/wechat/index.ts'
import { grantCredit } from '../../../server/modules/wechat/repository/rights/grants.ts'
import { stage, type Stage } from '../../support/stage.ts'

// Every way that a message can take, and what it looks like on the phone.
let on: Stage
let uncle: Person
const TEMPLATE = 'tmpl_service_notice'
beforeAll(async () => {
  on = await stage({ settings: { resultEvents: false } })
  uncle = on.person('李叔')
  on.wechat.actions.follow(uncle, on.official)
  on.wechat.actions.say(uncle, on.official, '停车怎么走')
  await on.settle()
})
afterAll(() => on.close())

const api = () => on.shop.modules.wechat
const openid = () => uncle.openids[on.official.appId] ?? ''
const base = (key: string): Omit<Outgoing, 'route' | 'templateId' | 'body'> => ({
  key,
  group: 'routes',
  appId: on.official.appId,
  openid: openid(),
  purpose: 'service',
})
async function send(message: Outgoing) {
  const without = await inTransaction(on.shop.db, tx => api().plan(tx, [message]))
  expect([...without]).toEqual([])
  await api().deliverer.deliver('routes', { limit: 10 })
  return (await api().outcomes([message.key])).get(message.key)
}
const content = (key: string, body: Record<string, unknown>): Outgoing => ({
  ...base(key),
  route: 'customer_service',
  templateId: '',
  body: { content: body },
  asked: true,
})

test('a customer-service message of another type: a menu to tap', async () => {
  const menu = {
    head_content: '您想问什么?',
    list: [
      { id: '1', content: '停车' },
      { id: '2', content: '退货' },
    ],
    tail_content: '点一下即可',
  }
  expect(await send(content('menu-1', { msgtype: 'msgmenu', msgmenu: menu }))).toMatchObject({ state: 'sent' })
  expect(JSON.stringify(uncle.entries)).toContain('您想问什么')
})

test('content that WeChat would not take is refused before it is planned', async () => {
  const wrong = content('wrong-1', { msgtype: 'msgmenu', msgmenu: { list: 'nothing' } })
  await expect(inTransaction(on.shop.db, tx => api().plan(tx, [wrong]))).rejects.toMatchObject({
    code: 'wechat.badContent',
  })
  const selling = content('wrong-2', { msgtype: 'text', text: { content: '全场打折' } })
  await expect(inTransaction(on.shop.db, tx => api().plan(tx, [{ ...selling, asked: false }]))).rejects.toMatchObject({
    code: 'wechat.contentForbidden',
  })
})

test('a subscribe message of the official account spends one accept of its page', async () => {
  const pen = { newId: on.shop.kernel.newId, now: on.shop.clock.now() }
  await inTransaction(on.shop.db, tx =>
    grantCredit(tx, { appId: on.official.appId, openid: openid() }, TEMPLATE, 'page-1', pen),
  )
  uncle.credits[`${on.official.appId} ${TEMPLATE}`] = 1
  const notice = (key: string): Outgoing => ({
    ...base(key),
    route: 'subscribe',
    templateId: TEMPLATE,
    body: { fields: { thing1: '营业时间', thing2: '春节照常' } },
  })
  expect(await send(notice('biz-1'))).toMatchObject({ state: 'sent' })
  const without = await inTransaction(on.shop.db, tx => api().plan(tx, [notice('biz-2')]))
  expect([...without]).toEqual(['biz-2'])
  expect(await api().differences()).toEqual([])
})

test('a one-off message goes to whom agreed on the subscription page, once', async () => {
  const pen = { newId: on.shop.kernel.newId, now: on.shop.clock.now() }
  await inTransaction(on.shop.db, tx =>
    grantCredit(tx, { appId: on.official.appId, openid: openid() }, 'once', 'one-off-1', pen),
  )
  // The phone's part: the page of WeChat on which the person agrees.
  const scene = '7'
  on.wechat.world.console(on.official.appId).oneTime.set(`${openid()} once ${scene}`, { personId: uncle.id, scene })
  const message: Outgoing = {
    ...base('once-1'),
    route: 'one_off',
    templateId: 'once',
    body: { title: '到货了', text: '您要的鸡蛋到货了', scene: 7 },
  }
  expect(await send(message)).toMatchObject({ state: 'sent' })
  expect(JSON.stringify(uncle.entries)).toContain('您要的鸡蛋到货了')
  expect(await api().differences()).toEqual([])
  expect([...(await inTransaction(on.shop.db, tx => api().plan(tx, [{ ...message, key: 'once-2' }])))]).toEqual([
    'once-2',
  ])
})
