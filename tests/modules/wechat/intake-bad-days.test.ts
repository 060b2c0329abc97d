import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, expect, test } from 'vitest'
import { freePort } from '../../../scripts/services/ports.ts'
import { decryptFrame, readAesKey } from '../../../wechat-api-ts/src/index.ts'
import { cableTo, type Cable } from '../../support/proxy.ts'
import { testEnvironment, world, type World } from '../../support/world.ts'
import { official, post, push, wechatEnv } from './pushes.ts'

/**
 * WeChat pushes three times in fifteen seconds and then gives up. Whatever falls in between, the database, Redis or the
 * server itself: what was acknowledged is never lost, what was not is taken the next time, nothing is done twice.
 */
const NOW = 1_795_300_000
let shop: World | null = null
let cable: Cable | null = null
let server: ChildProcess | null = null

afterEach(async () => {
  server?.kill('SIGKILL')
  await shop?.close()
  await cable?.close()
  server = shop = cable = null
})

const message = (i: number) =>
  push('o-bad-day', NOW + i, { MsgType: 'text', Content: '在吗', MsgId: String(70_000 + i) })
const rows = (at: World) => at.db.selectFrom('wechat_inbound').select(['id', 'workedAt', 'deliveries']).execute()
const told = (at: World) =>
  at.db.selectFrom('outbox').select('id').where('name', '=', 'wechat.messageReceived').execute()

async function works(at: World): Promise<void> {
  const intake = at.modules.jobs.find(job => job.name === 'wechat.intake')
  const context = { jobId: '1', attempt: 1, progress: async () => undefined, signal: new AbortController().signal }
  await intake?.run({}, context)
}

test('without a database WeChat gets no acknowledgement, and what it pushes again is taken once', async () => {
  cable = await cableTo(String(testEnvironment()['DATABASE_URL']))
  shop = await world({ ...wechatEnv(), DATABASE_URL: cable.url })
  const pushes = Array.from({ length: 30 }, (_, i) => message(i))
  cable.pull()
  const refused = await Promise.all(pushes.map(({ query, body }) => post(shop?.url ?? '', query, body)))
  expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]))
  cable.plug()
  const again = await Promise.all(pushes.map(({ query, body }) => post(shop?.url ?? '', query, body)))
  expect(new Set(again.map(({ status }) => status))).toEqual(new Set([200]))
  await works(shop)
  expect(await rows(shop)).toHaveLength(30)
  expect(await told(shop)).toHaveLength(30)
}, 30_000)

test('without Redis pushes are stored and acknowledged as ever, and worked when it is back', async () => {
  cable = await cableTo(String(testEnvironment()['REDIS_URL']))
  shop = await world({ ...wechatEnv(), REDIS_URL: cable.url })
  cable.pull()
  for (let i = 0; i < 10; i++) {
    const { query, body } = message(i)
    expect(await post(shop.url, query, body)).toEqual({ status: 200, text: 'success' })
  }
  expect(await rows(shop)).toHaveLength(10)
  cable.plug()
  await expect
    .poll(
      async () => {
        await shop?.drain(2_000).catch(() => undefined)
        return shop === null ? [] : (await rows(shop)).filter(row => row.workedAt !== null)
      },
      { timeout: 30_000 },
    )
    .toHaveLength(10)
  expect(await told(shop)).toHaveLength(10)
}, 60_000)

/** A server process of its own on the shop's database, which falls at a point as by kill −9. */
async function start(env: Record<string, string>, fallAt: string): Promise<string> {
  const port = await freePort()
  server = spawn(process.execPath, [join(import.meta.dirname, '../../../server/main.ts')], {
    env: { ...process.env, ...env, PORT: String(port), FAULT_POINTS: fallAt },
    stdio: 'ignore',
  })
  const url = `http://127.0.0.1:${port}`
  await expect
    .poll(
      () =>
        fetch(url).then(
          () => true,
          () => false,
        ),
      { timeout: 20_000 },
    )
    .toBe(true)
  return url
}
const ended = async (): Promise<void> => {
  await expect.poll(() => server?.signalCode ?? null, { timeout: 10_000 }).toBe('SIGKILL')
}
const opened = (body: string): string => {
  const encrypted = /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(body)?.[1] ?? ''
  return decryptFrame(readAesKey(official.aesKey), encrypted).text
}

test('a server killed after storing and before answering: the push that comes again is known, answered and worked once', async () => {
  const env = testEnvironment(wechatEnv())
  shop = await world(env)
  const url = await start(env, 'wechat.afterStoreBeforeAnswer:1')
  const follow = push('o-killed', NOW, { MsgType: 'event', Event: 'subscribe', EventKey: '' })
  await expect(post(url, follow.query, follow.body)).rejects.toThrow()
  await ended()
  expect(await rows(shop)).toMatchObject([{ workedAt: null, deliveries: 1 }])

  const next = await start(env, '')
  const second = await post(next, follow.query, follow.body)
  const third = await post(next, follow.query, follow.body)
  expect(opened(second.text)).toContain('免费开卡')
  expect(opened(third.text)).toBe(opened(second.text))
  await works(shop)
  expect(await rows(shop)).toMatchObject([{ deliveries: 3 }])
  const followers = await shop.db.selectFrom('wechat_follower').select('openid').execute()
  expect(followers).toEqual([{ openid: 'o-killed' }])
}, 60_000)

test('a server killed after answering and before the queue: the regular run finds what it has stored', async () => {
  const env = testEnvironment(wechatEnv())
  shop = await world(env)
  const url = await start(env, 'wechat.afterStoreBeforeQueue:1')
  const { query, body } = message(1)
  await post(url, query, body).catch(() => null)
  await ended()
  expect(await rows(shop)).toMatchObject([{ workedAt: null }])
  await works(shop)
  await works(shop)
  expect((await rows(shop)).filter(row => row.workedAt !== null)).toHaveLength(1)
  expect(await told(shop)).toHaveLength(1)
}, 60_000)
