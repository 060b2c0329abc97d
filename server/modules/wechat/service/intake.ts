import { z } from 'zod'
import type { Kernel } from '../../../kernel/module.ts'
import { inTransaction, type Tx } from '../../../kernel/db.ts'
import { publishAll } from '../../../kernel/events/event.ts'
import { fault } from '../../../kernel/faults.ts'
import { messageReceived, unfollowed } from '../events.ts'
import { applyFollows, forget, unfollowedOf, unionidsOf, type FollowChange } from '../repository/followers.ts'
import { lockInbound, markWorked, pendingInbound, type PendingInbound } from '../repository/inbound.ts'
import { markUndelivered } from '../repository/messages.ts'
import { clearCredits, openWindows } from '../repository/rights.ts'
import { codeReason } from './reasons.ts'

const text = z.string().catch('')
const Entry = z.object({ templateId: z.string(), accepted: z.boolean() })
const Result = z.object({ msgId: z.string(), ok: z.boolean(), errorStatus: text, errorCode: text })
/** What is stored of a push; kinds that nothing follows from are not spelled out. */
const Stored = z.object({
  kind: z.string(),
  content: text,
  recognition: z.string().nullish(),
  scene: z.string().nullish(),
  label: text,
  title: text,
  msgId: text,
  outcome: text,
  status: text,
  entries: z.array(Entry).catch([]),
  results: z.array(Result).catch([]),
})
type Stored = z.output<typeof Stored>
type Push = Omit<PendingInbound, 'payloadJson'> & { content: Stored }

const RUN = 200
const DAY_MS = 86_400_000
// A report that is older than this belongs to a message we never knew.
const REPORT_WAITS_MS = 600_000

/** What we show of a message; a picture or a voice is named in brackets. */
function textOf({ kind, content, recognition, label, title }: Stored): string | null {
  if (kind === 'text') return content
  if (kind === 'image') return '[图片]'
  if (kind === 'voice')
    return recognition === null || recognition === undefined || recognition === '' ? '[语音]' : `[语音] ${recognition}`
  if (kind === 'video') return '[视频]'
  if (kind === 'location') return `[位置] ${label}`
  if (kind === 'link') return `[链接] ${title}`
  return null
}

// WeChat: five messages in 48 hours after each message of a follower, three in a minute after a touch.
const MESSAGE = { kind: 'message', lasts: 2 * DAY_MS, left: 5 } as const
const TOUCH = { kind: 'touch', lasts: 60_000, left: 3 } as const

function windowsOf(pushes: readonly Push[]) {
  return pushes.flatMap(push => {
    const touched = ['followed', 'scanned', 'menuClicked'].includes(push.content.kind)
    const window = touched ? TOUCH : textOf(push.content) === null ? null : MESSAGE
    if (window === null) return []
    return [
      {
        appId: push.appId,
        openid: push.openid,
        kind: window.kind,
        until: new Date(push.sentAt.getTime() + window.lasts),
        left: window.left,
      },
    ]
  })
}

/** Works what WeChat has pushed, a run at a time; safe in any number of processes. Returns how many pushes were worked. */
export function createIntake({ db, clock, vault }: Pick<Kernel, 'db' | 'clock' | 'vault'>) {
  const hashOf = (appId: string, openid: string): string => vault.hash('openid', `${appId}:${openid}`)

  async function follows(tx: Tx, pushes: readonly Push[]): Promise<void> {
    const changes = pushes
      .filter(({ content }) => content.kind === 'followed' || content.kind === 'unfollowed')
      .map(({ appId, openid, sentAt, content }): FollowChange => ({
        appId,
        openid,
        openidHash: hashOf(appId, openid),
        following: content.kind === 'followed',
        scene: (content.scene ?? '').slice(0, 64),
        at: sentAt,
      }))
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
      }
      for (const result of content.results.filter(one => !one.ok)) {
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
          await clearCredits(tx, appId, entry.templateId, [openid], now)
      }
    }
    return early
  }

  return async (): Promise<number> => {
    const ids = (await pendingInbound(db, RUN)).map(row => row.id)
    if (ids.length === 0) return 0
    return inTransaction(db, async tx => {
      const pushes = (await lockInbound(tx, ids)).map(({ payloadJson, ...row }): Push => ({
        ...row,
        content: Stored.parse(JSON.parse(payloadJson)),
      }))
      if (pushes.length === 0) return 0
      await openWindows(tx, windowsOf(pushes))
      await messages(tx, pushes)
      const early = await reports(tx, pushes)
      const worked = pushes.map(push => push.id).filter(id => !early.has(id))
      if (worked.length > 0) await markWorked(tx, worked, clock.now())
      // Last, because it forgets what the pushes of those who left have brought.
      await follows(tx, pushes)
      fault('wechat.afterIntakeBeforeCommit')
      return worked.length
    })
  }
}
