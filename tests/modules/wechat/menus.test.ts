import { afterEach, describe, expect, it } from 'vitest'
import { wechatApi, type Menu, type MenuButton } from '../../../server/modules/wechat/contract/index.ts'
import { stage, type Stage } from '../../support/stage.ts'

let on: Stage
afterEach(() => on.close())

const button = (name: string, more: Partial<MenuButton> & Pick<MenuButton, 'type'>): MenuButton => ({
  name,
  key: '',
  url: '',
  appId: '',
  path: '',
  materialId: '',
  mediaId: '',
  articleId: '',
  ...more,
})
const page = (name: string, url = 'https://shop.example/') => button(name, { type: 'view', url })
const MENU: Menu = {
  entries: [
    button('会员码', { type: 'click', key: 'card' }),
    { name: '门店', items: [page('附近门店'), button('扫价签', { type: 'scancode_waitmsg', key: 'price' })] },
  ],
  variants: [],
}

async function open() {
  on = await stage()
  const owner = await on.shop.as('owner', { name: '店主' })
  const api = owner.call(wechatApi)
  const appId = on.official.appId
  return {
    api,
    appId,
    async publish(menu: Menu) {
      const { version } = await api.menu({ query: { appId } })
      const saved = await api.saveMenu({ body: { appId, version, menu } })
      return api.publishMenu({ body: { appId, version: saved.version } })
    },
  }
}

