import { sql } from 'kysely'
import type { Db, Tx } from '../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../kernel/scope.ts'
import { mergedMembers } from '../members/index.ts'
import { salesDocuments } from '../sales/index.ts'
import { channelCodes, codeTouches } from '../wechat/index.ts'

/** Which codes and which people are counted. */
export interface Wanted {
  readonly scope: Scope
  readonly codeId: string | null
  readonly since: Date | null
  readonly until: Date | null
  /** Within so many days of the first purchase the second one counts. */
  readonly days: number
}

/** Writes down by which code a member came, once for ever; false when it is known. */
export async function insertEnrolment(
  tx: Tx,
  row: { memberId: string; codeId: string; touchedAt: Date; enrolledAt: Date; enrolledOn: string },
): Promise<boolean> {
  const result = await tx.insertInto('channel_enrolment').ignore().values(row).executeTakeFirstOrThrow()
  return result.numInsertedOrUpdatedRows === 1n
}

const codesOf = (db: Db, { scope, codeId }: Wanted) => {
  const codes = db.selectFrom(channelCodes(db).as('c')).where(scopeWhere(scope, 'c.storeCode'))
  return codeId === null ? codes : codes.where('c.codeId', '=', codeId)
}

/** Scans, people and follows of each code that brought somebody. */
export const comings = (db: Db, wanted: Wanted) =>
  codesOf(db, wanted)
    .innerJoin(codeTouches(db, wanted.since, wanted.until).as('t'), 't.codeId', 'c.codeId')
    .select(['c.codeId', 't.scans', 't.people', 't.follows'])
    .execute()

/**
 * Members, buyers and returners of each code, in one statement: a purchase counts from the day of the card on. Cards that were
 * merged are one person, who goes on buying under the card that was kept.
 */
export function stays(db: Db, wanted: Wanted) {
  let enrolments = codesOf(db, wanted)
    .innerJoin('channel_enrolment as e', 'e.codeId', 'c.codeId')
    .leftJoin(mergedMembers(db).as('x'), 'x.memberId', 'e.memberId')
    .select(eb => [
      'e.codeId',
      eb.fn.coalesce('x.mergedInto', 'e.memberId').as('memberId'),
      eb.fn.min('e.enrolledOn').as('enrolledOn'),
    ])
    .groupBy(eb => ['e.codeId', eb.fn.coalesce('x.mergedInto', 'e.memberId')])
  if (wanted.since !== null) enrolments = enrolments.where('e.touchedAt', '>=', wanted.since)
  if (wanted.until !== null) enrolments = enrolments.where('e.touchedAt', '<', wanted.until)
  const purchases = salesDocuments(db)
    .where('status', '=', 'confirmed')
    .where('type', 'in', ['sale', 'exchange'])
    .where('memberId', 'is not', null)
  const days = db
    .selectFrom(enrolments.as('m'))
    .leftJoin(purchases.as('d'), join =>
      join.onRef('d.memberId', '=', 'm.memberId').onRef('d.businessDate', '>=', 'm.enrolledOn'),
    )
    .select(['m.codeId', 'm.memberId', 'd.businessDate'])
    .distinct()
  // The first day and the next one side by side: who has a next one soon enough came back.
  const visits = db
    .selectFrom(days.as('v'))
    .select([
      'v.codeId',
      'v.memberId',
      'v.businessDate',
      sql<number>`row_number() over (partition by v.codeId, v.memberId order by v.businessDate)`.as('nth'),
      sql<string | null>`lead(v.businessDate) over (partition by v.codeId, v.memberId order by v.businessDate)`.as(
        'nextDate',
      ),
    ])
  return db
    .selectFrom(visits.as('f'))
    .where('f.nth', '=', 1)
    .select(eb => [
      'f.codeId',
      eb.fn.countAll<string>().as('enrolled'),
      eb.fn.count<string>('f.businessDate').as('bought'),
      sql<string>`coalesce(sum(f.nextDate is not null and datediff(f.nextDate, f.businessDate) <= ${wanted.days}), 0)`.as(
        'cameBack',
      ),
    ])
    .groupBy('f.codeId')
    .execute()
}
