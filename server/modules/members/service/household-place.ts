import type { Tx } from '../../../kernel/db.ts'
import type { MovedItem } from './parts.ts'

const PLACE = 'household:'

/** A place as it stood before a merge, as text: place, when they joined, and whether the kept one took it over. */
const noteOf = (place: number, joinedAt: Date, how: 'moved' | 'left'): string =>
  `${place}|${joinedAt.toISOString()}|${how}`

/**
 * The place in a household of a member who is merged: the one who is kept takes it over, unless they head that household
 * or belong to one already; then the place is free again. A household of which only the invitation is left goes.
 */
export async function movePlace(tx: Tx, from: string, to: string): Promise<MovedItem[]> {
  await tx.deleteFrom('household').where('headId', '=', from).execute()
  const place = await tx
    .selectFrom('household_member')
    .selectAll()
    .where('memberId', '=', from)
    .forUpdate()
    .executeTakeFirst()
  if (place === undefined) return []
  const kept = await tx
    .selectFrom('household_member')
    .select('memberId')
    .where(eb => eb.or([eb('memberId', '=', to), eb('headId', '=', to)]))
    .executeTakeFirst()
  const isFree = kept === undefined && place.headId !== to
  if (isFree) await tx.updateTable('household_member').set({ memberId: to }).where('memberId', '=', from).execute()
  else await tx.deleteFrom('household_member').where('memberId', '=', from).execute()
  return [{ ref: `${PLACE}${place.headId}`, note: noteOf(place.place, place.joinedAt, isFree ? 'moved' : 'left') }]
}

/** Brings a place back: what was taken over, or what was left, if the household is still there and nobody sits there now. */
export async function movePlaceBack(tx: Tx, { ref, note }: MovedItem, from: string, to: string): Promise<void> {
  const headId = ref.slice(PLACE.length)
  const [place = '', joinedAt = '', how = ''] = (note ?? '').split('|')
  if (how === 'moved') {
    await tx
      .updateTable('household_member')
      .set({ memberId: from })
      .where('memberId', '=', to)
      .where('headId', '=', headId)
      .execute()
    return
  }
  const household = await tx
    .selectFrom('household')
    .select('headId')
    .where('headId', '=', headId)
    .forUpdate()
    .executeTakeFirst()
  if (household === undefined) return
  await tx
    .insertInto('household_member')
    .ignore()
    .values({ memberId: from, headId, place: Number(place), joinedAt: new Date(joinedAt) })
    .execute()
}
