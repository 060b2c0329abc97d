import { WechatError } from 'wechat-api-ts'
import type { Kernel } from '../../../kernel/module.ts'
import { isRedisDown } from '../../../kernel/redis.ts'
import type { ClaimedMessage, Settled } from '../repository/messages.ts'
import type { Accounts } from './accounts.ts'
import { Body } from './outbound.ts'
import { codeReason } from './reasons.ts'

/** WeChat remembers a client message id for ten minutes [U]; we stop repeating before. */
export const REMEMBERED_MS = 9 * 60_000

const TRIES = 5
// The person does not want it, or no longer: 43101 no right left, 43019 blocked, 48002 switched off, 43004 not following.
const REFUSALS = new Set([43101, 43019, 48002, 43004, 43005])

const reasonOf = (error: WechatError): string => (error.code === null ? `line.${error.kind}` : codeReason(error.code))

/** Sends one message and says how it ended; never throws for what WeChat answers. */
export function createSender(accounts: Accounts, { clock, log }: Pick<Kernel, 'clock' | 'log'>) {
  async function call(message: ClaimedMessage): Promise<string | null> {
    const account = accounts.byId(message.appId)
    if (account === null)
      throw new WechatError({
        kind: 'unreachable',
        fate: 'notDone',
        path: '',
        code: 40013,
        detail: 'account not connected',
      })
    const { openid, templateId, clientMsgId } = message
    const body = Body.parse(JSON.parse(message.bodyJson))
    const data = body.fields ?? {}
    if (message.route === 'customer_service') {
      await account.client.sendText(openid, body.text ?? '')
      return null
    }
    if (message.route === 'subscribe') {
      return (
        await account.client.sendSubscribe({
          openid,
          templateId,
          data,
          ...(body.page === undefined ? {} : { page: body.page }),
        })
      ).msgId
    }
    const mini = accounts.all.find(({ kind }) => kind === 'miniprogram')
    const { msgId } = await account.client.sendTemplate({
      openid,
      templateId,
      data,
      ...(clientMsgId === null ? {} : { clientMsgId }),
      ...(body.page === undefined || mini === undefined ? {} : { miniprogram: { appId: mini.appId, path: body.page } }),
    })
    return msgId
  }

  const later = (message: ClaimedMessage, error: WechatError, delayMs: number): Settled => ({
    id: message.id,
    state: 'planned',
    platformId: null,
    errorCode: error.code,
    reason: reasonOf(error),
    notBefore: new Date(clock.now().getTime() + delayMs),
  })

  function judge(message: ClaimedMessage, error: WechatError): Settled {
    const now = clock.now()
    const end = (state: Settled['state']): Settled => ({
      id: message.id,
      state,
      platformId: null,
      errorCode: error.code,
      reason: reasonOf(error),
      notBefore: now,
    })
    const backOff = Math.min(60_000, 1_000 * 2 ** Math.min(message.attempts, 6))
    // A token that could not be had: the message itself was never on its way.
    const wasOnItsWay = error.fate === 'unknown' && error.path.includes('/message/')
    if (wasOnItsWay) {
      const first = message.firstSentAt ?? now
      const repeatable = message.clientMsgId !== null && now.getTime() - first.getTime() < REMEMBERED_MS
      return repeatable ? later(message, error, backOff) : end('unknown')
    }
    if (error.code === null) return later(message, error, backOff)
    if (REFUSALS.has(error.code)) return end('refused')
    if (error.reaction === 'duplicate') return end('sent')
    if (error.reaction === 'rate') return later(message, error, 60_000)
    if (error.reaction === 'quota') return later(message, error, 3_600_000)
    if (error.reaction === 'retry' && message.attempts < TRIES) return later(message, error, backOff)
    return end('failed')
  }

  return async (message: ClaimedMessage): Promise<Settled> => {
    try {
      const platformId = await call(message)
      return { id: message.id, state: 'sent', platformId, errorCode: null, reason: '', notBefore: clock.now() }
    } catch (error) {
      if (error instanceof WechatError) return judge(message, error)
      // The others of the batch may be on their way: their results must be recorded whatever this one met.
      if (isRedisDown(error))
        return judge(
          message,
          new WechatError({ kind: 'unreachable', fate: 'notDone', path: '', code: null, detail: 'token store away' }),
        )
      log.error({ err: error, messageKey: message.messageKey }, 'sending failed in a way nobody thought of')
      return {
        id: message.id,
        state: 'unknown',
        platformId: null,
        errorCode: null,
        reason: 'internal',
        notBefore: clock.now(),
      }
    }
  }
}
