import { uniqueViolation, type Tx } from '../../../kernel/db.ts'
import { AppError } from '../../../kernel/errors.ts'
import { pointsErrors } from '../contract.ts'
import type { Contra, Reason } from '../contract/words.ts'
import { ledgerRepository, type EntryRecord } from '../repository/ledger.ts'
import type { LedgerKernel } from './ports.ts'
import { addDays } from '../../../kernel/clock.ts'
import { expiresOn } from './rule.ts'
import { ruleBook } from './rules.ts'
import { crossPayments, takeBackAllocations } from './cross-payments.ts'
import { openBooks } from './session.ts'
import { isFirstSpend, takeAgain, type Again } from './take-again.ts'

/** Points given for something other than a sale; `key` is permanent and names the business thing, e.g. 'signIn:<member>:<day>'. */
export interface Grant {
  readonly key: string
  readonly memberId: string
  readonly points: number
  readonly note?: string | null
  /** The first day on which they are worth nothing; not given = as points of a sale of today. */
  readonly expiresOn?: string | undefined
}

/** Points used: for a reward, or to pay. */
export interface Spend {
  readonly key: string
  readonly memberId: string
  readonly points: number
  readonly note?: string | null
  readonly documentId?: string | null
}

/** What an entry of the ledger was, for whoever asked for it. */
export interface Booked {
  readonly entryId: string
  readonly points: number
  /** What may be used afterwards, below zero what is owed. */
  readonly balance: number
}

const bookedOf = (
  entry: Pick<EntryRecord, 'id' | 'amount' | 'balanceAfter'>,
  balance = entry.balanceAfter,
): Booked => ({
  entryId: entry.id,
  points: Math.abs(entry.amount),
  balance,
})

/**
 * Grants, spends and give-backs for the modules beside and above, in the caller's transaction. Each carries a permanent
 * key: a repeat returns the first result, the same key for something else fails with points.keyReused.
 */
