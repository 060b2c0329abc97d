import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Person } from '../../../sandbox/state/person.ts'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { segmentsApi } from '../../../server/modules/segments/contract.ts'
import { wechatApi } from '../../../server/modules/wechat/contract/index.ts'
import { stage, type Stage } from '../../support/stage.ts'
import type { StaffUser } from '../../support/world.ts'

// Whom a mass message is for, what it takes of their four a month, when it leaves, and how an article is taken back.
let on: Stage
let marketer: StaffUser
let people: Person[]
beforeEach(async () => {
  on = await stage({ settings: { massAfterMs: 20 } })
  marketer = await on.shop.as('marketer')
  people = Array.from({ length: 4 }, (_, i) => on.person(`粉丝${i}`))
  for (const person of people) on.wechat.actions.follow(person, on.official)
  await on.settle()
})
afterEach(() => on.close())

const desk = () => marketer.call(wechatApi)
const content = { type: 'text', text: '本周鲜果到货' } as const
const openidOf = (person: Person | undefined): string => person?.openids[on.official.appId] ?? ''
const shown = (text: string) => people.map(person => person.entries.filter(entry => entry.text === text).length)
const used = async () =>
  Object.fromEntries(
    (await on.shop.db.selectFrom('wechat_reach').select(['openid', 'massUsed']).execute()).map(row => [
      row.openid,
      row.massUsed,
    ]),
  )
