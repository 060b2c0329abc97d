import { afterEach, describe, expect, it } from 'vitest'
import { endpointList, endpoints, type Input, wechatClient } from '../../wechat-api-ts/src/index.ts'
import { type Answer, failureOf, platform, type Platform } from './support/platform.ts'

const open: Platform[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})
const start = async (answer: Answer, more: { retries?: number; timeoutMs?: number } = {}) => {
  const wechat = await platform(answer)
  open.push(wechat)
  return { client: wechatClient({ appId: 'wx1', secret: 's', baseUrl: wechat.url, ...more }), seen: wechat.seen }
}
const saying = (reply: string) => start(() => reply)
const json = (body: Buffer): unknown => JSON.parse(body.toString())

describe('every row of the table', () => {
  it('is a function of the client', () => {
    const client = wechatClient({ appId: 'wx1', secret: 's' })
    for (const [area, rows] of Object.entries(endpoints))
      for (const name of Object.keys(rows))
        expect(typeof Object.getOwnPropertyDescriptor(Reflect.get(client, area), name)?.value).toBe('function')
    expect(endpointList.length).toBeGreaterThan(130)
  })
})

// As WeChat writes them: no errcode where all is well, numbers as text here and there, lists missing where they are empty.
describe('replies as they really come', () => {
  it('a follower, who bound an open platform account', async () => {
    const { client, seen } = await saying(
      '{"subscribe":1,"openid":"o6_bmj","nickname":"","sex":0,"language":"zh_CN","subscribe_time":1717171717,"unionid":"oR5","remark":"","groupid":0,"tagid_list":[128,2],"subscribe_scene":"ADD_SCENE_QR_CODE","qr_scene":98765,"qr_scene_str":""}',
    )
    expect(await client.users.info({ openid: 'o6_bmj' })).toMatchObject({ unionid: 'oR5', tagid_list: [128, 2] })
    expect(seen[0]).toMatchObject({ method: 'GET', path: '/cgi-bin/user/info' })
    expect(Object.fromEntries(seen[0]?.query ?? [])).toEqual({ access_token: 'tok', openid: 'o6_bmj' })
  })

  it('somebody who does not follow, of whom only the openid is told', async () => {
    const { client } = await saying('{"subscribe":0,"openid":"o6_bmj"}')
    expect(await client.user('o6_bmj')).toMatchObject({ following: false, unionid: null, followedAt: null })
  })

  it('the last page of a tag, which has no data at all', async () => {
    const { client } = await saying('{"count":0}')
    expect(await client.tags.members({ tagid: 134 })).toEqual({ count: 0, next_openid: '' })
  })

  it('a mass send, whose ids exceed what a number holds', async () => {
    const { client, seen } = await saying(
      '{"errcode":0,"errmsg":"send job submission success","msg_id":3717005636572528642,"msg_data_id":"2648530741"}',
    )
    const sent = await client.mass.byTag({
      filter: { is_to_all: false, tag_id: 128 },
      msgtype: 'mpnews',
      mpnews: { media_id: 'm1' },
      clientmsgid: 'c-1',
    })
    expect(sent).toEqual({ msg_id: '3717005636572528642', msg_data_id: '2648530741' })
    expect(json(seen[0]?.body ?? Buffer.of())).toMatchObject({ clientmsgid: 'c-1', filter: { tag_id: 128 } })
  })

  it('a publication, whose id is text or a number', async () => {
    for (const id of ['"100000001"', '100000001']) {
      const { client } = await saying(`{"errcode":0,"errmsg":"ok","publish_id":${id}}`)
      expect((await client.publish.submit({ media_id: 'm' })).publish_id).toBe('100000001')
    }
  })

  it('a phone number, whose country is a number in the sample and text in the list', async () => {
    for (const country of ['"86"', '86']) {
      const { client } = await saying(
        `{"errcode":0,"errmsg":"ok","phone_info":{"phoneNumber":"13800138000","purePhoneNumber":"13800138000","countryCode":${country},"watermark":{"timestamp":1637744274,"appid":"wx1"}}}`,
      )
      expect(await client.phoneNumber('code')).toMatchObject({ phone: '13800138000', countryCode: '86' })
    }
  })

  it('JSON that calls itself text, and an errcode that is text', async () => {
    const { client } = await start((_seen, response) => {
      response.setHeader('content-type', 'text/plain')
      return '{"errcode":"0","errmsg":"ok","msgid":"200228332"}'
    })
    const sent = await client.templates.send({ touser: 'o', template_id: 't', data: { a: { value: '1' } } })
    expect(sent.msgid).toBe('200228332')
  })

  it('a web log-in: a real person, and a virtual one of a snapshot page', async () => {
    const { client, seen } = await start(({ query }) =>
      query.get('code') === 'snap'
        ? '{"access_token":"u","expires_in":7200,"refresh_token":"r","openid":"oV","scope":"snsapi_base","is_snapshotuser":1,"unionid":"uV"}'
        : '{"access_token":"u","expires_in":7200,"refresh_token":"r","openid":"o1","scope":"snsapi_userinfo"}',
    )
    expect(await client.webLogin('c1')).toMatchObject({ openid: 'o1', virtual: false, unionid: null })
    expect(await client.webLogin('snap')).toMatchObject({ virtual: true })
    expect(Object.fromEntries(seen[0]?.query ?? [])).toEqual({
      appid: 'wx1',
      secret: 's',
      code: 'c1',
      grant_type: 'authorization_code',
    })
    await client.renewWebLogin('r')
    expect(seen[2]?.query.has('secret')).toBe(false)
  })

  it('figures of a day, with whatever columns WeChat has added since', async () => {
    const { client } = await saying(
      '{"list":[{"ref_date":"2026-11-20","user_source":0,"new_user":7,"cancel_user":1,"added_later":"x"}]}',
    )
    const { list } = await client.datacube.followerChanges({ begin_date: '2026-11-20', end_date: '2026-11-20' })
    expect(list).toEqual([{ ref_date: '2026-11-20', user_source: 0, new_user: 7, cancel_user: 1, added_later: 'x' }])
  })
})

