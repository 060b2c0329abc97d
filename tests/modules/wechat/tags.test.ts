import { afterEach, beforeEach, expect, it } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { wechatApi } from '../../../server/modules/wechat/contract/index.ts'
import { stage, type Stage } from '../../support/stage.ts'
import type { StaffUser } from '../../support/world.ts'

let on: Stage
let owner: StaffUser

beforeEach(async () => {
  on = await stage()
  owner = await on.shop.as('owner')
})
afterEach(() => on.close())

const api = () => owner.call(wechatApi)
const there = () => on.wechat.world.console(on.official.appId).tags
const client = () => on.shop.modules.wechat.accounts.official().client
const openidOf = (person: ReturnType<Stage['person']>): string => person.openids[on.official.appId] ?? ''
const ours = async (name: string) => {
  const found = (await api().tags()).items.find(tag => tag.name === name)
  if (found === undefined) throw new Error(`no tag ${name}`)
  return found
}

async function sync(): Promise<void> {
  await api().syncTags()
  await on.shop.drain()
}

async function followers(count: number): Promise<ReturnType<Stage['person']>[]> {
  const people = Array.from({ length: count }, (_, i) => on.person(`粉丝${i}`))
  for (const person of people) on.wechat.actions.follow(person, on.official)
  await on.settle()
  return people
}

const tag = (tagId: string, people: readonly ReturnType<Stage['person']>[]) =>
  inTransaction(on.shop.db, tx => on.shop.modules.wechat.tagPeople(tx, tagId, people.map(openidOf)))

it('a tag made here is made at WeChat, one made there comes here, a rename on one side reaches the other', async () => {
  await api().createTag({ body: { name: '城西店' } })
  await client().tags.create({ tag: { name: '微信建的' } })
  await sync()
  expect([...there().values()].map(({ name }) => name).sort()).toEqual(['城西店', '微信建的', '星标组'])
  expect(await ours('微信建的')).toMatchObject({ isThere: true, conflict: '' })

  await api().renameTag({ params: { tagId: (await ours('城西店')).tagId }, body: { name: '城西社区店' } })
  const theirs = [...there().values()].find(({ name }) => name === '微信建的')
  await client().tags.rename({ tag: { id: theirs?.id ?? 0, name: '微信改的' } })
  await sync()
  expect([...there().values()].map(({ name }) => name).sort()).toEqual(['城西社区店', '微信改的', '星标组'])
  expect((await api().tags()).items.map(({ name }) => name).sort()).toEqual(['城西社区店', '微信改的'])
  await sync()
  expect((await api().tags()).items).toHaveLength(2)
})

it('what both sides renamed, and what WeChat has deleted, is left to a person', async () => {
  await api().createTag({ body: { name: '老名' } })
  await sync()
  const { tagId } = await ours('老名')
  const id = [...there().values()].find(({ name }) => name === '老名')?.id ?? 0
  await client().tags.rename({ tag: { id, name: '微信的新名' } })
  await on.shop.db.updateTable('wechat_tag').set({ name: '我们的新名' }).where('id', '=', tagId).execute()
  await sync()
  expect(await ours('我们的新名')).toMatchObject({ conflict: 'renamedBoth', theirName: '微信的新名' })
  await api().resolveTag({ params: { tagId }, body: { how: 'ours' } })
  await on.shop.drain()
  expect(there().get(id)?.name).toBe('我们的新名')

  await client().tags.remove({ tag: { id } })
  await sync()
  expect(await ours('我们的新名')).toMatchObject({ conflict: 'goneAtWechat', isThere: false })
  await api().resolveTag({ params: { tagId }, body: { how: 'ours' } })
  await on.shop.drain()
  expect([...there().values()].map(({ name }) => name)).toContain('我们的新名')
  expect(await ours('我们的新名')).toMatchObject({ conflict: '', isThere: true })
})

it('deleted here it is deleted at WeChat with everybody under it; WeChat’s word wins where a person says so', async () => {
  const [anna] = await followers(1)
  if (anna === undefined) throw new Error('nobody')
  for (const name of ['要删的', '两边改', '那边删']) await api().createTag({ body: { name } })
  await tag((await ours('要删的')).tagId, [anna])
  await sync()
  expect(anna.tags[on.official.appId]).toHaveLength(1)
  await api().deleteTag({ params: { tagId: (await ours('要删的')).tagId } })
  await on.shop.drain()
  expect([...there().values()].map(({ name }) => name)).not.toContain('要删的')
  expect((await api().tags()).items.map(({ name }) => name)).not.toContain('要删的')
  expect(anna.tags[on.official.appId]).toEqual([])

  const idOf = (name: string) => [...there().values()].find(one => one.name === name)?.id ?? 0
  const both = await ours('两边改')
  const gone = await ours('那边删')
  await client().tags.rename({ tag: { id: idOf('两边改'), name: '微信的名字' } })
  await client().tags.remove({ tag: { id: idOf('那边删') } })
  // Renamed here in the moment before the run that would have told us of WeChat's name.
  await on.shop.db.updateTable('wechat_tag').set({ name: '我们的名字' }).where('id', '=', both.tagId).execute()
  await sync()
  await api().resolveTag({ params: { tagId: both.tagId }, body: { how: 'theirs' } })
  await api().resolveTag({ params: { tagId: gone.tagId }, body: { how: 'theirs' } })
  await on.shop.drain()
  expect((await api().tags()).items.map(({ name, conflict }) => [name, conflict])).toEqual([['微信的名字', '']])
  expect(idOf('微信的名字')).toBeGreaterThan(0)
})

