import { describe, expect, it } from 'vitest'
import { callbackCodec, dedupeKey, sign, writeXml } from '../../wechat-api-ts/src/index.ts'

const account = { appId: 'wx1', token: 'tok', mode: 'plain' as const }
const query = { timestamp: '1717171717', nonce: 'n', signature: sign('tok', '1717171717', 'n') }
const read = (body: string) => callbackCodec(account).read(query, body).message
const header = { ToUserName: 'gh_1', FromUserName: 'o1', CreateTime: 1717171717 }
const event = (Event: string, more: Parameters<typeof writeXml>[0] = {}) =>
  read(writeXml({ ...header, MsgType: 'event', Event, ...more }))

describe('events are told apart by their exact names', () => {
  it.each([
    ['subscribe', { EventKey: '' }, { kind: 'followed', scene: null, ticket: null }],
    ['subscribe', { EventKey: 'qrscene_store_1', Ticket: 'T' }, { kind: 'followed', scene: 'store_1', ticket: 'T' }],
    ['unsubscribe', {}, { kind: 'unfollowed' }],
    ['SCAN', { EventKey: 'store_1', Ticket: 'T' }, { kind: 'scanned', scene: 'store_1', ticket: 'T' }],
    ['CLICK', { EventKey: 'help' }, { kind: 'menuClicked', key: 'help' }],
    ['VIEW', { EventKey: 'https://a' }, { kind: 'menuViewed', url: 'https://a' }],
    ['view_miniprogram', { EventKey: 'pages/a' }, { kind: 'menuMiniprogram', path: 'pages/a' }],
    ['click', { EventKey: 'help' }, { kind: 'other' }],
    ['toString', {}, { kind: 'other' }],
  ])('%s %j', (name, more, content) => {
    expect(event(name, more).content).toEqual(content)
  })

  it.each([
    ['success', 'delivered'],
    ['failed:user block', 'blocked'],
    ['failed: system failed', 'failed'],
    ['failed:system failed', 'failed'],
  ])('a template message that ended as "%s"', (status, outcome) => {
    expect(event('TEMPLATESENDJOBFINISH', { MsgID: '3717005636572528642', Status: status }).content).toEqual({
      kind: 'templateSent',
      msgId: '3717005636572528642',
      outcome,
      status,
    })
  })

  it('subscribe answers read alike from XML, from a JSON list and from a bare JSON element', () => {
    const one = { TemplateId: 't1', SubscribeStatusString: 'accept', PopupScene: '0' }
    const expected = { kind: 'subscribeAnswered', entries: [{ templateId: 't1', accepted: true, scene: '0' }] }
    const json = (List: unknown) =>
      read(
        JSON.stringify({
          ...header,
          CreateTime: '1717171717',
          MsgType: 'event',
          Event: 'subscribe_msg_popup_event',
          List,
        }),
      )
    expect(event('subscribe_msg_popup_event', { SubscribeMsgPopupEvent: { List: one } }).content).toEqual(expected)
    expect(json([one]).content).toEqual(expected)
    expect(json(one).content).toEqual(expected)
  })

  it('a JSON push keeps its 64-bit id', () => {
    const body =
      '{"ToUserName":"g","FromUserName":"o","CreateTime":1717171717,"MsgType":"text","Content":"hi","MsgId":24599999999999999}'
    expect(read(body).msgId).toBe('24599999999999999')
  })
})

describe('the same push has the same key, another one has another', () => {
  const text = (id: string) => read(writeXml({ ...header, MsgType: 'text', Content: 'hi', MsgId: id }))
  it('messages go by their id alone', () => {
    expect(dedupeKey(text('24599999999999999'))).toBe('m:wx1:24599999999999999')
    expect(dedupeKey(text('24599999999999998'))).not.toBe(dedupeKey(text('24599999999999999')))
  })
  it('events of one person in one second stay apart', () => {
    const list = (TemplateId: string, SubscribeStatusString: string) => ({
      SubscribeMsgPopupEvent: { List: [{ TemplateId, SubscribeStatusString, PopupScene: '0' }] },
    })
    const keys = [
      event('subscribe', { EventKey: '' }),
      event('subscribe', { EventKey: 'qrscene_1', Ticket: 'T' }),
      event('SCAN', { EventKey: '1', Ticket: 'T' }),
      event('CLICK', { EventKey: 'a' }),
      event('CLICK', { EventKey: 'b' }),
      event('TEMPLATESENDJOBFINISH', { MsgID: '1', Status: 'success' }),
      event('TEMPLATESENDJOBFINISH', { MsgID: '2', Status: 'success' }),
      event('subscribe_msg_popup_event', list('t1', 'accept')),
      event('subscribe_msg_popup_event', list('t2', 'accept')),
      event('subscribe_msg_popup_event', list('t1', 'reject')),
    ].map(dedupeKey)
    expect(new Set(keys).size).toBe(keys.length)
    expect(dedupeKey(event('CLICK', { EventKey: 'a' }))).toBe(keys[3])
    for (const key of keys) expect(key.length).toBeLessThanOrEqual(64)
  })
})
