import { CompiledQuery } from 'kysely'
import type { Db, Tx } from '../../../kernel/db.ts'

/** A push as it is stored; what is decided later has its defaults. */
export interface InboundRow {
  readonly id: string
  readonly dedupeKey: string
  readonly appId: string
  readonly openid: string
  readonly kind: string
  readonly event: string
  readonly sentAt: Date
  readonly receivedAt: Date
  readonly payloadJson: string
  readonly replyJson: string | null
}

const COLUMNS = [
  'id',
  'dedupeKey',
  'appId',
  'openid',
  'kind',
  'event',
  'sentAt',
  'receivedAt',
  'payloadJson',
  'replyJson',
] as const satisfies readonly (keyof InboundRow)[]

// Past the query compiler: a row costs microseconds here. The driver fills in `?` as a list of rows.
const STORE = `insert into wechat_inbound (${COLUMNS.join(', ')}) values ? on duplicate key update deliveries = deliveries + 1`

/**
 * Stores pushes in one statement; one that is there already stays as it is, but for being counted. Returns how many of
 * the rows were there already.
 */
export async function storeInbound(db: Db, rows: readonly InboundRow[]): Promise<number> {
  const values = rows.map(row => COLUMNS.map(column => row[column]))
  try {
    const { numAffectedRows } = await db.executeQuery(CompiledQuery.raw(STORE, [values]))
    // A new row counts one, a row that was there two.
    return Number(numAffectedRows ?? 0n) - rows.length
  } catch (error) {
    // The driver puts the whole statement into its error: what people wrote would go to the log.
    if (error instanceof Error && 'sql' in error) error.sql = STORE
    throw error
  }
}

/** What is stored under the keys of pushes. */
export const storedUnder = (db: Db, dedupeKeys: readonly string[]) =>
  db
    .selectFrom('wechat_inbound')
    .select(['id', 'dedupeKey', 'receivedAt', 'replyJson'])
    .where('dedupeKey', 'in', dedupeKeys)
    .execute()

/** The oldest pushes that nobody has worked and that do not wait for something. */
export const pendingInbound = (db: Db, limit: number, now: Date) =>
  db
    .selectFrom('wechat_inbound')
    .select('id')
    .where('workedAt', 'is', null)
    .where(or => or.or([or('heldUntil', 'is', null), or('heldUntil', '<=', now)]))
    .orderBy('id')
    .limit(limit)
    .execute()

/** Locks those of the pushes that are still to be worked. */
export const lockInbound = (tx: Tx, ids: readonly string[]) =>
  tx
    .selectFrom('wechat_inbound')
    .select(['id', 'appId', 'openid', 'kind', 'event', 'sentAt', 'receivedAt', 'payloadJson', 'replyJson'])
    .where('id', 'in', ids)
    .where('workedAt', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute()
export type PendingInbound = Awaited<ReturnType<typeof lockInbound>>[number]

export const markWorked = (tx: Tx, ids: readonly string[], now: Date) =>
  tx.updateTable('wechat_inbound').set({ workedAt: now }).where('id', 'in', ids).execute()

/** Lets pushes wait, so that those behind them are not held up. */
export const holdInbound = (tx: Tx, ids: readonly string[], until: Date) =>
  tx.updateTable('wechat_inbound').set({ heldUntil: until }).where('id', 'in', ids).execute()

/** Deletes worked pushes older than an instant, a bounded number at a time. */
export const purgeInbound = (db: Db, before: Date) =>
  db.deleteFrom('wechat_inbound').where('workedAt', '<', before).orderBy('workedAt').limit(5_000).execute()
