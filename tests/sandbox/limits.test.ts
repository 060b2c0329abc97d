import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endpointList } from 'wechat-api-ts/endpoints'
import { miniprogramAccount, officialAccount } from '../../sandbox/index.ts'
import { dayOf } from '../../sandbox/state/calendar.ts'
import { createClock } from '../../sandbox/state/clock.ts'
import { dayMs, hourMs, type Platform, platform, shownTo } from './calls.ts'

let place: Platform
beforeEach(async () => {
  place = await platform()
})
afterEach(() => place.sandbox.stop())

const path = '/cgi-bin/user/info/updateremark'

describe('every endpoint of the table', () => {
  it('is known here: none is answered with "invalid url"', async () => {
    const unknown: string[] = []
    for (const row of endpointList) {
      if (row.answer === 'page' || row.path === '/cgi-bin/showqrcode') continue
      const account = row.path.startsWith('/wxa') ? miniprogramAccount : officialAccount
      const reply = await fetch(place.sandbox.url + (await place.withToken(row.path, account)), {
        method: row.method,
        ...(row.method === 'POST' ? { body: '{}' } : {}),
      })
      if ((await reply.text()).includes('40066')) unknown.push(row.path)
    }
    expect(unknown).toEqual([])
  })

  it('wants its method and its fields', async () => {
    expect((await place.get('/cgi-bin/tags/getidlist')).errcode).toBe(43002)
    expect((await place.post('/cgi-bin/tags/get', {})).errcode).toBe(43001)
    expect((await place.post('/cgi-bin/tags/getidlist', {})).errcode).toBe(40003)
    expect((await place.ask('GET', '/cgi-bin/nothing')).errcode).toBe(40066)
    expect((await place.ask('GET', '/cgi-bin/tags/get')).errcode).toBe(41001)
  })

  it('is for its kind of account', async () => {
    expect((await place.post('/wxa/generate_urllink', {})).errcode).toBe(48001)
    expect((await place.get('/cgi-bin/menu/get', miniprogramAccount)).errcode).toBe(48001)
  })
})

describe('a body', () => {
  const send = async (body: string) => {
    const reply = await fetch(
      place.sandbox.url + (await place.withToken('/cgi-bin/message/custom/send', officialAccount)),
      {
        method: 'POST',
        body,
      },
    )
    return ((await reply.json()) as { errcode: number }).errcode
  }

  it('is written in raw characters: escapes of them are 47002, what is no JSON 47001', async () => {
    const { person, openid } = place.follower()
    const saying = (content: string) => send(`{"touser":"${openid}","msgtype":"text","text":{"content":"${content}"}}`)
    expect(await saying('\\u5927米')).toBe(47002)
    expect(await saying('\\\\\\u5927米')).toBe(47002)
    expect(shownTo(person)).toEqual([])
    expect(await saying('大米')).toBe(0)
    // A backslash and a "u" that somebody wrote.
    expect(await saying('\\\\u5927')).toBe(0)
    expect(shownTo(person).map(({ text }) => text)).toEqual(['大米', '\\u5927'])
    expect(await send('{"touser":')).toBe(47001)
    place.sandbox.world.settings.refuseEscapes = false
    expect(await saying('\\u5927米')).toBe(0)
  })
})

describe('an answer', () => {
  it('is JSON that calls itself text, with 200 even for errors; errors carry a rid, successes need no errcode', async () => {
    const reply = await fetch(place.sandbox.url + (await place.withToken('/cgi-bin/tags/get', officialAccount)))
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'text/plain'])
    expect(await reply.json()).not.toHaveProperty('errcode')
    const wrong = await fetch(`${place.sandbox.url}/cgi-bin/tags/get?access_token=nobodys`)
    expect([wrong.status, wrong.headers.get('content-type')]).toEqual([200, 'text/plain'])
    expect(await wrong.json()).toMatchObject({
      errcode: 40001,
      errmsg: expect.stringMatching(/ rid: [\da-f]{8}-[\da-f]{8}-[\da-f]{8}$/),
    })
    expect((await place.ask('GET', '/cgi-bin/tags/get')).errcode).toBe(41001)
    // A file is bytes when it is there, and JSON when it is not.
    const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47])
    const { media_id } = await place.upload('/cgi-bin/media/upload?type=image', 'a.png', png)
    const fileAt = async (id: string) =>
      fetch(place.sandbox.url + (await place.withToken(`/cgi-bin/media/get?media_id=${id}`, officialAccount)))
    const file = await fileAt(String(media_id))
    expect(file.headers.get('content-type')).toBe('image/png')
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(png)
    expect(await (await fileAt('none')).json()).toMatchObject({ errcode: 40007 })
  })
})

