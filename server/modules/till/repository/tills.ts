import type { Insertable, Selectable } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'
import { affected } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'

export type TillRecord = Selectable<DB['till']>

/** The tills that may call. */
export const tillsRepository = (db: Db) => ({
  find: (id: string): Promise<TillRecord | undefined> =>
    db.selectFrom('till').selectAll().where('id', '=', id).executeTakeFirst(),

  list: (scope: Scope): Promise<TillRecord[]> =>
    db
      .selectFrom('till')
      .selectAll()
      .where(scopeWhere(scope, 'till.storeCode'))
      .orderBy('storeCode')
      .orderBy('tillCode')
      .limit(2_000)
      .execute(),

  insert: (till: Insertable<DB['till']>) => db.insertInto('till').values(till).execute(),

  change: async (id: string, change: { keySealed: string } | { state: 'revoked' }): Promise<boolean> =>
    affected(
      await db
        .updateTable('till')
        .set(change)
        .where('id', '=', id)
        .where('state', '=', 'active')
        .executeTakeFirstOrThrow(),
    ) === 1,

  /** Notes that it was heard of; at most one write a minute. */
  seen: (id: string, at: Date) =>
    db
      .updateTable('till')
      .set({ lastSeenAt: at })
      .where('id', '=', id)
      .where(eb => eb.or([eb('lastSeenAt', 'is', null), eb('lastSeenAt', '<', new Date(at.getTime() - 60_000))]))
      .execute(),
})
