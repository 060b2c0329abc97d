import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Person } from '../../../sandbox/state/person.ts'
import { wechatApi } from '../../../server/modules/wechat/contract/index.ts'
import { stage, type Stage } from '../../support/stage.ts'
import type { StaffUser } from '../../support/world.ts'

// Who follows the official account, as far as WeChat tells it: tags, the code they came by, the member behind, the blacklist.
let on: Stage
let owner: StaffUser
beforeEach(async () => {
  on = await stage()
  owner = await on.shop.as('owner')
})
afterEach(() => on.close())

const api = (user = owner) => user.call(wechatApi)
const openidOf = (person: Person): string => person.openids[on.official.appId] ?? ''
async function follows(name: string, scene?: string): Promise<Person> {
  const person = on.person(name)
  on.wechat.actions.follow(person, on.official, scene)
  await on.settle()
  // WeChat's clock and ours stand apart: each follows a second later than the one before.
  await on.wechat.world.clock.advance(1_000)
  return person
}
const list = async (query = {}, user = owner) => (await api(user).followers({ query })).items
const short = (person: Person): string => openidOf(person).slice(-6)

test('are listed newest first in pages, each member with a masked name, and found by phone and by card', async () => {
  const first = await follows('王秀英')
  await on.enrols(first)
  const second = await follows('路过的人')
  const page = await api().followers({ query: { limit: 1 } })
  expect(page).toMatchObject({ total: 2, items: [{ shortId: short(second), member: null, code: null, tags: [] }] })
  const rest = await api().followers({ query: { limit: 1, cursor: page.next ?? '' } })
  expect(rest).toMatchObject({ next: null, items: [{ shortId: short(first) }] })
  expect(rest.items[0]?.member?.name).toContain('*')
  expect(JSON.stringify([page, rest])).not.toContain(openidOf(first))
  expect(await list({ search: first.phone })).toMatchObject([{ shortId: short(first) }])
  expect(await list({ search: short(second) })).toMatchObject([{ shortId: short(second) }])
  expect(await list({ search: '13999999999' })).toEqual([])
})

test('a person who unfollows is no longer listed', async () => {
  const person = await follows('王秀英')
  on.wechat.actions.unfollow(person, on.official)
  await on.settle()
  expect(await list()).toEqual([])
})

test('put under a tag, WeChat has them there after the next run; taken from it likewise', async () => {
  const person = await follows('王秀英')
  const { items } = await api().createTag({ body: { name: '爱吃水果' } })
  const tagId = items[0]?.tagId ?? ''
  const followerIds = (await list()).map(({ followerId }) => followerId)
  expect(await api().tagFollowers({ body: { followerIds, tagId, has: true } })).toEqual({ people: 1 })
  await on.shop.drain()
  const there = () => [...on.wechat.world.console(on.official.appId).tags.values()].find(tag => tag.name === '爱吃水果')
  expect([...(there()?.people.keys() ?? [])]).toEqual([openidOf(person)])
  expect(await list({ tagId })).toMatchObject([{ tags: [{ name: '爱吃水果', onTheWay: false }] }])
  await api().tagFollowers({ body: { followerIds, tagId, has: false } })
  await on.shop.drain()
  expect(there()?.people.size).toBe(0)
  expect(await list({ tagId })).toEqual([])
})

test('on the blacklist they are at WeChat too and get no template; taken off they do again', async () => {
  const person = await follows('王秀英')
  const { memberId } = await on.enrols(person)
  const marked = async () =>
    (await api().memberWays({ params: { memberId }, query: { purpose: 'service' } })).blacklisted
  const followerIds = (await list()).map(({ followerId }) => followerId)
  expect(await marked()).toBe(false)
  await api().blockFollowers({ body: { followerIds, blocked: true } })
  expect(await marked()).toBe(true)
  expect(person.blacklisted[on.official.appId]).toBe(true)
  expect(await list({ state: 'blacklisted' })).toMatchObject([{ blacklisted: true, refuses: false }])
  const { items } = await on.shop.modules.wechat
    .reach([{ appId: on.official.appId, openid: openidOf(person) }], 'service')
    .then(reach => ({ items: JSON.stringify(reach) }))
  expect(items).toContain('blocked')
  await api().blockFollowers({ body: { followerIds, blocked: false } })
  expect(person.blacklisted[on.official.appId]).toBeUndefined()
  expect(await list({ state: 'blacklisted' })).toEqual([])
})

test('whom somebody blacklists in WeChat’s console is taken over by the next run', async () => {
  const person = await follows('王秀英')
  const { client } = on.shop.modules.wechat.accounts.official()
  await client.blacklist.put({ openid_list: [openidOf(person)] })
  await api().syncTags()
  await on.shop.drain()
  expect(await list()).toMatchObject([{ blacklisted: true }])
  await client.blacklist.take({ openid_list: [openidOf(person)] })
  await api().syncTags()
  await on.shop.drain()
  expect(await list()).toMatchObject([{ blacklisted: false }])
})

test('staff of a store see and change only those who came by a code of their stores', async () => {
  const store = await on.shop.db.selectFrom('store').select('code').limit(1).execute()
  const code = store[0]?.code ?? 'S01'
  const { codeId } = await api().createCode({
    body: { kind: 'shelf', opens: 'official', name: '收银台', storeCode: code },
  })
  await on.shop.drain()
  const { scene } = await on.shop.db
    .selectFrom('wechat_code')
    .select('scene')
    .where('id', '=', codeId)
    .executeTakeFirstOrThrow()
  const ours = await follows('王秀英', scene)
  await follows('李叔')
  const local = await on.shop.as('marketer', { stores: [code] })
  expect(await list({}, local)).toMatchObject([{ shortId: short(ours), code: { name: '收银台' } }])
  expect(await list({}, await on.shop.as('marketer', { stores: ['ELSEWHERE'] }))).toEqual([])
  const followerIds = (await list()).map(({ followerId }) => followerId)
  expect(followerIds).toHaveLength(2)
  expect(await api(local).blockFollowers({ body: { followerIds, blocked: true } })).toEqual({ people: 1 })
  expect(await list({ search: '收银' })).toHaveLength(1)
})
