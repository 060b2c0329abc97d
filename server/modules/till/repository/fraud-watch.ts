import { sql } from 'kysely'
import type { Db } from '../../../kernel/db.ts'
import { receiptPoints } from '../../points/index.ts'
import { salesDocuments } from '../../sales/index.ts'

/** What one look over the books has found. */
export interface Finding {
  readonly storeCode: string
  readonly tillCode: string | null
  readonly memberId: string | null
  readonly cashier: string | null
  readonly businessDate: string
  readonly times: number
  readonly points: number
  readonly soldFen: number
  readonly returnedFen: number
}

const NOBODY = sql<null>`null`
const NOTHING = sql<number>`0`
const fen = (column: string) => sql<number>`cast(round(coalesce(sum(${sql.ref(column)}), 0) * 100) as signed)`
const times = sql<number>`cast(count(*) as signed)`

/** Looks over all receipts of some business days, whoever told them, one statement a look. */
export const fraudWatch = (db: Db) => {
  const sales = (from: string, to: string) =>
    db
      .selectFrom(salesDocuments(db).as('d'))
      .where('d.businessDate', '>=', from)
      .where('d.businessDate', '<=', to)
      .where('d.status', '=', 'confirmed')

  const ofCards = (from: string, to: string) =>
    sales(from, to).where('d.type', '=', 'sale').where('d.memberId', 'is not', null).where('d.corporate', '=', 0)

  /** Goods that came back, beside the sale that they were of. */
  const returns = (from: string, to: string) =>
    db
      .selectFrom(salesDocuments(db).as('d'))
      .innerJoin(salesDocuments(db).as('s'), 's.docKey', 'd.originalDocKey')
      .where('d.businessDate', '>=', from)
      .where('d.businessDate', '<=', to)
      .where('d.type', '=', 'return')
      .where('d.status', '=', 'confirmed')

  return {
    /** Cards with many receipts in one store and day. */
    manyReceipts: (from: string, to: string, atLeast: number): Promise<Finding[]> =>
      ofCards(from, to)
        .groupBy(['d.storeCode', 'd.memberId', 'd.businessDate'])
        .having(times, '>=', atLeast)
        .select([
          'd.storeCode',
          NOBODY.as('tillCode'),
          'd.memberId',
          NOBODY.as('cashier'),
          'd.businessDate',
          times.as('times'),
          NOTHING.as('points'),
          fen('d.net').as('soldFen'),
          NOTHING.as('returnedFen'),
        ])
        .execute(),

    /** Cards that were credited with many points in one store, returns taken off. */
    manyPoints: (from: string, to: string, atLeast: number): Promise<Finding[]> =>
      sales(from, to)
        .where('d.memberId', 'is not', null)
        .innerJoin(receiptPoints(db).as('p'), 'p.documentId', 'd.documentId')
        .groupBy(['d.storeCode', 'd.memberId'])
        .having(sql<number>`sum(p.points)`, '>=', atLeast)
        .select([
          'd.storeCode',
          NOBODY.as('tillCode'),
          'd.memberId',
          NOBODY.as('cashier'),
          sql<string>`max(d.businessDate)`.as('businessDate'),
          times.as('times'),
          sql<number>`cast(sum(p.points) as signed)`.as('points'),
          fen('d.net').as('soldFen'),
          NOTHING.as('returnedFen'),
        ])
        .execute(),

    /** Cards whose sales came back again and again: at least half of what those sales were. */
    returnLoop: (from: string, to: string, atLeast: number): Promise<Finding[]> =>
      returns(from, to)
        .where('s.memberId', 'is not', null)
        .groupBy(['d.storeCode', 's.memberId'])
        .having(sql<number>`count(distinct s.documentId)`, '>=', atLeast)
        .having(sql<boolean>`-sum(d.net) * 2 >= sum(s.net)`)
        .select([
          'd.storeCode',
          NOBODY.as('tillCode'),
          's.memberId',
          NOBODY.as('cashier'),
          sql<string>`max(d.businessDate)`.as('businessDate'),
          sql<number>`cast(count(distinct s.documentId) as signed)`.as('times'),
          NOTHING.as('points'),
          fen('s.net').as('soldFen'),
          sql<number>`cast(round(-sum(d.net) * 100) as signed)`.as('returnedFen'),
        ])
        .execute(),

    /** The same over several stores, of which none may see enough by itself; told where goods came back last. */
    returnLoopOverStores: (from: string, to: string, atLeast: number): Promise<Finding[]> =>
      returns(from, to)
        .where('s.memberId', 'is not', null)
        .groupBy('s.memberId')
        .having(sql<number>`count(distinct d.storeCode)`, '>', 1)
        .having(sql<number>`count(distinct s.documentId)`, '>=', atLeast)
        .having(sql<boolean>`-sum(d.net) * 2 >= sum(s.net)`)
        .select([
          sql<string>`substring_index(max(concat(d.businessDate, '|', d.storeCode)), '|', -1)`.as('storeCode'),
          NOBODY.as('tillCode'),
          's.memberId',
          NOBODY.as('cashier'),
          sql<string>`max(d.businessDate)`.as('businessDate'),
          sql<number>`cast(count(distinct s.documentId) as signed)`.as('times'),
          NOTHING.as('points'),
          fen('s.net').as('soldFen'),
          sql<number>`cast(round(-sum(d.net) * 100) as signed)`.as('returnedFen'),
        ])
        .execute(),

    /** Returns within minutes of their sale, by till, cashier and day. */
    quickReturns: (from: string, to: string, atLeast: number, minutes: number): Promise<Finding[]> =>
      returns(from, to)
        .whereRef('s.storeCode', '=', 'd.storeCode')
        .whereRef('s.tillCode', '=', 'd.tillCode')
        .where(sql<boolean>`d.businessAt <= s.businessAt + interval ${minutes} minute`)
        .groupBy(['d.storeCode', 'd.tillCode', 'd.cashier', 'd.businessDate'])
        .having(times, '>=', atLeast)
        .select([
          'd.storeCode',
          'd.tillCode',
          NOBODY.as('memberId'),
          'd.cashier',
          'd.businessDate',
          times.as('times'),
          NOTHING.as('points'),
          fen('s.net').as('soldFen'),
          sql<number>`cast(round(-sum(d.net) * 100) as signed)`.as('returnedFen'),
        ])
        .execute(),

    /** Returns that name no sale, or one that nobody knows, by till, cashier and day. */
    returnWithoutSale: (from: string, to: string, atLeast: number): Promise<Finding[]> =>
      sales(from, to)
        .where('d.type', '=', 'return')
        .leftJoin(salesDocuments(db).as('s'), 's.docKey', 'd.originalDocKey')
        .where('s.documentId', 'is', null)
        .groupBy(['d.storeCode', 'd.tillCode', 'd.cashier', 'd.businessDate'])
        .having(times, '>=', atLeast)
        .select([
          'd.storeCode',
          'd.tillCode',
          NOBODY.as('memberId'),
          'd.cashier',
          'd.businessDate',
          times.as('times'),
          NOTHING.as('points'),
          NOTHING.as('soldFen'),
          sql<number>`cast(round(-sum(d.net) * 100) as signed)`.as('returnedFen'),
        ])
        .execute(),

    /** Receipts on cards of the staff, by store and day. */
    staffCard: (from: string, to: string, atLeast: number): Promise<Finding[]> =>
      ofCards(from, to)
        .innerJoin('staff_card as c', 'c.memberId', 'd.memberId')
        .groupBy(['d.storeCode', 'd.memberId', 'd.businessDate'])
        .having(times, '>=', atLeast)
        .select([
          'd.storeCode',
          NOBODY.as('tillCode'),
          'd.memberId',
          NOBODY.as('cashier'),
          'd.businessDate',
          times.as('times'),
          NOTHING.as('points'),
          fen('d.net').as('soldFen'),
          NOTHING.as('returnedFen'),
        ])
        .execute(),
  }
}
