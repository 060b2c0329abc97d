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

const ACCOUNT = `a.memberId, a.balance, a.pending, a.earned, a.seq, a.head,
    (select e.id from points_entry as e where e.\`key\` = ?) as done`
const LOT = 'l.id as lotId, l.entryId, l.documentId, l.granted, l.remaining, l.state, l.due, l.earnedOn, l.expiresOn'

const LOCK = `${PREPARED}
  select ${ACCOUNT}, ${LOT}
  from points_account as a
  left join points_lot as l on l.memberId = a.memberId and l.state in ('pending', 'open')
  where a.memberId = ? for update`

/** Most debits take of one lot; the second says that the first reaches. */
const FIRST_LOTS = 2
const LOCK_SPENDER = `${PREPARED}
  select ${ACCOUNT}, ${LOT},
    (select min(p.due) from points_lot as p where p.memberId = ? and p.state = 'pending') as ripens
  from points_account as a
  straight_join points_lot as l force index (points_lot_memberId_state_due_earnedOn_idx)
    on l.memberId = ? and l.state = 'open'
  where a.memberId = ? order by l.due, l.earnedOn, l.id limit ${FIRST_LOTS} for update`

function accountOf(rows: readonly Row[]): Account | undefined {
  const [first] = rows
  if (first === undefined) return undefined
  const { memberId, balance, pending, earned, seq, head, done = null } = first
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

/**
 * Locks the account of one member and reads it with the lots that are not closed, and whether an entry of `key` is
 * there already: one statement. Undefined when there is no account yet.
 */
export async function lockOne(tx: Tx, memberId: string, key: string | undefined): Promise<Account | undefined> {
  return accountOf((await tx.executeQuery<Row>(CompiledQuery.raw(LOCK, [key ?? null, memberId]))).rows)
}

/** What is to be taken, once, under its key. */
export interface Taking {
  readonly key: string
  readonly points: number
}

/**
 * Locks the account of one who spends and reads only the lots that come first: of an account with hundreds, one or two.
 * Undefined, though the account may be locked, where that does not do: these lots do not reach, or something of the
 * account has come due by `today` (asked under the lock) and must be booked first; then all are to be read.
 */
export async function lockSpender(
  tx: Tx,
  memberId: string,
  { key, points }: Taking,
  today: () => string,
): Promise<Account | undefined> {
  const { rows } = await tx.executeQuery<Row & { readonly ripens: string | null }>(
    CompiledQuery.raw(LOCK_SPENDER, [key, memberId, memberId, memberId]),
  )
  const account = accountOf(rows)
  if (account === undefined || (account.done ?? null) !== null) return account
  const day = today()
  const [first] = rows
  const isDue = (due: string | null | undefined): boolean => typeof due === 'string' && due <= day
  if (account.balance < 0 || isDue(first?.ripens) || isDue(first?.due)) return undefined
  return account.lots.reduce((sum, lot) => sum + lot.remaining, 0) < points ? undefined : account
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
  const by = lots === 1 ? '?' : `case l.id ${'when ? then ? '.repeat(lots)}end`
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
  const each = (value: (lot: Lot) => string | number): (string | number)[] =>
    own.flatMap(lot => (own.length === 1 ? [value(lot)] : [lot.id, value(lot)]))
  await tx.executeQuery(
    CompiledQuery.raw(writeText(own.length), [
      ...values,
      ...each(lot => lot.remaining),
      ...each(lot => lot.state),
      ...each(lot => lot.due),
      memberId,
      ...own.map(lot => lot.id),
    ]),
  )
}
