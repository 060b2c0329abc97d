import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { officialAccount, serverAccounts, startSandbox } from '../../sandbox/index.ts'
import { m, o, points, town } from './shop.ts'

let place: Awaited<ReturnType<typeof town>>
beforeEach(async () => {
  place = await town()
})
afterEach(() => place.stop())

interface Made {
  people: { id: string; phone: string; openids: Record<string, string> }[]
}
interface Page {
  entries: { kind: string; path: string; request: string; response: string }[]
  next: number | null
}

describe('people', () => {
  it('are made in bulk, each with a phone of their own', async () => {
    const { people } = await place.ask<Made>('POST', '/__sim/people', { count: 500, follow: true })
    expect(new Set(people.map(one => one.phone)).size).toBe(500)
    expect((await place.official.followers()).total).toBe(500)
    await place.sandbox.pushes.settled()
    expect(new Set(place.shop.heard.map(message => message.fromUser)).size).toBe(500)
  })

  it('cannot do what a phone would not let them', async () => {
    const { people } = await place.ask<Made>('POST', '/__sim/people', {})
    const id = people[0]?.id ?? ''
    const refused = await fetch(`${place.sandbox.url}/__sim/people/${id}/say`, {
      method: 'POST',
      body: '{"text":"hi"}',
    })
    expect(refused.status).toBe(409)
    expect((await fetch(`${place.sandbox.url}/__sim/people/nobody`)).status).toBe(404)
    expect((await fetch(`${place.sandbox.url}/__sim/people/${id}/say`, { method: 'POST', body: '{' })).status).toBe(400)
  })

  it('read text messages, and their unread marks go when they look', async () => {
    const { people } = await place.ask<Made>('POST', '/__sim/people', {
      people: [{ id: 'wang', phone: '13800000000' }],
    })
    await place.ask('POST', '/sms/send', { phone: people[0]?.phone, code: '482913', text: '您的验证码是 482913' })
    expect(await place.ask('GET', '/__sim/people/wang')).toMatchObject({ unread: { sms: 1 } })
    await place.ask('POST', '/__sim/people/wang/read', { thread: 'sms' })
    expect(await place.ask('GET', '/__sim/people/wang')).toMatchObject({ unread: {} })
    expect(await place.ask('GET', '/__sim/sms?phone=13800000000')).toMatchObject([{ text: '您的验证码是 482913' }])
  })

  it('hear at once what arrives', async () => {
    await place.ask('POST', '/__sim/people', { people: [{ id: 'wang' }], follow: true })
    const stream = await fetch(`${place.sandbox.url}/__sim/people/wang/live`)
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
    await place.official.sendText(place.sandbox.world.people.get('wang')?.openids[o] ?? '', '您好')
    let heard = ''
    while (!heard.includes('您好')) heard += (await reader?.read())?.value ?? ''
    expect(heard).toContain('event: entry')
    await reader?.cancel()
  })
})

it('any event is raised from outside, of anybody by their openid, with any fields', async () => {
  await place.ask('POST', '/__sim/people', { people: [{ id: 'wang' }], follow: true })
  const openid = place.sandbox.world.people.get('wang')?.openids[o] ?? ''
  const event = 'user_get_card'
  await place.ask('POST', `/__sim/users/${openid}/actions`, { event, fields: { CardId: 'c1', UserCardCode: '88' } })
  await place.sandbox.pushes.settled()
  const heard = place.shop.heard.at(-1)
  expect(heard?.fromUser).toBe(openid)
  expect(heard?.fields).toMatchObject({ Event: event, CardId: 'c1', UserCardCode: '88' })
  const stranger = await fetch(`${place.sandbox.url}/__sim/users/nobody/actions`, {
    method: 'POST',
    body: '{"event":"x"}',
  })
  expect(stranger.status).toBe(404)
})

