import { shopDay } from '../../../kernel/clock.ts'
import type { Tx } from '../../../kernel/db.ts'
import { lockAccounts, writeBooks } from '../repository/books.ts'
import { lockSpender, type Taking } from '../repository/one-account.ts'
import { keepBooks, type Books } from './books.ts'
import type { Account } from './ledger.ts'
import type { LedgerKernel } from './ports.ts'

/**
 * Opens the books of members in the caller's transaction: their accounts are locked, so that nobody else writes in their
 * ledger until it ends. `lots` names the members whose lots are needed (all whose points are taken); theirs are tidied
 * first, so that what is past its day is gone whether the sweep has run or not. `taking`: this is all that one member's
 * books are opened for; lots that it does not reach may be missing then.
 */
export async function openBooks(
  { clock, newId, config }: LedgerKernel,
  tx: Tx,
  memberIds: readonly string[],
  lots: ReadonlySet<string> | 'all' = 'all',
  taking?: Taking,
) {
  // Looked at under the lock: who has waited over midnight writes on the day after, and no entry is older than the one before.
  let moment: Date | undefined
  const now = (): Date => (moment ??= clock.now())
  const day = (): string => shopDay(now(), config.SHOP_ZONE)
  const [only] = memberIds
  const spender =
    taking === undefined || only === undefined || memberIds.length > 1
      ? undefined
      : await lockSpender(tx, only, taking, day)
  const accounts =
    spender === undefined
      ? await lockAccounts(tx, memberIds, { at: clock.now(), lots, key: taking?.key })
      : new Map([[spender.memberId, spender]])
  const at = now()
  const today = day()
  const books: Books = keepBooks({ newId, at, today })
  for (const account of accounts.values()) if (account.lots.length > 0) books.tidy(account)
  return {
    ...books,
    at,
    today,
    account(memberId: string): Account {
      const account = accounts.get(memberId)
      if (account === undefined) throw new Error('this account was not opened')
      return account
    },
    /** Writes down all that was booked. */
    close: () => writeBooks(tx, books.written, at),
  }
}
export type OpenBooks = Awaited<ReturnType<typeof openBooks>>