async function sweep(): Promise<void> {
  await on.shop.modules.jobs
    .find(job => job.name === 'wechat.sweep')
    ?.run({}, { jobId: '1', attempt: 1, progress: async () => undefined, signal: new AbortController().signal })
}
async function ended(id: string) {
  for (let tries = 0; ; tries++) {
    await sweep()
    await on.settle()
    const row = await desk().mass({ params: { massId: id } })
    if (!['planned', 'sending', 'submitted'].includes(row.state) || tries > 60) return row
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}
/** A tag with the first two people under it, here and at WeChat. */
async function tagged(): Promise<string> {
  const { items } = await desk().createTag({ body: { name: '爱吃水果' } })
  await on.shop.drain()
  const tagId = items[0]?.tagId ?? ''
  await on.shop.db
    .transaction()
    .execute(tx => on.shop.modules.wechat.tagPeople(tx, tagId, people.slice(0, 2).map(openidOf)))
  await desk().syncTags()
  await on.shop.drain()
  return tagId
}

test('by tag: told beforehand how many, each of them holds a slot of the month, WeChat’s counts end it', async () => {
  const target = { kind: 'tag', tagId: await tagged() } as const
  expect(await desk().countMass({ body: { purpose: 'marketing', target } })).toMatchObject({
    people: 2,
    reachable: 2,
    lastSlot: 0,
    parts: 1,
  })
  const { id } = await desk().sendMass({
    body: { key: 'by-the-tag', title: '周末', purpose: 'marketing', target, content },
  })
  const [first, second, third] = people.map(openidOf)
  expect(await used()).toMatchObject({ [first ?? '']: 1, [second ?? '']: 1, [third ?? '']: 0 })
  expect(await ended(id)).toMatchObject({ state: 'sent', targetName: '爱吃水果', people: 2, counts: { sent: 2 } })
  expect(shown('本周鲜果到货')).toEqual([1, 1, 0, 0])
  expect(await on.shop.modules.wechat.differences()).toEqual([])
})

test('a tag that is not at WeChat yet cannot be written to', async () => {
  const now = on.shop.clock.now()
  const tag = { id: on.shop.kernel.newId(), appId: on.official.appId, name: '新标签', state: 'active', createdAt: now }
  await on.shop.db.insertInto('wechat_tag').values(tag).execute()
  await expect(
    desk().sendMass({
      body: { key: 'not-there', purpose: 'service', target: { kind: 'tag', tagId: tag.id }, content },
    }),
  ).rejects.toMatchObject({ code: 'wechat.tagNotThere' })
})

test('by segment: only its followers who agreed to marketing are named', async () => {
  const [first, second, third] = people
  if (first === undefined || second === undefined || third === undefined) throw new Error('nobody')
  const enrolled = []
  for (const person of [first, second, third]) enrolled.push(await on.enrols(person))
  await on.shop
    .call(membersApi, enrolled[2]?.headers ?? {})
    .changeConsents({ body: { consents: [{ purpose: 'marketing', channel: 'wechat', granted: false }] } })
  const segment = await marketer.call(segmentsApi).create({ body: { name: '全部会员', rules: {} } })
  const target = { kind: 'segment', segmentId: segment.id } as const
  expect(await desk().countMass({ body: { purpose: 'service', target } })).toMatchObject({ people: 3, reachable: 3 })
  expect(await desk().countMass({ body: { purpose: 'marketing', target } })).toMatchObject({ people: 2 })
  const { id } = await desk().sendMass({ body: { key: 'by-segment', purpose: 'marketing', target, content } })
  expect(await ended(id)).toMatchObject({ state: 'sent', target: 'segment', targetName: '全部会员', people: 2 })
  expect(shown('本周鲜果到货')).toEqual([1, 1, 0, 0])
})

test('the count names whose last slot of the month it takes, and who has none', async () => {
  const [first, second] = people.map(openidOf)
  const until = (await desk().countMass({ body: { purpose: 'service', target: { kind: 'all' } } })).monthEnds
  for (const [openid, massUsed] of [
    [first ?? '', 3],
    [second ?? '', 4],
  ] as const)
    await on.shop.db
      .updateTable('wechat_reach')
      .set({ massUsed, massUntil: new Date(until) })
      .where('openid', '=', openid)
      .execute()
  expect(await desk().countMass({ body: { purpose: 'service', target: { kind: 'all' } } })).toMatchObject({
    people: 4,
    reachable: 3,
    lastSlot: 1,
    aMonth: 4,
  })
})

test('leaves at its time and not before; the next month is refused', async () => {
  const at = new Date(on.shop.clock.now().getTime() + 3_600_000).toISOString()
  const { id } = await desk().sendMass({
    body: { key: 'at-its-time', purpose: 'service', target: { kind: 'all' }, content, at },
  })
  await sweep()
  expect(await desk().mass({ params: { massId: id } })).toMatchObject({ state: 'planned', sendAt: at })
  on.shop.clock.advance(3_600_000)
  expect(await ended(id)).toMatchObject({ state: 'sent' })
  const next = new Date(on.shop.clock.now().getTime() + 20 * 86_400_000).toISOString()
  await expect(
    desk().sendMass({
      body: { key: 'next-month', purpose: 'service', target: { kind: 'all' }, content, at: next },
    }),
  ).rejects.toMatchObject({ code: 'wechat.massLaterMonth' })
})

test('an article is chosen from WeChat’s drafts, sent, and taken back once', async () => {
  const { client } = on.shop.modules.wechat.accounts.official()
  const { media_id: thumb } = await client.materials.add({
    type: 'image',
    file: { name: 'a.png', bytes: Buffer.from('89504e470d0a1a0a', 'hex') },
  })
  await client.drafts.add({ articles: [{ title: '周末水果节', content: '<p>鲜</p>', thumb_media_id: thumb }] })
  const [draft] = (await desk().massDrafts()).items
  expect(draft?.titles).toEqual(['周末水果节'])
  const article = { type: 'article', mediaId: draft?.mediaId ?? '', title: '周末水果节' } as const
  const { id } = await desk().sendMass({
    body: { key: 'an-article', purpose: 'marketing', target: { kind: 'all' }, content: article },
  })
  const early = desk().deleteMass({ params: { massId: id } })
  await expect(early).rejects.toMatchObject({ code: 'wechat.massNotThere' })
  await ended(id)
  expect(await desk().deleteMass({ params: { massId: id } })).toMatchObject({ deletedAt: expect.any(String) })
  await desk().deleteMass({ params: { massId: id } })
  const path = '/cgi-bin/message/mass/delete'
  const calls = on.wechat.world.journal.count({ path, after: 0 })
  expect(calls).toBe(1)
})

test('who works in a store neither sees nor sends them', async () => {
  const { id } = await desk().sendMass({
    body: { key: 'from-headquarters', purpose: 'service', target: { kind: 'all' }, content },
  })
  const local = (await on.shop.as('marketer', { stores: ['S01'] })).call(wechatApi)
  expect((await local.masses({ query: {} })).items).toEqual([])
  for (const call of [
    () => local.mass({ params: { massId: id } }),
    () => local.withdrawMass({ params: { massId: id } }),
    () => local.countMass({ body: { purpose: 'service', target: { kind: 'all' } } }),
    () => local.sendMass({ body: { key: 'from-a-store', purpose: 'service', target: { kind: 'all' }, content } }),
  ])
    await expect(call()).rejects.toMatchObject({ code: 'common.notFound' })
})
