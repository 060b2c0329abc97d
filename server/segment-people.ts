import { sql } from 'kysely'
import type { Db } from './kernel/db.ts'
import type { Scope } from './kernel/scope.ts'
import { consenting } from './modules/members/index.ts'
import { followingMembers, type SegmentsApi } from './modules/segments/index.ts'
import type { MassPeople, Purpose } from './modules/wechat/index.ts'

/** The people of a segment as an official account knows them; for marketing only those who agreed to it. Throws segments.notFound. */
export async function segmentPeople(
  db: Db,
  segments: Pick<SegmentsApi, 'find' | 'audience'>,
  segmentId: string,
  { purpose, appId }: { purpose: Purpose; appId: string },
  scope: Scope,
): Promise<{ name: string; people: MassPeople }> {
  const { name, rules } = await segments.find(segmentId, scope)
  const willing =
    purpose === 'marketing'
      ? sql`join (${consenting(db, 'marketing', 'wechat')}) as w on w.memberId = a.memberId`
      : sql``
  const people = sql<{ openid: string }>`select distinct f.openid from (${segments.audience(db, rules, scope)}) as a
    join (${followingMembers(db, appId)}) as f on f.memberId = a.memberId ${willing}`
  return { name, people }
}
