import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { miniprogramAccount, officialAccount } from '../../sandbox/index.ts'
import { monthOf } from '../../sandbox/state/calendar.ts'
import { addPerson } from '../../sandbox/state/world.ts'
import { readTree } from '../../sandbox/callbacks/xml.ts'
import { dayMs } from './calls.ts'
import { m, o, points, town } from './shop.ts'

let place: Awaited<ReturnType<typeof town>>
beforeEach(async () => {
  place = await town()
})
afterEach(() => place.stop())

const follower = () => {
  const person = addPerson(place.sandbox.world, {})
  place.sandbox.actions.follow(person, officialAccount)
  return { person, openid: person.openids[o] ?? '' }
}
const token = async (account = officialAccount) => {
  const body = { grant_type: 'client_credential', appid: account.appId, secret: account.secret }
  return (await place.ask<{ access_token: string }>('POST', '/cgi-bin/stable_token', body)).access_token
}
type Wire = Record<string, unknown> & { errcode?: number }
const post = async (path: string, body: unknown, account = officialAccount) =>
  place.ask<Wire>('POST', `${path}?access_token=${await token(account)}`, body)
/** The plain pushes of an event, as trees. */
const events = async (name: string) => {
  await place.sandbox.pushes.settled()
  return place.sandbox.world.journal
    .read({ kind: 'push', contains: name, after: 0, limit: 1000 })
    .entries.map(entry => entry.plain ?? '')
    .filter(plain => plain.includes(`<Event><![CDATA[${name}]]>`) || plain.includes(`"Event":"${name}"`))
}
const fieldOf = (plain: string | undefined, name: string) => readTree(plain ?? '')?.children.get(name)?.[0]?.text
const later = (ms: number) => place.ask('POST', '/__sim/clock', { advanceMs: ms, settle: true })

describe('mass messages', () => {
  const send = (openids: string[], clientmsgid: string, more: object = {}) =>
    post('/cgi-bin/message/mass/send', {
      touser: openids,
      msgtype: 'text',
      text: { content: '周五会员日' },
      clientmsgid,
      ...more,
    })

  it('count who was meant, who was left, who got it and who did not', async () => {
    const people = Array.from({ length: 6 }, follower)
    const [gone, full, muted, black] = people.map(one => one.person)
    if (gone === undefined || full === undefined || muted === undefined || black === undefined) throw new Error('few')
    place.sandbox.actions.unfollow(gone, officialAccount)
    full.mass[o] = { month: monthOf(place.sandbox.world.now()), count: 4 }
    place.sandbox.actions.mute(muted, officialAccount, true)
    await post('/cgi-bin/tags/members/batchblacklist', { openid_list: [black.openids[o]] })
    const sent = await send(
      people.map(one => one.openid),
      'b1',
    )
    expect(sent).toMatchObject({ errcode: 0, errmsg: 'send job submission success' })
    await later(2000)
    const [plain] = await events('MASSSENDJOBFINISH')
    const numbers = ['TotalCount', 'FilterCount', 'SentCount', 'ErrorCount'].map(name => Number(fieldOf(plain, name)))
    expect(numbers).toEqual([6, 3, 2, 1])
    expect(fieldOf(plain, 'Status')).toBe('send success')
    expect(place.shop.heard.at(-1)?.content).toMatchObject({ kind: 'massSent' })
  })

  it('the same clientmsgid within a day is 45065 with the first msg_id; the same content without one as well', async () => {
    const openids = [follower().openid, follower().openid]
    const first = await send(openids, 'same')
    expect(await send(openids, 'same')).toMatchObject({ errcode: 45065, msg_id: first['msg_id'] })
    const bare = { touser: openids, msgtype: 'text', text: { content: '早' } }
    await post('/cgi-bin/message/mass/send', bare)
    expect((await post('/cgi-bin/message/mass/send', bare)).errcode).toBe(45065)
    expect((await send(openids, 'x'.repeat(65))).errcode).toBe(45067)
    place.sandbox.world.settings.massRetryMs = 60_000
    expect((await send(openids, 'same')).errcode).toBe(45066)
    await later(dayMs)
    expect((await send(openids, 'same')).errcode).toBe(0)
  })

  it('four a month for each person, and one a day to everybody', async () => {
    const { person } = follower()
    const all = (content: string) =>
      post('/cgi-bin/message/mass/sendall', { filter: { is_to_all: true }, msgtype: 'text', text: { content } })
    // The first of a month, so that the next month is far.
    const month = monthOf(place.sandbox.world.now() + 31 * dayMs)
    await later(Date.parse(`${month}-02T10:00:00+08:00`) - place.sandbox.world.now())
    expect([(await all('1')).errcode, (await all('2')).errcode]).toEqual([0, 45028])
    for (const content of ['3', '4', '5']) {
      await later(dayMs)
      expect((await all(content)).errcode).toBe(0)
    }
    await later(dayMs)
    expect((await all('6')).errcode).toBe(45028)
    expect(person.entries.filter(entry => entry.way === 'mass')).toHaveLength(4)
  })

  it('may wait for the administrator: yes, no, or half an hour of silence', async () => {
    place.sandbox.world.settings.massNeedsAdmin = true
    const openids = [follower().openid, follower().openid]
    const ids = []
    for (const key of ['yes', 'no', 'silence']) ids.push(String((await send(openids, key))['msg_id']))
    const waiting = await place.ask<{ msgId: string }[]>('GET', '/__sim/mass')
    expect(waiting).toHaveLength(3)
    await place.ask('POST', `/__sim/mass/${waiting[0]?.msgId}/confirm`, { yes: true })
    await place.ask('POST', `/__sim/mass/${waiting[1]?.msgId}/confirm`, { yes: false })
    await later(31 * 60_000)
    expect((await events('MASSSENDJOBFINISH')).map(plain => fieldOf(plain, 'Status'))).toEqual([
      'send success',
      'err(40001)',
      'err(40002)',
    ])
  })

  it('need two people, and articles that are not copied', async () => {
    expect((await send([follower().openid], 'one')).errcode).toBe(40130)
    const openids = [follower().openid, follower().openid]
    const form = new FormData()
    form.set('media', new Blob([new Uint8Array(10)]), 'a.jpg')
    const upload = `${place.sandbox.url}/cgi-bin/material/add_material?type=image&access_token=${await token()}`
    const { media_id: thumb_media_id } = (await (await fetch(upload, { method: 'POST', body: form })).json()) as Wire
    const draft = { articles: [{ title: '会员日', content: '<p>周五</p>', thumb_media_id }] }
    const { media_id } = await post('/cgi-bin/draft/add', draft)
    place.sandbox.world.settings.massCopyright = 2
    const article = { msgtype: 'mpnews', mpnews: { media_id } }
    await send(openids, 'stopped', { ...article, send_ignore_reprint: 0 })
    await send(openids, 'allowed', { ...article, send_ignore_reprint: 1 })
    await later(2000)
    expect((await events('MASSSENDJOBFINISH')).map(plain => fieldOf(plain, 'Status'))).toEqual([
      'err(30003)',
      'send success',
    ])
  })
})

