import { afterEach, describe, expect, it } from 'vitest'
import { wechatApi, type Menu, type ReplyRuleInput } from '../../../server/modules/wechat/contract/index.ts'
import { stage, type Stage } from '../../support/stage.ts'

// What WeChat has lost, or somebody deleted in its console, is uploaded anew from our own files, and the send goes on once.
let on: Stage
afterEach(() => on.close())

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const HOUR = 3_600_000

async function open() {
  on = await stage({ settings: { massAfterMs: 20 } })
  const owner = await on.shop.as('owner', { name: '店主' })
  const api = owner.call(wechatApi)
  const appId = on.official.appId
  const person = on.person('王秀英')
  on.wechat.actions.follow(person, on.official)
  await on.settle()
  const form = new FormData()
  form.set('file', new Blob([PNG], { type: 'image/png' }), '门店.png')
  const sent = await fetch(`${on.shop.url}/api/admin/wechat/materials?kind=image`, {
    method: 'POST',
    body: form,
    headers: { cookie: owner.session.cookie, 'x-csrf-token': owner.session.csrf },
  })
  const { materialId } = (await sent.json()) as { materialId: string }
  const desk = on.wechat.world.console(appId)
  return {
    api,
    appId,
    materialId,
    add: (messages: ReplyRuleInput['messages']) =>
      api.createReplyRule({
        body: {
          appId,
          kind: 'text',
          name: '门店',
          active: true,
          match: { patterns: [{ how: 'exact', text: '门店' }], keys: [] },
          hours: null,
          messages,
          toDesk: false,
        },
      }),
    async asks() {
      on.wechat.actions.say(person, on.official, '门店')
      await on.settle()
    },
    /** Works a job that runs by the clock. */
    async runs(name: 'wechat.checkMaterials' | 'wechat.sweep') {
      const job = on.shop.modules.jobs.find(one => one.name === name)
      if (job === undefined) throw new Error(`no job ${name}`)
      const { signal } = new AbortController()
      await job.run({}, { jobId: '1', attempt: 1, progress: async () => undefined, signal })
      await on.settle()
    },
    person,
    pictures: () => person.entries.filter(({ kind, from }) => kind === 'image' && from === 'account').length,
    /** The ids that WeChat has. */
    kept: () => [...desk.media.keys()],
    lose: () => desk.media.clear(),
    openid: person.openids[appId] ?? '',
  }
}
const both = (materialId: string): ReplyRuleInput['messages'] => [
  { type: 'text', text: '在地下一层', plain: '' },
  { type: 'image', materialId },
]

describe('a picture that WeChat has lost', () => {
  it('is uploaded anew and the message goes out once; those behind it need no further upload', async () => {
    const { add, asks, pictures, materialId, lose, kept, openid, appId } = await open()
    await add(both(materialId))
    const [old = ''] = kept()
    await asks()
    expect(pictures()).toBe(1)
    lose()
    await asks()
    expect(pictures()).toBe(2)
    const fresh = kept()
    expect(fresh).toHaveLength(1)
    expect(fresh).not.toContain(old)

    // Planned under the old id, by whoever had read the rules before.
    await on.shop.db.transaction().execute(tx =>
      on.shop.modules.wechat.plan(tx, [
        {
          key: 'planned-before',
          group: 'now',
          appId,
          openid,
          route: 'customer_service',
          purpose: 'service',
          templateId: '',
          body: { content: { msgtype: 'image', image: { media_id: old } } },
          asked: true,
        },
      ]),
    )
    await on.settle()
    expect(pictures()).toBe(3)
    await asks()
    expect(pictures()).toBe(4)
    expect(kept()).toEqual(fresh)
    const states = await on.shop.db.selectFrom('wechat_message').select(['state', 'attempts']).execute()
    expect(states).toEqual(states.map(() => ({ state: 'sent', attempts: 1 })))
  })

  it('and lost again at once is not uploaded for ever: the message fails with WeChat’s word, an hour later it goes again', async () => {
    const { add, asks, pictures, materialId, lose, kept } = await open()
    await add(both(materialId))
    lose()
    await asks()
    lose()
    await asks()
    expect([pictures(), kept()]).toEqual([1, []])
    const rows = await on.shop.db
      .selectFrom('wechat_message')
      .select(['state', 'errorCode'])
      .where('bodyJson', 'like', '%media_id%')
      .orderBy('id')
      .execute()
    expect(rows).toEqual([
      { state: 'sent', errorCode: null },
      { state: 'failed', errorCode: 40007 },
    ])
    on.shop.clock.advance(HOUR + 1)
    await on.wechat.world.clock.advance(HOUR + 1)
    await asks()
    expect(pictures()).toBe(2)
  })

  it('is put back into the menu that is published', async () => {
    const { api, appId, materialId, lose, kept } = await open()
    const blank = { key: '', url: '', appId: '', path: '', materialId: '', mediaId: '', articleId: '' }
    const menu: Menu = { entries: [{ ...blank, name: '门店图', type: 'media_id', materialId }], variants: [] }
    const publish = async () => {
      const { version } = await api.menu({ query: { appId } })
      const saved = await api.saveMenu({ body: { appId, version, menu } })
      return api.publishMenu({ body: { appId, version: saved.version } })
    }
    await publish()
    lose()
    on.wechat.world.faults.add({
      match: { path: '/cgi-bin/menu/create' },
      fault: { do: 'errcode', errcode: 40007 },
      skip: 0,
      times: 1,
      chance: 1,
    })
    expect(await publish()).toEqual({ number: 2 })
    expect(kept()).toHaveLength(1)
    expect((await api.liveMenu({ query: { appId } })).state).toBe('same')
  })
})

