import { sql } from 'kysely'
import type { Db, Tx } from '../../../kernel/db.ts'
import { affected } from '../../../kernel/db.ts'
import { keptActivities } from '../repository/kept.ts'
import { mergedMembers, personIds, type MemberPart } from '../../members/index.ts'

/** What the member still waits for: the rest is history. */
const OPEN = ['ordered', 'ready']

/**
 * Exchanges and prizes of a member, for merges and the export of a person, and the turn of the birthday gift: two cards of
 * one person have one birthday. Streaks, draws and answers stay where they were made; draws can be verified only so.
 */
export function rewardsPart(): MemberPart {
  const ordersOf = (db: Db, memberId: string) =>
    db.selectFrom('reward_order').where('memberId', '=', memberId).orderBy('id')

  /** The next free place of a limit, so that no unique index is in the way; the limit itself is not asked again. */
  async function placeFor(tx: Tx, memberId: string, productId: string | null, limitPeriod: string): Promise<number> {
    const row = await tx
      .selectFrom('reward_order')
      .select(eb => eb.fn.max('limitNo').as('last'))
      .where('memberId', '=', memberId)
      .where('productId', productId === null ? 'is' : '=', productId)
      .where('limitPeriod', '=', limitPeriod)
      .executeTakeFirst()
    return Number(row?.last ?? 0) + 1
  }

  async function moveOrder(tx: Tx, id: string, from: string, to: string, limitNo: number | null): Promise<boolean> {
    const result = await tx
      .updateTable('reward_order')
      .set({ memberId: to, limitNo })
      .where('id', '=', id)
      .where('memberId', '=', from)
      .executeTakeFirstOrThrow()
    return affected(result) === 1
  }

  /** The survivor's birthday gift was given when either of them had it last. */
  async function joinTurns(tx: Tx, from: string, to: string): Promise<void> {
    const turn = await tx.selectFrom('birthday_turn').select('lastOn').where('memberId', '=', from).executeTakeFirst()
    if (turn?.lastOn == null) return
    await tx
      .insertInto('birthday_turn')
      .values({ memberId: to, lastOn: turn.lastOn })
      .onDuplicateKeyUpdate({ lastOn: sql<string>`greatest(coalesce(lastOn, ${turn.lastOn}), ${turn.lastOn})` })
      .execute()
  }

  return {
    name: 'rewards',
    label: { zh: '兑换与奖品', en: 'Exchanges and prizes' },
    async holds(db, memberId) {
      const rows = await ordersOf(db, memberId).select('state').execute()
      const open = rows.filter(row => OPEN.includes(row.state)).length
      return [
        { key: 'open', label: { zh: '待领取', en: 'Waiting to be handed over' }, value: String(open) },
        { key: 'past', label: { zh: '已完成或取消', en: 'Done or cancelled' }, value: String(rows.length - open) },
      ]
    },
    async move(tx, { from, to }) {
      await joinTurns(tx, from, to)
      const items = []
      const orders = await ordersOf(tx, from)
        .select(['id', 'productId', 'limitPeriod', 'limitNo'])
        .forUpdate()
        .execute()
      for (const { id, productId, limitPeriod, limitNo } of orders) {
        const place = limitNo === null ? null : await placeFor(tx, to, productId, limitPeriod)
        if (await moveOrder(tx, id, from, to, place))
          items.push({ ref: id, note: limitNo === null ? null : String(limitNo) })
      }
      return items
    },
    async moveBack(tx, { from, to, mergedAt }, items) {
      for (const { ref, note } of items) {
        const order = await tx
          .selectFrom('reward_order')
          .select(['limitNo', 'handedAt', 'endedAt'])
          .where('id', '=', ref)
          .where('memberId', '=', to)
          .forUpdate()
          .executeTakeFirst()
        const endedAt = order?.handedAt ?? order?.endedAt ?? null
        // Handed over or cancelled since the merge: it stays with whom it was.
        if (order === undefined || (endedAt !== null && endedAt > mergedAt)) continue
        await moveOrder(tx, ref, to, from, order.limitNo === null || note == null ? null : Number(note))
      }
    },
    async late(db) {
      const rows = await db
        .selectFrom('reward_order as o')
        .innerJoin(mergedMembers(db).as('m'), 'm.memberId', 'o.memberId')
        .select('m.memberId')
        .distinct()
        .execute()
      return rows.map(row => row.memberId)
    },
    collect: async (db, memberId) => ({
      orders: await ordersOf(db, memberId)
        .select(['name', 'points', 'fen', 'state', 'orderedAt', 'handedAt', 'storeCode'])
        .execute(),
      ...(await keptActivities(db, await personIds(db, memberId))),
    }),
  }
}
