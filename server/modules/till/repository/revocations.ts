import type { Insertable, Selectable } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'

type RevocationRecord = Selectable<DB['till_revocation']>

/** What was made void. */
export const revocationsRepository = (db: Db) => ({
  add: (revocation: Insertable<DB['till_revocation']>) => db.insertInto('till_revocation').values(revocation).execute(),

  page(scope: Scope, kind: string | undefined, before: string | null, limit: number): Promise<RevocationRecord[]> {
    let rows = db.selectFrom('till_revocation').selectAll().where(scopeWhere(scope, 'till_revocation.storeCode'))
    if (kind !== undefined) rows = rows.where('kind', '=', kind)
    if (before !== null) rows = rows.where('id', '<', before)
    return rows.orderBy('id', 'desc').limit(limit).execute()
  },
})
