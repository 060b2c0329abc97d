import { sql, type Insertable } from 'kysely'
import { affected, type DB, type Db, type Tx } from '../../../kernel/db.ts'
import { insertRows } from '../../../kernel/db/bulk.ts'

export type MassRow = Insertable<DB['wechat_mass']>

/** Writes a mass message that is to be sent; a key that is known stays what it is. Returns the id under the key. */
export async function insertMass(tx: Tx, row: MassRow): Promise<string> {
  await tx
    .insertInto('wechat_mass')
    .values(row)
    .onDuplicateKeyUpdate({ id: sql`id` })
    .execute()
  return (await massByKey(tx, row.massKey))?.id ?? ''
}

export const massByKey = (db: Db, massKey: string) =>
  db.selectFrom('wechat_mass').select('id').where('massKey', '=', massKey).executeTakeFirst()

export const insertMassPeople = (tx: Tx, massId: string, openids: readonly string[]): Promise<void> =>
  insertRows(
    tx,
    'wechat_mass_person',
    ['massId', 'openid'],
    openids.map(openid => [massId, openid]),
  )

export const massPeople = async (db: Db, massId: string): Promise<string[]> =>
  (
    await db.selectFrom('wechat_mass_person').select('openid').where('massId', '=', massId).orderBy('openid').execute()
  ).map(row => row.openid)

export const massById = (db: Db, id: string) =>
  db.selectFrom('wechat_mass').selectAll().where('id', '=', id).executeTakeFirst()
export type Mass = NonNullable<Awaited<ReturnType<typeof massById>>>

/** Takes one due mass message for one sender; undefined when none is due. */
export async function claimMass(db: Db, token: string, now: Date): Promise<Mass | undefined> {
  const result = await db
    .updateTable('wechat_mass')
    .set({
      state: 'sending',
      claimToken: token,
      claimedAt: now,
      firstSentAt: sql`coalesce(firstSentAt, ${now})`,
      attempts: sql`attempts + 1`,
    })
    .where('state', '=', 'planned')
    .where('notBefore', '<=', now)
    .orderBy('notBefore')
    .limit(1)
    .executeTakeFirstOrThrow()
  if (affected(result) === 0) return undefined
  return db
    .selectFrom('wechat_mass')
    .selectAll()
    .where('claimToken', '=', token)
    .where('state', '=', 'sending')
    .executeTakeFirst()
}

/** Moves a mass message from one of the states; false when it is no longer in one. */
export async function moveMass(
  tx: Db,
  id: string,
  from: readonly string[],
  change: Partial<Omit<MassRow, 'id'>>,
): Promise<boolean> {
  const result = await tx
    .updateTable('wechat_mass')
    .set(change)
    .where('id', '=', id)
    .where('state', 'in', from)
    .executeTakeFirstOrThrow()
  return affected(result) > 0
}

export const massByPlatformId = (db: Db, appId: string, platformId: string) =>
  db
    .selectFrom('wechat_mass')
    .selectAll()
    .where('appId', '=', appId)
    .where('platformId', '=', platformId)
    .executeTakeFirst()

/** Mass messages that WeChat has and whose end was not reported, and those a fallen sender has left. */
export const openMasses = (db: Db, before: Date) =>
  db
    .selectFrom('wechat_mass')
    .selectAll()
    .where('state', 'in', ['submitted', 'sending'])
    .where('claimedAt', '<', before)
    .limit(50)
    .execute()

/** The mass messages, newest first, with a word in their title or of a state. */
export function massPage(
  db: Db,
  { before, search, state }: { before: string | null; search: string | undefined; state: string | undefined },
  limit: number,
) {
  let query = db.selectFrom('wechat_mass').selectAll()
  if (search !== undefined && search !== '')
    query = query.where(eb => eb.fn<number>('locate', [eb.val(search), 'title']), '>', 0)
  if (state !== undefined) query = query.where('state', '=', state)
  if (before !== null) query = query.where('id', '<', before)
  return query.orderBy('id', 'desc').limit(limit).execute()
}
