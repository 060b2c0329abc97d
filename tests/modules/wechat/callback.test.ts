import { afterAll, beforeAll, expect, test } from 'vitest'
import { verificationQuery } from '../../../sandbox/callbacks/envelope.ts'
import { world, type World } from '../../support/world.ts'
import { deliver, official, post, push, wechatEnv } from './pushes.ts'

let shop: World
let plainShop: World
const NOW = 1_763_784_000

beforeAll(async () => {
  shop = await world(wechatEnv())
})
afterAll(async () => {
  await shop.close()
})

const stored = async (): Promise<number> => (await shop.db.selectFrom('wechat_inbound').select('id').execute()).length
const text = (content: string, id = '1') => ({ MsgType: 'text', Content: content, MsgId: id })

test('WeChat’s question on saving the address is answered with its own text', async () => {
  const reply = await fetch(`${shop.url}/wechat/${official.appId}?${verificationQuery(official, NOW, 'echo-42')}`)
  expect([reply.status, await reply.text()]).toEqual([200, 'echo-42'])
  const forged = await fetch(`${shop.url}/wechat/${official.appId}?signature=x&timestamp=1&nonce=2&echostr=hello`)
  expect(forged.status).toBe(401)
  expect(await forged.text()).not.toContain('hello')
})

test('a push is stored once, however often it comes', async () => {
  const before = await stored()
  const { query, body } = push('o-twice', NOW, text('在吗', '77001'))
  for (let i = 0; i < 3; i++) expect(await post(shop.url, query, body)).toEqual({ status: 200, text: 'success' })
  await Promise.all(Array.from({ length: 20 }, () => post(shop.url, query, body)))
  expect(await stored()).toBe(before + 1)
})

test('a new follower is welcomed in the same answer, sealed as the account wants it', async () => {
  const answer = await deliver(shop.url, 'o-welcome', NOW, { MsgType: 'event', Event: 'subscribe', EventKey: '' })
  expect(answer).toContain('<Encrypt>')
})

test.each([
  ['no signature at all', () => ({ query: 'timestamp=1&nonce=2', body: push('o-bad', NOW, text('坏')).body })],
  [
    'a wrong signature',
    () => ({
      query: push('o-bad', NOW, text('坏')).query.replace(/signature=[0-9a-f]{4}/, 'signature=0000'),
      body: push('o-bad', NOW, text('坏')).body,
    }),
  ],
  [
    'a parameter that came twice',
    () => ({ query: `${push('o-bad', NOW, text('坏')).query}&nonce=1`, body: push('o-bad', NOW, text('坏')).body }),
  ],
  ['plain text where safe mode is set', () => push('o-bad', NOW, text('坏'), 'plain')],
  [
    'another body under a good signature',
    () => ({ query: push('o-bad', NOW, text('坏')).query, body: push('o-bad', NOW, text('换')).body }),
  ],
  ['XML that is broken', () => ({ query: push('o-bad', NOW, text('坏')).query, body: '<xml><ToUserName>' })],
  [
    'an entity bomb',
    () => ({
      query: push('o-bad', NOW, text('坏')).query,
      body: '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xml><ToUserName>&b;</ToUserName></xml>',
    }),
  ],
  [
    'a body of 10 MB',
    () => ({ query: push('o-bad', NOW, text('坏')).query, body: '<xml>'.padEnd(10 * 1024 * 1024, 'x') }),
  ],
  ['an empty body', () => ({ query: push('o-bad', NOW, text('坏')).query, body: '' })],
])('%s is refused and nothing is stored', async (_, make) => {
  const before = await stored()
  const { query, body } = make()
  const { status, text: answer } = await post(shop.url, query, body)
  expect(status).toBeGreaterThanOrEqual(400)
  expect(status).toBeLessThan(500)
  expect(answer.length).toBeLessThan(40)
  expect(await stored()).toBe(before)
})

test('a stream without a length is cut at 1 MB as well', async () => {
  const before = await stored()
  const { query } = push('o-bad', NOW, text('坏'))
  async function* parts() {
    for (let i = 0; i < 40; i++) yield Buffer.alloc(100_000, 'x')
  }
  const init = { method: 'POST', body: parts(), duplex: 'half' } as unknown as RequestInit
  const reply = await fetch(`${shop.url}/wechat/${official.appId}?${query}`, init)
  expect(reply.status).toBe(413)
  expect(await stored()).toBe(before)
})

test('an account that is not ours does not exist', async () => {
  const { query, body } = push('o-bad', NOW, text('坏'))
  expect((await post(shop.url, query, body, 'wx0000000000000000')).status).toBe(404)
})

test('a shop in plain mode takes plain pushes, and refuses unsigned ones', async () => {
  plainShop = await world(wechatEnv(undefined, 'plain'))
  try {
    const { query, body } = push('o-plain', NOW, text('你好', '5'), 'plain')
    expect(await post(plainShop.url, query, body)).toEqual({ status: 200, text: 'success' })
    expect((await post(plainShop.url, query.replace('signature=', 'signature=0'), body)).status).toBe(401)
    const welcome = push('o-plain', NOW + 1, { MsgType: 'event', Event: 'subscribe', EventKey: '' }, 'plain')
    expect((await post(plainShop.url, welcome.query, welcome.body)).text).toContain('免费开卡')
  } finally {
    await plainShop.close()
  }
})
