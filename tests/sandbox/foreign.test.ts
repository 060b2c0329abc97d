import { createServer } from 'node:http'
import Koa from 'koa'
import wechat from 'co-wechat'
import API from 'co-wechat-api'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../../sandbox/index.ts'
import { officialAccount } from '../../sandbox/accounts.ts'
import { addPerson } from '../../sandbox/state/world.ts'
import { o, points } from './shop.ts'

// Software that never heard of this house: what it and the simulator agree on is no shared misunderstanding.
let sandbox: Sandbox
afterEach(() => sandbox.stop())

const follower = () => {
  const person = addPerson(sandbox.world, {})
  sandbox.actions.follow(person, officialAccount)
  return { person, openid: person.openids[o] ?? '' }
}
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

describe('co-wechat-api as the client', () => {
  let api: API
  beforeEach(async () => {
    sandbox = await startSandbox()
    api = new API(officialAccount.appId, officialAccount.secret)
    api.prefix = `${sandbox.url}/cgi-bin/`
    api.mpPrefix = `${sandbox.url}/cgi-bin/`
    api.fileServerPrefix = `${sandbox.url}/cgi-bin/`
  })

  it('gets its token, and a new one when the token dies', async () => {
    const { accessToken } = await api.ensureAccessToken()
    const token = sandbox.world.tokens.get(accessToken)
    expect(token).toMatchObject({ appId: o, family: 'plain' })
    if (token !== undefined) token.dead = true
    follower()
    expect(await api.getFollowers()).toMatchObject({ total: 1, count: 1 })
  })

  it('sends what stands on the phone: text, picture, article, template', async () => {
    const { person, openid } = follower()
    sandbox.actions.say(person, officialAccount, '在吗')
    await api.sendText(openid, '您好')
    const { media_id: mediaId } = await api.uploadMedia(png, 'image', 'shelf.png', 'image/png')
    await api.sendImage(openid, String(mediaId))
    await api.sendNews(openid, [{ title: '会员日', description: '周五', url: 'https://a.example', picurl: '' }])
    const { msgid } = await api.sendTemplate(
      openid,
      'tmpl_points_arrived',
      '',
      '',
      Object.fromEntries(Object.entries(points).map(([key, value]) => [key, { value }])),
    )
    const shown = person.entries.filter(entry => entry.from === 'account')
    expect(shown.map(entry => entry.kind)).toEqual(['text', 'image', 'news', 'template'])
    expect(String(msgid)).toBe(shown[3]?.msgId)
    const picture = await fetch(`${sandbox.url}${shown[1]?.mediaUrl ?? ''}`)
    expect(Buffer.from(await picture.arrayBuffer()).equals(png)).toBe(true)
  })

  it('is refused as WeChat refuses it, in words it reads', async () => {
    const { openid } = follower()
    for (let i = 0; i < 3; i++) await api.sendText(openid, '欢迎')
    await expect(api.sendText(openid, '第四条')).rejects.toMatchObject({ name: 'WeChatAPIError', code: 45047 })
  })

  it('uploads a file and gets the same bytes back', async () => {
    const { media_id: mediaId } = await api.uploadMedia(png, 'image', 'shelf.png', 'image/png')
    expect((await api.getMedia(String(mediaId))).equals(png)).toBe(true)
    await expect(api.uploadMedia(png, 'video', 'shelf.png', 'image/png')).rejects.toMatchObject({ code: 40005 })
  })

  it('reads users', async () => {
    const { person, openid } = follower()
    expect(await api.getUser({ openid })).toMatchObject({ subscribe: 1, unionid: person.unionids['hegu'] })
    expect(await api.batchGetUsers([openid])).toMatchObject({ user_info_list: [{ openid, subscribe: 1 }] })
    expect(await api.getFollowers()).toMatchObject({ total: 1, data: { openid: [openid] } })
  })

  it('makes a code whose picture is there and that somebody scans', async () => {
    const { ticket } = await api.createTmpQRCode(123, 1800)
    const { ticket: lasting } = await api.createLimitQRCode(7)
    const picture = await fetch(api.showQRCodeURL(String(ticket)))
    expect(picture.headers.get('content-type')).toBe('image/png')
    const person = addPerson(sandbox.world, {})
    sandbox.actions.scan(person, officialAccount, String(lasting))
    expect(person.following[o]?.scene).toBe('7')
    expect(await api.getUser({ openid: person.openids[o] ?? '' })).toMatchObject({ qr_scene: 7 })
  })

  it('makes a menu for everybody and one for some', async () => {
    const { person, openid } = follower()
    const menu = { button: [{ type: 'click', name: '积分', key: 'points' }] }
    await api.createMenu(menu)
    expect(await api.getMenu()).toEqual({ menu })
    const { tag } = (await api.createTags('金卡')) as { tag: { id: number } }
    const golden = { button: [{ type: 'click', name: '金卡', key: 'gold' }], matchrule: { tag_id: String(tag.id) } }
    await api.addConditionalMenu(golden)
    expect(await api.tryConditionalMenu(openid)).toMatchObject(menu)
    await api.batchTagging([openid], tag.id)
    expect(await api.getIdList(openid)).toEqual({ tagid_list: [tag.id] })
    expect(await api.tryConditionalMenu(openid)).toMatchObject({ button: golden.button })
    expect(person.tags[o]).toEqual([tag.id])
  })

  it('writes to many at once and asks how it went', async () => {
    const people = [follower(), follower(), follower()]
    const { msg_id: msgId } = await api.massSendText(
      '周五会员日',
      people.map(one => one.openid),
      'batch-1',
    )
    await sandbox.world.clock.advance(5000)
    expect(await api.getMassMessageStatus(String(msgId))).toMatchObject({ msg_status: 'SEND_SUCCESS' })
    expect(people.map(one => one.person.entries.filter(entry => entry.way === 'mass').length)).toEqual([1, 1, 1])
  })
})