describe('what leaves', () => {
  const to = { touser: 'o1', customservice: { kf_account: 'a@b' } }
  const kinds: Input<typeof endpoints.service.send>[] = [
    { ...to, msgtype: 'text', text: { content: '您好' } },
    { ...to, msgtype: 'image', image: { media_id: 'm' } },
    { ...to, msgtype: 'voice', voice: { media_id: 'm' } },
    { ...to, msgtype: 'video', video: { media_id: 'm', thumb_media_id: 't', title: 'a' } },
    { ...to, msgtype: 'music', music: { musicurl: 'https://m', hqmusicurl: 'https://m', thumb_media_id: 't' } },
    { ...to, msgtype: 'news', news: { articles: [{ title: 'a', url: 'https://a' }] } },
    { ...to, msgtype: 'mpnewsarticle', mpnewsarticle: { article_id: 'a' } },
    {
      ...to,
      msgtype: 'msgmenu',
      msgmenu: { head_content: '满意吗?', list: [{ id: '1', content: '满意' }], tail_content: '谢谢' },
    },
    { ...to, msgtype: 'wxcard', wxcard: { card_id: 'c' } },
    {
      ...to,
      msgtype: 'miniprogrampage',
      miniprogrampage: { title: '会员卡', appid: 'wx2', pagepath: 'pages/card', thumb_media_id: 't' },
    },
    { ...to, msgtype: 'link', link: { title: 'a', description: 'b', url: 'https://u', thumb_url: 'https://t' } },
  ]
  it.each(kinds)('a customer-service message of type $msgtype', async message => {
    const { client, seen } = await saying('{"errcode":0,"errmsg":"ok"}')
    await client.service.send(message)
    expect(json(seen[0]?.body ?? Buffer.of())).toEqual(message)
  })

  it('characters as they are: no \\u escapes, which WeChat refuses', async () => {
    const { client, seen } = await saying('{"errcode":0,"errmsg":"ok"}')
    await client.sendText('o1', '大米😀 <a href="https://x">y</a>')
    expect(seen[0]?.body.toString()).toContain('大米😀 <a href=\\"https://x\\">y</a>')
    // What JSON could only write as an escape is left out; half a sign becomes the sign for "unreadable".
    await client.sendText('o1', '一\u0000\u000b\u001f二\n\t三\ud83d四')
    expect(seen[1]?.body.toString()).not.toMatch(/\\u/)
    expect(json(seen[1]?.body ?? Buffer.of())).toMatchObject({ text: { content: '一二\n\t三\ufffd四' } })
    await client.sendText('o1', '写成 \\u4e2d 的字')
    expect(json(seen[2]?.body ?? Buffer.of())).toMatchObject({ text: { content: '写成 \\u4e2d 的字' } })
  })

  it('a file, named and typed, with its fields beside it', async () => {
    const { client, seen } = await saying('{"media_id":"m1","url":"https://mmbiz.qpic.cn/x"}')
    const description = JSON.stringify({ title: '视频', introduction: '介绍' })
    await client.materials.add({
      type: 'video',
      description,
      file: { name: 'a"b.mp4', bytes: Buffer.from([0, 255, 13, 10, 45, 45]) },
    })
    const { body, contentType, query } = seen[0] ?? { body: Buffer.of(), contentType: '', query: new URLSearchParams() }
    const boundary = /boundary=(.+)$/.exec(contentType)?.[1] ?? ''
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    }).formData()
    expect(query.get('type')).toBe('video')
    expect(form.get('description')).toBe(description)
    const file = form.get('media')
    if (!(file instanceof File)) throw new Error('no file')
    expect({ name: file.name, type: file.type }).toEqual({ name: 'a_b.mp4', type: 'video/mp4' })
    expect(Buffer.from(await file.arrayBuffer())).toEqual(Buffer.from([0, 255, 13, 10, 45, 45]))
  })

  it('nothing that the table knows to be wrong', async () => {
    const { client, seen } = await saying('{"errcode":0,"errmsg":"ok"}')
    // @ts-expect-error TypeScript refuses it as well
    const error = await failureOf(client.service.send({ touser: 'o1', msgtype: 'image', text: { content: 'x' } }))
    expect(error).toMatchObject({ kind: 'invalid', fate: 'notDone', path: '/cgi-bin/message/custom/send' })
    expect(seen).toEqual([])
  })

  it('the page of a web log-in, and of a one-off subscription, on their own hosts', async () => {
    const client = wechatClient({ appId: 'wx1', secret: 's', hosts: { open: 'https://sandbox.test/' } })
    expect(await client.webLoginUrl({ redirectUri: 'https://shop/back?a=1', state: 'abc', profile: true })).toBe(
      'https://sandbox.test/connect/oauth2/authorize?appid=wx1&redirect_uri=https%3A%2F%2Fshop%2Fback%3Fa%3D1&response_type=code&scope=snsapi_userinfo&state=abc#wechat_redirect',
    )
    expect(await client.oneOffPageUrl({ scene: 7, templateId: 't', redirectUrl: 'https://shop' })).toMatch(
      /^https:\/\/mp\.weixin\.qq\.com\/mp\/subscribemsg\?action=get_confirm&appid=wx1&scene=7&/,
    )
  })
})