describe('files', () => {
  const at = '/cgi-bin/media/upload?type='
  const bytes = (size: number) => new Uint8Array(size).fill(1)

  it.each([
    ['image', 'a.txt', 10, 40137],
    ['image', 'a.png', 10 * 1024 * 1024 + 1, 40009],
    ['voice', 'a.mp3', 2 * 1024 * 1024 + 1, 40010],
    ['video', 'a.mp4', 10 * 1024 * 1024 + 1, 40011],
    ['thumb', 'a.jpg', 64 * 1024 + 1, 40012],
    ['voice', 'a.txt', 10, 40005],
    ['film', 'a.mp4', 10, 40004],
    ['image', 'a.png', 0, 44001],
  ])('%s %s of %d bytes is %d', async (type, name, size, errcode) => {
    expect((await place.upload(at + type, name, bytes(size))).errcode).toBe(errcode)
  })

  it('are temporary for three days, permanent for good', async () => {
    const { person, openid } = place.follower()
    const { media_id: brief } = await place.upload(`${at}image`, 'a.png', bytes(10))
    const { media_id: kept } = await place.upload('/cgi-bin/material/add_material?type=image', 'b.png', bytes(10))
    await place.later(3 * dayMs + 1)
    place.forget()
    place.sandbox.actions.say(person, officialAccount, '在吗')
    const send = async (media_id: unknown) =>
      (await place.post('/cgi-bin/message/custom/send', { touser: openid, msgtype: 'image', image: { media_id } }))
        .errcode
    expect([await send(brief), await send(kept)]).toEqual([40007, 0])
  })
})

describe('quotas', () => {
  const remark = (openid: string) => place.post(path, { openid, remark: '老顾客' })
  const quota = async () => (await place.post('/cgi-bin/openapi/quota/get', { cgi_path: path }))['quota']

  it('45009 when the day is used up, and anew at midnight in Shanghai', async () => {
    place.sandbox.world.settings.dailyQuotas = { [path]: 2 }
    const { openid } = place.follower()
    expect([await remark(openid), await remark(openid), await remark(openid)].map(one => one.errcode)).toEqual([
      0, 0, 45009,
    ])
    expect(await quota()).toEqual({ daily_limit: 2, used: 2, remain: 0 })
    const today = dayOf(place.sandbox.world.now())
    const midnight = Date.parse(`${today}T24:00:00+08:00`) - place.sandbox.world.now()
    await place.later(midnight - 1000)
    place.forget()
    expect((await remark(openid)).errcode).toBe(45009)
    await place.later(2000)
    expect((await remark(openid)).errcode).toBe(0)
  })

  it('are cleared ten times a month, one alone fifty times; then 48006', async () => {
    place.sandbox.world.settings.dailyQuotas = { [path]: 1 }
    const { openid } = place.follower()
    await remark(openid)
    expect((await remark(openid)).errcode).toBe(45009)
    expect((await place.post('/cgi-bin/openapi/quota/clear', { cgi_path: path })).errcode).toBe(0)
    expect((await remark(openid)).errcode).toBe(0)
    const clear = () => place.post('/cgi-bin/clear_quota', { appid: officialAccount.appId })
    for (let i = 0; i < 9; i++) expect((await clear()).errcode).toBe(0)
    const v2 = { appid: officialAccount.appId, appsecret: officialAccount.secret }
    expect((await place.ask('POST', '/cgi-bin/clear_quota/v2', v2)).errcode).toBe(0)
    expect((await clear()).errcode).toBe(48006)
    expect((await place.post('/cgi-bin/openapi/quota/get', { cgi_path: '/nothing' })).errcode).toBe(76021)
  })

  it('45011 when the minute is used up', async () => {
    place.sandbox.world.settings.minuteQuotas = { [path]: 1 }
    const { openid } = place.follower()
    await remark(openid)
    expect((await remark(openid)).errcode).toBe(45011)
  })
})

