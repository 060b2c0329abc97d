import { sql } from 'kysely'
import { chunks, type Tx } from '../../../kernel/db.ts'
import { insertRows } from '../../../kernel/db/bulk.ts'
import type { Account, Debt, Written } from '../service/ledger.ts'
import { lotOf } from './ledger.ts'
import { lockOne, onlySpent, updateOne } from './one-account.ts'

const ACCOUNT_COLUMNS = ['memberId', 'balance', 'pending', 'earned', 'seq', 'head', 'updatedAt'] as const
const ENTRY_COLUMNS = [
  'id',
  'memberId',
  'seq',
  'amount',
  'active',
  'pending',
  'debt',
  'contra',
  'balanceAfter',
  'reason',
  'key',
  'documentId',
  'refEntryId',
  'note',
  'staffId',
  'at',
  'hash',
] as const
const LOT_COLUMNS = [
  'id',
  'memberId',
  'entryId',
  'documentId',
  'granted',
  'remaining',
  'state',
  'due',
  'earnedOn',
  'expiresOn',
] as const
const ALLOCATION_COLUMNS = ['entryId', 'lotId', 'points'] as const
const DEBT_COLUMNS = ['entryId', 'memberId', 'points', 'open', 'moved'] as const
const RUN = 500

/**
 * Locks the accounts of members (made where missing, in one order for all) until the transaction ends, and reads them;
 * with `lots` also what is not closed of their lots and debts. A member's account is the mutex of the member's ledger.
 */
export async function lockAccounts(
  tx: Tx,
  memberIds: readonly string[],
  { at, lots, key }: { at: Date; lots: ReadonlySet<string> | 'all'; key?: string | undefined },
): Promise<Map<string, Account>> {
  const accounts = new Map<string, Account>()
  const [only] = memberIds
  if (memberIds.length === 1 && only !== undefined && lots === 'all') {
    const account = await lockOne(tx, only, key)
    if (account !== undefined) {
      accounts.set(only, account)
      if (account.balance < 0) await loadDebts(tx, accounts, [only])
      return accounts
    }
  }
  for (const run of chunks([...new Set(memberIds)].toSorted(), RUN)) {
    let rows = await lockedRows(tx, run, key)
    if (rows.length < run.length) {
      // Not INSERT IGNORE: that takes shared locks on rows that are there, and two of them wait for each other.
      await insertRows(
        tx,
        'points_account',
        ACCOUNT_COLUMNS,
        run.map(id => [id, 0, 0, 0, 0, null, at]),
        { update: ['memberId'] },
      )
      rows = await lockedRows(tx, run, key)
    }
    for (const { memberId, balance, pending, earned, seq, head, done } of rows)
      accounts.set(memberId, {
        memberId,
        balance,
        pending,
        earned,
        seq,
        head: head === null ? '' : Buffer.from(head).toString('hex'),
        done,
        lots: [],
        debts: [],
      })
  }
  await loadLots(tx, accounts, lots === 'all' ? [...accounts.keys()] : [...lots])
  await loadDebts(
    tx,
    accounts,
    [...accounts.values()].filter(account => account.balance < 0).map(account => account.memberId),
  )
  return accounts
}

/** Accounts under lock, and in the same breath whether an entry of a key is there already. */
const lockedRows = (tx: Tx, memberIds: readonly string[], key: string | undefined) =>
  tx
    .selectFrom('points_account')
    .selectAll()
    .select(
      key === undefined
        ? sql<string | null>`null`.as('done')
        : sql<string | null>`(select e.id from points_entry e where e.${sql.ref('key')} = ${key})`.as('done'),
    )
    .where('memberId', 'in', memberIds)
    .orderBy('memberId')
    .forUpdate()
    .execute()

async function loadLots(tx: Tx, accounts: ReadonlyMap<string, Account>, memberIds: readonly string[]): Promise<void> {
  for (const run of chunks(memberIds, RUN)) {
    const rows = await tx
      .selectFrom('points_lot')
      .selectAll()
      .where('memberId', 'in', run)
      .where('state', 'in', ['pending', 'open'])
      .execute()
    for (const row of rows) accounts.get(row.memberId)?.lots.push(lotOf(row))
  }
}

async function loadDebts(tx: Tx, accounts: ReadonlyMap<string, Account>, memberIds: readonly string[]): Promise<void> {
  for (const run of chunks(memberIds, RUN)) {
    const rows = await tx
      .selectFrom('points_debt')
      .selectAll()
      .where('memberId', 'in', run)
      .where('open', '>', 0)
      .orderBy('entryId')
      .execute()
    for (const row of rows) accounts.get(row.memberId)?.debts.push({ ...row } satisfies Debt)
  }
}

/** Writes what the books have made: a statement for each table that changes, whatever number of members. */
export async function writeBooks(tx: Tx, written: Written, at: Date): Promise<void> {
  const { entries, lots, allocations, debts, accounts } = written
  await insertRows(
    tx,
    'points_entry',
    ENTRY_COLUMNS,
    entries.map(entry =>
      ENTRY_COLUMNS.map(column => (column === 'hash' ? Buffer.from(entry.hash, 'hex') : entry[column])),
    ),
  )
  await insertRows(
    tx,
    'points_allocation',
    ALLOCATION_COLUMNS,
    allocations.map(one => [one.entryId, one.lotId, one.points]),
    // A lot that got points back while a debt is open pays the same debt once more.
    debts.size > 0 ? { add: ['points'] } : {},
  )
  const spender = onlySpent(written)
  if (spender !== undefined) return updateOne(tx, spender, lots, at)
  await insertRows(
    tx,
    'points_lot',
    LOT_COLUMNS,
    [...lots].map(lot => LOT_COLUMNS.map(column => lot[column])),
    { update: ['remaining', 'state', 'due'] },
  )
  await insertRows(
    tx,
    'points_debt',
    DEBT_COLUMNS,
    [...debts].map(debt => [debt.entryId, debt.memberId, debt.points, debt.open, debt.moved]),
    { update: ['open', 'moved'] },
  )
  await insertRows(
    tx,
    'points_account',
    ACCOUNT_COLUMNS,
    [...accounts].map(({ memberId, balance, pending, earned, seq, head }) => [
      memberId,
      balance,
      pending,
      earned,
      seq,
      head === '' ? null : Buffer.from(head, 'hex'),
      at,
    ]),
    { update: ['balance', 'pending', 'earned', 'seq', 'head', 'updatedAt'] },
  )
}
