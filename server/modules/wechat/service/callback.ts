import type { IncomingMessage } from 'node:http'
import type { Context, Middleware } from 'koa'
import { acknowledged, CallbackError, dedupeKey, largestPush, type Inbound, type Received } from 'wechat-api-ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { Account, Accounts } from './accounts.ts'
import type { Inbox } from './inbox.ts'

// The sandbox and the console may be given either form of the address.
const PATH = /^\/wechat\/(?:callback\/)?([\w-]{1,32})$/

/** Reads a body of at most 1 MB; what is more is read to its end without being kept, so that the sender gets an answer. */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > largestPush) {
    request.resume()
    throw new CallbackError('tooLarge')
  }
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size <= largestPush) parts.push(part)
    else if (size > 16 * largestPush) break
  }
  if (size > largestPush) throw new CallbackError('tooLarge')
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
}

const WELCOME = '欢迎光临!点下方菜单「会员码」免费开卡,买菜攒积分;有问题直接在这里留言,客服会回复您。'
const ASK = '请直接在这里留言:想问什么、是哪家门店。客服会尽快回复您。'

/** The answer that goes back at once; a repeated push gets the same. */
function replyTo(received: Received, account: Account): string {
  const { content } = received.message
  if (account.kind !== 'official') return acknowledged
  if (content.kind === 'followed') return received.replyText(WELCOME)
  return content.kind === 'menuClicked' ? received.replyText(ASK) : acknowledged
}

/** A body that is no picture of the whole push: only what we act on is kept. */
const storedContent = (message: Inbound): string => {
  const { content } = message
  return JSON.stringify(content.kind === 'text' ? { ...content, content: content.content.slice(0, 4_000) } : content)
}

/**
 * WeChat's door at /wechat/<appId>: verified, stored, answered; the work comes later. Goes before the app's body parser.
 * Nothing of a push that is refused is stored.
 */
export function callbackDoor(
  kernel: Pick<Kernel, 'clock' | 'newId' | 'log'>,
  accounts: Accounts,
  inbox: Inbox,
): Middleware {
  const { clock, newId, log } = kernel

  async function receive(ctx: Context, appId: string): Promise<void> {
    const account = accounts.byId(appId)
    if (account === null) {
      ctx.status = 404
      return
    }
    if (ctx.method === 'GET') {
      ctx.body = account.codec.verifyUrl(ctx.query)
      return
    }
    if (ctx.method !== 'POST') {
      ctx.status = 405
      return
    }
    const received = account.codec.read(ctx.query, await readBody(ctx.req))
    const { message } = received
    await inbox.store({
      id: newId(),
      dedupeKey: dedupeKey(message),
      appId,
      openid: message.fromUser.slice(0, 64),
      kind: message.type.slice(0, 32),
      event: (message.event ?? '').slice(0, 64),
      sentAt: new Date(message.createTime * 1000),
      receivedAt: clock.now(),
      payloadJson: storedContent(message),
      workedAt: null,
    })
    ctx.body = replyTo(received, account)
  }

  return async (ctx, next) => {
    const match = PATH.exec(ctx.path)
    if (match === null) return next()
    try {
      await receive(ctx, match[1] ?? '')
    } catch (error) {
      if (!(error instanceof CallbackError)) throw error
      log.warn({ appId: match[1], reason: error.reason, ip: ctx.ip }, 'WeChat callback refused')
      ctx.status = error.status
      ctx.body = error.reason
      if (error.reason === 'tooLarge') ctx.set('connection', 'close')
    }
  }
}
