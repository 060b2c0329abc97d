import { CompiledQuery, sql } from 'kysely'
import type { Tx } from '../../../kernel/db.ts'
import { PREPARED } from '../../../kernel/db/prepared.ts'
import type { Account, Lot, Written } from '../service/ledger.ts'
import { lotOf, type LotRecord } from './ledger.ts'

// The way of a till and of a phone: one member, who spends. Fewer statements than the books of many would take, for what
// a debit costs is mostly the way to the database and back.

type Row = Omit<Account, 'lots' | 'debts' | 'head'> & {
  readonly head: Buffer | null
  readonly lotId: string | null
} & Omit<LotRecord, 'id' | 'memberId'>

/**
 * Locks the account of one member and reads it with the lots that are not closed, and whether an entry of `key` is
 * there already: one statement. Undefined when there is no account yet.
 */
export async function lockOne(tx: Tx, memberId: string, key: string | undefined): Promise<Account | undefined> {
  const { rows } = await sql<Row>`${sql.raw(PREPARED)}
    select a.memberId, a.balance, a.pending, a.earned, a.seq, a.head,
      (select e.id from points_entry as e where e.${sql.ref('key')} = ${key ?? null}) as done,
      l.id as lotId, l.entryId, l.documentId, l.granted, l.remaining, l.state, l.due, l.earnedOn, l.expiresOn
    from points_account as a
    left join points_lot as l on l.memberId = a.memberId and l.state in ('pending', 'open')
    where a.memberId = ${memberId} for update`.execute(tx)
  const [first] = rows
  if (first === undefined) return undefined
  const { balance, pending, earned, seq, head, done = null } = first
  return {
    memberId,
    balance,
    pending,
    earned,
    seq,
    head: head === null ? '' : head.toString('hex'),
    done,
    lots: rows.flatMap(({ lotId, entryId, documentId, granted, remaining, state, due, earnedOn, expiresOn }) =>
      lotId === null
        ? []
        : [lotOf({ id: lotId, memberId, entryId, documentId, granted, remaining, state, due, earnedOn, expiresOn })],
    ),
    debts: [],
  }
}

/** The one account of what was booked, when all lots it touched were there before and none of its debts changed. */
export function onlySpent({ entries, lots, debts, accounts }: Written): Account | undefined {
  if (accounts.size !== 1 || lots.size === 0 || debts.size > 0) return undefined
  const made = new Set(entries.map(entry => entry.id))
  return [...lots].some(lot => made.has(lot.entryId)) ? undefined : [...accounts][0]
}

/** Writes an account and what is left of its lots in one statement; the account is locked. */
export async function updateOne(tx: Tx, account: Account, lots: ReadonlySet<Lot>, at: Date): Promise<void> {
  const { memberId, balance, pending, earned, seq, head } = account
  const own = [...lots]
  const cases = (column: 'remaining' | 'state' | 'due') =>
    [`case l.id ${own.map(() => 'when ? then ?').join(' ')} end`, own.flatMap(lot => [lot.id, lot[column]])] as const
  const [remaining, state, due] = [cases('remaining'), cases('state'), cases('due')]
  await tx.executeQuery(
    CompiledQuery.raw(
      `${PREPARED}update points_account as a straight_join points_lot as l
      set a.balance = ?, a.pending = ?, a.earned = ?, a.seq = ?, a.head = ?, a.updatedAt = ?,
        l.remaining = ${remaining[0]}, l.state = ${state[0]}, l.due = ${due[0]}
      where a.memberId = ? and l.id in (${own.map(() => '?').join(', ')})`,
      [
        balance,
        pending,
        earned,
        seq,
        head === '' ? null : Buffer.from(head, 'hex'),
        at,
        ...remaining[1],
        ...state[1],
        ...due[1],
        memberId,
        ...own.map(lot => lot.id),
      ],
    ),
  )
}
