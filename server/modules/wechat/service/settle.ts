import type { Tx } from '../../../kernel/db.ts'
import { clearCredits, closeWindows, setBlocked } from '../repository/rights/grants.ts'
import type { Pen, RightKind } from '../repository/rights/ledger.ts'
import { settleRights, type Ending } from '../repository/rights/reservations.ts'
import type { Settled } from '../repository/sending.ts'

/** A message that may hold a right, as its row says. */
export interface Holding {
  readonly id: string
  readonly appId: string
  readonly openid: string
  readonly templateId: string
  readonly rightKind: string
  readonly rightUntil: Date | null
}

const NO_CREDIT = new Set([43101])
const NO_WINDOW = new Set([45015, 45047])
// 48002 switched off, 43019 on our blacklist, 43004 and 43005 not following: nothing of ours arrives.
const BLOCKED = new Set([48002, 43019, 43004, 43005])

const isKind = (kind: string): kind is RightKind => ['credit', 'message', 'touch', 'mass'].includes(kind)

/** What a message's end means for the right that it holds; null while it is kept. */
function endingOf(message: Holding, state: Settled['state'], errorCode: number | null): Ending | null {
  const { id, appId, openid, templateId, rightKind, rightUntil } = message
  // A repeat needs it still, and of an unknown one nobody knows whether it was used.
  if (!isKind(rightKind) || state === 'planned' || state === 'unknown') return null
  const denied = errorCode !== null && (rightKind === 'credit' ? NO_CREDIT : NO_WINDOW).has(errorCode)
  const act = state === 'sent' ? 'spent' : denied ? 'reconciled' : 'released'
  return { id, appId, openid, templateId, kind: rightKind, until: rightUntil, act, errorCode }
}

/** Spends, gives back or strikes out the rights of messages that have ended, and believes what WeChat said of the people. */
export async function settleMessages(
  tx: Tx,
  messages: readonly Holding[],
  results: ReadonlyMap<string, Pick<Settled, 'state' | 'errorCode'>>,
  pen: Pen,
): Promise<void> {
  const ended = messages.flatMap(message => {
    const result = results.get(message.id)
    return result === undefined ? [] : [{ message, ...result }]
  })
  await settleRights(
    tx,
    ended.flatMap(({ message, state, errorCode }) => endingOf(message, state, errorCode) ?? []),
    pen,
  )
  for (const { message, errorCode } of ended) {
    if (errorCode === null) continue
    const because = { because: message.id, errorCode }
    if (NO_CREDIT.has(errorCode))
      await clearCredits(tx, message.appId, message.templateId, [message.openid], because, pen)
    if (NO_WINDOW.has(errorCode)) await closeWindows(tx, message, because, pen)
    if (BLOCKED.has(errorCode)) await setBlocked(tx, message.appId, [message.openid], pen.now)
  }
}
