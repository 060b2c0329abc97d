import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { stage, type Stage } from '../../support/stage.ts'
import { deliver, official } from './pushes.ts'

let on: Stage
beforeAll(async () => {
  on = await stage()
})
beforeEach(async () => {
  await on.shop.db.deleteFrom('wechat_follower').execute()
})
afterAll(() => on.close())

const NOW = 1_795_300_000
const follow = (openid: string, at: number) =>
  deliver(on.shop.url, openid, at, { MsgType: 'event', Event: 'subscribe', EventKey: '' })
const unfollow = (openid: string, at: number) =>
  deliver(on.shop.url, openid, at, { MsgType: 'event', Event: 'unsubscribe', EventKey: '' })
const followers = () => on.shop.db.selectFrom('wechat_follower').selectAll().execute()

test('who scans the poster of a store is a follower with a unionid, and the other modules are told once', async () => {
  const auntie = on.person('王阿姨')
  on.wechat.actions.follow(auntie, on.official, 'store-01')
  await on.settle()
  const [row] = await followers()
  expect(row).toMatchObject({
    following: 1,
    scene: 'store-01',
    openid: auntie.openids[official.appId],
    unionid: auntie.unionids['hegu'],
  })
  const told = await on.shop.db.selectFrom('outbox').selectAll().where('name', '=', 'wechat.followed').execute()
  expect(told).toHaveLength(1)
  expect(auntie.entries.some(entry => entry.text?.includes('免费开卡'))).toBe(true)
})

test('who unfollows leaves nothing but a hash and the time', async () => {
  const uncle = on.person('李叔')
  on.wechat.actions.follow(uncle, on.official)
  on.wechat.actions.say(uncle, on.official, '我家住在城西路 8 号')
  await on.settle()
  on.wechat.actions.unfollow(uncle, on.official)
  await on.settle()
  const [row] = await followers()
  expect(row).toMatchObject({ following: 0, openid: null, unionid: null, scene: '' })
  const openid = uncle.openids[official.appId] ?? ''
  const kept = JSON.stringify([
    await on.shop.db.selectFrom('wechat_inbound').selectAll().where('kind', '=', 'text').execute(),
    await on.shop.db.selectFrom('wechat_reach').selectAll().where('openid', '=', openid).execute(),
  ])
  expect(kept).not.toContain('城西路')
  expect(kept).not.toContain(openid)
})

test('follows and unfollows may come in any order, twice and in one batch: the newest by WeChat’s time counts', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ following: fc.boolean(), second: fc.integer({ min: 0, max: 5 }) }), {
        minLength: 1,
        maxLength: 8,
      }),
      fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
      async (changes, pauses) => {
        await on.shop.db.deleteFrom('wechat_follower').execute()
        await on.shop.db.deleteFrom('wechat_inbound').execute()
        for (const [i, { following, second }] of changes.entries()) {
          await (following ? follow : unfollow)('o-anyorder', NOW + second)
          if (pauses[i] === true) await on.shop.drain()
        }
        await on.shop.drain()
        const last = Math.max(...changes.map(change => change.second))
        const expected = changes.filter(change => change.second === last).every(change => change.following)
        const [row] = await followers()
        expect(row?.following).toBe(expected ? 1 : 0)
        expect(row?.openid).toBe(expected ? 'o-anyorder' : null)
      },
    ),
    { numRuns: 12 },
  )
})

test('pushes that were stored while the queue was away are worked by the regular run', async () => {
  await on.shop.db
    .insertInto('wechat_inbound')
    .values({
      id: on.shop.kernel.newId(),
      dedupeKey: 'm:lost',
      appId: official.appId,
      openid: 'o-lost',
      kind: 'event',
      event: 'subscribe',
      sentAt: on.shop.clock.now(),
      receivedAt: on.shop.clock.now(),
      payloadJson: JSON.stringify({
        ToUserName: official.originalId,
        FromUserName: 'o-lost',
        CreateTime: '1795300000',
        MsgType: 'event',
        Event: 'subscribe',
      }),
    })
    .execute()
  const intake = on.shop.modules.jobs.find(job => job.name === 'wechat.intake')
  await intake?.run(
    {},
    { jobId: '1', attempt: 1, progress: async () => undefined, signal: new AbortController().signal },
  )
  expect((await followers()).map(row => row.openid)).toEqual(['o-lost'])
})
