import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { wechatClient } from 'wechat-api-ts'
import { officialAccount } from '../../sandbox/index.ts'
import { addPerson } from '../../sandbox/state/world.ts'
import { codeOf, coupon, m, o, points, town } from './shop.ts'

let place: Awaited<ReturnType<typeof town>>
beforeEach(async () => {
  place = await town()
})
afterEach(() => place.stop())

const follower = () => {
  const person = addPerson(place.sandbox.world, {})
  place.sandbox.actions.follow(person, officialAccount)
  return { person, openid: person.openids[o] ?? '', mini: person.openids[m] ?? '' }
}
const shown = (person: { entries: { kind: string }[] }, kind: string) =>
  person.entries.filter(entry => entry.kind === kind)
const template = (openid: string, clientMsgId?: string) => ({
  openid,
  templateId: 'tmpl_points_arrived',
  data: points,
  ...(clientMsgId === undefined ? {} : { clientMsgId }),
})
const later = (ms: number) => place.ask('POST', '/__sim/clock', { advanceMs: ms })

describe('template messages', () => {
  it('stand on the phone with their labels, and the result is pushed afterwards', async () => {
    const { person, openid } = follower()
    const { msgId } = await place.official.sendTemplate(template(openid))
    expect(shown(person, 'template')).toMatchObject([
      { title: '积分到账通知', msgId, fields: [{ label: '消费门店', value: '滨江路社区店' }, {}, {}, {}] },
    ])
    await place.sandbox.pushes.settled()
    expect(place.shop.heard.at(-1)?.content).toMatchObject({ kind: 'templateSent', msgId, outcome: 'delivered' })
    expect(BigInt(msgId)).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER))
  })

  it('with a client_msg_id answer twice and are shown once, for ten minutes', async () => {
    const { person, openid } = follower()
    const first = await place.official.sendTemplate(template(openid, 'k'))
    expect(await place.official.sendTemplate(template(openid, 'k'))).toEqual(first)
    expect(shown(person, 'template')).toHaveLength(1)
    await later(601_000)
    expect(await place.official.sendTemplate(template(openid, 'k'))).not.toEqual(first)
    expect(shown(person, 'template')).toHaveLength(2)
  })

  it('without one are shown as often as they are sent', async () => {
    const { person, openid } = follower()
    await place.official.sendTemplate(template(openid))
    await place.official.sendTemplate(template(openid))
    expect(shown(person, 'template')).toHaveLength(2)
  })

  it('are refused as WeChat refuses them', async () => {
    const { person, openid, mini } = follower()
    const send = (change: object) => codeOf(place.official.sendTemplate({ ...template(openid), ...change }))
    expect(await send({ openid: mini })).toBe(40003)
    expect(await send({ openid: 'oNobody' })).toBe(40003)
    expect(await send({ templateId: 'tmpl_coupon_arrived' })).toBe(40037)
    expect(await send({ data: { ...points, remark: 'x' } })).toBe(47003)
    expect(await send({ data: { ...points, thing1: '' } })).toBe(47003)
    expect(await send({ data: { ...points, thing1: '字'.repeat(21) } })).toBe(47003)
    expect(await send({ miniprogram: { appId: 'wx0', path: 'a' } })).toBe(40166)
    place.sandbox.actions.unfollow(person, officialAccount)
    expect(await send({})).toBe(43004)
    expect(shown(person, 'template')).toHaveLength(0)
  })

  it('to somebody who switched receiving off are accepted, and reported as blocked', async () => {
    const { person, openid } = follower()
    place.sandbox.actions.mute(person, officialAccount, true)
    await place.official.sendTemplate(template(openid))
    await place.sandbox.pushes.settled()
    expect(shown(person, 'template')).toHaveLength(0)
    expect(place.shop.heard.at(-1)?.content).toMatchObject({ kind: 'templateSent', outcome: 'blocked' })
  })
})

describe('subscribe messages', () => {
  const send = (openid: string) => place.mini.sendSubscribe({ openid, templateId: 'tmpl_coupon_arrived', data: coupon })
  const accept = (id: string, ...templates: [string, 'accept' | 'reject'][]) =>
    place.ask('POST', `/__sim/people/${id}/subscribe`, {
      appId: m,
      templates: templates.map(([templateId, status]) => ({ templateId, status })),
    })

  it('use up one accept each; then 43101', async () => {
    const { person, mini } = follower()
    expect(await codeOf(send(mini))).toBe(43101)
    expect(await accept(person.id, ['tmpl_coupon_arrived', 'accept'], ['tmpl_ticket_replied', 'reject'])).toEqual({
      tmpl_coupon_arrived: 'accept',
      tmpl_ticket_replied: 'reject',
    })
    await send(mini)
    expect(await codeOf(send(mini))).toBe(43101)
    expect(shown(person, 'subscribe')).toHaveLength(1)
  })

  it('tell the shop of the pop-up and of the result', async () => {
    const { person, mini } = follower()
    await accept(person.id, ['tmpl_coupon_arrived', 'accept'])
    const { msgId } = await send(mini)
    await place.sandbox.pushes.settled()
    expect(place.shop.heard.filter(message => message.appId === m).map(message => message.content)).toEqual([
      { kind: 'subscribeAnswered', entries: [{ templateId: 'tmpl_coupon_arrived', accepted: true, scene: '0' }] },
      {
        kind: 'subscribeSent',
        results: [{ templateId: 'tmpl_coupon_arrived', msgId, ok: true, errorCode: '0', errorStatus: 'success' }],
      },
    ])
  })
})

