import { sql } from 'kysely'
import type { Db } from '../../../kernel/db.ts'

/** An entry as the proof reads it; `tail` is what its hash covers after seq and member, as service/chain.ts writes it. */
export interface ProofEntry {
  readonly id: string
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

/** A value that the tables state and that the entries say otherwise. */
export interface Mismatch {
  readonly subject: string
  readonly stored: string
  readonly derived: string
}

const ENTRY = sql`id, memberId, seq, amount, active + pending - debt as legs, pending, contra, balanceAfter, hex(hash) as hash,
  concat_ws('|', ${sql.ref('key')}, amount, active, pending, debt, contra, reason, coalesce(documentId, ''),
    coalesce(refEntryId, ''), coalesce(staffId, ''), cast(at as char), coalesce(note, '')) as tail`

const ACCOUNT = ['memberId', 'balance', 'pending', 'seq', sql<string | null>`lower(hex(head))`.as('head')] as const

/** What verification reads of members: all along a primary key, a run at a time; or a few members, to be looked at again. */
export const proofRepository = (db: Db) => ({
  entriesAfter: async (id: string, limit: number): Promise<ProofEntry[]> => {
    const { rows } =
      await sql<ProofEntry>`select ${ENTRY} from points_entry where id > ${id} order by id limit ${sql.lit(limit)}`.execute(
        db,
      )
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

  entriesOf: async (memberIds: readonly string[]): Promise<ProofEntry[]> => {
    const { rows } = await sql<ProofEntry>`
      select ${ENTRY} from points_entry where memberId in (${sql.join(memberIds)}) order by memberId, seq`.execute(db)
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
