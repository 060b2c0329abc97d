import { chunks, type Tx } from '../../../kernel/db.ts'
import { mergedMembers, type MemberPart, type Move, type MovedItem } from '../../members/index.ts'
import type { Accounts } from './account.ts'
import type { LedgerDesk } from './give.ts'

const RUN = 1000
const DOCUMENT = 'document:'
const OPENING = 'opening:'
const REQUEST = 'request:'
const refsOf = (items: readonly MovedItem[], kind: string): string[] =>
  items.flatMap(item => (item.ref.startsWith(kind) ? [item.ref.slice(kind.length)] : []))

/** The keys under which a merge has moved points: the merge itself, and what came to the old account afterwards. */
const moveKey = (mergeId: string, n: number): string => `merge:${mergeId}:${n}`

/** The points of a member, for merges (moved by entries, lots keep their expiry) and for the export of a person. */
export function pointsPart(desk: LedgerDesk, accounts: Accounts): MemberPart {
  /** How often a merge has moved points so far. */
  async function movesOf(tx: Tx, mergeId: string): Promise<number> {
    const rows = await tx
      .selectFrom('points_entry')
      .select('key')
      .where('key', 'like', `merge:${mergeId}:%:in`)
      .execute()
    return rows.length
  }

  async function pointed(tx: Tx, items: readonly MovedItem[], from: string, to: string): Promise<void> {
    for (const run of chunks(refsOf(items, DOCUMENT), RUN))
      await tx
        .updateTable('points_document')
        .set({ memberId: to })
        .where('documentId', 'in', run)
        .where('memberId', '=', from)
        .execute()
    for (const run of chunks(refsOf(items, OPENING), RUN))
      await tx
        .updateTable('points_opening')
        .set({ memberId: to })
        .where('rowKey', 'in', run)
        .where('memberId', '=', from)
        .execute()
    for (const run of chunks(refsOf(items, REQUEST), RUN))
      await tx
        .updateTable('points_request')
        .set({ memberId: to })
        .where('id', 'in', run)
        .where('memberId', '=', from)
        .where('state', '=', 'waiting')
        .execute()
  }

  return {
    name: 'points',
    label: { zh: '积分', en: 'Points' },
    async holds(_db, memberId) {
      const { balance, pending, debt } = await accounts.balance(memberId)
      return [
        { key: 'usable', label: { zh: '可用积分', en: 'Usable points' }, value: String(Math.max(0, balance)) },
        { key: 'pending', label: { zh: '待生效', en: 'Pending' }, value: String(pending) },
        { key: 'debt', label: { zh: '欠积分', en: 'Owed' }, value: String(debt) },
      ]
    },
    async move(tx, { mergeId, from, to }: Move) {
      // The accounts are locked first: whoever was writing to the old one has ended, and what they wrote is seen below.
      await desk.moveAll(tx, { key: moveKey(mergeId, await movesOf(tx, mergeId)), from, to, note: '会员合并' })
      const documents = await tx
        .selectFrom('points_document')
        .select('documentId')
        .where('memberId', '=', from)
        .execute()
      const openings = await tx.selectFrom('points_opening').select('rowKey').where('memberId', '=', from).execute()
      const requests = await tx
        .selectFrom('points_request')
        .select('id')
        .where('memberId', '=', from)
        .where('state', '=', 'waiting')
        .execute()
      const items = [
        ...documents.map(row => ({ ref: `${DOCUMENT}${row.documentId}` })),
        ...openings.map(row => ({ ref: `${OPENING}${row.rowKey}`.slice(0, 100) })),
        ...requests.map(row => ({ ref: `${REQUEST}${row.id}` })),
      ]
      await pointed(tx, items, from, to)
      return items
    },
    async moveBack(tx, { mergeId, from, to }, items) {
      const moves = await movesOf(tx, mergeId)
      for (let n = moves - 1; n >= 0; n--)
        await desk.moveBack(tx, { key: `un${moveKey(mergeId, n)}`, moveKey: moveKey(mergeId, n), from, to })
      await pointed(tx, items, to, from)
    },
    async stays(db, { mergeId }) {
      const arrived = db.selectFrom('points_entry').select('id').where('key', 'like', `merge:${mergeId}:%:in`)
      const row = await db
        .selectFrom('points_lot')
        .select(({ fn }) => [
          fn.sum<string | null>('granted').as('granted'),
          fn.sum<string | null>('remaining').as('left'),
        ])
        .where('entryId', 'in', arrived)
        .executeTakeFirst()
      const used = Number(row?.granted ?? 0) - Number(row?.left ?? 0)
      const left = Number(row?.left ?? 0)
      return [
        { zh: `退回剩余积分 ${left} 分`, en: `${left} points that are left go back` },
        ...(used === 0
          ? []
          : [{ zh: `合并后已用或抵欠 ${used} 分`, en: `${used} points have been used or have paid debts since` }]),
      ]
    },
    async late(db) {
      const rows = await db
        .selectFrom('points_account as a')
        .innerJoin(mergedMembers(db).as('m'), 'm.memberId', 'a.memberId')
        .select('m.memberId')
        .where(eb => eb.or([eb('a.balance', '<>', 0), eb('a.pending', '<>', 0)]))
        .execute()
      return rows.map(row => row.memberId)
    },
    collect: (db, memberId) =>
      db
        .selectFrom('points_entry')
        .select(['at', 'reason', 'amount', 'balanceAfter', 'note'])
        .where('memberId', '=', memberId)
        .orderBy('seq')
        .execute(),
  }
}
