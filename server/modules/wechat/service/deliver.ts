import type { Kernel } from '../../../kernel/module.ts'
import { inTransaction, type Tx } from '../../../kernel/db.ts'
import { publish } from '../../../kernel/events/event.ts'
import { fault } from '../../../kernel/faults.ts'
import { messagesFailed } from '../events.ts'
import {
  claimedMessages,
  claimMessages,
  nextDue,
  recordMessages,
  settleLeftovers,
  type ClaimedMessage,
  type Settled,
} from '../repository/messages.ts'
import { clearCredits, closeWindows, spendCredits, spendWindow } from '../repository/rights.ts'
import type { Accounts } from './accounts.ts'
import { SEND_NOW } from './outbound.ts'
import { createSender, REMEMBERED_MS } from './send.ts'

/** What one batch came to. */
export interface Delivered {
  readonly claimed: number
  readonly sent: number
}

/** Sends what is planned, a batch at a time; any number of processes may, each message is one sender's only. */
export interface Deliverer {
  /** Claims, sends at once and records one batch of a group. */
  batch(group: string, limit: number): Promise<Delivered>
  /** Settles what fallen senders have left behind, in all groups. */
  leftovers(): Promise<{ again: number; unknown: number }>
  /** When the next message of a group is due, and whether some are under way. */
  next(group: string): Promise<{ planned: Date | null; sending: number }>
}

export function createDeliverer(
  { db, clock, newId, config, log }: Pick<Kernel, 'db' | 'clock' | 'newId' | 'config' | 'log'>,
  accounts: Accounts,
): Deliverer {
  const send = createSender(accounts, { clock, log })
  const leaseMs = config.WECHAT_SEND_LEASE_SECONDS * 1000

  /** Rights are used up by what was sent, and gone when WeChat says so. */
  async function settleRights(
    tx: Tx,
    messages: readonly ClaimedMessage[],
    results: ReadonlyMap<string, Settled>,
  ): Promise<void> {
    const now = clock.now()
    const subscribed = messages.filter(({ route }) => route === 'subscribe')
    for (const group of Map.groupBy(subscribed, ({ appId, templateId }) => `${appId} ${templateId}`).values()) {
      const [{ appId, templateId } = { appId: '', templateId: '' }] = group
      const sent = group.filter(({ id }) => results.get(id)?.state === 'sent').map(({ openid }) => openid)
      const refused = group.filter(({ id }) => results.get(id)?.errorCode === 43101).map(({ openid }) => openid)
      if (sent.length > 0) await spendCredits(tx, appId, templateId, sent, now)
      if (refused.length > 0) await clearCredits(tx, appId, templateId, refused, now)
    }
    for (const message of messages.filter(({ route }) => route === 'customer_service')) {
      const result = results.get(message.id)
      if (result?.state === 'sent') await spendWindow(tx, message, now)
      if (result?.errorCode === 45015 || result?.errorCode === 45047) await closeWindows(tx, message)
    }
  }

  async function record(
    token: string,
    group: string,
    messages: readonly ClaimedMessage[],
    settled: readonly Settled[],
  ): Promise<void> {
    const results = new Map(settled.map(result => [result.id, result]))
    await inTransaction(db, async tx => {
      await recordMessages(tx, token, settled, clock.now())
      await settleRights(tx, messages, results)
      if (group !== SEND_NOW) return
      const failed = messages.flatMap(message => {
        const result = results.get(message.id)
        if (result === undefined || result.state === 'sent' || result.state === 'planned') return []
        return [{ key: message.messageKey, state: result.state, errorCode: result.errorCode, reason: result.reason }]
      })
      if (failed.length > 0) await publish(tx, messagesFailed, { group, messages: failed })
    })
  }

  return {
    async batch(group, limit) {
      const token = newId()
      const start = clock.now()
      if ((await claimMessages(db, group, token, limit, start)) === 0) return { claimed: 0, sent: 0 }
      fault('wechat.afterClaim')
      const messages = await claimedMessages(db, token)
      const settled = await Promise.all(messages.map(send))
      fault('wechat.afterSendBeforeRecord')
      await record(token, group, messages, settled)
      fault('wechat.afterRecord')
      return { claimed: messages.length, sent: settled.filter(({ state }) => state === 'sent').length }
    },
    leftovers() {
      const now = clock.now()
      return settleLeftovers(db, new Date(now.getTime() - leaseMs), new Date(now.getTime() - REMEMBERED_MS), now)
    },
    next: group => nextDue(db, group),
  }
}
