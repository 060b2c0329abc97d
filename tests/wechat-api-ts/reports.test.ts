import { describe, expect, it } from 'vitest'
import { callbackCodec, dedupeKey, sign, writeXml } from '../../wechat-api-ts/src/index.ts'

const codec = callbackCodec({ appId: 'wx1', token: 'tok', mode: 'plain' })
const query = { timestamp: '1717171717', nonce: 'n', signature: sign('tok', '1717171717', 'n') }
const header = { ToUserName: 'gh_1', FromUserName: 'o1', CreateTime: 1717171717 }
const event = (Event: string, more: Parameters<typeof writeXml>[0] = {}) =>
  codec.read(query, writeXml({ ...header, MsgType: 'event', Event, ...more })).message

describe('what WeChat reports afterwards', () => {
  it.each([
    ['send success', true],
    ['sendsuccess', true],
    ['send fail', false],
    ['err(40002)', false],
  ])('a mass send that ended as "%s", with its arithmetic', (Status, ok) => {
    const counts = { TotalCount: 100, FilterCount: 80, SentCount: 75, ErrorCount: 5 }
    expect(event('MASSSENDJOBFINISH', { MsgID: '3717005636572528642', Status, ...counts }).content).toEqual({
      kind: 'massSent',
      msgId: '3717005636572528642',
      ok,
      status: Status,
      counts: { total: 100, filtered: 80, sent: 75, failed: 5 },
    })
  })

  it.each(['PUBLISHJOBFINISH', 'FREEPUBLISHJOBFINISH'])('a publication, under the name %s', name => {
    const PublishEventInfo = { publish_id: '2247503051', publish_status: 0, article_id: 'b5O2O' }
    expect(event(name, { PublishEventInfo }).content).toEqual({
      kind: 'published',
      publishId: '2247503051',
      status: '0',
      articleId: 'b5O2O',
    })
  })

  it('a desk session that begins, moves and ends', () => {
    const change = (name: string, fields: Parameters<typeof writeXml>[0]) => event(name, fields).content
    expect(change('kf_create_session', { KfAccount: 'a@b' })).toMatchObject({ change: 'opened', account: 'a@b' })
    expect(change('kf_switch_session', { FromKfAccount: 'a@b', ToKfAccount: 'c@b' })).toEqual({
      kind: 'deskSession',
      change: 'switched',
      account: 'c@b',
      before: 'a@b',
    })
    expect(change('kf_close_session', { KfAccount: 'c@b' })).toMatchObject({ change: 'closed', account: 'c@b' })
  })

  it('what a check of a picture found', () => {
    const body = JSON.stringify({
      ...header,
      MsgType: 'event',
      Event: 'wxa_media_check',
      appid: 'wx1',
      trace_id: '967e945cd8a3e458',
      version: 2,
      result: { suggest: 'risky', label: 20001 },
    })
    const { message } = codec.read(query, body)
    expect(message.content).toEqual({
      kind: 'mediaChecked',
      traceId: '967e945cd8a3e458',
      suggest: 'risky',
      label: '20001',
    })
    const other = codec.read(query, body.replace('967e945cd8a3e458', 'other')).message
    expect(dedupeKey(other)).not.toBe(dedupeKey(message))
  })
})

describe('a menu entry that does something', () => {
  it('tells what a scan has read', () => {
    const ScanCodeInfo = { ScanType: 'qrcode', ScanResult: 'https://shop/1' }
    expect(event('scancode_waitmsg', { EventKey: 'scan', ScanCodeInfo }).content).toEqual({
      kind: 'menuActed',
      key: 'scan',
      action: 'scancode_waitmsg',
      scanned: 'https://shop/1',
    })
  })

  it('keeps a list of pictures that repeats itself', () => {
    const SendPicsInfo = { Count: 2, PicList: [{ item: { PicMd5Sum: 'a' } }, { item: { PicMd5Sum: 'b' } }] }
    const message = event('pic_weixin', { EventKey: 'pics', SendPicsInfo })
    expect(message.content).toMatchObject({ kind: 'menuActed', scanned: null })
    expect(message.fields['SendPicsInfo']).toMatchObject({ PicList: [{ item: { PicMd5Sum: 'a' } }, {}] })
  })
})

describe('nothing is lost on the way in', () => {
  it('an event nobody knows keeps every field, nested ones too', () => {
    const more = { CardId: 'c', Later: { Deep: [{ A: '1' }, { A: '2' }] }, lower: 'x' }
    const message = event('user_future_event', more)
    expect(message.content).toEqual({ kind: 'other' })
    expect(message.fields).toMatchObject({ ...more, Event: 'user_future_event' })
  })

  it('two such events of one second are two, and a repeated delivery is one', () => {
    const first = event('user_pay_from_pay_cell', { CardId: 'c', UserCardCode: '1', TransId: 'T1' })
    const second = event('user_pay_from_pay_cell', { CardId: 'c', UserCardCode: '1', TransId: 'T2' })
    const again = event('user_pay_from_pay_cell', { CardId: 'c', UserCardCode: '1', TransId: 'T1' })
    expect(dedupeKey(second)).not.toBe(dedupeKey(first))
    expect(dedupeKey(again)).toBe(dedupeKey(first))
    expect(dedupeKey(first).length).toBeLessThanOrEqual(64)
  })

  it('a message of a kind nobody knows is kept like an event', () => {
    const { message } = codec.read(query, writeXml({ ...header, MsgType: 'hologram', Shape: 'cat', MsgId: '7' }))
    expect(message).toMatchObject({ type: 'hologram', event: null, msgId: '7', content: { kind: 'other' } })
    expect(message.fields).toMatchObject({ Shape: 'cat' })
  })
})

describe('what the platform tells of a person', () => {
  it.each([
    ['8', ['phone']],
    ['6', ['nicknameAndAvatar']],
    ['205', ['nicknameAndAvatar']],
    ['206', ['location']],
    ['14', ['pictures']],
    ['301', ['everything']],
    ['6,8,19', ['nicknameAndAvatar', 'phone']],
    ['99', ['unknown']],
    ['', ['unknown']],
  ])('RevokeInfo %s takes back %j', (RevokeInfo, data) => {
    expect(event('user_authorization_revoke', { OpenID: 'o7', AppID: 'wx1', RevokeInfo }).content).toEqual({
      kind: 'authorizationRevoked',
      openid: 'o7',
      unionid: null,
      info: RevokeInfo,
      data,
    })
  })

  it('a changed profile and a closed account name whom they are about, in either spelling', () => {
    expect(event('user_info_modified', { openid: 'o7', appid: 'wx1' }).content).toEqual({
      kind: 'profileChanged',
      openid: 'o7',
      unionid: null,
    })
    expect(event('user_authorization_cancellation', { OpenID: 'o7', UnionID: 'u7' }).content).toEqual({
      kind: 'accountClosed',
      openid: 'o7',
      unionid: 'u7',
    })
  })

  it('two people of one second are two: the sender of both is the platform', () => {
    for (const name of ['user_authorization_revoke', 'user_authorization_cancellation', 'user_info_modified']) {
      const keys = ['o7', 'o8'].map(OpenID => dedupeKey(event(name, { OpenID, RevokeInfo: '205' })))
      expect(new Set(keys).size).toBe(2)
    }
    const lower = ['o7', 'o8'].map(openid => dedupeKey(event('user_info_modified', { openid })))
    expect(new Set(lower).size).toBe(2)
  })
})
