import { sql } from 'kysely'
import type { Insertable } from 'kysely'
import type { DB, Tx } from '../../../kernel/db.ts'
import { chunks } from '../../../kernel/db.ts'
import type { Held } from './rights/reservations.ts'

export type MessageRow = Insertable<DB['wechat_message']>

/** Writes messages that are to be sent; a key that is known stays what it is. */
export async function insertMessages(tx: Tx, rows: readonly MessageRow[]): Promise<void> {
  for (const run of chunks(rows, 500)) {
    await tx
      .insertInto('wechat_message')
      .values(run)
      .onDuplicateKeyUpdate({ id: sql`id` })
      .execute()
  }
}

/** Which of the ids were really written: those of messages whose key was known before were not. */
export async function writtenIds(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const written = new Set<string>()
  for (const run of chunks(ids, 500)) {
    const rows = await tx.selectFrom('wechat_message').select('id').where('id', 'in', run).execute()
    for (const { id } of rows) written.add(id)
  }
  return written
}

/** Writes down which right messages hold. */
export async function noteRights(tx: Tx, held: ReadonlyMap<string, Held>): Promise<void> {
  const groups = Map.groupBy(held, ([, { kind, until }]) => `${kind} ${until?.getTime() ?? ''}`)
  for (const group of groups.values()) {
    const [first] = group
    if (first === undefined) continue
    const [, { kind, until }] = first
    await tx
      .updateTable('wechat_message')
      .set({ rightKind: kind, rightUntil: until })
      .where(
        'id',
        'in',
        group.map(([id]) => id),
      )
      .execute()
  }
}

/** Ends planned messages for which the person has no right left. */
export const refuseMessages = (tx: Tx, ids: readonly string[], reason: string, now: Date) =>
  tx
    .updateTable('wechat_message')
    .set({ state: 'refused', reason, settledAt: now, rightKind: '', rightUntil: null })
    .where('id', 'in', ids)
    .execute()

/** Takes back messages that were written a moment ago in the same transaction. */
export const dropMessages = (tx: Tx, ids: readonly string[]) =>
  tx.deleteFrom('wechat_message').where('id', 'in', ids).execute()
