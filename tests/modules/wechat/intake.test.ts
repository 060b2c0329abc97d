import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import Koa from 'koa'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { decryptFrame, readAesKey } from '../../../wechat-api-ts/src/index.ts'
import { createDoorLog } from '../../../server/modules/wechat/service/accounts/door-log.ts'
import { callbackDoor } from '../../../server/modules/wechat/service/callback.ts'
import { createInbox } from '../../../server/modules/wechat/service/inbox.ts'
import { createReplies, type ReplyFor } from '../../../server/modules/wechat/service/intake/reply.ts'
import { world, type World } from '../../support/world.ts'
import { deliver, official, post, push, wechatEnv } from './pushes.ts'

let shop: World
const closing: (() => void)[] = []
const NOW = 1_795_300_000

beforeAll(async () => {
  shop = await world(wechatEnv())
})
beforeEach(async () => {
  await shop.db.deleteFrom('wechat_inbound').execute()
})
afterEach(() => {
  for (const close of closing.splice(0)) close()
})
afterAll(() => shop.close())

/** A door of its own with rules of its own, as another process of the shop would have it. */
async function door(replyFor: ReplyFor, budgetMs?: number): Promise<string> {
  const { kernel, modules } = shop
  const app = new Koa().use(
    callbackDoor(kernel, {
      accounts: modules.wechat.accounts,
      inbox: createInbox(kernel.db, () => undefined),
      decide: createReplies(replyFor, kernel.log, budgetMs),
      seen: createDoorLog(kernel),
    }),
  )
  const server = app.listen(0, '127.0.0.1')
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise(resolve => server.once('listening', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const opened = (body: string): string => {
  const encrypted = /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(body)?.[1]
  return encrypted === undefined ? body : decryptFrame(readAesKey(official.aesKey), encrypted).text
}
const rows = () => shop.db.selectFrom('wechat_inbound').selectAll().orderBy('id').execute()
const text = (content: string, id: string) => ({ MsgType: 'text', Content: content, MsgId: id })

test('a push that comes again, also at once and at another process, gets the reply that the first one got', async () => {
  let count = 0
  const numbered: ReplyFor = async () => {
    count++
    const reply = { kind: 'text', text: `您是第 ${count} 位` } as const
    await sleep(count % 3)
    return { reply, note: `rule ${count}` }
  }
  const doors = [await door(numbered), await door(numbered)]
  const { query, body } = push('o-again', NOW, text('抽奖', '900001'))
  const answers = await Promise.all(Array.from({ length: 24 }, (_, i) => post(doors[i % 2] ?? '', query, body)))
  await sleep(1_100)
  answers.push(await post(doors[0] ?? '', query, body), await post(doors[1] ?? '', query, body))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  const said = new Set(answers.map(answer => opened(answer.text)))
  expect(said.size).toBe(1)
  const [row, ...more] = await rows()
  expect(more).toEqual([])
  expect(row?.deliveries).toBe(26)
  const decided = JSON.parse(row?.replyJson ?? '') as { reply: { text: string } }
  expect([...said][0]).toContain(decided.reply.text)
})

test('every kind of passive reply reaches the person, and is the same the second time', async () => {
  const replies = [
    { kind: 'image', mediaId: 'm1' },
    { kind: 'news', articles: [{ title: '本周特卖', url: 'https://x' }] },
    { kind: 'handOver' },
  ] as const
  for (const [i, reply] of replies.entries()) {
    const url = await door(() => ({ reply, note: null }))
    const { query, body } = push('o-kinds', NOW + i, text('在吗', `91000${i}`))
    const first = opened((await post(url, query, body)).text)
    expect(first).toMatch(/<MsgType><!\[CDATA\[(image|news|transfer_customer_service)\]\]>/)
    expect(opened((await post(url, query, body)).text)).toBe(first)
  }
})

test('a rule that takes too long or falls costs the reply, never the push', async () => {
  const slow = await door(() => new Promise(() => undefined), 30)
  const broken = await door(() => {
    throw new Error('a rule has fallen')
  })
  const rejecting = await door(() => Promise.reject(new Error('a rule has fallen')))
  const started = performance.now()
  for (const [i, url] of [slow, broken, rejecting].entries()) {
    const { query, body } = push('o-slow', NOW, text('?', `92000${i}`))
    expect(await post(url, query, body)).toEqual({ status: 200, text: 'success' })
  }
  expect(performance.now() - started).toBeLessThan(2_000)
  expect((await rows()).map(row => (JSON.parse(row.replyJson ?? '{}') as { late: boolean }).late)).toEqual([
    true,
    true,
    true,
  ])
})

test('an event that nobody knows, and fields that nobody knows, are kept as they came', async () => {
  await deliver(shop.url, 'o-new', NOW, {
    MsgType: 'event',
    Event: 'an_event_of_next_year',
    Gift: { Name: '鸡蛋 & <米>', List: [{ No: '9007199254740993' }, { No: '2' }] },
  })
  await deliver(shop.url, 'o-new', NOW + 1, { ...text('在吗', '9007199254740995'), Mood: 'happy' })
  const [event, message] = await rows()
  expect(JSON.parse(event?.payloadJson ?? '')).toMatchObject({
    Event: 'an_event_of_next_year',
    Gift: { Name: '鸡蛋 & <米>', List: [{ No: '9007199254740993' }, { No: '2' }] },
  })
  expect(JSON.parse(message?.payloadJson ?? '')).toMatchObject({ MsgId: '9007199254740995', Mood: 'happy' })
  await shop.drain()
  expect((await rows()).every(row => row.workedAt !== null)).toBe(true)
})

test('fields longer than any that WeChat has documented are no reason to lose a push', async () => {
  const long = 'x'.repeat(300)
  await deliver(shop.url, `o-${long}`, NOW, { MsgType: 'event', Event: long, EventKey: long })
  await deliver(shop.url, 'o-long', NOW, text('在吗', '9'.repeat(300)))
  await deliver(shop.url, 'o-late', Number.MAX_SAFE_INTEGER, text('来自未来', '930001'))
  expect(await rows()).toHaveLength(3)
  await shop.drain()
  expect((await rows()).every(row => row.workedAt !== null)).toBe(true)
})

const stored = (i: number, more: object = {}) => ({
  id: shop.kernel.newId(),
  dedupeKey: `t:${i}`,
  appId: official.appId,
  openid: `o-${i}`,
  kind: 'event',
  event: 'subscribe',
  sentAt: shop.clock.now(),
  receivedAt: shop.clock.now(),
  payloadJson: JSON.stringify({
    ToUserName: official.originalId,
    FromUserName: `o-${i}`,
    CreateTime: String(NOW),
    MsgType: 'event',
    Event: 'subscribe',
  }),
  replyJson: null,
  ...more,
})

test('one row that the table refuses does not take the others with it', async () => {
  const inbox = createInbox(shop.db, () => undefined)
  const results = await Promise.allSettled(
    Array.from({ length: 40 }, (_, i) => inbox.store(stored(i, i === 17 ? { event: 'e'.repeat(65) } : {}))),
  )
  expect(results.flatMap(({ status }, i) => (status === 'rejected' ? [i] : []))).toEqual([17])
  expect(await rows()).toHaveLength(39)
})

test('two processes that store the same pushes in any order store each once', async () => {
  const inboxes = [createInbox(shop.db, () => undefined), createInbox(shop.db, () => undefined)]
  const all = Array.from({ length: 300 }, (_, i) => i)
  const kept = await Promise.all(
    inboxes.flatMap((inbox, turn) =>
      (turn === 0 ? all : all.toReversed()).map(async i => [i, (await inbox.store(stored(i))).id] as const),
    ),
  )
  expect(await rows()).toHaveLength(300)
  const ids = Map.groupBy(kept, ([i]) => i)
  expect([...ids.values()].every(([one, other]) => one?.[1] === other?.[1])).toBe(true)
})

test('pushes that together are larger than a statement may be are stored in several', async () => {
  const inbox = createInbox(shop.db, () => undefined)
  const payloadJson = JSON.stringify({ MsgType: 'text', Content: '长'.repeat(300_000) })
  await Promise.all(Array.from({ length: 40 }, (_, i) => inbox.store(stored(i, { payloadJson }))))
  expect(await rows()).toHaveLength(40)
})

test('what cannot be read or waits for its message does not hold up those behind it', async () => {
  const inbox = createInbox(shop.db, () => undefined)
  await inbox.store(stored(0, { payloadJson: 'not JSON' }))
  // Reports of messages that are not recorded (yet), more than one run takes.
  for (let i = 1; i <= 250; i++)
    await inbox.store(
      stored(i, {
        event: 'TEMPLATESENDJOBFINISH',
        payloadJson: JSON.stringify({
          ToUserName: official.originalId,
          FromUserName: `o-${i}`,
          CreateTime: String(NOW),
          MsgType: 'event',
          Event: 'TEMPLATESENDJOBFINISH',
          MsgID: String(i),
          Status: 'failed:user block',
        }),
      }),
    )
  await inbox.store(stored(1_000))
  const intake = shop.modules.jobs.find(job => job.name === 'wechat.intake')
  const context = { jobId: '1', attempt: 1, progress: async () => undefined, signal: new AbortController().signal }
  await intake?.run({}, context)
  const worked = (await rows()).filter(row => row.workedAt !== null).map(row => row.openid)
  expect(worked).toEqual(['o-0', 'o-1000'])
  // After ten minutes such a report belongs to nobody and is put away.
  shop.clock.advance(601_000)
  await intake?.run({}, context)
  expect((await rows()).every(row => row.workedAt !== null)).toBe(true)
})
