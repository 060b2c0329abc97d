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
  on = await stage()
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
    const rows = await on.shop.db.selectFrom('wechat_message').select(['state', 'errorCode']).orderBy('id').execute()
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