describe('co-wechat as the receiver', () => {
  const heard: Record<string, unknown>[] = []
  let close: () => void
  const answers: Record<string, string | Record<string, unknown>> = {}
  beforeEach(async () => {
    heard.length = 0
    const app = new Koa()
    const { token, appId: appid, aesKey: encodingAESKey } = officialAccount
    app.use(
      wechat({ token, appid, encodingAESKey }).middleware(async message => {
        heard.push(message)
        return answers[String(message['Content'])] ?? ''
      }),
    )
    const handle = app.callback()
    const server = createServer((request, response) => void handle(request, response))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    close = () => void server.close()
    sandbox = await startSandbox({ serverUrl: url })
  })
  afterEach(() => close())

  it.each(['plain', 'compatible', 'safe'] as const)('reads what people do, in %s mode', async mode => {
    const account = sandbox.world.accounts.get(o)
    if (account !== undefined) Object.assign(account, { mode })
    expect(await sandbox.pushes.verify(account ?? officialAccount)).toBe(true)
    const { person, openid } = follower()
    sandbox.actions.say(person, officialAccount, '你好 & <b> ]]> 😀')
    sandbox.actions.send(person, officialAccount, {
      type: 'location',
      latitude: 31.2,
      longitude: 121.4,
      label: '店门口',
    })
    await sandbox.pushes.settled()
    expect(heard).toMatchObject([
      { MsgType: 'event', Event: 'subscribe', FromUserName: openid },
      { MsgType: 'text', Content: '你好 & <b> ]]> 😀' },
      { MsgType: 'location', Location_X: '31.2', Label: '店门口' },
    ])
  })

  it('answers with its milliseconds: broken where times are read strictly, else on the phone', async () => {
    answers['在吗'] = '在的'
    const { person } = follower()
    const said = () => person.entries.at(-1)?.text
    sandbox.actions.say(person, officialAccount, '在吗')
    await sandbox.pushes.settled()
    expect(said()).toBe('该公众号暂时无法提供服务，请稍后再试')
    sandbox.world.settings.replyTimesInSeconds = false
    sandbox.actions.say(person, officialAccount, '在吗')
    await sandbox.pushes.settled()
    expect(said()).toBe('在的')
  })
})
