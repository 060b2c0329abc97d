import type { Insertable, Selectable, Updateable } from 'kysely'
import { affected, type DB, type Db, type Tx } from '../../../kernel/db.ts'
import type { Scope } from '../../../kernel/scope.ts'

export type Campaign = Selectable<DB['campaign']>

/** The states in which a campaign has work to do by itself. */
export const AT_WORK = ['scheduled', 'issuing', 'sending'] as const

/** The campaigns that a scope may see: everything, or those that are limited to stores which all lie within it. */
function within(db: Db, scope: Scope) {
  const query = db.selectFrom('campaign')
  if (scope.kind === 'all') return query
  return query.where('wholeChain', '=', 0).where(eb =>
    eb.not(
      eb.exists(
        eb
          .selectFrom('campaign_store')
          .select('storeCode')
          .whereRef('campaignId', '=', 'campaign.id')
          .where(eb => (scope.stores.length === 0 ? eb.lit(true) : eb('storeCode', 'not in', scope.stores))),
      ),
    ),
  )
}

export async function campaignPage(
  db: Db,
  scope: Scope,
  filter: { q?: string | undefined; state?: string | undefined },
  after: { at: Date; id: string } | null,
  limit: number,
): Promise<Campaign[]> {
  let query = within(db, scope).selectAll()
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.q !== undefined && filter.q !== '') {
    const like = `%${filter.q.toLowerCase().replaceAll(/[%_\\]/g, sign => `\\${sign}`)}%`
    query = query.where(eb => eb(eb.fn<string>('lower', ['name']), 'like', like))
  }
  if (after !== null)
    query = query.where(eb =>
      eb.or([eb('changedAt', '<', after.at), eb.and([eb('changedAt', '=', after.at), eb('id', '<', after.id)])]),
    )
  return query.orderBy('changedAt', 'desc').orderBy('id', 'desc').limit(limit).execute()
}

export const campaignById = (db: Db, scope: Scope, id: string) =>
  within(db, scope).selectAll().where('id', '=', id).executeTakeFirst()

export async function storesOf(db: Db, campaignId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('campaign_store')
    .select('storeCode')
    .where('campaignId', '=', campaignId)
    .orderBy('storeCode')
    .execute()
  return rows.map(row => row.storeCode)
}

export async function insertCampaign(
  tx: Tx,
  campaign: Insertable<DB['campaign']>,
  stores: readonly string[],
): Promise<void> {
  await tx.insertInto('campaign').values(campaign).execute()
  if (stores.length === 0) return
  await tx
    .insertInto('campaign_store')
    .values(stores.map(storeCode => ({ campaignId: campaign.id, storeCode })))
    .execute()
}

/** Changes a campaign that is in one of the states; false when it no longer is. */
export async function moveCampaign(
  tx: Db,
  id: string,
  from: readonly string[],
  change: Updateable<DB['campaign']>,
): Promise<boolean> {
  const result = await tx
    .updateTable('campaign')
    .set(change)
    .where('id', '=', id)
    .where('state', 'in', from)
    .executeTakeFirstOrThrow()
  return affected(result) > 0
}

export async function deleteDraft(tx: Tx, id: string): Promise<boolean> {
  const result = await tx
    .deleteFrom('campaign')
    .where('id', '=', id)
    .where('state', '=', 'draft')
    .executeTakeFirstOrThrow()
  if (affected(result) === 0) return false
  await tx.deleteFrom('campaign_store').where('campaignId', '=', id).execute()
  return true
}

/**
 * The sign of life of the worker of a campaign, and its permission to go on: false when the campaign was paused, stopped
 * or taken over. In a transaction it also holds off whoever wants to pause or stop until the piece is written.
 */
export async function beat(tx: Db, id: string, chain: string, state: string, now: Date): Promise<boolean> {
  // The row counts as touched even when the second has not changed since the last beat.
  const result = await tx
    .updateTable('campaign')
    .set({ beatAt: now })
    .where('id', '=', id)
    .where('chain', '=', chain)
    .where('state', '=', state)
    .executeTakeFirstOrThrow()
  return affected(result) > 0
}

/** Campaigns whose time has come, or whose worker gives no sign any more. */
export const abandoned = (db: Db, before: Date, now: Date): Promise<Campaign[]> =>
  db
    .selectFrom('campaign')
    .selectAll()
    .where('state', 'in', AT_WORK)
    .where(eb => eb.or([eb('startAt', 'is', null), eb('startAt', '<=', now)]))
    .where(eb => eb.or([eb('beatAt', 'is', null), eb('beatAt', '<', before)]))
    .limit(50)
    .execute()

/** Puts a new worker on a campaign; false when another was put on it first. */
export async function takeOver(
  db: Db,
  campaign: Pick<Campaign, 'id' | 'chain' | 'state'>,
  chain: string,
  now: Date,
): Promise<boolean> {
  const result = await db
    .updateTable('campaign')
    .set({ chain, beatAt: now })
    .where('id', '=', campaign.id)
    .where('state', '=', campaign.state)
    .where(eb => (campaign.chain === null ? eb('chain', 'is', null) : eb('chain', '=', campaign.chain)))
    .executeTakeFirstOrThrow()
  return affected(result) > 0
}