it('a tag that WeChat does not take says why, holds up no other, and goes through when a person tries again', async () => {
  for (const name of ['坏名字', '好名字']) await api().createTag({ body: { name } })
  const refusal = { match: { path: '/cgi-bin/tags/create', contains: '坏名字' }, skip: 0, chance: 1, times: null }
  on.wechat.world.faults.add({ ...refusal, fault: { do: 'errcode', errcode: 45157 } })
  await sync()
  expect(await ours('坏名字')).toMatchObject({ conflict: 'badName', isThere: false })
  expect(await ours('好名字')).toMatchObject({ conflict: '', isThere: true })
  on.wechat.world.faults.remove(null)
  await api().resolveTag({ params: { tagId: (await ours('坏名字')).tagId }, body: { how: 'ours' } })
  await on.shop.drain()
  expect(await ours('坏名字')).toMatchObject({ conflict: '', isThere: true })
})

it('people who are taken from under a tag here leave it at WeChat; whom somebody tags there meanwhile stays', async () => {
  const [anna, bert] = await followers(2)
  if (anna === undefined || bert === undefined) throw new Error('nobody')
  await api().createTag({ body: { name: '会员日' } })
  const { tagId } = await ours('会员日')
  await tag(tagId, [anna])
  await sync()
  const id = [...there().values()].find(({ name }) => name === '会员日')?.id ?? 0
  await inTransaction(on.shop.db, tx => on.shop.modules.wechat.untagPeople(tx, tagId, [openidOf(anna)]))
  await client().tags.put({ openid_list: [openidOf(bert)], tagid: id })
  on.shop.clock.advance(7 * 3_600_000)
  await sync()
  expect([...(there().get(id)?.people.keys() ?? [])]).toEqual([openidOf(bert)])
  const under = await on.shop.db.selectFrom('wechat_tag_person').select(['openid', 'state']).execute()
  expect(under).toEqual([{ openid: openidOf(bert), state: 'on' }])
})

it('120 people come under a tag fifty at a time; whoever has 20 tags already is named, the others are not held up', async () => {
  const people = await followers(120)
  const [full] = people
  if (full === undefined) throw new Error('nobody')
  full.tags[on.official.appId] = Array.from({ length: 20 }, (_, i) => 1_000 + i)
  await api().createTag({ body: { name: '大客户' } })
  const { tagId } = await ours('大客户')
  await tag(tagId, people)
  await tag(tagId, people)
  await sync()
  expect(await ours('大客户')).toMatchObject({ people: 119, refused: 1, waiting: 0 })
  const remote = [...there().values()].find(({ name }) => name === '大客户')
  expect(remote?.people.size).toBe(119)
})

it('whom WeChat tags comes here, whom it untags leaves, and who unfollows is forgotten', async () => {
  const [anna, bert, carl] = await followers(3)
  if (anna === undefined || bert === undefined || carl === undefined) throw new Error('nobody')
  await api().createTag({ body: { name: '会员日' } })
  const { tagId } = await ours('会员日')
  await tag(tagId, [anna, carl])
  await sync()
  const id = [...there().values()].find(({ name }) => name === '会员日')?.id ?? 0
  await client().tags.put({ openid_list: [openidOf(bert)], tagid: id })
  await client().tags.take({ openid_list: [openidOf(anna)], tagid: id })
  on.shop.clock.set(new Date(on.shop.clock.now().getTime() + 7 * 3_600_000))
  await sync()
  const under = async () =>
    (await on.shop.db.selectFrom('wechat_tag_person').select('openid').where('tagId', '=', tagId).execute()).map(
      row => row.openid,
    )
  expect((await under()).sort()).toEqual([openidOf(bert), openidOf(carl)].sort())
  on.wechat.actions.unfollow(carl, on.official)
  await on.settle()
  expect(await under()).toEqual([openidOf(bert)])
})

it('a run that falls in the middle is taken up: nobody twice, nobody left out', async () => {
  const people = await followers(60)
  await api().createTag({ body: { name: '新客' } })
  const { tagId } = await ours('新客')
  await tag(tagId, people)
  on.wechat.world.faults.add({
    match: { path: '/cgi-bin/tags/members/batchtagging' },
    fault: { do: 'drop', when: 'after' },
    skip: 1,
    times: 1,
    chance: 1,
  })
  await sync().catch(() => {})
  await sync()
  expect(await ours('新客')).toMatchObject({ people: 60, waiting: 0, refused: 0 })
})

it('the tag of a code lands on who follows by it', async () => {
  await api().createTag({ body: { name: '传单来的' } })
  const { tagId } = await ours('传单来的')
  const made = await api().createCode({ body: { kind: 'leaflet', name: '开业传单', tagId } })
  await on.shop.drain()
  const code = await api().code({ params: { codeId: made.codeId } })
  expect(code.tagName).toBe('传单来的')
  const wang = on.person('王女士')
  on.wechat.actions.scan(wang, on.official, code.url)
  await on.settle()
  await sync()
  expect([...there().values()].find(({ name }) => name === '传单来的')?.people.has(openidOf(wang))).toBe(true)
})

it('the hundred and first tag is refused here', async () => {
  const { appId } = on.official
  await on.shop.db
    .insertInto('wechat_tag')
    .values(
      Array.from({ length: 100 }, (_, i) => ({
        id: on.shop.kernel.newId(),
        appId,
        name: `标签${i}`,
        state: 'active',
        createdAt: on.shop.clock.now(),
      })),
    )
    .execute()
  await expect(api().createTag({ body: { name: '再来一个' } })).rejects.toMatchObject({ code: 'wechat.tooManyTags' })
})
