import { sql, type Expression, type SqlBool } from 'kysely'
import { chunks, type Db, type Tx } from '../../../kernel/db.ts'
import { reachNow, type ReachRules } from './rights/reach.ts'

/** People of an account by openid; null = everybody who follows. */
export type MassPeople = Expression<{ openid: string }> | null

const RUN = 1_000

/** Those whom WeChat has under a tag by now: it sends by its own list. */
export const underTag = (db: Db, tagId: string): MassPeople =>
  db.selectFrom('wechat_tag_person').select('openid').where('tagId', '=', tagId).where('state', '=', 'on')

/** Of people, those who follow and take messages, with what they have left of the month. */
function taking(db: Db, appId: string, people: MassPeople, rules: ReachRules) {
  const all = reachNow(db, appId, rules).where('following', '=', 1).where('blocked', '=', 0)
  return people === null ? all : all.where(sql<SqlBool>`wechat_reach.openid in (select p.openid from (${people}) as p)`)
}

/** Of people, who takes mass messages, who has a slot left in the month, and whose last one it is. */
export async function countSlots(
  db: Db,
  appId: string,
  people: MassPeople,
  rules: ReachRules,
): Promise<{ people: number; reachable: number; lastSlot: number }> {
  const row = await db
    .selectFrom(taking(db, appId, people, rules).as('r'))
    .select(({ fn }) => [
      fn.countAll<string>().as('people'),
      sql<string | null>`sum(r.massLeft > 0)`.as('reachable'),
      sql<string | null>`sum(r.massLeft = 1)`.as('lastSlot'),
    ])
    .executeTakeFirstOrThrow()
  return { people: Number(row.people), reachable: Number(row.reachable ?? 0), lastSlot: Number(row.lastSlot ?? 0) }
}

/** The openids of people who take mass messages, a thousand at a time; everybody is read by keyset, others at once. */
export async function* massRuns(
  tx: Tx,
  appId: string,
  people: MassPeople,
  rules: ReachRules,
): AsyncGenerator<string[]> {
  const query = taking(tx, appId, people, rules).clearSelect().select('wechat_reach.openid').orderBy('openid')
  if (people !== null) {
    const rows = await query.execute()
    for (const run of chunks(rows, RUN)) yield run.map(row => row.openid)
    return
  }
  for (let after = ''; ;) {
    const rows = await query.where('wechat_reach.openid', '>', after).limit(RUN).execute()
    const last = rows.at(-1)
    if (last === undefined) return
    yield rows.map(row => row.openid)
    after = last.openid
  }
}