describe('a file that comes', () => {
  const picture = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])
  it('is its bytes, name and type', async () => {
    const { client } = await start((_seen, response) => {
      response.writeHead(200, {
        'content-type': 'image/jpeg',
        'content-disposition': 'attachment; filename="MEDIA_ID.jpg"',
      })
      return picture
    })
    const file = await client.media.get({ media_id: 'm' })
    if (!('bytes' in file)) throw new Error('not a file')
    expect({ ...file, bytes: Buffer.from(file.bytes) }).toEqual({
      bytes: picture,
      contentType: 'image/jpeg',
      name: 'MEDIA_ID.jpg',
    })
  })

  it('may be an address instead, for a video', async () => {
    const { client } = await saying('{"video_url":"https://v"}')
    expect(await client.media.get({ media_id: 'm' })).toEqual({ video_url: 'https://v' })
  })

  it('may be an error that calls itself a picture', async () => {
    const { client } = await start((_seen, response) => {
      response.setHeader('content-type', 'image/jpeg')
      return '{"errcode":41030,"errmsg":"invalid page rid: 6718a6a7-0c3b2837-26829a40"}'
    })
    expect(await failureOf(client.codes.unlimited({ scene: 'a=1', page: 'pages/x' }))).toMatchObject({
      code: 41030,
      reaction: 'config',
      rid: '6718a6a7-0c3b2837-26829a40',
    })
  })

  it('may be nothing, JSON of no use, or a page of something in between', async () => {
    for (const [type, body] of [
      ['image/jpeg', ''],
      ['application/json', '{}'],
      ['text/html', '<html>gateway</html>'],
    ] as const) {
      const { client } = await start((_seen, response) => {
        response.setHeader('content-type', type)
        return body
      })
      expect(await failureOf(client.codes.unlimited({ scene: 'a' }))).toMatchObject({ kind: 'unreadable' })
    }
  })
})

describe('tickets', () => {
  it('are asked for once, and sign pages', async () => {
    const { client, seen } = await saying('{"errcode":0,"errmsg":"ok","ticket":"T1","expires_in":7200}')
    const [first] = await Promise.all([client.jsSdk('https://shop/a#b'), client.jsSdk('https://shop/a')])
    expect(first).toMatchObject({ appId: 'wx1', signature: expect.stringMatching(/^[\da-f]{40}$/) })
    expect(await client.ticket('jsapi')).toBe('T1')
    await client.ticket('wx_card')
    expect(seen.map(({ query }) => query.get('type'))).toEqual(['jsapi', 'wx_card'])
  })
})