describe('tokens', () => {
  const credentials = { appid: officialAccount.appId, secret: officialAccount.secret }
  const plain = async () => {
    const query = new URLSearchParams({ grant_type: 'client_credential', ...credentials })
    return String((await place.ask('GET', `/cgi-bin/token?${query.toString()}`))['access_token'])
  }
  const stable = (force_refresh = false) =>
    place.ask('POST', '/cgi-bin/stable_token', { grant_type: 'client_credential', ...credentials, force_refresh })
  const works = async (token: string) =>
    (await place.ask('GET', `/cgi-bin/tags/get?access_token=${token}`)).errcode ?? 0

  it('of the two families do not know each other', async () => {
    const lasting = String((await stable())['access_token'])
    const first = await plain()
    const second = await plain()
    expect(await Promise.all([works(lasting), works(first), works(second)])).toEqual([0, 0, 0])
    await place.later(301_000)
    // The first one's overlap is over; the stable one never noticed.
    expect(await Promise.all([works(lasting), works(first), works(second)])).toEqual([0, 42001, 0])
  })

  it('are forced anew at most every thirty seconds and twenty times a day', async () => {
    const first = String((await stable())['access_token'])
    const second = String((await stable(true))['access_token'])
    expect(second).not.toBe(first)
    expect(await works(first)).toBe(40001)
    expect((await stable(true))['access_token']).toBe(second)
    for (let i = 0; i < 19; i++) {
      await place.later(31_000)
      expect((await stable(true)).errcode).toBeUndefined()
    }
    await place.later(31_000)
    expect((await stable(true)).errcode).toBe(45009)
  })

  it('are given to known addresses only, where there is a list', async () => {
    await place.ask('PATCH', `/__sim/accounts/${officialAccount.appId}`, { ipWhitelist: ['10.0.0.1'] })
    expect(await stable()).toMatchObject({ errcode: 40164, errmsg: expect.stringContaining('not in whitelist rid:') })
  })

  it('are missing, wrong, and asked for without appid or secret', async () => {
    const body = (more: object) =>
      place.ask('POST', '/cgi-bin/stable_token', { grant_type: 'client_credential', ...more })
    expect((await body({})).errcode).toBe(41002)
    expect((await body({ appid: officialAccount.appId })).errcode).toBe(41004)
    expect((await place.ask('POST', '/cgi-bin/stable_token', { ...credentials, grant_type: 'x' })).errcode).toBe(40002)
  })
})

describe('bad days', () => {
  it('-1 for a share of the calls, the same ones for the same seed', async () => {
    const run = async () => {
      place.sandbox.world.chance.seed(7)
      const codes = []
      for (let i = 0; i < 40; i++) codes.push((await place.get('/cgi-bin/tags/get')).errcode ?? 0)
      return codes
    }
    await place.get('/cgi-bin/tags/get')
    place.sandbox.world.settings.busyRate = 0.3
    const first = await run()
    expect(first.filter(code => code === -1).length).toBeGreaterThan(3)
    expect(await run()).toEqual(first)
  })

  it('a rule may mean all paths that begin alike', async () => {
    await place.get('/cgi-bin/tags/get')
    await place.ask('POST', '/__sim/faults', {
      match: { path: '/cgi-bin/tags/*' },
      fault: { do: 'errcode', errcode: 45011 },
    })
    expect((await place.get('/cgi-bin/tags/get')).errcode).toBe(45011)
    expect((await place.get('/cgi-bin/tags/get')).errcode).toBeUndefined()
  })

  it('a rule with a chance strikes again and again, one without strikes once, unless it says how often', async () => {
    const path = '/cgi-bin/tags/get'
    await place.get(path)
    const fault = { do: 'errcode', errcode: 45011 }
    await place.ask('POST', '/__sim/faults', { match: { path }, fault, chance: 0.5 })
    const codes = []
    for (let i = 0; i < 40; i++) codes.push((await place.get(path)).errcode ?? 0)
    expect(codes.filter(code => code === 45011).length).toBeGreaterThan(5)
    expect(codes).toContain(0)
    await place.ask('DELETE', '/__sim/faults')
    await place.ask('POST', '/__sim/faults', { match: { path }, fault, times: 2 })
    expect([(await place.get(path)).errcode, (await place.get(path)).errcode, (await place.get(path)).errcode]).toEqual(
      [45011, 45011, undefined],
    )
  })

  it('settings that are none are refused', async () => {
    expect(await place.ask('PATCH', '/__sim/settings', { busyRat: 1 })).toHaveProperty('error')
    expect(await place.ask('PATCH', '/__sim/settings', { dailyQuotas: { [path]: 5 } })).toMatchObject({
      dailyQuotas: { [path]: 5 },
    })
  })
})

describe('the clock', () => {
  it('stands, and steps from event to event', async () => {
    const clock = createClock()
    clock.freeze()
    const start = clock.now()
    const seen: [string, number][] = []
    clock.after(2 * hourMs, () => seen.push(['late', clock.now() - start]))
    clock.after(hourMs, () => {
      seen.push(['early', clock.now() - start])
      clock.after(hourMs / 2, () => seen.push(['made on the way', clock.now() - start]))
    })
    const off = clock.after(hourMs, () => seen.push(['called off', 0]))
    off()
    await clock.advance(dayMs)
    expect(seen).toEqual([
      ['early', hourMs],
      ['made on the way', 1.5 * hourMs],
      ['late', 2 * hourMs],
    ])
    expect(clock.now()).toBe(start + dayMs)
    clock.resume()
    expect(clock.now() - start - dayMs).toBeLessThan(1000)
    clock.close()
  })

  it('is moved from outside, and never back', async () => {
    const before = place.sandbox.world.now()
    expect(await place.ask('POST', '/__sim/clock', { freeze: true, advanceMs: dayMs })).toMatchObject({ frozen: true })
    expect(place.sandbox.world.now() - before).toBeGreaterThanOrEqual(dayMs)
    expect(await place.ask('POST', '/__sim/clock', { to: '2020-01-01T00:00:00Z' })).toHaveProperty('error')
  })
})
