import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import WechatCrypto from 'wechat-crypto'
import { dedupeKey } from 'wechat-api-ts'
import { officialAccount } from '../../sandbox/index.ts'
import { addPerson } from '../../sandbox/state/world.ts'
import { codeOf, o, points, town } from './shop.ts'

let place: Awaited<ReturnType<typeof town>>
beforeEach(async () => {
  place = await town()
})
afterEach(() => place.stop())

const person = () => {
  const one = addPerson(place.sandbox.world, {})
  place.sandbox.actions.follow(one, officialAccount)
  return one
}
const said = (one: { entries: { text?: string }[] }) =>
  one.entries.map(entry => entry.text).filter(text => text !== undefined)
const settled = () => place.sandbox.pushes.settled()
const unavailable = '该公众号暂时无法提供服务，请稍后再试'

describe('what a person does is told to the shop', () => {
  it('in the order it happened: follow, write, tap, leave', async () => {
    await place.ask('PATCH', '/__sim/settings', { pushesAtOnce: 1 })
    const one = person()
    place.sandbox.actions.say(one, officialAccount, '积分 & <券> ]]> 😀')
    place.sandbox.actions.tapMenu(one, officialAccount, { type: 'click', key: 'help' })
    place.sandbox.actions.follow(one, officialAccount, 'store:S001')
    place.sandbox.actions.unfollow(one, officialAccount)
    await settled()
    expect(place.shop.heard.map(message => message.content)).toEqual([
      { kind: 'followed', scene: null, ticket: null },
      { kind: 'text', content: '积分 & <券> ]]> 😀', menuItemId: null },
      { kind: 'menuClicked', key: 'help' },
      { kind: 'scanned', scene: 'store:S001', ticket: 'gQ_store:S001' },
      { kind: 'unfollowed' },
    ])
    expect(place.shop.heard.every(message => message.fromUser === one.openids[o])).toBe(true)
  })

  it('encrypted so that another implementation reads it', async () => {
    const one = person()
    place.sandbox.actions.say(one, officialAccount, '你好')
    await settled()
    const oracle = new WechatCrypto(officialAccount.token, officialAccount.aesKey, officialAccount.appId)
    const encrypted = /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(place.shop.raw.at(-1)?.body ?? '')?.[1] ?? ''
    const { message, id } = oracle.decrypt(encrypted)
    expect(id).toBe(officialAccount.appId)
    expect(message).toContain('<Content><![CDATA[你好]]></Content>')
  })

  it('proves the address when it is saved; what does not is not saved', async () => {
    expect(await place.sandbox.pushes.verify(place.sandbox.world.accounts.get(o) ?? officialAccount)).toBe(true)
    expect(await place.ask('PATCH', `/__sim/accounts/${o}`, { token: 'another' })).toEqual({
      verified: false,
      saved: false,
    })
    expect(place.sandbox.world.accounts.get(o)?.token).toBe(officialAccount.token)
    const anyway = { token: 'another', anyway: true }
    expect(await place.ask('PATCH', `/__sim/accounts/${o}`, anyway)).toEqual({ verified: false, saved: true })
  })
})

describe('delivery', () => {
  it('is repeated, the same push each time, until somebody answers', async () => {
    const one = person()
    await settled()
    place.shop.heard.length = 0
    place.shop.raw.length = 0
    place.shop.answer = received =>
      place.shop.heard.length < 3 ? { status: 500, body: '' } : received.replyText('来了')
    place.sandbox.actions.say(one, officialAccount, '在吗')
    await settled()
    expect(place.shop.raw).toHaveLength(3)
    expect(new Set(place.shop.raw.map(push => push.body)).size).toBe(1)
    expect(new Set(place.shop.heard.map(dedupeKey)).size).toBe(1)
    expect(said(one)).toEqual(['在吗', '来了'])
  })

  it('is given up after three, and the shopper is told', async () => {
    const one = person()
    await settled()
    await place.ask('PATCH', '/__sim/settings', { deliveryTimeoutMs: 100 })
    place.shop.raw.length = 0
    place.shop.answer = () => null
    place.sandbox.actions.say(one, officialAccount, '在吗')
    await settled()
    expect(place.shop.raw).toHaveLength(3)
    expect(said(one)).toEqual(['在吗', unavailable])
  })

  it('may come twice although it was acknowledged', async () => {
    await place.ask('PATCH', '/__sim/settings', { duplicatePushes: 1 })
    person()
    await settled()
    expect(place.shop.heard).toHaveLength(2)
    expect(new Set(place.shop.heard.map(dedupeKey)).size).toBe(1)
  })
})