describe('other jobs', () => {
  it('a publication ends as an event, under the name that is set', async () => {
    follower()
    const form = new FormData()
    form.set('media', new Blob([new Uint8Array(10)]), 'a.jpg')
    const upload = `${place.sandbox.url}/cgi-bin/material/add_material?type=thumb&access_token=${await token()}`
    const { media_id: thumb_media_id } = (await (await fetch(upload, { method: 'POST', body: form })).json()) as Wire
    const articles = [{ title: '新店', content: '<p>a</p><script>x</script>', thumb_media_id }]
    for (const free of [false, true]) {
      place.sandbox.world.settings.publishEventFree = free
      const { media_id } = await post('/cgi-bin/draft/add', { articles })
      const { publish_id } = await post('/cgi-bin/freepublish/submit', { media_id })
      expect(await post('/cgi-bin/freepublish/get', { publish_id: String(publish_id) })).toMatchObject({
        publish_status: 1,
      })
      await later(2000)
      const done = await post('/cgi-bin/freepublish/get', { publish_id: String(publish_id) })
      expect(done).toMatchObject({ publish_status: 0 })
      const read = await post('/cgi-bin/freepublish/getarticle', { article_id: done['article_id'] })
      expect(JSON.stringify(read)).not.toContain('script')
    }
    expect(await events('PUBLISHJOBFINISH')).toHaveLength(1)
    expect(await events('FREEPUBLISHJOBFINISH')).toHaveLength(1)
  })

  it('a checked picture ends as wxa_media_check', async () => {
    const { person } = follower()
    const { trace_id } = await post(
      '/wxa/media_check_async',
      { media_url: 'http://a/1.png', media_type: 2, version: 2, openid: person.openids[m], scene: 1 },
      miniprogramAccount,
    )
    await later(2000)
    expect((await events('wxa_media_check'))[0]).toContain(String(trace_id))
  })

  it('events may be lost or come twice', async () => {
    const { openid } = follower()
    const send = () => place.official.sendTemplate({ openid, templateId: 'tmpl_points_arrived', data: points })
    place.sandbox.world.settings.jobEventLossRate = 1
    await send()
    expect(await events('TEMPLATESENDJOBFINISH')).toHaveLength(0)
    Object.assign(place.sandbox.world.settings, { jobEventLossRate: 0, jobEventDuplicateRate: 1 })
    await send()
    expect(await events('TEMPLATESENDJOBFINISH')).toHaveLength(2)
    Object.assign(place.sandbox.world.settings, { jobEventDuplicateRate: 0, templateFailRate: 1 })
    await send()
    expect(fieldOf((await events('TEMPLATESENDJOBFINISH')).at(-1), 'Status')).toBe('failed: system failed')
  })

  it('pushes come in any order when that is wanted, and none is lost', async () => {
    Object.assign(place.sandbox.world.settings, { disorder: 20, pushesAtOnce: 1 })
    const { person } = follower()
    const said = Array.from({ length: 30 }, (_, at) => String(at))
    for (const text of said) place.sandbox.actions.say(person, officialAccount, text)
    await place.sandbox.pushes.settled()
    const heard = place.shop.heard.flatMap(one => (one.content.kind === 'text' ? [one.content.content] : []))
    expect(heard).not.toEqual(said)
    expect(heard.toSorted((a, b) => Number(a) - Number(b))).toEqual(said)
  })
})

