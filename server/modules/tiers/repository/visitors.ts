import { sql } from 'kysely'
import type { Db } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import { salesDocuments } from '../../sales/index.ts'

/** A member's purchases of a day. */
interface Visitor {
  readonly memberId: string
  readonly tier: string
  readonly receipts: number
  /** Yuan, for show. */
  readonly net: number
  readonly storeCode: string
  readonly lastAt: Date
}

/**
 * Members of these tiers who bought in the stores of a scope on a day, or on the last one before it that has a receipt:
 * the highest tier first, then who spent most. Nobody of the tiers: an empty list of that day.
 */
export async function visitorsOn(
  db: Db,
  scope: Scope,
  which: { day: string; storeCode: string | undefined; tiers: readonly string[]; limit: number },
): Promise<{ day: string | null; count: number; people: Visitor[] }> {
  const bought = () => {
    let query = salesDocuments(db)
      .where(scopeWhere(scope, 'storeCode'))
      .where('status', '=', 'confirmed')
      .where('type', 'in', ['sale', 'exchange'])
    if (which.storeCode !== undefined) query = query.where('storeCode', '=', which.storeCode)
    return query
  }
  const last = await bought()
    .where('businessDate', '<=', which.day)
    .orderBy('businessDate', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (last === undefined) return { day: null, count: 0, people: [] }
  const day = last.businessDate
  if (which.tiers.length === 0) return { day, count: 0, people: [] }
  const people = db
    .selectFrom(bought().where('businessDate', '=', day).as('d'))
    .innerJoin('tier_member as t', 't.memberId', 'd.memberId')
    .where('t.tier', 'in', which.tiers)
  const rows = await people
    .select(eb => [
      't.memberId',
      't.tier',
      eb.fn.countAll<string>().as('receipts'),
      eb.fn.sum<string>('d.net').as('net'),
      eb.fn.max('d.businessAt').as('lastAt'),
      // The store of the last receipt: an instant as text sorts as it passes.
      sql<string>`substr(max(concat(d.businessAt, '|', d.storeCode)), locate('|', max(concat(d.businessAt, '|', d.storeCode))) + 1)`.as(
        'storeCode',
      ),
    ])
    .groupBy(['t.memberId', 't.tier'])
    .orderBy(sql`field(t.tier, ${sql.join([...which.tiers])})`, 'desc')
    .orderBy('net', 'desc')
    .orderBy('t.memberId')
    .limit(which.limit)
    .execute()
  const counted = await people.select(eb => eb.fn.count<string>('t.memberId').distinct().as('count')).executeTakeFirst()
  return {
    day,
    count: Number(counted?.count ?? 0),
    people: rows.map(row => ({ ...row, receipts: Number(row.receipts), net: Number(row.net) })),
  }
}
