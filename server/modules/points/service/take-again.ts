import type { Tx } from '../../../kernel/db.ts'
import { pointsErrors } from '../contract.ts'
import { ledgerRepository, type EntryRecord } from '../repository/ledger.ts'
import { givenBack } from './given-back.ts'
import type { Lot } from './ledger.ts'
import type { LedgerKernel } from './ports.ts'
import { openBooks } from './session.ts'

/** Points of a spend that were given back and are taken once more; `key` is permanent. */
export interface Again {
  readonly key: string
  readonly spendKey: string
  readonly points: number
}

/** Whether an entry is a spend of its own, and not the taking again of another: only what was not reversed yet is reversed. */
export const isFirstSpend = (entry: EntryRecord | undefined): entry is EntryRecord =>
  entry?.reason === 'spend' && entry.refEntryId === null

/**
 * Takes what was given back of a spend once more, in the caller's transaction: from each lot exactly what went back into it,
 * the first to expire first. What has lapsed there meanwhile is un-lapsed for it, so that no other lot pays for a give-back
 * that nobody had anything of. What the member has used meanwhile is taken as any spend, and what is missing is a debt. Once
 * for its key. A later give-back finds it again.
 */
export async function takeAgain(kernel: LedgerKernel, tx: Tx, { key, spendKey, points }: Again): Promise<void> {
  const ledger = ledgerRepository(tx)
  const spend = await ledger.entryByKey(spendKey)
  if (!isFirstSpend(spend)) throw pointsErrors.noEntry()
  const { memberId } = spend
  const books = await openBooks(kernel, tx, [memberId])
  if ((await ledger.entryByKey(key)) !== undefined) return
  const account = books.account(memberId)
  const parts = new Map<Lot, number>()
  const lapsed: { lot: Lot; points: number }[] = []
  let rest = points
  for (const part of await givenBack(tx, spend, account, books.written)) {
    const undone = Math.min(rest, part.lapsed)
    const taken = undone + Math.min(rest - undone, part.held)
    if (undone > 0) lapsed.push({ lot: part.lot, points: undone })
    if (taken > 0) parts.set(part.lot, taken)
    rest -= taken
  }
  const posting = { contra: 'redeemed', refEntryId: spend.id } as const
  if (lapsed.length > 0)
    books.undoExpiry(account, lapsed, { ...posting, key: `${key}:undone`, reason: 'expiryUndone', contra: 'expired' })
  books.debit(account, points, { ...posting, key, reason: 'spend' }, { parts, mayOwe: true })
  await books.close()
}