describe('a passive answer', () => {
  const xml = (openid: string, inner: string) =>
    `<xml><ToUserName>${openid}</ToUserName><FromUserName>${officialAccount.originalId}</FromUserName><CreateTime>1717171717</CreateTime>${inner}</xml>`
  const asked = async (inner: string) => {
    const account = place.sandbox.world.accounts.get(o)
    if (account !== undefined) account.mode = 'compatible'
    const { person, openid } = follower()
    await place.sandbox.pushes.settled()
    place.shop.answer = () => xml(openid, inner)
    place.sandbox.actions.say(person, officialAccount, '?')
    await place.sandbox.pushes.settled()
    return person.entries.at(-1)
  }
  const broken = { kind: 'notice', text: '该公众号暂时无法提供服务，请稍后再试' }
  const item = '<item><Title>a</Title><Description></Description><PicUrl></PicUrl><Url>http://a</Url></item>'

  it('of an article stands on the phone; of two it is broken, and so is a wrong count', async () => {
    const news = (count: number, items: string) =>
      `<MsgType>news</MsgType><ArticleCount>${count}</ArticleCount><Articles>${items}</Articles>`
    expect(await asked(news(1, item))).toMatchObject({ kind: 'news', way: 'passive', articles: [{ title: 'a' }] })
    expect(await asked(news(2, item + item))).toMatchObject(broken)
    expect(await asked(news(2, item))).toMatchObject(broken)
  })

  it('of music needs its picture, of a picture one that is there', async () => {
    expect(
      await asked('<MsgType>music</MsgType><Music><Title>a</Title><MusicUrl>http://a</MusicUrl></Music>'),
    ).toMatchObject(broken)
    expect(await asked('<MsgType>image</MsgType><Image><MediaId>gone</MediaId></Image>')).toMatchObject(broken)
    expect(await asked('<MsgType>dance</MsgType>')).toMatchObject(broken)
  })

  it('may hand the person over to the desk', async () => {
    await asked('<MsgType>transfer_customer_service</MsgType>')
    expect(place.sandbox.world.console(o).waitingForAgent.size).toBe(1)
  })
})

