import { sql, type Insertable } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'

export const momentRows = (db: Db) => db.selectFrom('wechat_ask_moment').selectAll().execute()

export const saveMoment = (db: Db, row: Insertable<DB['wechat_ask_moment']>) =>
  db
    .insertInto('wechat_ask_moment')
    .values(row)
    .onDuplicateKeyUpdate({
      isOn: sql`values(isOn)`,
      templatesJson: sql`values(templatesJson)`,
      wordingZh: sql`values(wordingZh)`,
      wordingEn: sql`values(wordingEn)`,
      updatedAt: sql`values(updatedAt)`,
    })
    .execute()

/** Writes answers down, once per key. */
export const insertAsks = (db: Db, rows: readonly Insertable<DB['wechat_ask']>[]) =>
  rows.length === 0
    ? Promise.resolve()
    : db
        .insertInto('wechat_ask')
        .ignore()
        .values([...rows])
        .execute()

/** Answers by moment, day and outcome. */
export const askCounts = (db: Db, from: string, to: string) =>
  db
    .selectFrom('wechat_ask')
    .select(eb => ['moment', 'day', 'outcome', eb.fn.countAll<string>().as('count')])
    .where('day', '>=', from)
    .where('day', '<=', to)
    .groupBy(['moment', 'day', 'outcome'])
    .execute()

/**
 * How many of the accepts of a period have been used by a message since, by moment and day of the accept. A person's
 * messages of a template use up the accepts in their order: the first n are used when n messages were sent.
 */
export async function usedAccepts(
  db: Db,
  from: string,
  to: string,
): Promise<{ moment: string; day: string; used: number }[]> {
  const { rows } = await sql<{ moment: string; day: string; used: string }>`
    select a.moment, a.day, count(*) as used
    from (
      select w.moment, w.day, w.appId, w.templateId, w.openid,
        row_number() over (partition by w.appId, w.templateId, w.openid order by w.at, w.askKey) as nth
      from wechat_ask w
      where w.outcome in ('accepted', 'keptAccepted') and w.day <= ${to}
        and exists (select 1 from wechat_ask p where p.appId = w.appId and p.templateId = w.templateId
          and p.openid = w.openid and p.day between ${from} and ${to})
    ) a
    join (
      select m.appId, m.templateId, m.openid, count(*) as sent
      from wechat_message m
      where m.route = 'subscribe' and m.state = 'sent' and m.openid <> ''
      group by m.appId, m.templateId, m.openid
    ) s on s.appId = a.appId and s.templateId = a.templateId and s.openid = a.openid and a.nth <= s.sent
    where a.day >= ${from}
    group by a.moment, a.day`.execute(db)
  return rows.map(row => ({ ...row, used: Number(row.used) }))
}

/** Forgets answers older than a day, a bounded number at a time. */
export const purgeAsks = (db: Db, before: string) =>
  db.deleteFrom('wechat_ask').where('day', '<', before).orderBy('day').limit(5_000).execute()
