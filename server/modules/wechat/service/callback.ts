import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Context, Middleware } from 'koa'
import { CallbackError, dedupeKey, largestPush, type Inbound } from 'wechat-api-ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { Account, Accounts } from './accounts.ts'
import type { DoorLog } from './accounts/door-log.ts'
import type { Inbox } from './inbox.ts'
import { bodyOf, readDecided, storedText, type Decided } from './intake/reply.ts'

// The console may be given either form of the address. An AppID begins with wx: the admin's own pages are beside it.
const PATH = /^\/wechat\/(?:callback\/)?(wx[\w-]{1,30})$/

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

/** The key of a push, shortened where WeChat sends something longer than anything it has documented. */
function keyOf(message: Inbound): string {
  const key = dedupeKey(message)
  return key.length <= 80 ? key : `h:${createHash('sha256').update(key).digest('hex')}`
}

// The last second that a DATETIME can hold; a later one is no time at all.
const LAST_SECOND = 253_402_300_799
const sentAtOf = (message: Inbound, now: Date): Date =>
  message.createTime > LAST_SECOND ? now : new Date(message.createTime * 1000)

/** What the door works with. */
export interface DoorNeeds {
  readonly accounts: Pick<Accounts, 'byId'>
  readonly inbox: Inbox
  /** What is answered at once, within a hard budget. */
  readonly decide: (account: Account, message: Inbound) => Decided | Promise<Decided>
  readonly seen: DoorLog
}

/**
 * WeChat's door at /wechat/<appId>: verified, stored with what is answered, answered; the work comes later. Goes before
 * the app's body parser. Nothing of a push that is refused is stored; a push that comes again gets the same answer.
 */
export function callbackDoor(
  { clock, newId, log }: Pick<Kernel, 'clock' | 'newId' | 'log'>,
  { accounts, inbox, decide, seen }: DoorNeeds,
): Middleware {
  async function receive(ctx: Context, appId: string): Promise<void> {
    const account = accounts.byId(appId)
    if (account === null) {
      ctx.status = 404
      return
    }
    if (ctx.method === 'GET') {
      ctx.body = account.codec.verifyUrl(ctx.query)
      await seen.verified(appId)
      return
    }
    if (ctx.method !== 'POST') {
      ctx.status = 405
      return
    }
    const received = account.codec.read(ctx.query, await readBody(ctx.req))
    const { message } = received
    const decided = await decide(account, message)
    const now = clock.now()
    const kept = await inbox.store({
      id: newId(),
      dedupeKey: keyOf(message),
      appId,
      openid: message.fromUser.slice(0, 64),
      kind: message.type.slice(0, 32),
      event: (message.event ?? '').slice(0, 64),
      sentAt: sentAtOf(message, now),
      receivedAt: now,
      payloadJson: JSON.stringify(message.fields),
      replyJson: storedText(decided),
    })
    seen.pushed(appId)
    ctx.body = bodyOf(received, readDecided(kept.replyJson)?.reply ?? null, kept.receivedAt)
  }

  return async (ctx, next) => {
    const match = PATH.exec(ctx.path)
    if (match === null) return next()
    try {
      await receive(ctx, match[1] ?? '')
    } catch (error) {
      if (!(error instanceof CallbackError)) throw error
      seen.refused(match[1] ?? '', error.reason)
      log.warn({ appId: match[1], reason: error.reason, ip: ctx.ip }, 'WeChat callback refused')
      ctx.status = error.status
      ctx.body = error.reason
      if (error.reason === 'tooLarge') ctx.set('connection', 'close')
    }
  }
}
