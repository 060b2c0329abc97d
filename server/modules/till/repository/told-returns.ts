import type { Insertable } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'
import { salesDocuments, salesLines } from '../../sales/index.ts'

/** Returns of a till's sales that somebody else has told: the night's file. */
export const toldReturnsRepository = (db: Db) => {
  const untold = () =>
    db
      .selectFrom(salesDocuments(db).as('r'))
      .innerJoin('till_sale as s', 's.docKey', 'r.originalDocKey')
      .leftJoin('till_told_return as t', 't.docKey', 'r.docKey')
      .leftJoin('till_entry as e', 'e.docKey', 'r.docKey')
      .where('r.type', '=', 'return')
      .where('r.status', '=', 'confirmed')
      .where('s.documentId', 'is not', null)
      .where('t.docKey', 'is', null)
      // What a till has brought back itself stands in its shift.
      .where('e.docKey', 'is', null)
      .select(['r.docKey', 'r.documentId', 'r.net', 's.docKey as saleKey'])

  return {
    /** Of these documents, the returns of a till's sales that are not in its books; and those of sales among them. */
    untold: async (documentIds: readonly string[]) => {
      if (documentIds.length === 0) return []
      const [own, ofSales] = [
        await untold().where('r.documentId', 'in', documentIds).execute(),
        await untold().where('s.documentId', 'in', documentIds).execute(),
      ]
      return [...new Map([...own, ...ofSales].map(row => [row.docKey, row])).values()]
    },

    isTold: async (docKey: string): Promise<boolean> =>
      (await db.selectFrom('till_told_return').select('docKey').where('docKey', '=', docKey).executeTakeFirst()) !==
      undefined,

    lines: (documentId: string) =>
      db
        .selectFrom(salesLines(db).as('l'))
        .select(['l.productCode', 'l.quantity', 'l.net'])
        .where('l.documentId', '=', documentId)
        .orderBy('l.lineNo')
        .execute(),

    /** Writes down that a return is in the books; a second time fails in the unique index. */
    add: (told: Insertable<DB['till_told_return']>) => db.insertInto('till_told_return').values(told).execute(),
  }
}
