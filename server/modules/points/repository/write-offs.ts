import { sql, type Insertable } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import { activeMembers } from '../../members/index.ts'

/** A member who owes points. */
export interface Debtor {
  readonly memberId: string
  readonly debt: number
  /** When the account last moved. */
  readonly updatedAt: Date
}

/** Debts that members have, and those that were given up. */
export const writeOffsRepository = (db: Db) => ({
  add: (row: Insertable<DB['points_write_off']>) => db.insertInto('points_write_off').values(row).execute(),

  /** Points given up by month, of the members of a scope. */
  async byMonth(scope: Scope): Promise<Map<string, number>> {
    const { rows } = await sql<{ month: string; points: string }>`
      select date_format(w.day, '%Y-%m') as month, sum(w.points) as points from points_write_off w
      where ${memberWithin(db, scope, 'w.memberId')} group by month`.execute(db)
    return new Map(rows.map(row => [row.month, Number(row.points)]))
  },

  /** Who owes points, the largest debt first. */
  async debtors(scope: Scope, after: { debt: number; memberId: string } | null, limit: number): Promise<Debtor[]> {
    const further =
      after === null
        ? sql`true`
        : sql`(a.balance > ${-after.debt} or (a.balance = ${-after.debt} and a.memberId > ${after.memberId}))`
    const { rows } = await sql<{ memberId: string; balance: number; updatedAt: Date }>`
      select a.memberId, a.balance, a.updatedAt from points_account a
      where a.balance < 0 and ${further} and ${memberWithin(db, scope, 'a.memberId')}
      order by a.balance, a.memberId limit ${sql.lit(limit)}`.execute(db)
    return rows.map(({ memberId, balance, updatedAt }) => ({ memberId, debt: -balance, updatedAt }))
  },
})

/** Whether a column names a member of a scope. */
const memberWithin = (db: Db, scope: Scope, column: string) =>
  scope.kind === 'all'
    ? sql`true`
    : sql`${sql.ref(column)} in (${db
        .selectFrom(activeMembers(db).as('m'))
        .select('m.memberId')
        .where(scopeWhere(scope, 'm.homeStoreCode'))})`
