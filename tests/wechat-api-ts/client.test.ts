import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import {
  fetchTransport,
  memoryTokenStore,
  nodeTransport,
  parseLossless,
  type TokenStore,
  type Transport,
  wechatClient,
  WechatError,
} from '../../wechat-api-ts/src/index.ts'

type Answer = (path: string, body: string, response: ServerResponse, request: IncomingMessage) => void

const servers: Server[] = []
const serve = async (answer: Answer): Promise<string> => {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => answer(request.url ?? '', body, response, request))
  })
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** A platform that hands out tokens t1, t2 … and accepts only the newest, or any the test says. */
const platform = async (options: { good?: (token: string) => boolean; force?: boolean } = {}) => {
  const seen = { tokens: 0, forced: 0, sends: [] as string[] }
  const url = await serve((path, body, response) => {
    if (path.startsWith('/cgi-bin/stable_token')) {
      seen.tokens++
      const force = (JSON.parse(body) as { force_refresh: boolean }).force_refresh
      if (force) seen.forced++
      const name = options.force === true && !force ? 't1' : `t${seen.tokens}`
      return void setTimeout(() => response.end(JSON.stringify({ access_token: name, expires_in: 7200 })), 10)
    }
    const token = new URLSearchParams(path.split('?')[1]).get('access_token') ?? ''
    seen.sends.push(token)
    const good = options.good?.(token) ?? token === `t${seen.tokens}`
    response.end(
      good
        ? '{"errcode":0,"errmsg":"ok","msgid":3717005636572528642}'
        : '{"errcode":40001,"errmsg":"invalid credential, access_token is invalid or not latest rid: 6718a6a7-0c3b2837-26829a40"}',
    )
  })
  return { url, seen }
}

const message = { openid: 'o1', templateId: 'tmpl', data: { thing1: '大米' }, clientMsgId: 'k1' }
const client = (
  url: string,
  more: { store?: TokenStore; transport?: Transport; timeoutMs?: number; now?: () => number } = {},
) =>
  wechatClient({
    appId: 'wx1',
    secret: 's',
    baseUrl: url,
    ...(more.store === undefined ? {} : { tokenStore: more.store }),
    ...(more.transport === undefined ? {} : { transport: more.transport }),
    ...(more.timeoutMs === undefined ? {} : { timeoutMs: more.timeoutMs }),
    ...(more.now === undefined ? {} : { now: more.now }),
  })

const failure = async (call: Promise<unknown>): Promise<WechatError> => {
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof WechatError) return error
  throw new Error('expected a WechatError', { cause: error })
}

describe('tokens', () => {
  it('are asked for once, however many callers start at the same moment', async () => {
    const { url, seen } = await platform()
    const wechat = client(url)
    await Promise.all(Array.from({ length: 20 }, () => wechat.sendTemplate(message)))
    expect(seen.tokens).toBe(1)
  })

  it('are asked for once by several processes that share a store', async () => {
    const { url, seen } = await platform()
    const store = memoryTokenStore()
    await Promise.all(Array.from({ length: 5 }, () => client(url, { store }).sendTemplate(message)))
    expect(seen.tokens).toBe(1)
  })

  it('are replaced once when refused, and the call is repeated once', async () => {
    const { url, seen } = await platform({ good: token => token === 't2' })
    const wechat = client(url)
    expect(await Promise.all([wechat.sendTemplate(message), wechat.sendTemplate(message)])).toEqual([
      { msgId: '3717005636572528642' },
      { msgId: '3717005636572528642' },
    ])
    expect(seen.tokens).toBe(2)
  })

  it('are given up when the fresh one is refused too: no endless loop', async () => {
    const { url, seen } = await platform({ good: () => false })
    const error = await failure(client(url).sendTemplate(message))
    expect(error).toMatchObject({ code: 40001, reaction: 'token', fate: 'notDone', rid: '6718a6a7-0c3b2837-26829a40' })
    expect(seen.sends).toHaveLength(2)
  })

  it('are forced when WeChat hands out the refused one again', async () => {
    const { url, seen } = await platform({ force: true, good: token => token === 't3' })
    await client(url).sendTemplate(message)
    expect(seen).toEqual({ tokens: 3, forced: 1, sends: ['t1', 't3'] })
  })

  it('that may not be forced now leave the caller to wait: nothing was sent', async () => {
    const { url, seen } = await platform({ force: true, good: () => false })
    const store = memoryTokenStore()
    await store.mayForce('wx1')
    const error = await failure(client(url, { store }).sendTemplate(message))
    expect(error).toMatchObject({ code: 40001, reaction: 'rate', fate: 'notDone' })
    expect(seen).toMatchObject({ forced: 0, sends: ['t1'] })
  })

  it('are forced at most every 30 seconds and 20 times a day, however many processes are refused; then the caller waits', async () => {
    const { url, seen } = await platform({ force: true, good: () => false })
    let now = Date.now()
    const store = memoryTokenStore(() => now)
    const reactions = new Map<string, number>()
    for (let i = 0; i < 90; i++, now += 10_000) {
      // Another process each time: none remembers what the one before was told.
      const error = await failure(client(url, { store, now: () => now }).sendTemplate(message))
      reactions.set(error.reaction, (reactions.get(error.reaction) ?? 0) + 1)
    }
    expect(seen.forced).toBe(20)
    expect(reactions).toEqual(
      new Map([
        ['token', 40],
        ['rate', 50],
      ]),
    )
    now += 86_400_000
    await failure(client(url, { store, now: () => now }).sendTemplate(message))
    expect(seen.forced).toBe(21)
  })

  it('that cannot be fetched leave no doubt: the message was not sent', async () => {
    const url = await serve(() => undefined)
    const error = await failure(client(url, { timeoutMs: 100 }).sendTemplate(message))
    expect(error).toMatchObject({ kind: 'timeout', fate: 'notDone', path: '/cgi-bin/stable_token' })
  })

  it('are refreshed five minutes before their end', async () => {
    const { url, seen } = await platform({ good: () => true })
    let now = Date.now()
    const wechat = client(url, { now: () => now })
    await wechat.sendTemplate(message)
    now += 6899_000
    await wechat.sendTemplate(message)
    expect(seen.tokens).toBe(1)
    now += 2000
    await wechat.sendTemplate(message)
    expect(seen.tokens).toBe(2)
  })

  it('serve to their end when renewing them early fails, and no longer', async () => {
    let ask = 0
    const url = await serve((path, _body, response) => {
      if (!path.startsWith('/cgi-bin/stable_token')) return response.end('{"errcode":0,"msgid":1}')
      response.end(++ask === 1 ? '{"access_token":"t1","expires_in":7200}' : '{"errcode":-1,"errmsg":"system error"}')
    })
    let now = Date.now()
    const wechat = client(url, { now: () => now })
    await wechat.sendTemplate(message)
    now += 7000_000
    await wechat.sendTemplate(message)
    expect(ask).toBe(2)
    now += 300_000
    expect(await failure(wechat.sendTemplate(message))).toMatchObject({ code: -1, fate: 'notDone' })
  })

  it('never appear in an error', async () => {
    const url = await serve((path, _body, response) =>
      path.startsWith('/cgi-bin/stable_token')
        ? response.end('{"access_token":"very-secret","expires_in":7200}')
        : response.end('{"errcode":43101,"errmsg":"user refuse to accept the msg"}'),
    )
    const error = await failure(client(url).sendSubscribe(message))
    expect(JSON.stringify(error) + error.message + String(error.stack)).not.toContain('very-secret')
    expect(error).toMatchObject({ code: 43101, reaction: 'rightLost', zh: '对方没有可用的订阅次数' })
  })
})

