import type { Tx } from '../../../kernel/db.ts'
import { pointsErrors } from '../contract.ts'
import { ledgerRepository } from '../repository/ledger.ts'
import type { LedgerKernel } from './ports.ts'
import { openBooks } from './session.ts'

/** Points of a spend that were given back and are taken once more; `key` is permanent. */
export interface Again {
  readonly key: string
  readonly spendKey: string
  readonly points: number
}

/**
 * Takes what was given back of a spend once more, in the caller's transaction: first from the lots it went back to, then
 * as any spend; what the member has used meanwhile is a debt. Once for its key. A later give-back finds it again.
 */
export async function takeAgain(kernel: LedgerKernel, tx: Tx, { key, spendKey, points }: Again): Promise<void> {
  const ledger = ledgerRepository(tx)
  const spend = await ledger.entryByKey(spendKey)
  if (spend === undefined || spend.reason !== 'spend') throw pointsErrors.noEntry()
  const { memberId } = spend
  const books = await openBooks(kernel, tx, [memberId])
  if ((await ledger.entryByKey(key)) !== undefined) return
  const family = await ledger.takingBack(spend.id, memberId)
  const allocations = await ledger.allocations(family.map(entry => entry.id))
  const lots = new Set(allocations.filter(one => one.points < 0).map(one => one.lotId))
  const posting = { key, reason: 'spend', contra: 'redeemed', refEntryId: spend.id } as const
  books.debit(books.account(memberId), points, posting, { lots, mayOwe: true })
  await books.close()
}
