import { sql } from 'kysely'
import type { Insertable } from 'kysely'
import type { DB, Db, Tx } from '../../../kernel/db.ts'

export type InboundRow = Insertable<DB['wechat_inbound']>

/** Stores pushes in one statement; one that is there already stays as it is. */
export const storeInbound = (db: Db, rows: readonly InboundRow[]) =>
  db
    .insertInto('wechat_inbound')
    .values([...rows])
    .onDuplicateKeyUpdate({ id: sql`id` })
    .execute()

/** The oldest pushes that nobody has worked. */
export const pendingInbound = (db: Db, limit: number) =>
  db.selectFrom('wechat_inbound').select('id').where('workedAt', 'is', null).orderBy('id').limit(limit).execute()

/** Locks those of the pushes that are still to be worked. */
export const lockInbound = (tx: Tx, ids: readonly string[]) =>
  tx
    .selectFrom('wechat_inbound')
    .select(['id', 'appId', 'openid', 'kind', 'event', 'sentAt', 'receivedAt', 'payloadJson'])
    .where('id', 'in', ids)
    .where('workedAt', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute()
export type PendingInbound = Awaited<ReturnType<typeof lockInbound>>[number]

export const markWorked = (tx: Tx, ids: readonly string[], now: Date) =>
  tx.updateTable('wechat_inbound').set({ workedAt: now }).where('id', 'in', ids).execute()

/** Deletes worked pushes older than an instant, a bounded number at a time. */
export const purgeInbound = (db: Db, before: Date) =>
  db.deleteFrom('wechat_inbound').where('workedAt', '<', before).orderBy('workedAt').limit(5_000).execute()

export const lastInboundAt = async (db: Db, appId: string): Promise<Date | null> =>
  (
    await db
      .selectFrom('wechat_inbound')
      .select('receivedAt')
      .where('appId', '=', appId)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
  )?.receivedAt ?? null
