import { afterEach, beforeEach, expect, it } from 'vitest'
import { miniprogramAccount } from '../../sandbox/index.ts'
import { addPerson } from '../../sandbox/state/world.ts'
import { m, town } from './shop.ts'

/** The customer service of a mini-program (wechat-protocol §1.6, §3.3): nobody follows it, pushes are JSON. */
let place: Awaited<ReturnType<typeof town>>
beforeEach(async () => {
  place = await town()
})
afterEach(() => place.stop())

const pushed = async () => {
  await place.sandbox.pushes.settled()
  return place.sandbox.world.journal
    .read({ kind: 'push', appId: m, after: 0, limit: 100 })
    .entries.map(entry => JSON.parse(entry.plain ?? '{}') as Record<string, unknown>)
}

it('somebody enters, writes, and sends a page’s card; the shop is told each as a push of the mini-program', async () => {
  addPerson(place.sandbox.world, { id: 'wang' })
  await place.ask('POST', '/__sim/people/wang/enter-session', { from: 'wallet' })
  await place.ask('POST', '/__sim/people/wang/say', { appId: m, text: '券怎么用' })
  const card = { type: 'miniprogrampage', title: '我的券包', page: 'pages/wallet/wallet' }
  await place.ask('POST', '/__sim/people/wang/send', { appId: m, ...card })
  expect(await pushed()).toMatchObject([
    { ToUserName: miniprogramAccount.originalId, Event: 'user_enter_tempsession', SessionFrom: 'wallet' },
    { MsgType: 'text', Content: '券怎么用', MsgId: expect.anything() },
    { MsgType: 'miniprogrampage', Title: '我的券包', AppId: m, PagePath: 'pages/wallet/wallet' },
  ])
})

it('the shop answers five times in 48 hours, and the answers stand in that chat', async () => {
  const person = addPerson(place.sandbox.world, {})
  const openid = person.openids[m] ?? ''
  await expect(place.mini.sendText(openid, '太早')).rejects.toMatchObject({ code: 45015 })
  place.sandbox.actions.say(person, miniprogramAccount, '在吗')
  for (let n = 0; n < 5; n++) await place.mini.sendText(openid, `答 ${n}`)
  await expect(place.mini.sendText(openid, '太多')).rejects.toMatchObject({ code: 45047 })
  expect(person.entries.filter(entry => entry.thread === m && entry.from === 'account')).toHaveLength(5)
})

it('when nobody takes the message, the shopper reads so in the words of a mini-program', async () => {
  place.shop.answer = () => ({ status: 500, body: '' })
  const person = addPerson(place.sandbox.world, {})
  place.sandbox.actions.say(person, miniprogramAccount, '在吗')
  await place.sandbox.pushes.settled()
  expect(person.entries.at(-1)).toMatchObject({ from: 'system', text: '该小程序客服暂时无法提供服务，请稍后再试' })
})
