import { sql } from 'kysely'
import type { Db, Tx } from '../../../kernel/db.ts'

/** One person of one account. */
export interface Person {
  readonly appId: string
  readonly openid: string
}

/** Opens a window to write to a person; a push that is older than the window in force changes nothing. */
export async function openWindows(
  tx: Tx,
  windows: readonly (Person & { kind: 'message' | 'touch'; until: Date; left: number })[],
): Promise<void> {
  if (windows.length === 0) return
  const rows = windows.map(
    window => sql`(${window.appId}, ${window.openid}, ${window.kind}, ${window.until}, ${window.left})`,
  )
  await sql`insert into wechat_window (appId, openid, kind, until, \`left\`) values ${sql.join(rows)}
    on duplicate key update
      \`left\` = if(values(until) > until, values(\`left\`), \`left\`),
      until = greatest(until, values(until))`.execute(tx)
}

/** The windows that are open for a person now, the one that closes last first. */
export const openWindowsOf = (db: Db, person: Person, now: Date) =>
  db
    .selectFrom('wechat_window')
    .select(['kind', 'until', 'left'])
    .where('appId', '=', person.appId)
    .where('openid', '=', person.openid)
    .where('until', '>', now)
    .where('left', '>', 0)
    .orderBy('until', 'desc')
    .execute()

/** Uses up one message of the person's longest open window. */
export const spendWindow = (tx: Tx, person: Person, now: Date) =>
  tx
    .updateTable('wechat_window')
    .set({ left: sql`\`left\` - 1` })
    .where('appId', '=', person.appId)
    .where('openid', '=', person.openid)
    .where('until', '>', now)
    .where('left', '>', 0)
    .orderBy('until', 'desc')
    .limit(1)
    .execute()

/** WeChat says that the window is closed, whatever we thought. */
export const closeWindows = (tx: Tx, person: Person) =>
  tx.deleteFrom('wechat_window').where('appId', '=', person.appId).where('openid', '=', person.openid).execute()

/** Adds one message to what a person allows, once per grant key; false when the grant was known. */
export async function grantCredit(
  tx: Tx,
  { appId, openid }: Person,
  templateId: string,
  grantKey: string,
  now: Date,
): Promise<boolean> {
  const granted = await tx
    .insertInto('wechat_credit_grant')
    .ignore()
    .values({ grantKey, appId, openid, templateId, at: now })
    .executeTakeFirstOrThrow()
  if (granted.numInsertedOrUpdatedRows !== 1n) return false
  await tx
    .insertInto('wechat_credit')
    .values({ appId, openid, templateId, remaining: 1, changedAt: now })
    .onDuplicateKeyUpdate({ remaining: sql`remaining + 1`, changedAt: now })
    .execute()
  return true
}

/** Takes one message from what each of the people allows; what is at zero stays there. */
export async function spendCredits(
  tx: Tx,
  appId: string,
  templateId: string,
  openids: readonly string[],
  now: Date,
): Promise<void> {
  // A person who got several in one batch is counted as often.
  const times = new Map<string, number>()
  for (const openid of openids) times.set(openid, (times.get(openid) ?? 0) + 1)
  for (const [count, group] of Map.groupBy(times.keys(), openid => times.get(openid) ?? 1)) {
    await tx
      .updateTable('wechat_credit')
      .set({ remaining: sql`greatest(remaining - ${count}, 0)`, changedAt: now })
      .where('appId', '=', appId)
      .where('templateId', '=', templateId)
      .where('openid', 'in', group)
      .execute()
  }
}

/** The person refuses: nothing is left. */
export const clearCredits = (tx: Tx, appId: string, templateId: string, openids: readonly string[], now: Date) =>
  tx
    .updateTable('wechat_credit')
    .set({ remaining: 0, changedAt: now })
    .where('appId', '=', appId)
    .where('templateId', '=', templateId)
    .where('openid', 'in', openids)
    .execute()

/** What a person allows, by template id. */
export async function creditsOf(db: Db, person: Person): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('wechat_credit')
    .select(['templateId', 'remaining'])
    .where('appId', '=', person.appId)
    .where('openid', '=', person.openid)
    .execute()
  return new Map(rows.map(row => [row.templateId, row.remaining]))
}
