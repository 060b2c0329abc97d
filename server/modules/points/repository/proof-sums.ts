import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../../../kernel/db.ts'
import { within, type Mismatch, type Run } from './proof.ts'

// Two tables say the same of millions of ids. To compare them id by id costs a join; to compare one sum of points × weight,
// with a weight for each id that is drawn anew for each verification, costs two reads in order. Sums that are the same for
// every id are the same weighed; if some differ, the weighed sums agree by a chance of 1 in four thousand million. Only
// a run whose sums differ is compared id by id.

/** The weight of an id: below 2³², so that points × weight is a 64-bit number. */
const weight = (column: string, salt: string): RawBuilder<number> =>
  sql`cast(crc32(concat(${salt}, ${sql.ref(column)})) as signed)`

/** One side of a comparison: points by id, from a table. */
interface Side {
  readonly table: string
  readonly id: string
  readonly points: RawBuilder<number>
  readonly where?: RawBuilder<boolean>
  /** Rows that are wrong by themselves. */
  readonly wrong?: RawBuilder<boolean>
}
const rowsOf = ({ table, id, where }: Side, run: Run): RawBuilder<unknown> =>
  sql`from ${sql.table(table)} where ${within(id, run)}${where === undefined ? sql`` : sql` and ${where}`}`

const FOUND = 100

/** Lots whose state belies what is left of them. */
const BELIED = sql<boolean>`remaining < 0 or (state = 'closed') <> (remaining = 0)`

/** What two tables must say alike of each id. */
const COMPARISONS = {
  documents: {
    stated: { table: 'points_document', id: 'documentId', points: sql<number>`points` },
    derived: {
      table: 'points_entry',
      id: 'documentId',
      points: sql<number>`amount`,
      where: sql<boolean>`contra = 'issued'`,
    },
  },
  lots: {
    stated: { table: 'points_lot', id: 'id', points: sql<number>`granted - remaining`, wrong: BELIED },
    derived: { table: 'points_allocation', id: 'lotId', points: sql<number>`points` },
  },
} as const satisfies Record<string, { stated: Side; derived: Side }>
export type Comparison = keyof typeof COMPARISONS

/** What verification compares in the database; each statement sees one moment, whoever writes meanwhile. */
export const proofSums = (db: Db, salt: string) => ({
  /** The first `size` ids of a run; they end where the run ends when there are no more. */
  firstOf: async (comparison: Comparison, run: Run, size: number): Promise<Run> => {
    const { table, id } = COMPARISONS[comparison].stated
    const { rows } = await sql<{ last: string }>`
      select ${sql.ref(id)} as last from ${sql.table(table)} where ${within(id, run)}
      order by ${sql.ref(id)} limit 1 offset ${sql.lit(size - 1)}`.execute(db)
    return { after: run.after, last: rows[0]?.last ?? run.last }
  },

  /** Weighs both sides of a run: how many rows state something, how many are wrong by themselves, and whether entries say otherwise. */
  weigh: async (comparison: Comparison, run: Run): Promise<{ looked: number; wrong: number; differs: boolean }> => {
    const { stated, derived }: { stated: Side; derived: Side } = COMPARISONS[comparison]
    const { rows } = await sql<{ looked: number; wrong: string; differs: number }>`
      select s.looked, s.wrong, coalesce(s.weighed, 0) <> coalesce(d.weighed, 0) as differs from
        (select count(*) as looked, coalesce(sum(${stated.wrong ?? sql`0`}), 0) as wrong,
          sum((${stated.points}) * ${weight(stated.id, salt)}) as weighed ${rowsOf(stated, run)}) s,
        (select sum((${derived.points}) * ${weight(derived.id, salt)}) as weighed ${rowsOf(derived, run)}) d`.execute(
      db,
    )
    const [row] = rows
    return { looked: Number(row?.looked), wrong: Number(row?.wrong), differs: Number(row?.differs) === 1 }
  },

  /** Compares a run id by id. */
  compare: async (comparison: Comparison, run: Run): Promise<Mismatch[]> => {
    const { stated, derived } = COMPARISONS[comparison]
    const { rows } = await sql<Mismatch>`
      select id as subject, cast(sum(stated) as char) as stored, cast(sum(derived) as char) as derived from (
        select ${sql.ref(stated.id)} as id, ${stated.points} as stated, 0 as derived ${rowsOf(stated, run)}
        union all
        select ${sql.ref(derived.id)}, 0, ${derived.points} ${rowsOf(derived, run)}
      ) x group by id having sum(stated) <> sum(derived) limit ${sql.lit(FOUND)}`.execute(db)
    return rows
  },

  /** Lots whose state belies what is left of them. */
  lotsInWrongState: async (): Promise<Mismatch[]> => {
    const { rows } = await sql<Mismatch>`
      select id as subject, concat(state, ' ', remaining) as stored,
        case when remaining = 0 then 'closed 0' else 'open or pending, above 0' end as derived
      from points_lot where ${BELIED} limit ${sql.lit(FOUND)}`.execute(db)
    return rows
  },

  /**
   * Members whose accounts may not be what their lots and debts hold: all of a group in which the weighed sums differ, and
   * all who have points and owe some.
   */
  doubtfulHoldings: async (): Promise<string[]> => {
    const group = sql`crc32(memberId) & 1023`
    const weighed = weight('memberId', salt)
    const { rows: groups } = await sql<{ place: number }>`
      select place from (
        select ${group} as place, sum(case when state = 'open' then remaining * ${weighed} else 0 end) as active,
          sum(case when state = 'pending' then remaining * ${weighed} else 0 end) as pending
        from points_lot where state in ('open', 'pending') group by place
        union all
        select ${group} as place, sum(-open * ${weighed}), 0 from points_debt group by place
        union all
        select ${group} as place, sum(-balance * ${weighed}), sum(-pending * ${weighed}) from points_account group by place
      ) x group by place having sum(active) <> 0 or sum(pending) <> 0`.execute(db)
    const doubtful = new Set<string>()
    const { rows: both } = await sql<{ memberId: string }>`
      select distinct d.memberId from points_debt d
      where d.open > 0 and exists (select 1 from points_lot l where l.memberId = d.memberId and l.state = 'open')`.execute(
      db,
    )
    for (const { memberId } of both) doubtful.add(memberId)
    if (groups.length === 0) return [...doubtful]
    const places = sql.join(groups.map(({ place }) => place))
    const { rows: members } = await sql<{ memberId: string }>`
      select memberId from points_account where ${group} in (${places})
      union select memberId from points_lot where state in ('open', 'pending') and ${group} in (${places})
      union select memberId from points_debt where ${group} in (${places})`.execute(db)
    for (const { memberId } of members) doubtful.add(memberId)
    return [...doubtful]
  },
})