describe('what a person sends', () => {
  it('reaches the shop as WeChat tells it: picture, sound, place, link, menu answer, scan by menu', async () => {
    const { person } = follower()
    const { actions } = place.sandbox
    place.sandbox.world.settings.pushesAtOnce = 1
    actions.send(person, officialAccount, { type: 'image', name: 'a.png', bytes: Buffer.from('png') })
    actions.send(person, officialAccount, { type: 'voice', name: 'a.amr', bytes: Buffer.from('amr') })
    actions.send(person, officialAccount, { type: 'location', latitude: 31.2, longitude: 121.4, label: '店' })
    actions.send(person, officialAccount, { type: 'link', title: 't', description: 'd', url: 'http://a' })
    actions.choose(person, officialAccount, { id: '101', text: '满意' })
    actions.tapMenu(person, officialAccount, { type: 'scancode_waitmsg', key: 'scan', scanned: 'http://q' })
    actions.reportLocation(person, officialAccount, 31.2, 121.4)
    actions.raise(person, officialAccount, 'user_authorization_revoke', { OpenID: 'o', AppID: o, RevokeInfo: '201' })
    await place.sandbox.pushes.settled()
    expect(place.shop.heard.slice(1).map(message => message.content.kind)).toMatchInlineSnapshot(`
      [
        "image",
        "voice",
        "location",
        "link",
        "text",
        "menuActed",
        "whereabouts",
        "authorizationRevoked",
      ]
    `)
    const pictured = place.shop.heard.find(message => message.content.kind === 'image')
    expect(pictured?.content).toMatchObject({
      mediaId: expect.any(String),
      pictureUrl: expect.stringContaining('/__sim/media/'),
    })
  })

  it('and takes back what the account was let know: the platform tells it, about the person', async () => {
    const { person, openid } = follower()
    const { actions } = place.sandbox
    actions.takeBack(person, officialAccount, '206')
    actions.takeBack(person, officialAccount, 'account')
    await place.sandbox.pushes.settled()
    const heard = place.shop.heard.slice(-2)
    expect(heard.map(({ content }) => content)).toEqual([
      { kind: 'authorizationRevoked', openid, unionid: null, info: '206', data: ['location'] },
      { kind: 'accountClosed', openid, unionid: null },
    ])
    expect(heard.map(({ fromUser }) => fromUser)).not.toContain(openid)
    expect(person.following[o]).toBeUndefined()
  })

  it('is not heard from the blacklist', async () => {
    const { person, openid } = follower()
    await place.sandbox.pushes.settled()
    await post('/cgi-bin/tags/members/batchblacklist', { openid_list: [openid] })
    place.shop.heard.length = 0
    place.sandbox.actions.say(person, officialAccount, '在吗')
    await place.sandbox.pushes.settled()
    expect(place.shop.heard).toHaveLength(0)
    expect(await post('/cgi-bin/tags/members/getblacklist', { begin_openid: '' })).toMatchObject({ total: 1 })
  })
})

describe('figures of a day', () => {
  it('are there the day after, within the span', async () => {
    const { person } = follower()
    place.sandbox.actions.say(person, officialAccount, '在吗')
    const day = new Date(place.sandbox.world.now() + 8 * 3_600_000).toISOString().slice(0, 10)
    const ask = (name: string, begin_date: string, end_date = begin_date) =>
      post(`/datacube/${name}`, { begin_date, end_date })
    expect((await ask('getusersummary', day)).errcode).toBe(61501)
    await later(dayMs)
    expect(await ask('getusersummary', day)).toMatchObject({ list: [{ ref_date: day, new_user: 1, cancel_user: 0 }] })
    expect(await ask('getupstreammsg', day)).toMatchObject({ list: [{ msg_user: 1, msg_count: 1 }] })
    expect(await ask('getupstreammsgdist', day)).toMatchObject({ list: [{ count_interval: 1, msg_user: 1 }] })
    expect((await ask('getusersummary', 'today')).errcode).toBe(61500)
    expect((await ask('getusersummary', '2020-01-01', '2020-01-08')).errcode).toBe(61501)
  })
  it('are computed from what people did and from the journal: types, hours, weeks, and how the product answered', async () => {
    const { person } = follower()
    const world = place.sandbox.world
    await place.sandbox.pushes.settled()
    const day = new Date(world.now() + 8 * 3_600_000).toISOString().slice(0, 10)
    const standing = world.accounts.get(officialAccount.appId)
    // Nobody listens there: every delivery is one that failed.
    if (standing !== undefined) standing.callbackUrl = 'http://127.0.0.1:9/closed'
    Object.assign(world.settings, { redeliverAfterMs: 1 })
    for (let n = 0; n < 6; n++) place.sandbox.actions.say(person, officialAccount, `第 ${n} 句`)
    place.sandbox.actions.send(person, officialAccount, { type: 'image', name: 'a.png', bytes: Buffer.from('a') })
    await place.sandbox.pushes.settled()
    await later(dayMs)
    const ask = async (name: string) => (await post(`/datacube/${name}`, { begin_date: day, end_date: day }))['list']
    expect(await ask('getupstreammsg')).toMatchObject([
      { msg_type: 1, msg_user: 1, msg_count: 6 },
      { msg_type: 2, msg_user: 1, msg_count: 1 },
    ])
    expect(await ask('getupstreammsghour')).toMatchObject([
      { msg_type: 1, ref_hour: expect.any(Number) },
      { msg_type: 2 },
    ])
    expect(await ask('getupstreammsgdistmonth')).toEqual([
      { ref_date: `${day.slice(0, 7)}-01`, user_source: 0, count_interval: 2, msg_user: 1 },
    ])
    // The follower was heard; of seven messages each was tried three times.
    expect(await ask('getinterfacesummary')).toMatchObject([{ callback_count: 22, fail_count: 21 }])
  })
})
