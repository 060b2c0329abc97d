import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  callbackCodec,
  type CallbackQuery,
  type Inbound,
  type Received,
  wechatClient,
  WechatError,
} from 'wechat-api-ts'
import {
  miniprogramAccount,
  officialAccount,
  type Sandbox,
  type SandboxAccount,
  startSandbox,
} from '../../sandbox/index.ts'
import type { Settings } from '../../sandbox/settings.ts'

/** How a test's shop answers a push; by default it acknowledges. */
export type Answer = (received: Received) => string | { status: number; body: string } | null

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let body = ''
  for await (const part of request) body += String(part)
  return body
}

/** A shop that only listens: what it heard, message by message, and how it answers. */
const listener = async (accounts: readonly SandboxAccount[]) => {
  const codecs = new Map(accounts.map(account => [account.appId, callbackCodec(account)]))
  const heard: Inbound[] = []
  const raw: { query: string; body: string }[] = []
  const shop = { heard, raw, answer: (() => 'success') as Answer }
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://shop')
    const codec = codecs.get(url.pathname.split('/').at(-1) ?? '')
    const query: CallbackQuery = Object.fromEntries(url.searchParams)
    if (codec === undefined) return void response.writeHead(404).end()
    if (request.method === 'GET') return void response.end(codec.verifyUrl(query))
    const body = await bodyOf(request)
    raw.push({ query: url.search, body })
    const received = codec.read(query, body)
    heard.push(received.message)
    const answer = shop.answer(received)
    if (answer === null) return
    if (typeof answer === 'string') return void response.end(answer)
    response.writeHead(answer.status).end(answer.body)
  }
  const server = createServer((request, response) => {
    receive(request, response).catch(() => response.writeHead(401).end())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    shop,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** A sandbox with a listening shop and clients for both accounts. */
export const town = async (settings: Partial<Settings> = {}) => {
  const accounts = [officialAccount, miniprogramAccount]
  const listening = await listener(accounts)
  const sandbox = await startSandbox({
    serverUrl: listening.url,
    settings: { redeliverAfterMs: 5, resultEventAfterMs: 0, ...settings },
  })
  const client = ({ appId, secret }: SandboxAccount) =>
    wechatClient({ appId, secret, baseUrl: sandbox.url, timeoutMs: 1000 })
  return {
    sandbox,
    shop: listening.shop,
    official: client(officialAccount),
    mini: client(miniprogramAccount),
    ask: asking(sandbox),
    stop: async () => {
      await sandbox.stop()
      listening.close()
    },
  }
}

const asking =
  (sandbox: Sandbox) =>
  async <Reply>(method: string, path: string, body?: unknown): Promise<Reply> => {
    const reply = await fetch(sandbox.url + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return (await reply.json()) as Reply
  }

/** The errcode of a call that fails; null when it succeeds. */
export const codeOf = (call: Promise<unknown>): Promise<number | null> =>
  call.then(
    () => null,
    (error: unknown) => {
      if (error instanceof WechatError) return error.code
      throw error
    },
  )

export const o = officialAccount.appId
export const m = miniprogramAccount.appId

/** The fields of the points template. */
export const points = { thing1: '滨江路社区店', number2: '86', number3: '1286', time4: '2026-11-21 18:05' }
/** The fields of the coupon template. */
export const coupon = { thing1: '满39减5元', time2: '2026-11-30' }
