import { pointsErrors } from '../contract.ts'
import { chained } from './chain.ts'
import type { Account, Debt, Entry, Lot, LotTerms, Posting, Written } from './ledger.ts'

/** The order in which lots are used: what expires first, then what was earned first. */
export const byDue = (a: Lot, b: Lot): number =>
  a.due === b.due
    ? a.earnedOn === b.earnedOn
      ? a.id < b.id
        ? -1
        : 1
      : a.earnedOn < b.earnedOn
        ? -1
        : 1
    : a.due < b.due
      ? -1
      : 1

/**
 * The rules of book-keeping over locked accounts, without a database: every credit makes a lot, every debit takes from
 * lots (earliest expiry first, then the older, what never expires last), what no lot has is a debt, later lots pay it.
 */
export function keepBooks({ newId, at, today }: { newId: () => string; at: Date; today: string }) {
  const written: Written = {
    entries: [],
    lots: new Set(),
    allocations: [],
    debts: new Set(),
    accounts: new Set(),
  }

  function enter(
    account: Account,
    id: string,
    posting: Posting,
    legs: { active: number; pending: number; debt: number },
  ): Entry {
    const amount = legs.active + legs.pending - legs.debt
    account.balance += legs.active - legs.debt
    account.pending += legs.pending
    if (posting.contra === 'issued') account.earned += amount
    account.seq += 1
    const content = {
      ...legs,
      memberId: account.memberId,
      seq: account.seq,
      amount,
      contra: posting.contra,
      reason: posting.reason,
      key: posting.key,
      documentId: posting.documentId ?? null,
      refEntryId: posting.refEntryId ?? null,
      note: posting.note ?? null,
      staffId: posting.staffId ?? null,
      at,
    }
    account.head = chained(account.head, content)
    const entry: Entry = { ...content, id, balanceAfter: account.balance + account.pending, hash: account.head }
    written.entries.push(entry)
    written.accounts.add(account)
    return entry
  }

  function take(lot: Lot, entryId: string, points: number): void {
    lot.remaining -= points
    if (lot.remaining === 0) lot.state = 'closed'
    written.lots.add(lot)
    written.allocations.push({ entryId, lotId: lot.id, points })
  }

  /** Pays debts, oldest first, out of a lot that is usable; returns how much it took. */
  function payDebts(account: Account, lot: Lot): number {
    let paid = 0
    for (const debt of account.debts) {
      const points = Math.min(debt.open, lot.remaining)
      if (points === 0) continue
      debt.open -= points
      written.debts.add(debt)
      take(lot, debt.entryId, points)
      paid += points
    }
    return paid
  }

  /** Lots whose day has come: pending ones become usable, then those past their expiry lose what is left. */
  function tidy(account: Account): void {
    const ripe = account.lots.filter(lot => lot.state === 'pending' && lot.due <= today).toSorted(byDue)
    if (ripe.length > 0) {
      const points = ripe.reduce((sum, lot) => sum + lot.remaining, 0)
      const id = newId()
      let paid = 0
      for (const lot of ripe) {
        // Nothing is taken: the row only says which lots this entry has made usable.
        written.allocations.push({ entryId: id, lotId: lot.id, points: 0 })
        lot.state = 'open'
        lot.due = lot.expiresOn
        written.lots.add(lot)
        paid += payDebts(account, lot)
      }
      const posting = { key: `activate:${ripe[0]?.id ?? ''}`, reason: 'activation', contra: 'internal' } as const
      enter(account, id, posting, { active: points - paid, pending: -points, debt: -paid })
    }
    const gone = account.lots.filter(lot => lot.state === 'open' && lot.due <= today)
    if (gone.length === 0) return
    const points = gone.reduce((sum, lot) => sum + lot.remaining, 0)
    const first = gone.toSorted((a, b) => (a.id < b.id ? -1 : 1))[0]?.id ?? ''
    const { id } = expire(account, points, first)
    for (const lot of gone) take(lot, id, lot.remaining)
  }

  /** The entry of points that have expired; which lots they were in is written by the caller. */
  function expire(account: Account, points: number, firstLot: string): Entry {
    // A lot that got points back after its expiry loses them again: the key counts the entry, not the lot alone.
    const key = `expire:${firstLot}:${account.seq + 1}`
    return enter(
      account,
      newId(),
      { key, reason: 'expiry', contra: 'expired' },
      { active: -points, pending: 0, debt: 0 },
    )
  }

  function addLot(account: Account, entryId: string, granted: number, terms: LotTerms, documentId: string | null): Lot {
    const isPending = terms.activeFrom !== undefined && terms.activeFrom !== null && terms.activeFrom > today
    const lot: Lot = {
      id: account.lots.some(one => one.id === entryId) ? newId() : entryId,
      memberId: account.memberId,
      entryId,
      documentId,
      granted,
      remaining: granted,
      state: isPending ? 'pending' : 'open',
      due: isPending ? (terms.activeFrom ?? terms.expiresOn) : terms.expiresOn,
      earnedOn: terms.earnedOn,
      expiresOn: terms.expiresOn,
    }
    account.lots.push(lot)
    written.lots.add(lot)
    return lot
  }

  return {
    written,
    tidy,
    expire,

    /**
     * Gives points as one lot; a debt is paid first, unless the lot is still pending. `receipt`: whose returns take from it
     * first, where that is not the document that the posting names.
     */
    credit(
      account: Account,
      points: number,
      terms: LotTerms,
      posting: Posting,
      receipt = posting.documentId ?? null,
    ): Entry {
      const id = newId()
      const lot = addLot(account, id, points, terms, receipt)
      if (lot.state === 'pending') return enter(account, id, posting, { active: 0, pending: points, debt: 0 })
      const paid = payDebts(account, lot)
      return enter(account, id, posting, { active: points - paid, pending: 0, debt: -paid })
    },

    /**
     * Takes points: so much of each lot as `parts` says, then from the lots of `first` (a receipt's own, the pending before the
     * usable), then by expiry; what is missing becomes a debt, or fails where there may be none.
     */
    debit(
      account: Account,
      points: number,
      posting: Posting,
      how: { first?: string | null; parts?: ReadonlyMap<Lot, number>; mayOwe: boolean },
    ): Entry {
      const id = newId()
      const isFirst = ({ documentId }: Lot): boolean => typeof how.first === 'string' && documentId === how.first
      const own = account.lots.filter(isFirst)
      const order = [
        ...own.filter(lot => lot.state === 'pending').toSorted(byDue),
        ...own.filter(lot => lot.state === 'open').toSorted(byDue),
        ...account.lots.filter(lot => lot.state === 'open' && !own.includes(lot)).toSorted(byDue),
      ]
      const taking = new Map<Lot, number>()
      let rest = points
      const reach = (lot: Lot, most: number): void => {
        const before = taking.get(lot) ?? 0
        const part = Math.min(rest, most, lot.remaining - before)
        if (part <= 0) return
        taking.set(lot, before + part)
        rest -= part
      }
      for (const [lot, most] of how.parts ?? []) reach(lot, most)
      for (const lot of order) reach(lot, rest)
      if (rest > 0 && !how.mayOwe) throw pointsErrors.notEnough({ points, active: points - rest })
      const from = { active: 0, pending: 0 }
      for (const [lot, part] of taking) {
        from[lot.state === 'pending' ? 'pending' : 'active'] -= part
        take(lot, id, part)
      }
      if (rest > 0) {
        const debt: Debt = { entryId: id, memberId: account.memberId, points: rest, open: rest, moved: 0 }
        account.debts.push(debt)
        written.debts.add(debt)
      }
      return enter(account, id, posting, { ...from, debt: rest })
    },

    /**
     * Undoes the expiry of (a part of) what lots have lost, for the entry that takes it at once: a lot past its day holds
     * nothing by itself.
     */
    undoExpiry(account: Account, parts: readonly { lot: Lot; points: number }[], posting: Posting): void {
      const id = newId()
      for (const { lot, points } of parts) {
        take(lot, id, -points)
        lot.state = 'open'
        lot.due = lot.expiresOn
        if (!account.lots.includes(lot)) account.lots.push(lot)
      }
      enter(account, id, posting, { active: parts.reduce((sum, one) => sum + one.points, 0), pending: 0, debt: 0 })
    },

    /**
     * Gives back what an entry took, into the same lots with the expiry they had: last taken, first back. What falls into
     * a lot past its expiry is lost again by `tidy`, as an entry of its own; returns how much that will be. What is `owed`
     * for it was never taken from a lot: that is owed no more, before anything goes back.
     */
    giveBack(
      account: Account,
      points: number,
      taken: readonly { lot: Lot; points: number }[],
      posting: Posting,
      owed: readonly Debt[] = [],
    ): { entry: Entry; lapsing: number } {
      const id = newId()
      let rest = points
      let paid = 0
      let forgiven = 0
      let lapsing = 0
      for (const debt of owed) {
        const part = Math.min(rest, debt.open)
        if (part === 0) continue
        rest -= part
        forgiven += part
        debt.open -= part
        debt.moved += part
        written.debts.add(debt)
      }
      for (const { lot, points: most } of taken.toSorted((a, b) => -byDue(a.lot, b.lot))) {
        const part = Math.min(rest, most)
        if (part === 0) continue
        rest -= part
        lot.remaining += part
        lot.state = 'open'
        lot.due = lot.expiresOn
        if (!account.lots.includes(lot)) account.lots.push(lot)
        written.lots.add(lot)
        written.allocations.push({ entryId: id, lotId: lot.id, points: -part })
        if (lot.expiresOn <= today) lapsing += part
        else paid += payDebts(account, lot)
      }
      if (rest > 0) throw pointsErrors.tooMuchBack()
      const active = points - forgiven - paid
      return { entry: enter(account, id, posting, { active, pending: 0, debt: -paid - forgiven }), lapsing }
    },

    /** Takes back payments of debts: the lots have their points again, the debts are open again; in sum nothing changes. */
    unpay(account: Account, payments: readonly { lot: Lot; debt: Debt; points: number }[], posting: Posting): void {
      let sum = 0
      for (const { lot, debt, points } of payments) {
        lot.remaining += points
        lot.state = 'open'
        lot.due = lot.expiresOn
        debt.open += points
        if (!account.lots.includes(lot)) account.lots.push(lot)
        if (!account.debts.includes(debt)) account.debts.push(debt)
        written.lots.add(lot)
        written.debts.add(debt)
        sum += points
      }
      if (sum > 0) enter(account, newId(), posting, { active: sum, pending: 0, debt: sum })
    },

    /** Pays open debts out of usable lots where an account has both. */
    payOff(account: Account, posting: Posting): void {
      const open = account.lots.filter(lot => lot.state === 'open' && lot.remaining > 0).toSorted(byDue)
      const paid = open.reduce((sum, lot) => sum + payDebts(account, lot), 0)
      if (paid > 0) enter(account, newId(), posting, { active: -paid, pending: 0, debt: -paid })
    },

    /** Moves lots and debts (`what`; all, where it is not said) of one account to another, expiry and all. */
    moveAll(
      from: Account,
      to: Account,
      posting: (side: 'out' | 'in') => Posting,
      what: Pick<Account, 'lots' | 'debts'> = from,
    ): void {
      const lots = what.lots.filter(lot => lot.remaining > 0)
      const debts = what.debts.filter(one => one.open > 0)
      const debt = debts.reduce((sum, one) => sum + one.open, 0)
      if (lots.length === 0 && debt === 0) return
      const out = newId()
      const legs = { active: 0, pending: 0, debt: -debt }
      const moved = lots.map(lot => {
        const { state, remaining, due } = lot
        legs[state === 'pending' ? 'pending' : 'active'] -= remaining
        take(lot, out, remaining)
        return { lot, remaining, activeFrom: state === 'pending' ? due : null }
      })
      for (const one of debts) {
        one.moved += one.open
        one.open = 0
        written.debts.add(one)
      }
      enter(from, out, posting('out'), legs)
      const into = newId()
      let paid = 0
      const arrived = { active: 0, pending: 0 }
      for (const { lot, remaining, activeFrom } of moved) {
        const copy = addLot(
          to,
          into,
          remaining,
          { earnedOn: lot.earnedOn, expiresOn: lot.expiresOn, activeFrom },
          lot.documentId,
        )
        arrived[copy.state === 'pending' ? 'pending' : 'active'] += remaining
        if (copy.state === 'open') paid += payDebts(to, copy)
      }
      let owed = debt
      for (const lot of to.lots.filter(one => one.state === 'open' && one.remaining > 0).toSorted(byDue)) {
        const part = Math.min(owed, lot.remaining)
        if (part === 0) continue
        take(lot, into, part)
        arrived.active -= part
        owed -= part
      }
      if (owed > 0) {
        const carried: Debt = { entryId: into, memberId: to.memberId, points: owed, open: owed, moved: 0 }
        to.debts.push(carried)
        written.debts.add(carried)
      }
      enter(to, into, posting('in'), { active: arrived.active - paid, pending: arrived.pending, debt: owed - paid })
    },
  }
}
export type Books = ReturnType<typeof keepBooks>
