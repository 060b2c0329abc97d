import { sql } from 'kysely'
import type { Tx } from '../../../../kernel/db.ts'
import { chunks } from '../../../../kernel/db.ts'
import { insertRows } from '../../../../kernel/db/bulk.ts'

/** One person of one account. */
export interface Person {
  readonly appId: string
  readonly openid: string
}

/** A right that is counted: a subscribe credit, the window after a message or after a touch, a mass slot of the month. */
export type RightKind = 'credit' | 'message' | 'touch' | 'mass'

/** What happened to a right. */
export type Act = 'granted' | 'reserved' | 'released' | 'spent' | 'reconciled' | 'expired'

/** One change of what a person allows; `free` and `held` are what it adds or takes. */
export interface Entry extends Person {
  /** What makes the change the same change, for ever. */
  readonly key: string
  readonly kind: RightKind
  readonly act: Act
  /** '' for windows and mass slots. */
  readonly templateId: string
  /** The window or month it counts in; null for credits. */
  readonly until: Date | null
  readonly free: number
  readonly held: number
  /** WeChat's code where it was WeChat who said so. */
  readonly errorCode: number | null
}

/** Where new ids come from and which time it is. */
export interface Pen {
  readonly newId: () => string
  readonly now: Date
}

const COLUMNS = [
  'id',
  'entryKey',
  'appId',
  'openid',
  'rightKind',
  'act',
  'templateId',
  'until',
  'free',
  'held',
  'errorCode',
  'at',
] as const

/** Writes entries into the ledger only; `ignore` passes over keys that are known. */
export const writeEntries = (tx: Tx, entries: readonly Entry[], { newId, now }: Pen, ignore = false): Promise<void> =>
  insertRows(
    tx,
    'wechat_right_entry',
    COLUMNS,
    entries.map(entry => [
      newId(),
      entry.key,
      entry.appId,
      entry.openid,
      entry.kind,
      entry.act,
      entry.templateId,
      entry.until,
      entry.free,
      entry.held,
      entry.errorCode,
      now,
    ]),
    { ignore },
  )

/** People in the order in which every writer locks them, so that two writers never wait for each other. */
export const inOrder = <T extends Person>(people: readonly T[]): T[] =>
  people.toSorted((a, b) => (a.appId === b.appId ? (a.openid < b.openid ? -1 : 1) : a.appId < b.appId ? -1 : 1))

async function applyToCredits(tx: Tx, entries: readonly Entry[], now: Date): Promise<void> {
  const sums = new Map<string, { entry: Entry; free: number; held: number }>()
  for (const entry of inOrder(entries)) {
    const key = `${entry.appId} ${entry.openid} ${entry.templateId}`
    const sum = sums.get(key) ?? { entry, free: 0, held: 0 }
    sums.set(key, { entry, free: sum.free + entry.free, held: sum.held + entry.held })
  }
  for (const run of chunks([...sums.values()], 500)) {
    const rows = run.map(
      ({ entry, free, held }) => sql`(${entry.appId}, ${entry.openid}, ${entry.templateId}, ${free}, ${held}, ${now})`,
    )
    await sql`insert into wechat_credit (appId, openid, templateId, remaining, reserved, changedAt) values ${sql.join(rows)}
      on duplicate key update remaining = remaining + values(remaining), reserved = reserved + values(reserved),
        changedAt = values(changedAt)`.execute(tx)
  }
}

/**
 * Moves a counter that belongs to a window: a newer window replaces it, the same one adds, an older one changes nothing.
 * The column of the window's end is assigned last, because assignments see those before them.
 */
const moved = (count: string, until: string) => sql`
  ${sql.ref(count)} = case
    when values(${sql.ref(until)}) is null then ${sql.ref(count)}
    when ${sql.ref(until)} is null or values(${sql.ref(until)}) > ${sql.ref(until)} then values(${sql.ref(count)})
    when values(${sql.ref(until)}) = ${sql.ref(until)} then ${sql.ref(count)} + values(${sql.ref(count)})
    else ${sql.ref(count)} end,
  ${sql.ref(until)} = greatest(coalesce(${sql.ref(until)}, values(${sql.ref(until)})), coalesce(values(${sql.ref(until)}), ${sql.ref(until)}))`

const WINDOW = {
  message: { count: 'messageLeft', until: 'messageUntil', sign: 1 },
  touch: { count: 'touchLeft', until: 'touchUntil', sign: 1 },
  // Of a month what is used is counted: who was never written to needs no row.
  mass: { count: 'massUsed', until: 'massUntil', sign: -1 },
} as const

async function applyToWindows(tx: Tx, kind: 'message' | 'touch' | 'mass', entries: readonly Entry[]): Promise<void> {
  const { count, until, sign } = WINDOW[kind]
  const sums = new Map<string, { entry: Entry; free: number }>()
  for (const entry of inOrder(entries)) {
    const key = `${entry.appId} ${entry.openid} ${entry.until?.getTime() ?? 0}`
    sums.set(key, { entry, free: (sums.get(key)?.free ?? 0) + entry.free })
  }
  const moving = [...sums.values()].filter(({ free }) => free !== 0)
  for (const run of chunks(moving, 500)) {
    const rows = run.map(({ entry, free }) => sql`(${entry.appId}, ${entry.openid}, ${free * sign}, ${entry.until})`)
    await sql`insert into wechat_reach (appId, openid, ${sql.ref(count)}, ${sql.ref(until)}) values ${sql.join(rows)}
      on duplicate key update ${moved(count, until)}`.execute(tx)
  }
}

/**
 * Writes entries and moves the projections by just what they say. The caller holds the rows of the people it takes from
 * (lockCredits, lockReach), so that nothing is taken twice.
 */
export async function book(tx: Tx, entries: readonly Entry[], pen: Pen): Promise<void> {
  if (entries.length === 0) return
  await writeEntries(tx, entries, pen)
  const byKind = Map.groupBy(entries, entry => entry.kind)
  await applyToCredits(tx, byKind.get('credit') ?? [], pen.now)
  for (const kind of ['message', 'touch', 'mass'] as const) await applyToWindows(tx, kind, byKind.get(kind) ?? [])
}

/** Reads and locks the credits of people for a template. */
export const lockCredits = (tx: Tx, appId: string, templateId: string, openids: readonly string[]) =>
  tx
    .selectFrom('wechat_credit')
    .select(['openid', 'remaining', 'reserved'])
    .where('appId', '=', appId)
    .where('templateId', '=', templateId)
    .where('openid', 'in', openids)
    .orderBy('openid')
    .forUpdate()
    .execute()

/** Reads and locks what is known of people in an account's conversation. */
export const lockReach = (tx: Tx, appId: string, openids: readonly string[]) =>
  tx
    .selectFrom('wechat_reach')
    .selectAll()
    .where('appId', '=', appId)
    .where('openid', 'in', openids)
    .orderBy('openid')
    .forUpdate()
    .execute()
export type ReachRow = Awaited<ReturnType<typeof lockReach>>[number]
