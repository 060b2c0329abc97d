import { happenedBefore, type TimelinePart } from '../../members/index.ts'

/** A member's entries of points (积分流水). */
export const pointsTimeline = (): TimelinePart => ({
  kind: 'points',
  permission: 'members.read',
  async read(db, { memberId, before, limit }) {
    const rows = await db
      .selectFrom('points_entry as e')
      .select(['e.id', 'e.at', 'e.reason', 'e.amount', 'e.note'])
      .where('e.memberId', '=', memberId)
      .where(happenedBefore(before, 'e.at', 'e.id'))
      .orderBy('e.at', 'desc')
      .orderBy('e.id', 'desc')
      .limit(limit)
      .execute()
    return rows.map(row => ({
      id: row.id,
      at: row.at,
      what: row.reason,
      points: row.amount,
      note: row.note,
      refId: row.id,
    }))
  },
})
