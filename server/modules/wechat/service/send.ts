import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { backOff, quotaBack, WechatError } from 'wechat-api-ts'
import type { Kernel } from '../../../kernel/module.ts'
import { isRedisDown } from '../../../kernel/redis.ts'
import type { LeasedMessage, Settled } from '../repository/sending.ts'
import type { Accounts } from './accounts.ts'
import { createCall } from './call.ts'
import type { Pace, Turn } from './pace.ts'
import { codeReason } from './reasons.ts'
import type { WithMaterials } from './replies/lost-materials.ts'

const TRIES = 5
// Where a message of ours is refused for the person's sake, whatever the reason: nothing is wrong with the message.
const PERSONAL = new Set(['rightLost', 'blocked', 'gone'])

const reasonOf = (error: WechatError): string => (error.code === null ? `line.${error.kind}` : codeReason(error.code))

/** Sends one message when its turn has come and says how it ended; never throws for what WeChat answers. */
export function createSender(
  accounts: Accounts,
  pace: Pace,
  { clock, log, config }: Pick<Kernel, 'clock' | 'log' | 'config'>,
  withMaterials: WithMaterials,
) {
  const call = createCall(accounts, withMaterials)
  const rememberedMs = config.WECHAT_LIMITS.rememberedSeconds * 1000

  /** What WeChat answers to a repeat says nothing of the first try: when that may have arrived, nobody knows how it ended. */
  function ended(message: LeasedMessage, state: Settled['state'], error: WechatError): Settled {
    const triedBefore = message.firstSentAt !== null
    return {
      id: message.id,
      state: triedBefore && (state === 'failed' || state === 'refused') ? 'unknown' : state,
      platformId: null,
      errorCode: error.code,
      reason: reasonOf(error),
      notBefore: clock.now(),
      mayHaveArrived: triedBefore || error.fate === 'unknown',
    }
  }
  const later = (message: LeasedMessage, error: WechatError, at: Date): Settled => ({
    ...ended(message, 'planned', error),
    notBefore: at,
  })

  /** WeChat says that a quota is spent: all processes wait until it is there again. */
  async function waitFor(message: LeasedMessage, error: WechatError): Promise<Settled> {
    const { appId, route } = message
    if (error.reaction === 'rate') return later(message, error, await pace.stop(appId, route, 'minute'))
    const now = clock.now().getTime()
    const back = quotaBack(error.until ?? 'day', now)
    if (back === null) return ended(message, 'failed', error)
    await pace.stop(appId, route, 'day')
    return later(message, error, new Date(back))
  }

  async function judge(message: LeasedMessage, error: WechatError): Promise<Settled> {
    const now = clock.now()
    const next = new Date(now.getTime() + backOff(message.attempts + 1))
    if (error.fate === 'unknown') {
      const first = message.firstSentAt ?? now
      const repeatable = message.clientMsgId !== null && now.getTime() - first.getTime() < rememberedMs
      return repeatable ? later(message, error, next) : ended(message, 'unknown', error)
    }
    if (error.code === null && error.kind !== 'invalid') return later(message, error, next)
    if (PERSONAL.has(error.reaction)) return ended(message, 'refused', error)
    if (error.reaction === 'duplicate') return ended(message, 'sent', error)
    if (error.reaction === 'rate' || error.reaction === 'quota') return waitFor(message, error)
    if (error.reaction === 'retry' && message.attempts + 1 < TRIES) return later(message, error, next)
    return ended(message, 'failed', error)
  }

  /** WeChat has forgotten the key under which a message may have arrived: once more would be twice. */
  const isForgotten = ({ firstSentAt }: LeasedMessage): boolean =>
    firstSentAt !== null && clock.now().getTime() - firstSentAt.getTime() >= rememberedMs

  const done = (
    message: LeasedMessage,
    state: 'sent' | 'unknown',
    { platformId = null, reason = '' }: { platformId?: string | null; reason?: string },
  ): Settled => ({
    id: message.id,
    state,
    platformId,
    errorCode: null,
    reason,
    notBefore: clock.now(),
    mayHaveArrived: true,
  })

  /** Null when the turn was lost: nothing has left. */
  return async (message: LeasedMessage, turn: Turn): Promise<Settled | null> => {
    const waitMs = turn.at - performance.now()
    if (waitMs >= 1) await sleep(waitMs)
    if (performance.now() > turn.until) return null
    // It waited for its repeat longer than was meant: nobody was there to send, or the quota was spent.
    if (isForgotten(message)) return done(message, 'unknown', { reason: 'repeatLate' })
    try {
      return done(message, 'sent', { platformId: await call(message) })
    } catch (error) {
      if (error instanceof WechatError) return judge(message, error)
      // The others of the batch may be on their way: their results must be recorded whatever this one met.
      if (isRedisDown(error)) {
        const detail = 'token store away'
        return judge(message, new WechatError({ kind: 'unreachable', fate: 'notDone', path: '', code: null, detail }))
      }
      log.error({ err: error, messageKey: message.messageKey }, 'sending failed in a way nobody thought of')
      return done(message, 'unknown', { reason: 'internal' })
    }
  }
}
