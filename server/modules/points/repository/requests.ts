import { sql, type Insertable, type Selectable } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'

export type RequestRecord = Selectable<DB['points_request']>

/** Adjustments that wait, or waited, for a second pair of eyes. */
export const requestsRepository = (db: Db) => ({
  add: (row: Insertable<DB['points_request']>) => db.insertInto('points_request').values(row).execute(),

  find: (id: string): Promise<RequestRecord | undefined> =>
    db.selectFrom('points_request').selectAll().where('id', '=', id).executeTakeFirst(),

  byKey: (key: string): Promise<RequestRecord | undefined> =>
    db.selectFrom('points_request').selectAll().where('key', '=', key).executeTakeFirst(),

  /** Decides once: of two deciders at once, one finds nothing waiting any more. */
  decide: (id: string, decision: Pick<RequestRecord, 'state' | 'decidedBy' | 'decidedAt' | 'decision'>) =>
    db
      .updateTable('points_request')
      .set(decision)
      .where('id', '=', id)
      .where('state', '=', 'waiting')
      .executeTakeFirstOrThrow(),

  list: (
    scope: Scope,
    state: string | undefined,
    before: { at: Date; id: string } | null,
    limit: number,
  ): Promise<RequestRecord[]> => {
    const rows = db
      .selectFrom('points_request')
      .selectAll()
      .where(scopeWhere(scope, 'points_request.storeCode'))
      .orderBy('requestedAt', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
    const ofState = state === undefined ? rows : rows.where('state', '=', state)
    return (
      before === null
        ? ofState
        : ofState.where(eb =>
            eb.or([
              eb('requestedAt', '<', before.at),
              eb.and([eb('requestedAt', '=', before.at), eb('id', '<', before.id)]),
            ]),
          )
    ).execute()
  },

  /** How much one person has moved for a member since a moment, up and down together, entries and requests. */
  adjustedSince: async (staffId: string, memberId: string, since: Date): Promise<number> => {
    const { rows } = await sql<{ points: string | null }>`
      select sum(points) as points from (
        select abs(amount) as points from points_entry
        where memberId = ${memberId} and reason in ('adjustment', 'writeOff') and staffId = ${staffId} and at >= ${since}
        union all
        select abs(amount) from points_request
        where memberId = ${memberId} and requestedBy = ${staffId} and state = 'waiting' and requestedAt >= ${since}
      ) moved`.execute(db)
    return Number(rows[0]?.points ?? 0)
  },
})
