import type { Insertable, Selectable } from 'kysely'
import { lookUp, type DB, type Db } from '../../../kernel/db.ts'
import { salesDocuments, salesLines } from '../../sales/index.ts'

export type ToldReturn = Selectable<DB['till_told_return']>

/** What somebody else has told of a till's sales, the night's file: returns of them, and the sales themselves. */
export const toldReturnsRepository = (db: Db) => ({
  /** Of these documents, the tills' sales, those that name one as what they bring back, and those in the books of one. */
  concerned: async (documentIds: readonly string[]) => {
    const documents = await lookUp(documentIds, run =>
      db
        .selectFrom(salesDocuments(db).as('d'))
        .leftJoin('till_sale as own', 'own.docKey', 'd.docKey')
        .leftJoin('till_sale as brought', 'brought.docKey', 'd.originalDocKey')
        .leftJoin('till_told_return as t', 't.docKey', 'd.docKey')
        .where('d.documentId', 'in', run)
        .select([
          'd.documentId',
          'd.revision',
          'd.type',
          'd.status',
          'own.docKey as ownKey',
          'brought.docKey as broughtKey',
          't.saleKey as toldKey',
        ])
        .execute(),
    )
    return documents.filter(one => one.ownKey !== null || one.broughtKey !== null || one.toldKey !== null)
  },

  /** Of these sales, those that a return names which no till of ours has made. */
  withReturns: async (saleKeys: readonly string[]): Promise<string[]> => {
    const rows = await lookUp(saleKeys, run =>
      db
        .selectFrom(salesDocuments(db).as('r'))
        .leftJoin('till_entry as e', 'e.docKey', 'r.docKey')
        .where('r.originalDocKey', 'in', run)
        .where('r.type', '=', 'return')
        .where('e.docKey', 'is', null)
        .select('r.originalDocKey')
        .distinct()
        .execute(),
    )
    return rows.flatMap(row => row.originalDocKey ?? [])
  },

  /** The sale as its document says it now. */
  document: (docKey: string) =>
    db
      .selectFrom(salesDocuments(db).as('d'))
      .where('d.docKey', '=', docKey)
      .select(['d.documentId', 'd.revision', 'd.type', 'd.status', 'd.net'])
      .executeTakeFirst(),

  /** The returns of a sale that stand now. What a till has brought back itself stands in its shift. */
  returns: (saleKey: string) =>
    db
      .selectFrom(salesDocuments(db).as('r'))
      .leftJoin('till_entry as e', 'e.docKey', 'r.docKey')
      .where('r.originalDocKey', '=', saleKey)
      .where('r.type', '=', 'return')
      .where('r.status', '=', 'confirmed')
      .where('e.docKey', 'is', null)
      .orderBy('r.docKey')
      .select(['r.docKey', 'r.documentId', 'r.revision', 'r.net'])
      .execute(),

  lines: (documentIds: readonly string[]) =>
    lookUp(documentIds, run =>
      db
        .selectFrom(salesLines(db).as('l'))
        .select(['l.documentId', 'l.productCode', 'l.quantity', 'l.net'])
        .where('l.documentId', 'in', run)
        .orderBy('l.documentId')
        .orderBy('l.lineNo')
        .execute(),
    ),

  /** The lines of tills' sales. */
  sold: (docKeys: readonly string[]) =>
    lookUp(docKeys, run => db.selectFrom('till_sale_line').selectAll().where('docKey', 'in', run).execute()),

  /** What of a sale is in its books by others. */
  of: (saleKey: string): Promise<ToldReturn[]> =>
    db.selectFrom('till_told_return').selectAll().where('saleKey', '=', saleKey).orderBy('docKey').execute(),

  /** Writes down what is in the books of a sale by others from now on. */
  replace: async (saleKey: string, told: readonly Insertable<DB['till_told_return']>[]): Promise<void> => {
    await db.deleteFrom('till_told_return').where('saleKey', '=', saleKey).execute()
    if (told.length > 0)
      await db
        .insertInto('till_told_return')
        .values([...told])
        .execute()
  },
})
