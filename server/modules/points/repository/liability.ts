import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import { activeMembers } from '../../members/index.ts'
import { NEVER } from '../service/ledger.ts'

/** What an allocation has done to the points of a lot; `moved` = they are in a lot of another account now. */
export type Fate = 'used' | 'takenBack' | 'expired' | 'moved'

/** Points by what has become of them; what is none of these lies in its lot still. */
type Fates = Record<Fate, number>

/** A lot of grace: what it held, in which month it began, and what has become of it. */
export interface GraceLot extends Fates {
  readonly lotId: string
  readonly month: string
  readonly granted: number
}

/** Which lots the points of a lot of grace had lapsed in. */
export interface GraceSource {
  readonly lotId: string
  readonly sourceId: string
  readonly month: string
  readonly points: number
}

/**
 * The fate that an entry gives to points, by the account that moves against the member's: each reason that takes from lots has
 * one of its own. What came with a move and paid a debt that came along has paid it as the debt's own entry would have: nearly
 * always a return's. Told apart by the key, which is read for moves alone: all else stands in the index.
 */
const FATE = sql<Fate>`case e.contra when 'redeemed' then 'used' when 'expired' then 'expired'
  when 'transfer' then (select if(right(t.${sql.ref('key')}, 4) = ':out', 'moved', 'takenBack') from points_entry t where t.id = e.id)
  else 'takenBack' end`

/** Entries that take from lots, or give back to them: credits have no part in any lot but the one they make. */
const TAKES = sql`e.contra <> 'internal' and (e.amount < 0 or e.contra in ('redeemed', 'expired', 'transfer'))`

/** Holds contra, amount and id of all entries, a quarter of the rows' size: the rows themselves are not read. */
const BY_CONTRA = sql.raw('force index (points_entry_documentId_contra_amount_idx)')
const MONTH = sql<string>`date_format(l.earnedOn, '%Y-%m')`

const sumOf = (fate: Fate): RawBuilder<string | null> =>
  sql`sum(case when ${FATE} = ${sql.lit(fate)} then a.points else 0 end)`

/** What the liability book adds up, of the members of a scope: whole sums, never a row for each lot or member. */
export function liabilityRepository(db: Db, scope: Scope) {
  const within =
    scope.kind === 'all'
      ? sql`true`
      : sql`l.memberId in (${db
          .selectFrom(activeMembers(db).as('m'))
          .select('m.memberId')
          .where(scopeWhere(scope, 'm.homeStoreCode'))})`

  /** From the entries of grace on; they have no document, so they are one range of the index. */
  const grace = sql`points_entry c ${BY_CONTRA}
    straight_join points_entry g on g.id = c.id and g.reason = 'grace'`
  const isGrace = sql`c.documentId is null and c.contra = 'expired' and c.amount > 0`

  return {
    /** Points that lie in lots, by the month in which they expire ('' = never) and whether they are pending. */
    async open() {
      const { rows } = await sql<{ month: string; state: string; points: string; members: number }>`
        select case when l.expiresOn = ${NEVER} then '' else date_format(date_sub(l.expiresOn, interval 1 day), '%Y-%m') end as month,
          l.state, sum(l.remaining) as points, count(distinct l.memberId) as members
        from points_lot l where l.state in ('open', 'pending') and ${within} group by month, l.state order by month`.execute(
        db,
      )
      return rows.map(row => ({ ...row, points: Number(row.points), members: Number(row.members) }))
    },

    /** What members owe. */
    async debt(): Promise<number> {
      const { rows } = await sql<{ debt: string | null }>`
        select sum(l.open) as debt from points_debt l where l.open > 0 and ${within}`.execute(db)
      return Number(rows[0]?.debt ?? 0)
    },

    /** What lots held when they began and hold now, by the month of their earning; those that were moved here too. */
    async lots(): Promise<{ month: string; granted: number; remaining: number }[]> {
      const { rows } = await sql<{ month: string; granted: string; remaining: string }>`
        select ${MONTH} as month, sum(l.granted) as granted, sum(l.remaining) as remaining
        from points_lot l where ${within} group by month order by month`.execute(db)
      return rows.map(row => ({ ...row, granted: Number(row.granted), remaining: Number(row.remaining) }))
    },

    /** What has become of points, by the month of their earning: one pass over the entries that take from lots. */
    async fates(): Promise<{ month: string; fate: Fate; points: number }[]> {
      const { rows } = await sql<{ month: string; fate: Fate; points: string }>`
        select ${MONTH} as month, ${FATE} as fate, sum(a.points) as points
        from points_entry e ${BY_CONTRA}
        straight_join points_allocation a on a.entryId = e.id
        straight_join points_lot l on l.id = a.lotId
        where ${TAKES} and ${within} group by month, fate`.execute(db)
      return rows.map(row => ({ ...row, points: Number(row.points) }))
    },

    /** What lots of write-offs have paid, by month: it was never anybody's to use. */
    async writtenOff(): Promise<{ month: string; used: number; takenBack: number }[]> {
      const { rows } = await sql<{ month: string; used: string; takenBack: string }>`
        select ${MONTH} as month, ${sumOf('used')} as used, ${sumOf('takenBack')} as takenBack
        from points_write_off w
        straight_join points_lot l on l.id = w.entryId
        straight_join points_allocation a on a.lotId = l.id
        straight_join points_entry e on e.id = a.entryId
        where ${within} group by month`.execute(db)
      return rows.map(row => ({ month: row.month, used: Number(row.used), takenBack: Number(row.takenBack) }))
    },

    /** Lots of grace with what has become of them, in the order in which they were given. */
    async graceLots(): Promise<GraceLot[]> {
      const { rows } = await sql<Record<Fate | 'granted' | 'lotId' | 'month', string>>`
        select l.id as lotId, ${MONTH} as month, l.granted, ${sumOf('used')} as used, ${sumOf('takenBack')} as takenBack,
          ${sumOf('expired')} as expired, ${sumOf('moved')} as moved
        from ${grace}
        straight_join points_lot l on l.id = g.id
        left join points_allocation a on a.lotId = l.id
        left join points_entry e on e.id = a.entryId
        where ${isGrace} and ${within}
        group by g.memberId, g.seq, l.id, l.earnedOn, l.granted order by g.memberId, g.seq`.execute(db)
      return rows.map(({ lotId, month, ...sums }) => ({
        lotId,
        month,
        granted: Number(sums.granted),
        used: Number(sums.used),
        takenBack: Number(sums.takenBack),
        expired: Number(sums.expired),
        moved: Number(sums.moved),
      }))
    },

    /** Where the points of lots of grace had lapsed: the entry before that of grace is their expiry. */
    async graceSources(): Promise<GraceSource[]> {
      const { rows } = await sql<{ lotId: string; sourceId: string; month: string; points: number }>`
        select g.id as lotId, l.id as sourceId, ${MONTH} as month, a.points
        from ${grace}
        straight_join points_entry x on x.memberId = g.memberId and x.seq = g.seq - 1
        straight_join points_allocation a on a.entryId = x.id
        straight_join points_lot l on l.id = a.lotId
        where ${isGrace} and ${within}`.execute(db)
      return rows.map(row => ({ ...row, points: Number(row.points) }))
    },
  }
}
