import { sql, type Insertable, type Selectable } from 'kysely'
import type { DB, Db, Tx } from '../../../kernel/db.ts'
import { affected } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import { receiptPoints } from '../../points/index.ts'
import type { ShiftQuery } from '../contract/shift.ts'

export type ShiftRecord = Selectable<DB['till_shift']>

/** A receipt of a shift with what the ledgers say of it. */
export interface ShiftReceiptRow {
  readonly docKey: string
  readonly businessDate: string
  readonly kind: string
  readonly at: Date
  readonly net: number
  readonly withheld: string | null
  readonly coupons: number
  readonly couponFen: number
  readonly points: number
  readonly pointsUsed: number
  readonly pointsFen: number
  readonly lossFen: number
}

/** Shifts, and which receipt lies in which. */
export const shiftsRepository = (db: Db) => ({
  /** The open shift of a till, held (shared) until the caller's transaction ends: it cannot be closed meanwhile. */
  openForReceipt: (openKey: string) =>
    db
      .selectFrom('till_shift')
      .select('id')
      .where('openKey', '=', openKey)
      // MariaDB does not know FOR SHARE.
      .modifyEnd(sql`lock in share mode`)
      .executeTakeFirst(),

  /** Opens a shift where there is none; a rival's stays. */
  open: (shift: Insertable<DB['till_shift']>) =>
    db
      .insertInto('till_shift')
      .values(shift)
      .onDuplicateKeyUpdate(eb => ({ openKey: eb.ref('till_shift.openKey') }))
      .execute(),

  openOf: (openKey: string): Promise<ShiftRecord | undefined> =>
    db.selectFrom('till_shift').selectAll().where('openKey', '=', openKey).executeTakeFirst(),
  closedAs: (closeKey: string): Promise<ShiftRecord | undefined> =>
    db.selectFrom('till_shift').selectAll().where('closeKey', '=', closeKey).executeTakeFirst(),
  find: (id: string): Promise<ShiftRecord | undefined> =>
    db.selectFrom('till_shift').selectAll().where('id', '=', id).executeTakeFirst(),

  /** Ends a shift; false when somebody else has. From here on receipts go into the next one. */
  end: async (
    id: string,
    change: Pick<ShiftRecord, 'closeKey' | 'closedAt' | 'businessDate' | 'shiftNo' | 'cashier'>,
  ): Promise<boolean> =>
    affected(
      await db
        .updateTable('till_shift')
        .set({ ...change, state: 'closed', openKey: null })
        .where('id', '=', id)
        .where('state', '=', 'open')
        .executeTakeFirstOrThrow(),
    ) === 1,

  settle: (id: string, change: Pick<ShiftRecord, 'slipJson' | 'totalsJson' | 'differencesJson' | 'balanced'>) =>
    db.updateTable('till_shift').set(change).where('id', '=', id).execute(),

  enter: (entry: Insertable<DB['till_entry']>) => db.insertInto('till_entry').values(entry).execute(),
  /** The return of a redemption by hand, or of whatever else did not come about. */
  leave: (docKey: string, kind: string) =>
    db.deleteFrom('till_entry').where('docKey', '=', docKey).where('kind', '=', kind).execute(),
  entry: (docKey: string) => db.selectFrom('till_entry').selectAll().where('docKey', '=', docKey).executeTakeFirst(),

  /** The receipts of a shift by our ledgers: coupons and points that were used, points credited, what was lost. */
  receipts: (shiftId: string): Promise<ShiftReceiptRow[]> =>
    db
      .selectFrom('till_entry as e')
      .leftJoin('till_sale as s', 's.docKey', 'e.docKey')
      .leftJoin(receiptPoints(db).as('p'), 'p.documentId', 'e.documentId')
      .leftJoin('till_sale_points as u', 'u.docKey', 'e.docKey')
      .leftJoin(
        eb =>
          eb
            .selectFrom('till_sale_coupon as sc')
            .innerJoin('till_entry as e1', 'e1.docKey', 'sc.docKey')
            .where('e1.shiftId', '=', shiftId)
            .groupBy('sc.docKey')
            .select(({ fn }) => ['sc.docKey', fn.countAll<number>().as('coupons')])
            .as('c'),
        join => join.onRef('c.docKey', '=', 'e.docKey'),
      )
      .leftJoin(
        eb =>
          eb
            .selectFrom('desk_redemption')
            .where('shiftId', '=', shiftId)
            .where('state', '=', 'redeemed')
            // Those of a whole sale stand with the sale.
            .where('kind', '=', 'coupon')
            .groupBy('docKey')
            .select(({ fn }) => ['docKey', fn.countAll<number>().as('coupons'), fn.sum<string>('discount').as('fen')])
            .as('d'),
        join => join.onRef('d.docKey', '=', 'e.docKey'),
      )
      .leftJoin(
        eb =>
          eb
            .selectFrom('till_loss as tl')
            .innerJoin('till_entry as e2', 'e2.docKey', 'tl.docKey')
            .where('e2.shiftId', '=', shiftId)
            .groupBy('tl.docKey')
            .select(({ fn }) => ['tl.docKey', fn.sum<string>('tl.amount').as('fen')])
            .as('l'),
        join => join.onRef('l.docKey', '=', 'e.docKey'),
      )
      .where('e.shiftId', '=', shiftId)
      .select([
        'e.docKey',
        'e.businessDate',
        'e.kind',
        'e.at',
        'e.net',
        'e.withheld',
        sql<number>`cast(coalesce(c.coupons, 0) + coalesce(d.coupons, 0) as signed)`.as('coupons'),
        sql<number>`cast(coalesce(s.discount, 0) + coalesce(d.fen, 0) as signed)`.as('couponFen'),
        sql<number>`cast(coalesce(p.points, 0) as signed)`.as('points'),
        sql<number>`cast(coalesce(u.points, 0) as signed)`.as('pointsUsed'),
        sql<number>`cast(coalesce(u.fen, 0) as signed)`.as('pointsFen'),
        sql<number>`cast(coalesce(l.fen, 0) as signed)`.as('lossFen'),
      ])
      .orderBy('e.at')
      .orderBy('e.docKey')
      .execute(),

  page: (scope: Scope, query: Omit<ShiftQuery, 'cursor' | 'limit'>, before: string | null, limit: number) => {
    let rows = db
      .selectFrom('till_shift')
      .selectAll()
      .where(scopeWhere(scope, 'till_shift.storeCode'))
      .orderBy('id', 'desc')
      .limit(limit)
    if (before !== null) rows = rows.where('id', '<', before)
    if (query.storeCode !== undefined) rows = rows.where('storeCode', '=', query.storeCode)
    if (query.state !== undefined) rows = rows.where('state', '=', query.state)
    if (query.balanced !== undefined) rows = rows.where('balanced', '=', query.balanced === 'yes' ? 1 : 0)
    if (query.from !== undefined) rows = rows.where('businessDate', '>=', query.from)
    if (query.to !== undefined) rows = rows.where('businessDate', '<=', query.to)
    return rows.execute()
  },
})

/** The open shift of a till for a receipt of now, opened where there is none. */
export async function shiftForReceipt(
  tx: Tx,
  till: { readonly storeCode: string; readonly tillCode: string },
  fresh: { readonly id: string; readonly at: Date },
): Promise<string> {
  const shifts = shiftsRepository(tx)
  const openKey = `${till.storeCode}|${till.tillCode}`
  const known = await shifts.openForReceipt(openKey)
  if (known !== undefined) return known.id
  await shifts.open({
    id: fresh.id,
    storeCode: till.storeCode,
    tillCode: till.tillCode,
    openKey,
    state: 'open',
    openedAt: fresh.at,
  })
  return (await shifts.openForReceipt(openKey))?.id ?? fresh.id
}
