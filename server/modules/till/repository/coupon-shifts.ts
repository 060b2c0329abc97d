import { sql } from 'kysely'
import type { Db } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import { couponUsesByReceipt } from '../../coupons/index.ts'

/** A part of a receipt's key, store|till|date|number; null of another's (WeChat Pay's own). */
const partOfKey = (nth: 2 | 3) =>
  sql<
    string | null
  >`case when u.docKey like '%|%|%|%' then substring_index(substring_index(u.docKey, '|', ${sql.lit(nth)}), '|', -1) end`

/** Uses of a template by the shift that has their receipts. */
export const couponShiftsRepository = (db: Db) => ({
  of: (
    scope: Scope,
    which: {
      readonly templateId: string
      readonly storeCode?: string | undefined
      readonly from: Date
      readonly to: Date
    },
    limit: number,
  ) => {
    let rows = db
      .selectFrom(couponUsesByReceipt(db).as('u'))
      .leftJoin('till_entry as e', 'e.docKey', 'u.docKey')
      .leftJoin('till_shift as s', 's.id', 'e.shiftId')
      .where(scopeWhere(scope, 'u.storeCode'))
      .where('u.templateId', '=', which.templateId)
      .where('u.redeemedAt', '>=', which.from)
      .where('u.redeemedAt', '<', which.to)
    if (which.storeCode !== undefined) rows = rows.where('u.storeCode', '=', which.storeCode)
    return rows
      .select([
        'u.storeCode',
        partOfKey(2).as('till'),
        partOfKey(3).as('day'),
        's.id as shiftId',
        's.shiftNo',
        's.state',
        's.balanced',
        's.differencesJson',
        sql<number>`cast(sum(u.isReturned = 0) as signed)`.as('uses'),
        sql<number>`cast(sum(if(u.isReturned = 0, u.fen, 0)) as signed)`.as('fen'),
        sql<number>`cast(sum(u.isReturned) as signed)`.as('returned'),
      ])
      .groupBy(['u.storeCode', 'till', 'day', 's.id', 's.shiftNo', 's.state', 's.balanced', 's.differencesJson'])
      .orderBy('day', 'desc')
      .orderBy('u.storeCode')
      .orderBy('till')
      .orderBy('s.id', 'desc')
      .limit(limit)
      .execute()
  },
})
