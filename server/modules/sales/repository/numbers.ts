import { sql } from 'kysely'
import type { Db } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import { importTrailers } from '../../erp/index.ts'

/** A business day in sums; yuan as numbers for charts, never for booking. */
export interface DaySums {
  readonly day: string
  readonly netSales: number
  readonly memberNetSales: number
  readonly receipts: number
  readonly memberReceipts: number
}

/**
 * Sums by business day. Net sales: net of all confirmed documents, returns taken off. Receipts: sales and exchanges.
 * A member's: those that belong to a member now.
 */
export async function daySums(
  db: Db,
  scope: Scope,
  query: { from: string; to: string; storeCode?: string | undefined },
): Promise<DaySums[]> {
  let select = db
    .selectFrom('sales_document as d')
    .select([
      'd.businessDate as day',
      sql<string>`sum(d.net)`.as('net'),
      sql<string>`sum(case when d.memberId is not null then d.net else 0 end)`.as('memberNet'),
      sql<string>`sum(d.type in ('sale', 'exchange'))`.as('receipts'),
      sql<string>`sum(d.type in ('sale', 'exchange') and d.memberId is not null)`.as('memberReceipts'),
    ])
    .where('d.businessDate', '>=', query.from)
    .where('d.businessDate', '<=', query.to)
    .where('d.status', '=', 'confirmed')
    .where('d.type', '<>', 'void')
    .where(scopeWhere(scope, 'd.storeCode'))
    .groupBy('d.businessDate')
    .orderBy('d.businessDate')
  if (query.storeCode !== undefined) select = select.where('d.storeCode', '=', query.storeCode)
  return (await select.execute()).map(row => ({
    day: row.day,
    netSales: Number(row.net),
    memberNetSales: Number(row.memberNet),
    receipts: Number(row.receipts),
    memberReceipts: Number(row.memberReceipts),
  }))
}

/** 数据截至: the last business day that has a document within the scope; `before` leaves that day and later ones out. */
export async function lastDay(db: Db, scope: Scope, before?: string): Promise<string | null> {
  let query = db
    .selectFrom('sales_document as d')
    .select('d.businessDate as day')
    .where(scopeWhere(scope, 'd.storeCode'))
    .orderBy('d.businessDate', 'desc')
    .limit(1)
  if (before !== undefined) query = query.where('d.businessDate', '<', before)
  return (await query.executeTakeFirst())?.day ?? null
}

/** What is here for each store and day. `unconfirmed`: told by the till only. */
export async function daysByStore(db: Db, scope: Scope, from: string, to: string) {
  const rows = await db
    .selectFrom('sales_document as d')
    .select([
      'd.storeCode',
      'd.businessDate as day',
      eb => eb.fn.countAll<string>().as('documents'),
      sql<string>`sum(d.lineCount)`.as('lines'),
      sql<string>`sum(d.net)`.as('net'),
      sql<string>`sum(d.importId is null)`.as('unconfirmed'),
    ])
    .where('d.businessDate', '>=', from)
    .where('d.businessDate', '<=', to)
    .where(scopeWhere(scope, 'd.storeCode'))
    .groupBy(['d.storeCode', 'd.businessDate'])
    .execute()
  return rows.map(row => ({
    ...row,
    documents: Number(row.documents),
    lines: Number(row.lines),
    unconfirmed: Number(row.unconfirmed),
  }))
}

/** What imports brought for each store and day, in the order they came. */
export const arrivalsByStore = (db: Db, scope: Scope, from: string, to: string) =>
  db
    .selectFrom('sales_arrival as a')
    .selectAll('a')
    .where('a.businessDate', '>=', from)
    .where('a.businessDate', '<=', to)
    .where(scopeWhere(scope, 'a.storeCode'))
    .orderBy('a.arrivedAt')
    .orderBy('a.importId')
    .execute()

/** Files that say what they hold, with what came of each in all its stores and days. */
export async function trailersWithTotals(db: Db, importIds: readonly string[]) {
  if (importIds.length === 0) return []
  return db
    .selectFrom(importTrailers(db).as('t'))
    .innerJoin('sales_arrival as a', 'a.importId', 't.importId')
    .select([
      't.importId',
      't.trailerJson',
      sql<string>`sum(a.documents)`.as('documents'),
      sql<string>`sum(a.\`lines\`)`.as('lines'),
      sql<string>`sum(a.net)`.as('net'),
    ])
    .where('t.importId', 'in', importIds)
    .groupBy(['t.importId', 't.trailerJson'])
    .execute()
}