describe('a picture that an entry of the menu shows', () => {
  it('is found lost by the regular look; the page says which entry shows nothing, and one press mends it', async () => {
    const { api, appId, materialId, lose, kept, runs, person } = await open()
    const blank = { key: '', url: '', appId: '', path: '', mediaId: '', articleId: '', materialId: '' }
    const shows = { ...blank, name: '门店图', type: 'media_id', materialId } as const
    const page = { ...blank, name: '官网', type: 'view', url: 'https://shop.example/' } as const
    const save = async (menu: Menu) => {
      const { version } = await api.menu({ query: { appId } })
      return api.saveMenu({ body: { appId, version, menu } })
    }
    const { version } = await save({ entries: [{ name: '门店', items: [shows] }, page], variants: [] })
    await expect(api.renewMenu({ body: { appId } })).rejects.toThrow('noMenuThere')
    await api.publishMenu({ body: { appId, version } })
    const lost = async () => (await api.menu({ query: { appId } })).lost
    const taps = () => {
      const menu = on.wechat.world.menus.get(appId)
      const media_id = /"media_id":"([^"]+)"/.exec(JSON.stringify(menu))?.[1] ?? ''
      on.wechat.actions.tapMenu(person, on.official, { type: 'media_id', media_id })
    }
    taps()
    expect(person.entries.at(-1)?.kind).toBe('image')
    expect(await lost()).toEqual([])

    on.shop.clock.advance(HOUR)
    lose()
    expect(taps).toThrow('the material is gone')
    await runs('wechat.checkMaterials')
    expect(kept()).toHaveLength(1)
    expect(await lost()).toEqual(['门店图'])
    const check = () => api.checkAccount({ params: { appId }, body: { check: 'materials' } })
    expect(await check()).toMatchObject({ tone: 'bad', code: 'materialsOfMenu', facts: { entries: '1' } })
    expect(taps).toThrow('the material is gone')

    // Somebody is in the middle of another menu: it stays a draft.
    await save({ entries: [page], variants: [] })
    on.shop.clock.advance(1)
    expect(await api.renewMenu({ body: { appId } })).toEqual({ number: 2 })
    taps()
    expect(await lost()).toEqual([])
    expect(await check()).toMatchObject({ tone: 'good', code: 'materialsGood', facts: { used: '1' } })
    expect((await api.menu({ query: { appId } })).draft.entries).toMatchObject([{ name: '官网' }])
    expect((await api.menuVersions({ query: { appId } })).items[0]).toMatchObject({ source: 'renewed', live: true })
  })
})