describe('the menu of the account', () => {
  it('is a draft until it is published; then WeChat has it', async () => {
    const { api, appId, publish } = await open()
    on.wechat.world.menus.clear()
    expect(await api.liveMenu({ query: { appId } })).toMatchObject({ state: 'none', menu: null })
    expect(await publish(MENU)).toEqual({ number: 1 })
    expect(await api.liveMenu({ query: { appId } })).toMatchObject({ state: 'same', differences: [] })
    expect((await api.menu({ query: { appId } })).live?.number).toBe(1)
  })

  it('says what is wrong with it, beside the field, and is not published before it is mended', async () => {
    const { api, appId } = await open()
    const menu: Menu = {
      entries: [
        page('名字太长太长了', 'shop.example'),
        { name: '门店', items: [] },
        button('客服', { type: 'click', key: '' }),
        button('小程序', { type: 'miniprogram', url: 'https://shop.example/' }),
      ],
      variants: [{ name: '', audience: { tagId: '', platform: '', language: '' }, entries: [page('a')] }],
    }
    const { problems, version } = await api.saveMenu({ body: { appId, version: 0, menu } })
    expect(problems.map(({ at, code }) => `${at} ${code}`)).toEqual([
      'entries tooMany',
      'entries.0.name nameTooLong',
      'entries.0.url badUrl',
      'entries.1.items empty',
      'entries.2.key noKey',
      'entries.3.path noMiniprogram',
      'variants.0.audience noAudience',
    ])
    await expect(api.publishMenu({ body: { appId, version } })).rejects.toThrow('menuIncomplete')
    await expect(api.saveMenu({ body: { appId, version: 0, menu } })).rejects.toThrow('common.conflict')
  })

  it('warns of a key that no rule answers, where the rule for every other key is gone', async () => {
    const { api, appId } = await open()
    const { problems: none } = await api.saveMenu({ body: { appId, version: 0, menu: MENU } })
    expect(none).toEqual([])
    const rest = (await api.replyRules({ query: { appId } })).items.find(({ kind }) => kind === 'click')
    await api.switchReplyRule({ params: { ruleId: rest?.ruleId ?? '' }, body: { active: false } })
    const { problems } = await api.saveMenu({ body: { appId, version: 1, menu: MENU } })
    expect(problems).toEqual([{ at: 'entries.0.key', code: 'keyUnanswered', severe: false }])
    await api.createReplyRule({
      body: {
        appId,
        kind: 'click',
        name: '会员码',
        match: { keys: ['card'] },
        messages: [{ type: 'text', text: '出示会员码' }],
      },
    })
    expect((await api.menu({ query: { appId } })).problems).toEqual([])
  })

  it('goes back to an older one, and the draft with it', async () => {
    const { api, appId, publish } = await open()
    await publish(MENU)
    await publish({ entries: [page('全部换掉')], variants: [] })
    const { items } = await api.menuVersions({ query: { appId } })
    expect(items.map(({ number, live, differences }) => [number, live, differences.length])).toEqual([
      [2, true, 4],
      [1, false, 4],
    ])
    expect(await api.rollBackMenu({ params: { versionId: items[1]?.versionId ?? '' } })).toEqual({ number: 3 })
    const now = await api.menu({ query: { appId } })
    expect([now.draft, now.live?.number, now.differences]).toEqual([MENU, 3, []])
    expect((await api.liveMenu({ query: { appId } })).state).toBe('same')
  })

  it('is one for some and another for everybody else, as WeChat decides', async () => {
    const { api, appId, publish } = await open()
    const person = on.person('王秀英')
    on.wechat.actions.follow(person, on.official)
    await on.settle()
    const { memberId } = await on.enrols(person)
    const audience = { tagId: '', platform: '' as const, language: 'zh_CN' }
    await publish({ ...MENU, variants: [{ name: '中文', audience, entries: [page('中文菜单')] }] })
    const live = await api.liveMenu({ query: { appId } })
    expect([live.state, live.menu?.variants.length]).toEqual(['same', 1])
    const { menu } = await api.matchMenu({ body: { appId, memberId } })
    expect(menu.entries[0]?.name).toBe('中文菜单')
    await publish(MENU)
    expect((await api.matchMenu({ body: { appId, memberId } })).menu.entries[0]?.name).toBe('会员码')
  })

  it('made elsewhere is seen as different and can be taken over', async () => {
    const { api, appId, publish } = await open()
    await publish(MENU)
    const account = on.shop.modules.wechat.accounts.byId(appId)
    await account?.client.menus.create({
      button: [{ type: 'view', name: '控制台做的', url: 'https://other.example/' }],
    })
    const live = await api.liveMenu({ query: { appId } })
    expect(live.state).toBe('different')
    expect(live.differences.map(({ change }) => change)).toContain('removed')
    expect(await api.adoptMenu({ body: { appId } })).toEqual({ number: 2 })
    expect((await api.menu({ query: { appId } })).draft.entries).toEqual([page('控制台做的', 'https://other.example/')])
    expect((await api.liveMenu({ query: { appId } })).state).toBe('same')
  })

  it('that WeChat refuses stays unpublished, and the reason is kept', async () => {
    const { api, appId, publish } = await open()
    await publish(MENU)
    on.wechat.world.faults.add({
      match: { path: '/cgi-bin/menu/create' },
      fault: { do: 'errcode', errcode: 45064 },
      skip: 0,
      times: 1,
      chance: 1,
    })
    await expect(publish({ entries: [page('别的')], variants: [] })).rejects.toThrow('menuRefused')
    const [newest] = (await api.menuVersions({ query: { appId } })).items
    expect([newest?.state, newest?.live]).toEqual(['failed', false])
    expect((await api.menu({ query: { appId } })).live?.number).toBe(1)
    expect((await api.liveMenu({ query: { appId } })).state).toBe('same')
  })

  it('with two conditional ones keeps who wins: at WeChat, taken over, rolled back, and gone when published without', async () => {
    const { api, appId, publish } = await open()
    const person = on.person('王秀英')
    on.wechat.actions.follow(person, on.official)
    await on.settle()
    const { memberId } = await on.enrols(person)
    const sees = async () => (await api.matchMenu({ body: { appId, memberId } })).menu.entries[0]?.name
    const variant = (name: string, more: Partial<Menu['variants'][number]['audience']>) => ({
      name: '',
      audience: { tagId: '', platform: '' as const, language: '', ...more },
      entries: [page(name)],
    })
    const [chinese, phones] = [
      variant('中文菜单', { language: 'zh_CN' }),
      variant('苹果菜单', { platform: person.system }),
    ]
    await publish({ ...MENU, variants: [chinese, phones] })
    expect(await sees()).toBe('中文菜单')
    await api.adoptMenu({ body: { appId } })
    expect((await api.menu({ query: { appId } })).draft.variants).toEqual([chinese, phones])

    await publish({ ...MENU, variants: [phones, chinese] })
    expect(await sees()).toBe('苹果菜单')
    await publish(MENU)
    expect(await sees()).toBe('会员码')
    expect(on.wechat.world.console(appId).conditional).toEqual([])
    const { items } = await api.menuVersions({ query: { appId } })
    await api.rollBackMenu({ params: { versionId: items[1]?.versionId ?? '' } })
    expect(await sees()).toBe('苹果菜单')
    expect((await api.menu({ query: { appId } })).draft.variants).toEqual([phones, chinese])
    expect((await api.liveMenu({ query: { appId } })).state).toBe('same')
  })

  describe('of which WeChat refuses a conditional one', () => {
    const variant = (name: string) => ({
      name: '',
      audience: { tagId: '', platform: '' as const, language: 'zh_CN' },
      entries: [page(name)],
    })
    const refuse = (path: string, skip: number, times: number, errcode = 45064) =>
      on.wechat.world.faults.add({ match: { path }, fault: { do: 'errcode', errcode }, skip, times, chance: 1 })
    const newest = async (api: Awaited<ReturnType<typeof open>>['api'], appId: string) =>
      (await api.menuVersions({ query: { appId } })).items[0]

    it('is not in force by half: everybody sees the menu of before', async () => {
      const { api, appId, publish } = await open()
      await publish({ ...MENU, variants: [variant('旧中文')] })
      refuse('/cgi-bin/menu/addconditional', 0, 1)
      await expect(publish({ entries: [page('新的')], variants: [variant('新中文')] })).rejects.toThrow('menuRefused')
      const live = await api.liveMenu({ query: { appId } })
      expect([live.state, live.menu?.entries[0]?.name, live.menu?.variants[0]?.entries[0]?.name]).toEqual([
        'same',
        '会员码',
        '旧中文',
      ])
      expect((await newest(api, appId))?.state).toBe('failed')
      expect((await api.menu({ query: { appId } })).live?.number).toBe(1)
    })

    it('and nothing was there before: nothing is there again', async () => {
      const { api, appId, publish } = await open()
      on.wechat.world.menus.clear()
      refuse('/cgi-bin/menu/addconditional', 0, 1)
      await expect(publish({ ...MENU, variants: [variant('中文')] })).rejects.toThrow('menuRefused')
      expect((await api.liveMenu({ query: { appId } })).state).toBe('none')
    })

    it('and the one of before as well: the page says that only a part is there, and it can be published again', async () => {
      const { api, appId, publish } = await open()
      await publish(MENU)
      refuse('/cgi-bin/menu/addconditional', 0, 1)
      refuse('/cgi-bin/menu/create', 1, 1)
      const half = { entries: [page('新的')], variants: [variant('新中文')] }
      await expect(publish(half)).rejects.toThrow('menuHalfGiven')
      expect((await newest(api, appId))?.problem).toContain('只有一部分')
      expect((await api.liveMenu({ query: { appId } })).state).toBe('different')
      await publish(half)
      expect((await api.liveMenu({ query: { appId } })).state).toBe('same')
    })
  })

  it('whose answer is lost on the way is put back as it was, and told as failed', async () => {
    const { api, appId, publish } = await open()
    await publish(MENU)
    on.wechat.world.faults.add({
      match: { path: '/cgi-bin/menu/create' },
      fault: { do: 'drop', when: 'after' },
      skip: 0,
      times: 1,
      chance: 1,
    })
    await expect(publish({ entries: [page('新的')], variants: [] })).rejects.toThrow('menuRefused')
    expect((await api.liveMenu({ query: { appId } })).state).toBe('same')
    expect((await api.menu({ query: { appId } })).live?.number).toBe(1)
  })

  it('may be seen by an analyst and published by nobody without the right', async () => {
    const { appId } = await open()
    const analyst = (await on.shop.as('finance')).call(wechatApi)
    await expect(analyst.saveMenu({ body: { appId, version: 0, menu: MENU } })).rejects.toThrow('forbidden')
  })
})