export function ledgerDesk(kernel: LedgerKernel) {
  const refuse = (): never => {
    throw pointsErrors.keyReused()
  }
  function sameAs(entry: EntryRecord, asked: { memberId: string; amount: number; reason: Reason }): Booked {
    if (entry.memberId !== asked.memberId || entry.amount !== asked.amount || entry.reason !== asked.reason)
      throw pointsErrors.keyReused()
    return bookedOf(entry)
  }

  async function before(
    tx: Tx,
    key: string,
    asked: { memberId: string; amount: number; reason: Reason },
  ): Promise<Booked | null> {
    const entry = await ledgerRepository(tx).entryByKey(key)
    return entry === undefined ? null : sameAs(entry, asked)
  }

  /** Writes the books; a key that somebody else's entry has taken since we looked is refused as one taken before. */
  async function close(books: Awaited<ReturnType<typeof openBooks>>): Promise<void> {
    try {
      await books.close()
    } catch (error) {
      if (uniqueViolation(error) !== 'points_entry_key_key') throw error
      throw pointsErrors.keyReused()
    }
  }

  async function give(tx: Tx, grants: readonly Grant[], reason: Reason, contra: Contra): Promise<Booked[]> {
    const known = new Map<string, Booked>()
    const books = await openBooks(
      kernel,
      tx,
      grants.map(grant => grant.memberId),
      new Set(),
    )
    // Looked for under the lock: a twin of this moment has ended, and its entry is the answer.
    const entries = await ledgerRepository(tx).entriesByKeys(grants.map(grant => grant.key))
    for (const { key, memberId, points } of grants) {
      const entry = entries.get(key)
      if (entry !== undefined) known.set(key, sameAs(entry, { memberId, amount: points, reason }))
    }
    const fresh = grants.filter(grant => !known.has(grant.key))
    if (fresh.length > 0) {
      const { latest } = await ruleBook(tx)
      for (const grant of fresh) {
        const account = books.account(grant.memberId)
        const terms = {
          earnedOn: books.today,
          expiresOn: grant.expiresOn ?? expiresOn(latest.rules.expiry, books.today),
        }
        const entry = books.credit(account, grant.points, terms, {
          key: grant.key,
          reason,
          contra,
          note: grant.note ?? null,
        })
        known.set(grant.key, bookedOf(entry, account.balance))
      }
      await close(books)
    }
    return grants.flatMap(grant => known.get(grant.key) ?? [])
  }

  return {
    /** Gives points of an activity (sign-in, referral, birthday, survey), many at once. */
    grant: (tx: Tx, grants: readonly Grant[]): Promise<Booked[]> => give(tx, grants, 'activity', 'granted'),

    /** Uses points, earliest expiry first; fails with points.notEnough and changes nothing when they are not there. */
    async spend(tx: Tx, { key, memberId, points, note, documentId }: Spend): Promise<Booked> {
      const asked = { memberId, amount: -points, reason: 'spend' as const }
      const books = await openBooks(kernel, tx, [memberId], 'all', { key, points })
      const account = books.account(memberId)
      const first = async (): Promise<Booked | null> => before(tx, key, asked)
      if (account.done !== null) return (await first()) ?? refuse()
      const posting = {
        key,
        reason: 'spend',
        contra: 'redeemed',
        documentId: documentId ?? null,
        note: note ?? null,
      } as const
      try {
        const entry = books.debit(account, points, posting, { mayOwe: false })
        await books.close()
        return bookedOf(entry, account.balance)
      } catch (error) {
        // A twin may have been there between our look and our lock; its entry says whether this was a repeat. Any other
        // failure may have ended the caller's transaction: nothing may be answered then.
        if (uniqueViolation(error) === null && !(error instanceof AppError)) throw error
        const twin = await first()
        if (twin === null) throw error
        return twin
      }
    },

    /**
     * Gives back (a part of) what an earlier spend took, to the lots it took it from, with the expiry they had. What has
     * expired meanwhile lapses, or lives for the days of grace of the rules; either way by an entry of its own.
     */
    async giveBack(
      tx: Tx,
      { key, spendKey, points, note }: { key: string; spendKey: string; points: number; note?: string | null },
    ): Promise<Booked> {
      const ledger = ledgerRepository(tx)
      const spend = await ledger.entryByKey(spendKey)
      if (!isFirstSpend(spend)) throw pointsErrors.noEntry()
      const { memberId } = spend
      const asked = { memberId, amount: points, reason: 'giveBack' as const }
      const done = await before(tx, key, asked)
      if (done !== null) return done
      const books = await openBooks(kernel, tx, [memberId])
      const twin = await before(tx, key, asked)
      if (twin !== null) return twin
      const backs = await ledger.takingBack(spend.id, memberId)
      const allocations = await ledger.allocations([spend.id, ...backs.map(entry => entry.id)])
      const left = new Map<string, number>()
      for (const { lotId, points: part } of allocations) left.set(lotId, (left.get(lotId) ?? 0) + part)
      const account = books.account(memberId)
      const stored = await ledger.lots([...left.keys()])
      const taken = [...left].flatMap(([lotId, part]) => {
        const lot = account.lots.find(one => one.id === lotId) ?? stored.get(lotId)
        return lot === undefined ? [] : [{ lot, points: part }]
      })
      const posting = { key, reason: 'giveBack', contra: 'redeemed', refEntryId: spend.id, note: note ?? null } as const
      const family = new Set(backs.map(back => back.id))
      const owed = account.debts.filter(debt => family.has(debt.entryId))
      const { entry, lapsing } = books.giveBack(account, points, taken, posting, owed)
      if (lapsing > 0) {
        books.tidy(account)
        const { graceDays } = (await ruleBook(tx)).latest.rules
        if (graceDays > 0)
          books.credit(
            account,
            lapsing,
            { earnedOn: books.today, expiresOn: addDays(books.today, graceDays) },
            { key: `${key}:grace`, reason: 'grace', contra: 'expired', refEntryId: entry.id },
          )
      }
      await close(books)
      return bookedOf(entry, account.balance)
    },

    /** Takes (a part of) what was given back of a spend once more: it turned out that nothing had come back. */
    takeAgain: (tx: Tx, asked: Again): Promise<void> => takeAgain(kernel, tx, asked),

    /** Opening points of the old system, many at once; negative ones are a debt that came along. */
    async open(
      tx: Tx,
      rows: readonly { key: string; memberId: string; points: number; earnedOn: string; expiresOn: string }[],
    ): Promise<void> {
      const takers = new Set(rows.filter(row => row.points < 0).map(row => row.memberId))
      const books = await openBooks(
        kernel,
        tx,
        rows.map(row => row.memberId),
        takers,
      )
      for (const { key, memberId, points, ...terms } of rows) {
        const posting = { key, reason: 'opening', contra: 'opening' } as const
        if (points > 0) books.credit(books.account(memberId), points, terms, posting)
        else if (points < 0) books.debit(books.account(memberId), -points, posting, { mayOwe: true })
      }
      await books.close()
    },

    /** Moves all that one member has (lots with their expiry, debt) to another, once for each key: two accounts become one. */
    async moveAll(
      tx: Tx,
      {
        key,
        from,
        to,
        note,
        reason = 'merge',
      }: { key: string; from: string; to: string; note?: string | null; reason?: 'merge' | 'household' },
    ): Promise<void> {
      const books = await openBooks(kernel, tx, [from, to])
      if ((await ledgerRepository(tx).entryByKey(`${key}:out`)) !== undefined) return
      books.moveAll(books.account(from), books.account(to), side => ({
        key: `${key}:${side}`,
        reason,
        contra: 'transfer',
        note: note ?? null,
      }))
      await books.close()
    },

    /**
     * Undoes a move: what is left of the lots that came by it goes back to where they came from, and so does the debt; what
     * either side's points have paid of the other's debts is taken back first. What was used stays used.
     */
    async moveBack(
      tx: Tx,
      { key, moveKey, from, to }: { key: string; moveKey: string; from: string; to: string },
    ): Promise<void> {
      const books = await openBooks(kernel, tx, [from, to])
      const ledger = ledgerRepository(tx)
      if ((await ledger.entryByKey(`${key}:out`)) !== undefined) return
      const arrived = await ledger.entryByKey(`${moveKey}:in`)
      if (arrived === undefined) return
      const holder = books.account(to)
      const payments = await crossPayments(tx, holder, arrived)
      books.unpay(holder, payments, { key: `${key}:unpaid`, reason: 'merge', contra: 'internal' })
      const what = {
        lots: holder.lots.filter(lot => lot.entryId === arrived.id),
        debts: holder.debts.filter(debt => debt.entryId === arrived.id),
      }
      books.moveAll(
        holder,
        books.account(from),
        side => ({ key: `${key}:${side}`, reason: 'merge', contra: 'transfer' }),
        what,
      )
      // A lot that was given its points back may have expired since.
      books.tidy(holder)
      books.tidy(books.account(from))
      books.payOff(holder, { key: `${key}:paid`, reason: 'merge', contra: 'internal' })
      await books.close()
      await takeBackAllocations(tx, payments)
    },
  }
}
export type LedgerDesk = ReturnType<typeof ledgerDesk>
