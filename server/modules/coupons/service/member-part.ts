import { sql } from 'kysely'
import type { Db, Tx } from '../../../kernel/db.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { mergedMembers, type MemberPart } from '../../members/index.ts'
import { couponEdges } from '../repository/edges.ts'
import { redemptionsRepository } from '../repository/redemptions.ts'

type PartKernel = Pick<Kernel, 'clock' | 'newId'>
/** What is still somebody's to use: the rest is history. */
const LIVE = ['issued', 'locked', 'gifting']

/** Coupons of a member, for merges (each with a new place of its own and its uses; what passes the limit is marked) and the export. */
export function couponsPart({ clock, newId }: PartKernel): MemberPart {
  const ofMember = (db: Db, memberId: string) =>
    db
      .selectFrom('coupon as c')
      .innerJoin('coupon_template as t', 't.id', 'c.templateId')
      .select(['c.id', 'c.templateId', 'c.seq', 'c.state', 't.perMemberLimit', 't.name'])
      .where('c.memberId', '=', memberId)
      .orderBy('c.templateId')
      .orderBy('c.seq')

  async function lastPlaces(db: Db, memberId: string): Promise<Map<string, number>> {
    const rows = await db
      .selectFrom('coupon')
      .select(eb => ['templateId', eb.fn.max('seq').as('last')])
      .where('memberId', '=', memberId)
      .groupBy('templateId')
      .execute()
    return new Map(rows.map(row => [row.templateId, Number(row.last)]))
  }

  async function reown(tx: Tx, id: string, from: string, to: string, seq: number): Promise<boolean> {
    const result = await tx
      .updateTable('coupon')
      .set({ memberId: to, seq, updatedAt: clock.now() })
      .where('id', '=', id)
      .where('memberId', '=', from)
      .executeTakeFirstOrThrow()
    return Number(result.numUpdatedRows) === 1
  }

  const note = (tx: Tx, couponId: string, kind: 'moved' | 'overLimit', text: string) =>
    couponEdges(tx).record([
      { id: newId(), couponId, kind, docKey: null, fen: null, staffId: null, note: text, at: clock.now() },
    ])

  return {
    name: 'coupons',
    label: { zh: '优惠券', en: 'Coupons' },
    async holds(db, memberId) {
      const rows = await ofMember(db, memberId).execute()
      const live = rows.filter(row => LIVE.includes(row.state)).length
      return [
        { key: 'live', label: { zh: '可用券', en: 'Coupons to use' }, value: String(live) },
        { key: 'past', label: { zh: '已用或失效券', en: 'Used or gone' }, value: String(rows.length - live) },
      ]
    },
    async warns(db, { from, to }) {
      const had = await lastPlaces(db, to)
      const over = (await ofMember(db, from).execute()).filter(row => {
        const place = (had.get(row.templateId) ?? 0) + 1
        had.set(row.templateId, place)
        return LIVE.includes(row.state) && place > row.perMemberLimit
      })
      return over.length === 0
        ? []
        : [
            {
              zh: `${over.length} 张券超过每人限领：照常可用，会标记出来`,
              en: `${over.length} coupons pass the limit for one member: they stay good, and are marked`,
            },
          ]
    },
    async move(tx, { from, to }) {
      const coupons = await ofMember(tx, from).forUpdate().execute()
      const places = await lastPlaces(tx, to)
      const items = []
      for (const { id, templateId, seq, state, perMemberLimit } of coupons) {
        const place = (places.get(templateId) ?? 0) + 1
        places.set(templateId, place)
        if (!(await reown(tx, id, from, to, place))) continue
        await note(tx, id, 'moved', '会员合并转入')
        if (LIVE.includes(state) && place > perMemberLimit)
          await note(tx, id, 'overLimit', `超过每人限领 ${perMemberLimit} 张`)
        items.push({ ref: id, note: String(seq) })
      }
      // With what was used goes how much of the day's limit it took.
      await redemptionsRepository(tx).reown(
        items.map(item => item.ref),
        from,
        to,
      )
      return items
    },
    async moveBack(tx, { from, to, mergedAt }, items) {
      for (const { ref, note: seq } of items) {
        const coupon = await tx.selectFrom('coupon').selectAll().where('id', '=', ref).forUpdate().executeTakeFirst()
        // Used since the merge, or given away: it stays where it was used.
        if (coupon === undefined || coupon.memberId !== to || isUsedSince(coupon, mergedAt)) continue
        if (!(await reown(tx, ref, to, from, Number(seq)))) continue
        await redemptionsRepository(tx).reown([ref], to, from)
        await note(tx, ref, 'moved', '撤销合并，转回')
      }
    },
    async stays(db, { mergeId, mergedAt }) {
      const rows = await db
        .selectFrom('coupon')
        .select(sql<string>`count(*)`.as('n'))
        .where('redeemedAt', '>', mergedAt)
        .where(
          'id',
          'in',
          db.selectFrom('member_merge_item').select('ref').where('mergeId', '=', mergeId).where('part', '=', 'coupons'),
        )
        .executeTakeFirst()
      const used = Number(rows?.n ?? 0)
      return used === 0
        ? []
        : [{ zh: `合并后已用的 ${used} 张券不再转回`, en: `${used} coupons used since the merge do not go back` }]
    },
    async late(db) {
      const rows = await db
        .selectFrom('coupon as c')
        .innerJoin(mergedMembers(db).as('m'), 'm.memberId', 'c.memberId')
        .select('m.memberId')
        .distinct()
        .execute()
      return rows.map(row => row.memberId)
    },
    collect: (db, memberId) =>
      db
        .selectFrom('coupon as c')
        .innerJoin('coupon_template as t', 't.id', 'c.templateId')
        .select(['t.name', 'c.code', 'c.state', 'c.issuedAt', 'c.validTo', 'c.redeemedAt', 'c.redeemedStore'])
        .where('c.memberId', '=', memberId)
        .orderBy('c.id')
        .execute(),
  }
}

const isUsedSince = (coupon: { state: string; redeemedAt: Date | null }, since: Date): boolean =>
  (coupon.redeemedAt !== null && coupon.redeemedAt > since) || coupon.state === 'gifted'