describe('customer-service messages', () => {
  const answers = async (openid: string, times: number) => {
    const codes = []
    for (let i = 0; i < times; i++) codes.push(await codeOf(place.official.sendText(openid, `第 ${i + 1} 条`)))
    return codes
  }

  it('three within a minute after following, then none', async () => {
    const { openid } = follower()
    expect(await answers(openid, 4)).toEqual([null, null, null, 45047])
    await later(61_000)
    expect(await answers(openid, 1)).toEqual([45015])
  })

  it('five within 48 hours after a message; a new message gives five again', async () => {
    const { person, openid } = follower()
    await later(61_000)
    place.sandbox.actions.say(person, officialAccount, '在吗')
    expect(await answers(openid, 6)).toEqual([null, null, null, null, null, 45047])
    place.sandbox.actions.say(person, officialAccount, '还在吗')
    expect(await answers(openid, 1)).toEqual([null])
    await later(48 * 3_600_000 + 1)
    expect(await answers(openid, 1)).toEqual([45015])
  })

  it('none after leaving', async () => {
    const { person, openid } = follower()
    place.sandbox.actions.say(person, officialAccount, '再见')
    place.sandbox.actions.unfollow(person, officialAccount)
    expect(await answers(openid, 1)).toEqual([45015])
  })
})

describe('credentials', () => {
  it('stable_token gives the same token again, and a new one in its last five minutes while the old still works', async () => {
    const body = { grant_type: 'client_credential', appid: o, secret: officialAccount.secret }
    const token = async () =>
      (await place.ask<{ access_token: string }>('POST', '/cgi-bin/stable_token', body)).access_token
    const check = (access: string) => place.ask<{ errcode?: number }>('GET', `/cgi-bin/user/get?access_token=${access}`)
    const first = await token()
    expect(await token()).toBe(first)
    await later(6_901_000)
    const second = await token()
    expect(second).not.toBe(first)
    expect((await check(first)).errcode).toBeUndefined()
    await later(300_000)
    expect((await check(first)).errcode).toBe(42001)
    expect((await check('nonsense')).errcode).toBe(40001)
  })

  it('a wrong secret is told from a wrong appid', async () => {
    const with_ = (appId: string, secret: string) =>
      codeOf(wechatClient({ appId, secret, baseUrl: place.sandbox.url }).followers())
    expect(await with_(o, 'wrong')).toBe(40125)
    expect(await with_('wx0', officialAccount.secret)).toBe(40013)
  })

  it('log-in and phone codes are good once, for five minutes, and for their own app', async () => {
    const { person, mini } = follower()
    const code = async (what: string) =>
      (await place.ask<{ code: string }>('POST', `/__sim/people/${person.id}/${what}`, {})).code
    const login = await code('js-code')
    expect(await place.mini.login(login)).toMatchObject({ openid: mini, unionid: person.unionids['hegu'] })
    expect(await codeOf(place.mini.login(login))).toBe(40163)
    expect(await codeOf(place.mini.login('nonsense'))).toBe(40029)
    const phone = await code('phone-code')
    expect(await codeOf(place.mini.phoneNumber(phone, 'oSomebodyElse'))).toBe(40003)
    expect(await place.mini.phoneNumber(phone, mini)).toMatchObject({ phone: person.phone, countryCode: '86' })
    expect(await codeOf(place.mini.phoneNumber(phone))).toBe(40029)
    const old = await code('js-code')
    await later(301_000)
    expect(await codeOf(place.mini.login(old))).toBe(40029)
  })

  it('the same person is the same in both accounts by unionid, and nameless', async () => {
    const { person, openid } = follower()
    expect(await place.official.user(openid)).toMatchObject({ following: true, unionid: person.unionids['hegu'] })
    place.sandbox.actions.unfollow(person, officialAccount)
    expect(await place.official.user(openid)).toMatchObject({ following: false, unionid: null })
  })
})
