import { createHash } from 'node:crypto'
import type { Kernel } from '../../../kernel/module.ts'
import type { Tx } from '../../../kernel/db.ts'
import { publish } from '../../../kernel/events/event.ts'
import { wechatErrors, type Purpose, type Route } from '../contract/index.ts'
import { messagesFailed, messagesPlanned } from '../events.ts'
import {
  dropMessages,
  insertMessages,
  noteRights,
  refuseMessages,
  writtenIds,
  type MessageRow,
} from '../repository/planning.ts'
import { reserveCredits, reserveWindows } from '../repository/rights/reservations.ts'
import { withdrawnHolders, withdrawSome } from '../repository/sending.ts'
import { contentProblem, readableText, type Body } from './body.ts'
import { checkRules } from './rules.ts'
import { settleMessages } from './settle.ts'

/** A message that somebody wants to be sent. */
export interface Outgoing {
  /** The permanent business key: whatever happens, one message per key. */
  readonly key: string
  /** SEND_NOW, or a group that its owner delivers. */
  readonly group: string
  readonly appId: string
  readonly openid: string
  readonly route: Exclude<Route, 'mass'>
  readonly purpose: Purpose
  /** '' for customer_service. */
  readonly templateId: string
  readonly body: Body
  /** It answers something the person has written. */
  readonly asked?: boolean
}

/** The group whose messages go out by themselves as soon as they are planned. */
export const SEND_NOW = 'now'

/** Under this id a repeated template message is shown once. */
const clientMsgIdOf = (key: string): string => createHash('sha256').update(key).digest('base64url').slice(0, 32)

const needsCredit = (route: string): boolean => route === 'subscribe' || route === 'one_off'
const WITHDRAWN_AT_ONCE = 1_000

/** Plans messages, one per key for ever, and withdraws what has not left yet; both within the caller's transaction. */
export function createPlanner({ clock, newId }: Pick<Kernel, 'clock' | 'newId'>) {
  function judge(messages: readonly Outgoing[]): void {
    let judged = ''
    for (const { body, route, purpose, asked = false } of messages) {
      // The messages of a campaign say the same: one look is enough.
      const sameAgain = `${route} ${purpose} ${asked} ${JSON.stringify(body)}`
      if (sameAgain === judged) continue
      checkRules({ route, purpose, text: readableText(body), asked })
      const problem = contentProblem(body)
      if (problem !== null) throw wechatErrors.badContent({ problem })
      judged = sameAgain
    }
  }

  /** Holds a right for each message that needs one; returns the messages for which there is none. */
  async function reserve(tx: Tx, rows: readonly MessageRow[], now: Date): Promise<MessageRow[]> {
    const needing = rows.filter(({ route }) => needsCredit(route) || route === 'customer_service')
    if (needing.length === 0) return []
    const written = await writtenIds(
      tx,
      needing.map(row => row.id),
    )
    const ours = needing.filter(row => written.has(row.id))
    const pen = { newId, now }
    const credits = await reserveCredits(
      tx,
      ours.filter(({ route }) => needsCredit(route)),
      pen,
    )
    const windows = await reserveWindows(
      tx,
      ours.filter(({ route }) => route === 'customer_service'),
      pen,
    )
    await noteRights(tx, windows)
    return ours.filter(({ id }) => !credits.has(id) && !windows.has(id))
  }

  return {
    /**
     * Plans messages; throws routeForbidden, contentForbidden or badContent for what WeChat's rules forbid. Returns the keys
     * of those for whom no right is left: in SEND_NOW they stand there as refused, in other groups they are not kept.
     */
    async plan(tx: Tx, messages: readonly Outgoing[]): Promise<Set<string>> {
      if (messages.length === 0) return new Set()
      judge(messages)
      const now = clock.now()
      const rows = messages.map((message): MessageRow & { id: string; appId: string } => ({
        id: newId(),
        messageKey: message.key,
        groupKey: message.group,
        appId: message.appId,
        openid: message.openid,
        route: message.route,
        purpose: message.purpose,
        templateId: message.templateId,
        clientMsgId: message.route === 'template' ? clientMsgIdOf(message.key) : null,
        bodyJson: JSON.stringify(message.body),
        state: 'planned',
        notBefore: now,
        plannedAt: now,
        rightKind: needsCredit(message.route) ? 'credit' : '',
      }))
      await insertMessages(tx, rows)
      const without = await reserve(tx, rows, now)
      const [told, kept] = [
        without.filter(row => row.groupKey === SEND_NOW),
        without.filter(row => row.groupKey !== SEND_NOW),
      ]
      if (kept.length > 0)
        await dropMessages(
          tx,
          kept.map(({ id }) => id),
        )
      if (told.length > 0) {
        const why = (row: MessageRow): string => (needsCredit(row.route) ? 'noCredit' : 'noWindow')
        for (const [reason, group] of Map.groupBy(told, why))
          await refuseMessages(
            tx,
            group.map(({ id }) => id),
            reason,
            now,
          )
        await publish(tx, messagesFailed, {
          group: SEND_NOW,
          messages: told.map(row => ({ key: row.messageKey, state: 'refused', errorCode: null, reason: why(row) })),
        })
      }
      if (messages.some(message => message.group === SEND_NOW)) await publish(tx, messagesPlanned, { group: SEND_NOW })
      return new Set(without.map(({ messageKey }) => messageKey))
    },
    /** Withdraws what a group has not sent yet, and gives back what it held; returns how many. */
    async withdraw(tx: Tx, group: string, reason: string, now: Date): Promise<number> {
      let all = 0
      for (let some = WITHDRAWN_AT_ONCE; some === WITHDRAWN_AT_ONCE;) {
        const token = newId()
        some = await withdrawSome(tx, group, { token, reason, now, limit: WITHDRAWN_AT_ONCE })
        if (some === 0) break
        all += some
        const holders = await withdrawnHolders(tx, token)
        const results = new Map(holders.map(({ id }) => [id, { state: 'failed' as const, errorCode: null }]))
        await settleMessages(tx, holders, results, { newId, now })
      }
      return all
    },
  }
}
