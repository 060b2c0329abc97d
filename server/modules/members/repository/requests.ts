import type { Selectable } from 'kysely'
import type { Db, DB } from '../../../kernel/db.ts'
import { decodeCursor, pageFrom, type Page, type PageQuery } from '../../../kernel/page.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'

/** A request as it is kept. */
export type RequestRecord = Selectable<DB['member_request']>

/** Which requests a list shows. */
export interface RequestFilter {
  readonly state: 'open' | 'done' | 'all'
  readonly kind?: 'export' | 'erasure' | undefined
}

const OPEN = ['waiting', 'ready']

/** What persons asked for. */
export const requestsRepository = (db: Db) => ({
  find: (id: string): Promise<RequestRecord | undefined> =>
    db.selectFrom('member_request').selectAll().where('id', '=', id).executeTakeFirst(),

  /** A page within a scope: open ones by their last day, all others by when they were asked, the newest first. */
  async page(scope: Scope, { state, kind, cursor, limit }: PageQuery & RequestFilter): Promise<Page<RequestRecord>> {
    let rows = db
      .selectFrom('member_request')
      .selectAll()
      .where(scopeWhere(scope, 'member_request.storeCode'))
      .limit(limit + 1)
    if (state !== 'all') rows = rows.where('state', 'in', state === 'open' ? OPEN : ['done'])
    if (kind !== undefined) rows = rows.where('kind', '=', kind)
    const [at, id] = decodeCursor(cursor) ?? []
    if (state === 'open') {
      if (typeof at === 'string' && typeof id === 'string')
        rows = rows.where(eb => eb.or([eb('dueOn', '>', at), eb.and([eb('dueOn', '=', at), eb('id', '>', id)])]))
      return pageFrom(await rows.orderBy('dueOn').orderBy('id').execute(), limit, row => [row.dueOn, row.id])
    }
    if (typeof at === 'number' && typeof id === 'string') {
      const before = new Date(at)
      rows = rows.where(eb =>
        eb.or([eb('requestedAt', '<', before), eb.and([eb('requestedAt', '=', before), eb('id', '<', id)])]),
      )
    }
    return pageFrom(await rows.orderBy('requestedAt', 'desc').orderBy('id', 'desc').execute(), limit, row => [
      row.requestedAt.getTime(),
      row.id,
    ])
  },
})
