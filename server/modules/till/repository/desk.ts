import type { Insertable, Selectable } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'
import { affected } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'

export type RedemptionRecord = Selectable<DB['desk_redemption']>

/** Coupons that staff redeemed on a phone. */
export const deskRepository = (db: Db) => ({
  byKey: (requestKey: string): Promise<RedemptionRecord | undefined> =>
    db.selectFrom('desk_redemption').selectAll().where('requestKey', '=', requestKey).executeTakeFirst(),
  find: (id: string): Promise<RedemptionRecord | undefined> =>
    db.selectFrom('desk_redemption').selectAll().where('id', '=', id).executeTakeFirst(),
  insert: (redemption: Insertable<DB['desk_redemption']>) =>
    db.insertInto('desk_redemption').values(redemption).execute(),

  /** Redeemed ones of a receipt. */
  ofReceipt: (docKey: string): Promise<RedemptionRecord[]> =>
    db.selectFrom('desk_redemption').selectAll().where('docKey', '=', docKey).where('state', '=', 'redeemed').execute(),

  undo: async (id: string, by: string, at: Date): Promise<boolean> =>
    affected(
      await db
        .updateTable('desk_redemption')
        .set({ state: 'undone', undoneAt: at, undoneBy: by })
        .where('id', '=', id)
        .where('state', '=', 'redeemed')
        .executeTakeFirstOrThrow(),
    ) === 1,

  page: (scope: Scope, storeCode: string | undefined, before: string | null, limit: number) => {
    let rows = db
      .selectFrom('desk_redemption')
      .selectAll()
      .where(scopeWhere(scope, 'desk_redemption.storeCode'))
      .orderBy('id', 'desc')
      .limit(limit)
    if (storeCode !== undefined) rows = rows.where('storeCode', '=', storeCode)
    if (before !== null) rows = rows.where('id', '<', before)
    return rows.execute()
  },
})
