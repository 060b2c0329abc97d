import { sql, type Insertable, type Selectable } from 'kysely'
import { affected, type DB, type Db, type Tx } from '../../../kernel/db.ts'

type Photo = Selectable<DB['ticket_photo']>
type Owner = Pick<Photo, 'appId' | 'openid'>

export const insertPhoto = (db: Db, photo: Insertable<DB['ticket_photo']>) =>
  db.insertInto('ticket_photo').values(photo).execute()

/** How many photos a person has uploaded since a moment, with or without a message. */
export async function countPhotos(db: Db, { appId, openid }: Owner, since: Date): Promise<number> {
  const row = await db
    .selectFrom('ticket_photo')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .where('appId', '=', appId)
    .where('openid', '=', openid)
    .where('createdAt', '>=', since)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** Gives a photo of this person to a message; false when it is not theirs or another message has it. */
export async function attachPhoto(
  tx: Tx,
  { appId, openid }: Owner,
  photoId: string,
  to: { ticketId: string; messageId: string },
): Promise<boolean> {
  const result = await tx
    .updateTable('ticket_photo')
    .set(to)
    .where('id', '=', photoId)
    .where('appId', '=', appId)
    .where('openid', '=', openid)
    .where('messageId', 'is', null)
    .executeTakeFirstOrThrow()
  return affected(result) > 0
}

export const photoOf = (db: Db, ticketId: string, photoId: string): Promise<Photo | undefined> =>
  db
    .selectFrom('ticket_photo')
    .selectAll()
    .where('id', '=', photoId)
    .where('ticketId', '=', ticketId)
    .executeTakeFirst()

/** Ids of a ticket's photos by message, in the order in which they were taken in. */
export async function photosByMessage(db: Db, ticketId: string): Promise<Map<string, string[]>> {
  const rows = await db
    .selectFrom('ticket_photo')
    .select(['id', 'messageId'])
    .where('ticketId', '=', ticketId)
    .orderBy('id')
    .execute()
  const found = new Map<string, string[]>()
  for (const { id, messageId } of rows)
    if (messageId !== null) found.set(messageId, [...(found.get(messageId) ?? []), id])
  return found
}

/** The photos in the tickets of a member. */
export const photosOfMember = (db: Db, memberId: string): Promise<Photo[]> =>
  db
    .selectFrom('ticket_photo')
    .selectAll('ticket_photo')
    .innerJoin('ticket', 'ticket.id', 'ticket_photo.ticketId')
    .where('ticket.memberId', '=', memberId)
    .execute()

export const deletePhotos = (tx: Tx, ticketIds: readonly string[]) =>
  tx
    .deleteFrom('ticket_photo')
    .where('ticketId', 'in', [...ticketIds])
    .execute()

/** The photos that a person had chosen before a moment. */
export const photosOfWriter = (db: Db, { appId, openid }: Owner, until: Date): Promise<Photo[]> =>
  db
    .selectFrom('ticket_photo')
    .selectAll()
    .where('appId', '=', appId)
    .where('openid', '=', openid)
    .where('createdAt', '<=', until)
    .execute()

/** Deletes photos that their writer has taken back; the messages that had them say so. A repeat finds none. */
export async function removeTakenBack(tx: Tx, photoIds: readonly string[]): Promise<void> {
  if (photoIds.length === 0) return
  const rows = await tx
    .selectFrom('ticket_photo')
    .select(['id', 'messageId'])
    .where('id', 'in', photoIds)
    .orderBy('id')
    .forUpdate()
    .execute()
  const messageIds = [...new Set(rows.flatMap(({ messageId }) => (messageId === null ? [] : [messageId])))]
  if (messageIds.length > 0)
    await tx
      .updateTable('ticket_message')
      .set({ text: sql<string>`trim(concat(text, ' [图片已由顾客撤回]'))` })
      .where('id', 'in', messageIds)
      .execute()
  await tx.deleteFrom('ticket_photo').where('id', 'in', photoIds).execute()
}
