import { CompiledQuery } from 'kysely'
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

const LOCK = `${PREPARED}
  select a.memberId, a.balance, a.pending, a.earned, a.seq, a.head,
    (select e.id from points_entry as e where e.\`key\` = ?) as done,
    l.id as lotId, l.entryId, l.documentId, l.granted, l.remaining, l.state, l.due, l.earnedOn, l.expiresOn
  from points_account as a
  left join points_lot as l on l.memberId = a.memberId and l.state in ('pending', 'open')
  where a.memberId = ? for update`

/**
 * Locks the account of one member and reads it with the lots that are not closed, and whether an entry of `key` is
 * there already: one statement. Undefined when there is no account yet.
 */
export async function lockOne(tx: Tx, memberId: string, key: string | undefined): Promise<Account | undefined> {
  const { rows } = await tx.executeQuery<Row>(CompiledQuery.raw(LOCK, [key ?? null, memberId]))
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

/** Texts by the number of lots: the driver looks a prepared statement up by its text. */
const writes: string[] = []
function writeText(lots: number): string {
  const by = `case l.id ${'when ? then ? '.repeat(lots)}end`
  return (writes[lots] ??= `${PREPARED}update points_account as a straight_join points_lot as l
    set a.balance = ?, a.pending = ?, a.earned = ?, a.seq = ?, a.head = ?, a.updatedAt = ?,
      l.remaining = ${by}, l.state = ${by}, l.due = ${by}
    where a.memberId = ? and l.id in (${Array(lots).fill('?').join(', ')})`)
}

/** Writes an account and what is left of its lots in one statement; the account is locked. */
export async function updateOne(tx: Tx, account: Account, lots: ReadonlySet<Lot>, at: Date): Promise<void> {
  const { memberId, balance, pending, earned, seq, head } = account
  const own = [...lots]
  const values = [balance, pending, earned, seq, head === '' ? null : Buffer.from(head, 'hex'), at]
  await tx.executeQuery(
    CompiledQuery.raw(writeText(own.length), [
      ...values,
      ...own.flatMap(lot => [lot.id, lot.remaining]),
      ...own.flatMap(lot => [lot.id, lot.state]),
      ...own.flatMap(lot => [lot.id, lot.due]),
      memberId,
      ...own.map(lot => lot.id),
    ]),
  )
}
