import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../../../kernel/db.ts'

/** An entry as the proof reads it; `tail` is what its hash covers after seq and member, as service/chain.ts writes it. */
export interface ProofEntry {
  readonly memberId: string
  readonly seq: number
  readonly tail: string
  readonly amount: number
  /** active + pending − debt: the amount, if the entry is balanced. */
  readonly legs: number
  readonly pending: number
  readonly contra: string
  readonly balanceAfter: number
  /** Hex in capitals: to write it small costs the database more than to add the row up. */
  readonly hash: string | null
}

/** The ids of a run: after one, up to the other, or to the end. */
export interface Run {
  readonly after: string
  readonly last: string | null
}

/** The condition that an id is in a run. */
export const within = (column: string, { after, last }: Run): RawBuilder<boolean> =>
  last === null
    ? sql`${sql.ref(column)} > ${after}`
    : sql`${sql.ref(column)} > ${after} and ${sql.ref(column)} <= ${last}`

/** A value that the tables state and that the entries say otherwise. */
export interface Mismatch {
  readonly subject: string
  readonly stored: string
  readonly derived: string
}

const ENTRY = sql`memberId, seq, amount, active + pending - debt as legs, pending, contra, balanceAfter, hex(hash) as hash,
  concat_ws('|', ${sql.ref('key')}, amount, active, pending, debt, contra, reason, coalesce(documentId, ''),
    coalesce(refEntryId, ''), coalesce(staffId, ''), cast(at as char), coalesce(note, '')) as tail`

/** Entries that took points from lots, or made a debt; what goes to another account takes its lots along. */
const TOOK = sql`amount < 0 and contra not in ('transfer', 'writtenOff')`

const ACCOUNT = ['memberId', 'balance', 'pending', 'seq', sql<string | null>`lower(hex(head))`.as('head')] as const

/** What verification reads of members: all along a primary key, a run at a time; or a few members, to be looked at again. */
export const proofRepository = (db: Db) => ({
  /** The id that ends a run of `size` entries; null when there are fewer. */
  entryEnd: async (after: string, size: number): Promise<string | null> => {
    const row = await db
      .selectFrom('points_entry')
      .select('id')
      .where('id', '>', after)
      .orderBy('id')
      .limit(1)
      .offset(size - 1)
      .executeTakeFirst()
    return row?.id ?? null
  },

  /** The entries of a run; `debit` is the id of one that took points. */
  entries: async (run: Run): Promise<(ProofEntry & { readonly debit: string | null })[]> => {
    const { rows } = await sql<ProofEntry & { readonly debit: string | null }>`
      select ${ENTRY}, case when ${TOOK} then id end as debit
      from points_entry where ${within('id', run)} order by id`.execute(db)
    return rows
  },

  /** What the entries of a run took from lots. */
  taken: async (run: Run): Promise<Map<string, number>> => {
    const { rows } = await sql<{ entryId: string; points: string }>`
      select entryId, sum(points) as points from points_allocation where ${within('entryId', run)} group by entryId`.execute(
      db,
    )
    return new Map(rows.map(({ entryId, points }) => [entryId, Number(points)]))
  },

  /** Of these entries, those that took points which no lot and no debt answers for. */
  wrongDebits: async (ids: readonly string[]): Promise<Mismatch[]> => {
    const { rows } = await sql<Mismatch>`
      select id as subject, cast(taken as char) as stored, cast(answered as char) as derived from (
        select e.id, -e.amount as taken,
          coalesce((select sum(a.points) from points_allocation a where a.entryId = e.id), 0)
          + coalesce((select d.open + d.moved from points_debt d where d.entryId = e.id), 0) as answered
        from points_entry e where e.id in (${sql.join(ids)})
      ) x where taken <> answered`.execute(db)
    return rows
  },

  accountsAfter: (memberId: string, limit: number) =>
    db
      .selectFrom('points_account')
      .select(ACCOUNT)
      .where('memberId', '>', memberId)
      .orderBy('memberId')
      .limit(limit)
      .execute(),

  entriesOf: async (memberIds: readonly string[]): Promise<(ProofEntry & { readonly id: string })[]> => {
    const { rows } = await sql<ProofEntry & { readonly id: string }>`
      select id, ${ENTRY} from points_entry where memberId in (${sql.join(memberIds)}) order by memberId, seq`.execute(
      db,
    )
    return rows
  },

  accountsOf: (memberIds: readonly string[]) =>
    db.selectFrom('points_account').select(ACCOUNT).where('memberId', 'in', memberIds).execute(),

  /** What members' lots and debts hold. */
  holdingsOf: async (
    memberIds: readonly string[],
  ): Promise<Map<string, { active: number; pending: number; debt: number }>> => {
    const members = sql.join(memberIds)
    const { rows } = await sql<{ memberId: string; active: string; pending: string; debt: string }>`
      select memberId, sum(active) as active, sum(pending) as pending, sum(debt) as debt from (
        select memberId, case when state = 'open' then remaining else 0 end as active,
          case when state = 'pending' then remaining else 0 end as pending, 0 as debt
        from points_lot where memberId in (${members}) and state in ('open', 'pending')
        union all
        select memberId, 0, 0, open from points_debt where memberId in (${members}) and open > 0
      ) h group by memberId`.execute(db)
    return new Map(
      rows.map(row => [
        row.memberId,
        { active: Number(row.active), pending: Number(row.pending), debt: Number(row.debt) },
      ]),
    )
  },
})