describe('a picture that only passive replies use', () => {
  const one = (materialId: string): ReplyRuleInput['messages'] => [{ type: 'image', materialId }]

  it('fails the shopper and nobody is told, until the regular look finds it lost and uploads it anew', async () => {
    const { add, asks, pictures, materialId, lose, kept, runs, person } = await open()
    await add(one(materialId))
    await asks()
    expect(pictures()).toBe(1)
    lose()
    await asks()
    // Nothing of ours says so: WeChat answers nothing to a passive reply.
    expect(pictures()).toBe(1)
    expect(person.entries.at(-1)?.text).toBe('该公众号暂时无法提供服务，请稍后再试')
    await runs('wechat.checkMaterials')
    expect(kept()).toHaveLength(1)
    await expect
      .poll(
        async () => {
          await asks()
          return pictures()
        },
        { timeout: 6_000, interval: 400 },
      )
      .toBe(2)
    const fresh = kept()
    await runs('wechat.checkMaterials')
    expect(kept()).toEqual(fresh)
  })

  it('is looked for when a rule is saved, and by the self-test, which says what it has found', async () => {
    const { api, add, appId, materialId, lose, kept } = await open()
    const found = async () => {
      const { tone, code, facts } = await api.checkAccount({ params: { appId }, body: { check: 'materials' } })
      return [tone, code, facts]
    }
    expect(await found()).toMatchObject(['good', 'materialsNone', {}])
    await add(one(materialId))
    lose()
    await add(one(materialId))
    expect(kept()).toHaveLength(1)
    expect(await found()).toMatchObject(['good', 'materialsGood', { used: '1' }])
    lose()
    // Lost again within the hour it is not uploaded once more, and the page says so.
    expect(await found()).toMatchObject(['bad', 'materialsLost', { used: '1', lost: '1' }])
    on.shop.clock.advance(HOUR + 1)
    expect(await found()).toMatchObject(['warn', 'materialsRenewed', { used: '1', renewed: '1' }])
    expect(kept()).toHaveLength(1)
  })

  it('of a channel code’s welcome is found as well; of a retired code nobody looks for it', async () => {
    const { api, materialId, lose, kept, runs } = await open()
    const made = await api.createCode({ body: { kind: 'shelf', name: '货架', welcome: one(materialId) } })
    await on.shop.drain()
    const { url } = await api.code({ params: { codeId: made.codeId } })
    lose()
    await runs('wechat.checkMaterials')
    expect(kept()).toHaveLength(1)
    // The process that answers has the new id by the second push at the latest.
    const sees = async (name: string) => {
      const passer = on.person(name)
      on.wechat.actions.scan(passer, on.official, url)
      await on.settle()
      return passer.entries.filter(({ kind }) => kind === 'image').length
    }
    await expect.poll(() => sees('路过的人'), { timeout: 10_000, interval: 400 }).toBe(1)
    await api.retireCode({ params: { codeId: made.codeId } })
    lose()
    on.shop.clock.advance(HOUR + 1)
    await runs('wechat.checkMaterials')
    expect(kept()).toEqual([])
  })

  it('is taken to be there while WeChat cannot be asked: the rule is saved, the look comes again', async () => {
    const { add, materialId, lose, kept, runs } = await open()
    await add(one(materialId))
    lose()
    const away = { match: { path: '/cgi-bin/material/get_material' }, skip: 0, chance: 1, times: 2 }
    on.wechat.world.faults.add({ ...away, fault: { do: 'errcode', errcode: -1 } })
    await add(one(materialId))
    await runs('wechat.checkMaterials')
    expect(kept()).toEqual([])
    await runs('wechat.checkMaterials')
    expect(kept()).toHaveLength(1)
  })
})

describe('a mass message whose picture WeChat has lost before it leaves', () => {
  it('uploads it anew and reaches everybody once; lost again at once it fails and gives the slots back', async () => {
    const { api, materialId, lose, kept, runs, person, openid, appId } = await open()
    const other = on.person('李先生')
    on.wechat.actions.follow(other, on.official)
    await on.settle()
    const target = { kind: 'openids' as const, openids: [openid, other.openids[appId] ?? ''] }
    const send = (key: string) =>
      api.sendMass({
        body: { key, purpose: 'service', target, content: { type: 'image', materialIds: [materialId] } },
      })
    const got = () => [person, other].map(({ entries }) => entries.filter(({ kind }) => kind === 'image').length)
    const stateOf = async (id: string) => (await api.masses({ query: {} })).items.find(row => row.id === id)?.state
    const slots = async () =>
      (await on.shop.db.selectFrom('wechat_reach').select('massUsed').execute()).map(({ massUsed }) => massUsed)

    const { id } = await send('lost-before-1')
    lose()
    await runs('wechat.sweep')
    expect(kept()).toHaveLength(1)
    await expect.poll(got).toEqual([1, 1])
    expect(await slots()).toEqual([1, 1])
    expect(await stateOf(id)).not.toBe('failed')

    const again = await send('lost-before-2')
    expect(await slots()).toEqual([2, 2])
    lose()
    await runs('wechat.sweep')
    expect(await stateOf(again.id)).toBe('failed')
    expect([got(), await slots()]).toEqual([
      [1, 1],
      [1, 1],
    ])
  })
})