describe('the answer is read as strictly as WeChat reads it', () => {
  const wrong: [string, (reply: string, plain: string) => string][] = [
    ['JSON', () => '{"ok":true}'],
    ['plain XML in safe mode', (_reply, plain) => plain],
    ['a wrong signature', reply => reply.replace(/<MsgSignature><!\[CDATA\[./, '<MsgSignature><![CDATA[g')],
    ['a timestamp in milliseconds', reply => reply.replace(/<TimeStamp>(\d+)/, '<TimeStamp>$1000')],
    ['half a document', reply => reply.slice(0, 100)],
    ['words', () => 'ok'],
  ]
  it.each(wrong)('%s makes the account look broken', async (_name, spoil) => {
    const one = person()
    await settled()
    const plain = `<xml><ToUserName>${one.openids[o] ?? ''}</ToUserName><FromUserName>${officialAccount.originalId}</FromUserName><CreateTime>1717171717</CreateTime><MsgType>text</MsgType><Content>hi</Content></xml>`
    place.shop.answer = received => spoil(received.replyText('hi'), plain)
    place.sandbox.actions.say(one, officialAccount, '在吗')
    await settled()
    expect(said(one)).toEqual(['在吗', unavailable])
  })

  it('an empty body and "success" are silence', async () => {
    const one = person()
    for (const silence of ['', 'success']) {
      place.shop.answer = () => silence
      place.sandbox.actions.say(one, officialAccount, '在吗')
      await settled()
    }
    expect(said(one)).toEqual(['在吗', '在吗'])
  })
})

describe('what goes wrong can be ordered', () => {
  const send = (openid: string, clientMsgId?: string) =>
    place.official.sendTemplate({
      openid,
      templateId: 'tmpl_points_arrived',
      data: points,
      ...(clientMsgId === undefined ? {} : { clientMsgId }),
    })
  const path = '/cgi-bin/message/template/send'
  const order = (fault: object, more: object = {}) =>
    place.ask('POST', '/__sim/faults', { match: { path }, fault, ...more })

  it('an error code, so often and after so many', async () => {
    const openid = person().openids[o] ?? ''
    await order({ do: 'errcode', errcode: 45009 }, { skip: 1, times: 2 })
    const codes = []
    for (let i = 0; i < 4; i++) codes.push(await codeOf(send(openid)))
    expect(codes).toEqual([null, 45009, 45009, null])
  })

  it('a connection that drops after the message was accepted: shown, and nobody knows; the key makes a repeat harmless', async () => {
    const one = person()
    await order({ do: 'drop', when: 'after' })
    await expect(send(one.openids[o] ?? '', 'k1')).rejects.toMatchObject({ kind: 'dropped', fate: 'unknown' })
    expect(one.entries.filter(entry => entry.kind === 'template')).toHaveLength(1)
    await send(one.openids[o] ?? '', 'k1')
    expect(one.entries.filter(entry => entry.kind === 'template')).toHaveLength(1)
  })

  it('a connection that drops before: not shown', async () => {
    const one = person()
    await order({ do: 'drop', when: 'before' })
    await expect(send(one.openids[o] ?? '')).rejects.toMatchObject({ fate: 'unknown' })
    expect(one.entries.filter(entry => entry.kind === 'template')).toHaveLength(0)
  })

  it.each([
    [{ do: 'truncate', bytes: 10 }, 'dropped'],
    [{ do: 'malformed' }, 'unreadable'],
    [{ do: 'httpStatus', status: 502 }, 'unreadable'],
    [{ do: 'delay', ms: 1500 }, 'timeout'],
  ])('%j', async (fault, kind) => {
    const openid = person().openids[o] ?? ''
    await order(fault)
    await expect(send(openid)).rejects.toMatchObject({ kind, fate: 'unknown' })
  })

  it('a token that dies amid the work is replaced without anybody noticing', async () => {
    const openid = person().openids[o] ?? ''
    await send(openid)
    await order({ do: 'killToken' })
    await send(openid)
    expect(await codeOf(send(openid))).toBeNull()
  })
})