describe('the host of the mini-program', () => {
  it('is let in from another address', async () => {
    const preflight = await fetch(`${place.sandbox.url}/__sim/people/x/js-code`, { method: 'OPTIONS' })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
  })
  it('learns the titles of the templates it asks for', async () => {
    expect(await place.ask('GET', `/__sim/templates?appId=${m}`)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ templateId: 'tmpl_coupon_arrived', title: '优惠券到账提醒' }),
        expect.objectContaining({ templateId: 'tmpl_ticket_replied' }),
      ]),
    )
  })
})

describe('the journal', () => {
  it('holds every exchange, without secrets and tokens, and is read by page', async () => {
    const { people } = await place.ask<Made>('POST', '/__sim/people', { count: 3, follow: true })
    for (const one of people)
      await place.official.sendTemplate({
        openid: one.openids[o] ?? '',
        templateId: 'tmpl_points_arrived',
        data: points,
      })
    await place.sandbox.pushes.settled()
    const first = await place.ask<Page>('GET', '/__sim/journal?path=/cgi-bin/message/template/send&limit=2')
    expect(first.entries).toHaveLength(2)
    const second = await place.ask<Page>(
      'GET',
      `/__sim/journal?path=/cgi-bin/message/template/send&after=${first.next}`,
    )
    expect(second.entries).toHaveLength(1)
    expect(await place.ask('GET', '/__sim/journal?kind=push&count=1')).toEqual({ count: 6 })
    const all = JSON.stringify(await place.ask<Page>('GET', '/__sim/journal?limit=1000'))
    expect(all).not.toContain(officialAccount.secret)
    for (const token of place.sandbox.world.tokens.keys()) expect(all).not.toContain(token)
  })

  it('keeps the newest when it is full', async () => {
    const { journal } = (await startSandbox({ journalSize: 100 }).then(async small => (await small.stop(), small)))
      .world
    for (let i = 0; i < 1000; i++)
      journal.write({ at: i, kind: 'api', appId: '', path: `/${i}`, request: '', response: '', status: 200, ms: 0 })
    expect(journal.size()).toBeLessThanOrEqual(110)
    expect(journal.read({ after: 995, limit: 100 }).entries.map(entry => entry.path)).toEqual([
      '/995',
      '/996',
      '/997',
      '/998',
      '/999',
    ])
  })
})

describe('a restart', () => {
  it('brings people, phones, credits and menu back; not the tokens', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'sandbox-'))
    try {
      const statePath = path.join(folder, 'state.json')
      const before = await startSandbox({ statePath })
      const ask = (url: string, body: unknown) => fetch(url, { method: 'POST', body: JSON.stringify(body) })
      await ask(`${before.url}/__sim/people`, { people: [{ id: 'wang', name: '王秀英' }], follow: true })
      await ask(`${before.url}/__sim/people/wang/say`, { text: '你好' })
      await ask(`${before.url}/__sim/people/wang/subscribe`, { templateIds: ['tmpl_coupon_arrived'] })
      const king = before.world.people.get('wang')
      if (king === undefined) throw new Error('nobody')
      before.actions.send(king, officialAccount, { type: 'image', name: 'egg.png', bytes: Buffer.from('egg') })
      await before.stop()
      const after = await startSandbox({ statePath })
      const picture = await fetch(after.url + (after.world.people.get('wang')?.entries.at(-1)?.mediaUrl ?? ''))
      expect(await picture.text()).toBe('egg')
      expect(after.world.console(o).fans.size).toBe(1)
      const wang = after.world.people.get('wang')
      expect(wang).toMatchObject({ name: '王秀英', credits: { [`${m} tmpl_coupon_arrived`]: 1 } })
      expect(wang?.entries.at(-2)?.text).toBe('你好')
      expect(after.world.byOpenid.get(wang?.openids[o] ?? '')?.person).toBe(wang)
      await after.stop()
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

it('the product gets the accounts in its own shape', () => {
  expect(serverAccounts('http://sandbox')).toMatchObject([
    { kind: 'official', mode: 'safe', baseUrl: 'http://sandbox', templates: { pointsArrived: 'tmpl_points_arrived' } },
    { kind: 'miniprogram', templates: { couponArrived: 'tmpl_coupon_arrived', ticketReplied: 'tmpl_ticket_replied' } },
  ])
})
