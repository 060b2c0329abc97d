import { happenedBefore, type TimelinePart } from '../../members/index.ts'

/** Every step of a member's coupons. */
export const couponsTimeline = (): TimelinePart => ({
  kind: 'coupon',
  permission: 'members.read',
  async read(db, { memberId, before, limit }) {
    const rows = await db
      .selectFrom('coupon as c')
      .innerJoin('coupon_event as e', 'e.couponId', 'c.id')
      .innerJoin('coupon_template as t', 't.id', 'c.templateId')
      .select(['e.id', 'e.at', 'e.kind', 'e.fen', 'e.note', 't.name', 'c.id as couponId'])
      .where('c.memberId', '=', memberId)
      .where(happenedBefore(before, 'e.at', 'e.id'))
      .orderBy('e.at', 'desc')
      .orderBy('e.id', 'desc')
      .limit(limit)
      .execute()
    return rows.map(row => ({
      id: row.id,
      at: row.at,
      what: row.kind,
      text: row.name,
      fen: row.fen,
      note: row.note,
      refId: row.couponId,
    }))
  },
})
