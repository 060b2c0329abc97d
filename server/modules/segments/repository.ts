import type { Insertable, Selectable, Updateable } from 'kysely'
import { affected, type DB, type Db, type Tx } from '../../kernel/db.ts'
import type { Scope } from '../../kernel/scope.ts'

export type Segment = Selectable<DB['segment']>

/** The segments that a scope may see: everything, or those that are limited to stores which all lie within it. */
function within(db: Db, scope: Scope) {
  const query = db.selectFrom('segment')
  if (scope.kind === 'all') return query
  return query.where('wholeChain', '=', 0).where(eb =>
    eb.not(
      eb.exists(
        eb
          .selectFrom('segment_store')
          .select('storeCode')
          .whereRef('segmentId', '=', 'segment.id')
          .where(eb => (scope.stores.length === 0 ? eb.lit(true) : eb('storeCode', 'not in', scope.stores))),
      ),
    ),
  )
}

export async function segmentPage(
  db: Db,
  scope: Scope,
  q: string | undefined,
  after: { at: Date; id: string } | null,
  limit: number,
): Promise<Segment[]> {
  let query = within(db, scope).selectAll()
  if (q !== undefined && q !== '') {
    query = query.where(eb =>
      eb(eb.fn<string>('lower', ['name']), 'like', `%${q.toLowerCase().replaceAll(/[%_\\]/g, sign => `\\${sign}`)}%`),
    )
  }
  if (after !== null)
    query = query.where(eb =>
      eb.or([eb('changedAt', '<', after.at), eb.and([eb('changedAt', '=', after.at), eb('id', '<', after.id)])]),
    )
  return query.orderBy('changedAt', 'desc').orderBy('id', 'desc').limit(limit).execute()
}

export const segmentById = (db: Db, scope: Scope, id: string) =>
  within(db, scope).selectAll().where('id', '=', id).executeTakeFirst()

export async function storesOf(db: Db, segmentIds: readonly string[]): Promise<Map<string, string[]>> {
  if (segmentIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('segment_store')
    .selectAll()
    .where('segmentId', 'in', segmentIds)
    .orderBy('storeCode')
    .execute()
  return new Map(
    [...Map.groupBy(rows, row => row.segmentId)].map(([id, group]) => [id, group.map(row => row.storeCode)]),
  )
}

export async function insertSegment(
  tx: Tx,
  segment: Insertable<DB['segment']>,
  stores: readonly string[],
): Promise<void> {
  await tx.insertInto('segment').values(segment).execute()
  if (stores.length > 0) {
    await tx
      .insertInto('segment_store')
      .values(stores.map(storeCode => ({ segmentId: segment.id, storeCode })))
      .execute()
  }
}

export const updateSegment = (tx: Db, id: string, change: Updateable<DB['segment']>) =>
  tx.updateTable('segment').set(change).where('id', '=', id).execute()

export async function deleteSegment(tx: Tx, id: string): Promise<boolean> {
  await tx.deleteFrom('segment_store').where('segmentId', '=', id).execute()
  return affected(await tx.deleteFrom('segment').where('id', '=', id).executeTakeFirstOrThrow()) > 0
}
