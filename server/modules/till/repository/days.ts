import { sql } from 'kysely'
import type { Db } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import { salesDocuments } from '../../sales/index.ts'

const count = (what: string) => sql<number>`cast(count(distinct ${sql.raw(what)}) as signed)`

/** Business days of tills: receipts in shifts, and sales documents, one statement each. */
export const daysRepository = (db: Db) => ({
  receipts: (scope: Scope, date: string, storeCode: string | undefined) => {
    let rows = db
      .selectFrom('till_entry as e')
      .innerJoin('till_shift as s', 's.id', 'e.shiftId')
      .where(scopeWhere(scope, 'e.storeCode'))
      .where('e.businessDate', '=', date)
      .where('e.kind', 'in', ['sale', 'return'])
    if (storeCode !== undefined) rows = rows.where('e.storeCode', '=', storeCode)
    return rows
      .groupBy(['e.storeCode', 'e.tillCode'])
      .orderBy('e.storeCode')
      .orderBy('e.tillCode')
      .select([
        'e.storeCode',
        'e.tillCode',
        count('s.id').as('shifts'),
        count("case when s.state = 'open' then s.id end").as('openShifts'),
        count('case when s.balanced = 0 then s.id end').as('differing'),
        count('e.docKey').as('receipts'),
        sql<number>`cast(sum(e.net) as signed)`.as('net'),
      ])
      .execute()
  },

  /** Of these stores, whatever told them. */
  documents: (date: string, storeCodes: readonly string[]) =>
    storeCodes.length === 0
      ? Promise.resolve([])
      : db
          .selectFrom(salesDocuments(db).as('d'))
          .where('d.businessDate', '=', date)
          .where('d.storeCode', 'in', storeCodes)
          .where('d.status', '=', 'confirmed')
          .where('d.type', 'in', ['sale', 'return', 'exchange'])
          .groupBy(['d.storeCode', 'd.tillCode'])
          .select([
            'd.storeCode',
            'd.tillCode',
            count('d.documentId').as('documents'),
            sql<number>`cast(round(sum(d.net) * 100) as signed)`.as('net'),
          ])
          .execute(),
})