describe.each([
  ['node', nodeTransport()],
  ['fetch', fetchTransport()],
])('the fate of a call over %s', (_name, transport) => {
  const withToken = (send: (response: ServerResponse, request: IncomingMessage) => void) =>
    serve((path, _body, response, request) =>
      path.startsWith('/cgi-bin/stable_token')
        ? response.end('{"access_token":"t","expires_in":7200}')
        : send(response, request),
    )

  it('is "not done" when nobody listens', async () => {
    const url = await serve(() => undefined)
    servers.pop()?.close()
    const error = await failure(client(url, { transport }).sendTemplate(message))
    expect(error).toMatchObject({ kind: 'unreachable', fate: 'notDone', reaction: 'retry' })
  })

  it('is "not done" when WeChat answers with an error code', async () => {
    const url = await withToken(response => response.end('{"errcode":45015,"errmsg":"response out of time limit"}'))
    expect(await failure(client(url, { transport }).sendText('o', 'x'))).toMatchObject({
      kind: 'refused',
      fate: 'notDone',
      code: 45015,
    })
  })

  it('is unknown when no answer comes in time', async () => {
    const url = await withToken(() => undefined)
    expect(await failure(client(url, { transport, timeoutMs: 150 }).sendTemplate(message))).toMatchObject({
      kind: 'timeout',
      fate: 'unknown',
    })
  })

  it('is unknown when the connection breaks before or amid the answer', async () => {
    const before = await withToken((_response, request) => void request.socket.destroy())
    expect(await failure(client(before, { transport }).sendTemplate(message))).toMatchObject({
      kind: 'dropped',
      fate: 'unknown',
    })
    const amid = await withToken(response => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{"errcode":0', () => response.socket?.destroy())
    })
    expect(await failure(client(amid, { transport }).sendTemplate(message))).toMatchObject({
      kind: 'dropped',
      fate: 'unknown',
    })
  })

  it('is unknown when the answer is not JSON, lacks its id, or comes from something in between', async () => {
    for (const text of ['{"errcode":0,"msg', '<html>', '{"errcode":0,"errmsg":"ok"}'])
      expect(
        await failure(client(await withToken(response => response.end(text)), { transport }).sendTemplate(message)),
      ).toMatchObject({ kind: 'unreadable', fate: 'unknown' })
    const gateway = await withToken(response => response.writeHead(502).end('bad gateway'))
    expect(await failure(client(gateway, { transport }).sendTemplate(message))).toMatchObject({ fate: 'unknown' })
  })
})

describe('JSON', () => {
  it('keeps 64-bit ids digit for digit and everything else as it is', () => {
    expect(
      parseLossless('{"a":3717005636572528642,"b":-9223372036854775808,"c":1.5,"d":12,"e":"3717005636572528642"}'),
    ).toEqual({
      a: '3717005636572528642',
      b: '-9223372036854775808',
      c: 1.5,
      d: 12,
      e: '3717005636572528642',
    })
  })
  it('survives raw control characters in old nicknames', () => {
    expect(parseLossless('{"nickname":"a\u0001b"}')).toEqual({ nickname: 'ab' })
  })
})
