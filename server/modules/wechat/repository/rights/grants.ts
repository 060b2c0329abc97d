import { sql } from 'kysely'
import { affected, chunks, type Db, type Tx } from '../../../../kernel/db.ts'
import { book, inOrder, writeEntries, type Entry, type Pen, type Person } from './ledger.ts'

/** A window that a person's own action has opened. */
export interface Window extends Person {
  readonly kind: 'message' | 'touch'
  readonly until: Date
  /** How many messages it allows. */
  readonly left: number
}

/** Opens windows; one that is known, or older than the one in force, changes nothing. */
export async function openWindows(tx: Tx, windows: readonly Window[], pen: Pen): Promise<void> {
  if (windows.length === 0) return
  const entries = inOrder(windows).map((window): Entry => ({
    key: `${window.kind}:${window.appId}:${window.openid}:${window.until.toISOString()}`,
    appId: window.appId,
    openid: window.openid,
    kind: window.kind,
    act: 'granted',
    templateId: '',
    until: window.until,
    free: window.left,
    held: 0,
    errorCode: null,
  }))
  await writeEntries(tx, entries, pen, true)
  for (const [kind, group] of Map.groupBy(inOrder(windows), window => window.kind)) {
    const [left, until] = kind === 'message' ? ['messageLeft', 'messageUntil'] : ['touchLeft', 'touchUntil']
    for (const run of chunks(group, 500)) {
      const rows = run.map(window => sql`(${window.appId}, ${window.openid}, ${window.left}, ${window.until})`)
      await sql`insert into wechat_reach (appId, openid, ${sql.ref(left)}, ${sql.ref(until)}) values ${sql.join(rows)}
        on duplicate key update
          ${sql.ref(left)} = if(${sql.ref(until)} is null or values(${sql.ref(until)}) > ${sql.ref(until)}, values(${sql.ref(left)}), ${sql.ref(left)}),
          ${sql.ref(until)} = greatest(coalesce(${sql.ref(until)}, values(${sql.ref(until)})), values(${sql.ref(until)}))`.execute(
        tx,
      )
    }
  }
}

/** Adds one message to what a person allows, once per grant key; false when the grant was known. */
export async function grantCredit(
  tx: Tx,
  { appId, openid }: Person,
  templateId: string,
  grantKey: string,
  { newId, now }: Pen,
): Promise<boolean> {
  const granted = await tx
    .insertInto('wechat_right_entry')
    .ignore()
    .values({
      id: newId(),
      entryKey: grantKey,
      appId,
      openid,
      rightKind: 'credit',
      act: 'granted',
      templateId,
      until: null,
      free: 1,
      held: 0,
      at: now,
    })
    .executeTakeFirstOrThrow()
  if (granted.numInsertedOrUpdatedRows !== 1n) return false
  await tx
    .insertInto('wechat_credit')
    .values({ appId, openid, templateId, remaining: 1, changedAt: now })
    .onDuplicateKeyUpdate({ remaining: sql`remaining + 1`, changedAt: now })
    .execute()
  return true
}

/** WeChat's word on what is left of people's credits: none. What is held stays held until its message is settled. */
export async function clearCredits(
  tx: Tx,
  appId: string,
  templateId: string,
  openids: readonly string[],
  { because, errorCode }: { because: string; errorCode: number | null },
  pen: Pen,
): Promise<void> {
  if (openids.length === 0) return
  const rows = await tx
    .selectFrom('wechat_credit')
    .select(['openid', 'remaining'])
    .where('appId', '=', appId)
    .where('templateId', '=', templateId)
    .where('openid', 'in', openids)
    .where('remaining', '>', 0)
    .orderBy('openid')
    .forUpdate()
    .execute()
  await book(
    tx,
    rows.map(({ openid, remaining }): Entry => ({
      // The key names the cause and the person: one cause clears a person once.
      key: `${because}:${openid}:cleared`.slice(-160),
      appId,
      openid,
      kind: 'credit',
      act: 'reconciled',
      templateId,
      until: null,
      free: -remaining,
      held: 0,
      errorCode,
    })),
    pen,
  )
}

/** WeChat's word that nothing may be written in the conversation, whatever we thought (45015, 45047). */
export async function closeWindows(
  tx: Tx,
  { appId, openid }: Person,
  { because, errorCode }: { because: string; errorCode: number },
  pen: Pen,
): Promise<void> {
  const row = await tx
    .selectFrom('wechat_reach')
    .selectAll()
    .where('appId', '=', appId)
    .where('openid', '=', openid)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) return
  const closing = [
    { kind: 'message', until: row.messageUntil, left: row.messageLeft },
    { kind: 'touch', until: row.touchUntil, left: row.touchLeft },
  ] as const
  await book(
    tx,
    closing
      .filter(({ until, left }) => until !== null && left > 0)
      .map(({ kind, until, left }): Entry => ({
        key: `${because}:${kind}:closed`,
        appId,
        openid,
        kind,
        act: 'reconciled',
        templateId: '',
        until,
        free: -left,
        held: 0,
        errorCode,
      })),
    pen,
  )
}

/** Notes that WeChat refuses everything to people (they switched receiving off or are on our blacklist), or no longer. */
export async function setBlocked(tx: Tx, appId: string, openids: readonly string[], since: Date | null): Promise<void> {
  if (openids.length === 0) return
  await tx
    .updateTable('wechat_reach')
    .set({ blocked: since === null ? 0 : 1, blockedAt: since })
    .where('appId', '=', appId)
    .where('openid', 'in', [...openids].toSorted())
    .execute()
}

/** Notes who follows now: a row for each, free of old refusals. */
export async function setFollowing(tx: Tx, people: readonly Person[]): Promise<void> {
  for (const run of chunks(inOrder(people), 500)) {
    const rows = run.map(({ appId, openid }) => sql`(${appId}, ${openid}, 1)`)
    await sql`insert into wechat_reach (appId, openid, following) values ${sql.join(rows)}
      on duplicate key update following = 1, blocked = 0, blockedAt = null`.execute(tx)
  }
}

/** Deletes all that is known of what people allowed, as WeChat demands when somebody unfollows. */
export async function forgetRights(tx: Tx, appId: string, openids: readonly string[]): Promise<void> {
  for (const table of ['wechat_reach', 'wechat_credit', 'wechat_right_entry'] as const)
    await tx.deleteFrom(table).where('appId', '=', appId).where('openid', 'in', openids).execute()
}

/** Forgets refusals that are older than an instant, so that people are tried again; a bounded number at a time. */
export async function unblockOld(db: Db, before: Date): Promise<number> {
  const result = await db
    .updateTable('wechat_reach')
    .set({ blocked: 0, blockedAt: null })
    .where('blockedAt', '<', before)
    .limit(1_000)
    .executeTakeFirstOrThrow()
  return affected(result)
}
