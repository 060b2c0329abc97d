import type { Content } from 'wechat-api-ts'
import type { WechatLimits } from '../../../kernel/config.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { inTransaction, type Tx } from '../../../kernel/db.ts'
import { publishAll } from '../../../kernel/events/event.ts'
import { fault } from '../../../kernel/faults.ts'
import { messageReceived, unfollowed } from '../events.ts'
import { applyFollows, forget, unfollowedOf, unionidsOf, type FollowChange } from '../repository/followers.ts'
import { holdInbound, lockInbound, markWorked, pendingInbound } from '../repository/inbound.ts'
import { markUndelivered } from '../repository/messages.ts'
import { clearCredits, openWindows, setBlocked, type Window } from '../repository/rights/grants.ts'
import type { Pen } from '../repository/rights/ledger.ts'
import { windowOpened } from './limits.ts'
import { readPush, type Push, type PushWork } from './intake/push.ts'
import { isAnswered } from './replies/decide.ts'
import { codeReason } from './reasons.ts'

const RUN = 200
// A report that is older than this belongs to a message we never knew.
const REPORT_WAITS_MS = 600_000
const REPORT_ASKS_AGAIN_MS = 5_000

/** What we show of a message; a picture or a voice is named in brackets. */
function textOf(content: Content): string | null {
  switch (content.kind) {
    case 'text':
      return content.content
    case 'image':
      return '[图片]'
    case 'voice':
      return content.recognition === null ? '[语音]' : `[语音] ${content.recognition}`
    case 'video':
      return '[视频]'
    case 'location':
      return `[位置] ${content.label}`
    case 'link':
      return `[链接] ${content.title}`
    default:
      return null
  }
}

/** The windows to write in that pushes have opened. */
function windowsOf(pushes: readonly Push[], limits: WechatLimits): Window[] {
  return pushes.flatMap(({ appId, openid, sentAt, content }) => {
    const touched = ['followed', 'scanned', 'menuClicked'].includes(content.kind)
    if (!touched && textOf(content) === null) return []
    return [{ appId, openid, ...windowOpened(limits, touched ? 'touch' : 'message', sentAt) }]
  })
}

/**
 * Works what WeChat has pushed, a run at a time; safe in any number of processes. `more` is the work of the module's other
 * areas. Returns how many pushes were worked.
 */
export function createIntake(
  { db, clock, vault, newId, config }: Pick<Kernel, 'db' | 'clock' | 'vault' | 'newId' | 'config'>,
  more: readonly PushWork[] = [],
) {
  const pen = (): Pen => ({ newId, now: clock.now() })
  const hashOf = (appId: string, openid: string): string => vault.hash('openid', `${appId}:${openid}`)

  async function follows(tx: Tx, pushes: readonly Push[]): Promise<void> {
    const changes = pushes
      .filter(({ content }) => ['followed', 'unfollowed', 'accountClosed'].includes(content.kind))
      .map(({ appId, openid: sender, sentAt, content }): FollowChange => {
        // Who has closed their WeChat account follows nobody, and the platform says so in their place.
        const openid = content.kind === 'accountClosed' ? content.openid : sender
        return {
          appId,
          openid,
          openidHash: hashOf(appId, openid),
          following: content.kind === 'followed',
          scene: (content.kind === 'followed' ? (content.scene ?? '') : '').slice(0, 64),
          at: sentAt,
        }
      })
    if (changes.length === 0) return
    await applyFollows(tx, changes)
    for (const [appId, left] of Map.groupBy(
      changes.filter(change => !change.following),
      change => change.appId,
    )) {
      const gone = new Map(
        (
          await unfollowedOf(
            tx,
            appId,
            left.map(change => change.openidHash),
          )
        ).map(row => [row.openidHash, row.changedAt]),
      )
      const believed = left.filter(({ openidHash, at }) => gone.get(openidHash)?.getTime() === at.getTime())
      if (believed.length === 0) continue
      await forget(
        tx,
        appId,
        believed.map(change => change.openid),
      )
      await publishAll(
        tx,
        unfollowed,
        believed.map(({ openid, at }) => ({ appId, openid, at: at.toISOString() })),
      )
    }
  }

  async function messages(tx: Tx, pushes: readonly Push[]): Promise<void> {
    for (const [appId, written] of Map.groupBy(
      pushes.filter(push => textOf(push.content) !== null),
      push => push.appId,
    )) {
      const unionids = await unionidsOf(
        tx,
        appId,
        written.map(push => push.openid),
      )
      const events = written.map(push => ({
        inboundId: push.id,
        appId,
        openid: push.openid,
        unionid: unionids.get(push.openid) ?? null,
        kind: push.content.kind,
        text: textOf(push.content) ?? '',
        answered: isAnswered(push),
        at: push.sentAt.toISOString(),
      }))
      await publishAll(tx, messageReceived, events)
    }
  }

  /** Applies what WeChat reports of our own messages; returns the pushes whose message is not recorded yet. */
  async function reports(tx: Tx, pushes: readonly Push[]): Promise<Set<string>> {
    const now = clock.now()
    const early = new Set<string>()
    const miss = (push: Push): void => {
      if (now.getTime() - push.receivedAt.getTime() < REPORT_WAITS_MS) early.add(push.id)
    }
    for (const push of pushes) {
      const { content, appId, openid } = push
      if (content.kind === 'templateSent' && content.outcome !== 'delivered') {
        const state = content.outcome === 'blocked' ? 'refused' : 'failed'
        if (
          !(await markUndelivered(
            tx,
            appId,
            content.msgId,
            state,
            state === 'refused' ? 'report.blocked' : 'report.failed',
            now,
          ))
        )
          miss(push)
        if (state === 'refused') await setBlocked(tx, appId, [openid], now)
      }
      for (const result of content.kind === 'subscribeSent' ? content.results.filter(one => !one.ok) : []) {
        const state = result.errorCode === '43101' ? 'refused' : 'failed'
        if (
          !(await markUndelivered(
            tx,
            appId,
            result.msgId,
            state,
            /^\d+$/.test(result.errorCode) ? codeReason(Number(result.errorCode)) : 'report.failed',
            now,
          ))
        )
          miss(push)
      }
      if (content.kind === 'subscribeChanged') {
        for (const entry of content.entries.filter(one => !one.accepted))
          await clearCredits(tx, appId, entry.templateId, [openid], { because: push.id, errorCode: null }, pen())
      }
    }
    return early
  }

  return async (): Promise<number> => {
    const ids = (await pendingInbound(db, RUN, clock.now())).map(row => row.id)
    if (ids.length === 0) return 0
    return inTransaction(db, async tx => {
      const pushes = (await lockInbound(tx, ids)).map(readPush)
      if (pushes.length === 0) return 0
      await openWindows(tx, windowsOf(pushes, config.WECHAT_LIMITS), pen())
      await messages(tx, pushes)
      const early = await reports(tx, pushes)
      const worked = pushes.map(push => push.id).filter(id => !early.has(id))
      const now = clock.now()
      if (early.size > 0) await holdInbound(tx, [...early], new Date(now.getTime() + REPORT_ASKS_AGAIN_MS))
      if (worked.length > 0) await markWorked(tx, worked, now)
      for (const work of more)
        await work(
          tx,
          pushes.filter(push => !early.has(push.id)),
        )
      // Last, because it forgets what the pushes of those who left have brought.
      await follows(tx, pushes)
      fault('wechat.afterIntakeBeforeCommit')
      // Those that wait count as well: the ones behind them are next.
      return pushes.length
    })
  }
}
