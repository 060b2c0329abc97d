import { sql } from 'kysely'
import type { Db } from '../../../kernel/db.ts'

/** An entry as the proof reads it; `text` is what its hash covers after the hash before, as service/chain.ts writes it. */
export interface ProofEntry {
  readonly id: string
  readonly memberId: string
  readonly seq: number
  readonly amount: number
  readonly active: number
  readonly pending: number
  readonly debt: number
  readonly contra: string
  readonly balanceAfter: number
  readonly text: string
  readonly hash: string | null
}

/** A value that the tables state and that the entries say otherwise. */
export interface Mismatch {
  readonly subject: string
  readonly stored: string
  readonly derived: string
}

const FOUND = 100

/** What verification reads, always along a primary key and a run at a time, so that it streams whatever the size. */
export const proofRepository = (db: Db) => ({
  entriesAfter: async (id: string, limit: number): Promise<ProofEntry[]> => {
    const { rows } = await sql<ProofEntry>`
      select id, memberId, seq, amount, active, pending, debt, contra, balanceAfter,
        concat_ws('|', seq, memberId, ${sql.ref('key')}, amount, active, pending, debt, contra, reason,
          coalesce(documentId, ''), coalesce(refEntryId, ''), coalesce(staffId, ''), cast(at as char), coalesce(note, '')) as text,
        lower(hex(hash)) as hash
      from points_entry where id > ${id} order by id limit ${sql.lit(limit)}`.execute(db)
    return rows
  },

  accountsAfter: (memberId: string, limit: number) =>
    db
      .selectFrom('points_account')
      .select(['memberId', 'balance', 'pending', 'seq', sql<string | null>`lower(hex(head))`.as('head')])
      .where('memberId', '>', memberId)
      .orderBy('memberId')
      .limit(limit)
      .execute(),

  /** The id that ends a run of a table, and the number of rows in it; null after the last. */
  runEnd: async (table: 'points_lot' | 'points_document' | 'points_entry', after: string, limit: number) => {
    const column = table === 'points_document' ? 'documentId' : 'id'
    const { rows } = await sql<{ last: string | null; n: number }>`
      select max(x.id) as last, count(*) as n from (
        select ${sql.ref(column)} as id from ${sql.table(table)} where ${sql.ref(column)} > ${after}
        order by ${sql.ref(column)} limit ${sql.lit(limit)}) x`.execute(db)
    const [row] = rows
    return row === undefined || row.last === null ? null : { last: row.last, n: Number(row.n) }
  },

  /** Documents whose entries do not sum to what they are credited with. */
  wrongDocuments: async (after: string, last: string): Promise<Mismatch[]> => {
    const { rows } = await sql<Mismatch>`
      select d.documentId as subject, cast(d.points as char) as stored, cast(coalesce(e.points, 0) as char) as derived
      from points_document d
      left join (select documentId, sum(amount) as points from points_entry
        where documentId > ${after} and documentId <= ${last} and contra = 'issued' group by documentId) e
        on e.documentId = d.documentId
      where d.documentId > ${after} and d.documentId <= ${last} and d.points <> coalesce(e.points, 0)
      limit ${sql.lit(FOUND)}`.execute(db)
    return rows
  },

  /** Lots whose rest is not what was granted less what entries took, or whose state belies it. */
  wrongLots: async (after: string, last: string): Promise<Mismatch[]> => {
    const { rows } = await sql<Mismatch>`
      select l.id as subject, concat(l.state, ' ', l.remaining) as stored,
        cast(l.granted - coalesce(a.points, 0) as char) as derived
      from points_lot l
      left join (select lotId, sum(points) as points from points_allocation
        where lotId > ${after} and lotId <= ${last} group by lotId) a on a.lotId = l.id
      where l.id > ${after} and l.id <= ${last}
        and (l.remaining <> l.granted - coalesce(a.points, 0) or l.remaining < 0
          or (l.state = 'closed') <> (l.remaining = 0))
      limit ${sql.lit(FOUND)}`.execute(db)
    return rows
  },

  /** Entries that took points which no lot and no debt answers for. */
  wrongDebits: async (after: string, last: string): Promise<Mismatch[]> => {
    const { rows } = await sql<Mismatch>`
      select e.id as subject, cast(-e.amount as char) as stored,
        cast(coalesce(a.points, 0) + coalesce(d.open, 0) + coalesce(d.moved, 0) as char) as derived
      from points_entry e
      left join (select entryId, sum(points) as points from points_allocation
        where entryId > ${after} and entryId <= ${last} group by entryId) a on a.entryId = e.id
      left join points_debt d on d.entryId = e.id
      where e.id > ${after} and e.id <= ${last} and e.amount < 0 and e.contra not in ('transfer', 'writtenOff')
        and -e.amount <> coalesce(a.points, 0) + coalesce(d.open, 0) + coalesce(d.moved, 0)
      limit ${sql.lit(FOUND)}`.execute(db)
    return rows
  },

  /** What members' lots and debts hold, for a run of accounts. */
  holdings: async (
    after: string,
    last: string,
  ): Promise<Map<string, { active: number; pending: number; debt: number }>> => {
    const { rows } = await sql<{ memberId: string; active: string; pending: string; debt: string }>`
      select memberId, sum(active) as active, sum(pending) as pending, sum(debt) as debt from (
        select memberId, case when state = 'open' then remaining else 0 end as active,
          case when state = 'pending' then remaining else 0 end as pending, 0 as debt
        from points_lot where memberId > ${after} and memberId <= ${last} and state in ('open', 'pending')
        union all
        select memberId, 0, 0, open from points_debt where memberId > ${after} and memberId <= ${last} and open > 0
      ) h group by memberId`.execute(db)
    return new Map(
      rows.map(row => [
        row.memberId,
        { active: Number(row.active), pending: Number(row.pending), debt: Number(row.debt) },
      ]),
    )
  },
})
