import type { Tx } from '../../../../kernel/db.ts'
import { book, lockCredits, lockReach, type Entry, type Pen, type ReachRow, type RightKind } from './ledger.ts'

/** A message that needs a right, or holds one. */
export interface Holder {
  readonly id: string
  readonly appId: string
  readonly openid: string
  readonly templateId: string
}

/** Which right a message holds. */
export interface Held {
  readonly kind: RightKind
  readonly until: Date | null
}

const taken = (holder: Holder, { kind, until }: Held): Entry => ({
  key: `${holder.id}:reserved`,
  appId: holder.appId,
  openid: holder.openid,
  kind,
  act: 'reserved',
  templateId: kind === 'credit' ? holder.templateId : '',
  until,
  free: -1,
  held: 1,
  errorCode: null,
})

const accountsOf = <T extends Holder>(holders: readonly T[], keyOf: (holder: T) => string): T[][] =>
  [...Map.groupBy(holders, keyOf)].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group)

/** Takes one credit for each message whose person has one; returns the ids of those that got theirs. */
export async function reserveCredits(tx: Tx, holders: readonly Holder[], pen: Pen): Promise<Map<string, Held>> {
  const got = new Map<string, Held>()
  for (const group of accountsOf(holders, ({ appId, templateId }) => `${appId} ${templateId}`)) {
    const [{ appId, templateId } = { appId: '', templateId: '' }] = group
    const openids = [...new Set(group.map(({ openid }) => openid))]
    const free = new Map((await lockCredits(tx, appId, templateId, openids)).map(row => [row.openid, row.remaining]))
    const lucky = group.filter(({ openid }) => {
      const left = free.get(openid) ?? 0
      free.set(openid, left - 1)
      return left > 0
    })
    const held: Held = { kind: 'credit', until: null }
    await book(
      tx,
      lucky.map(holder => taken(holder, held)),
      pen,
    )
    for (const { id } of lucky) got.set(id, held)
  }
  return got
}

/** The windows of a person that may still be used, the one that closes first leading: what it allows is lost soonest. */
const usable = (row: ReachRow, now: Date): { kind: 'message' | 'touch'; until: Date; left: number }[] =>
  [
    { kind: 'touch' as const, until: row.touchUntil, left: row.touchLeft },
    { kind: 'message' as const, until: row.messageUntil, left: row.messageLeft },
  ].flatMap(({ kind, until, left }) => (until !== null && until > now && left > 0 ? [{ kind, until, left }] : []))

/** Takes one answer of an open window for each message whose person has one; returns which window. */
export async function reserveWindows(tx: Tx, holders: readonly Holder[], pen: Pen): Promise<Map<string, Held>> {
  const got = new Map<string, Held>()
  for (const group of accountsOf(holders, ({ appId }) => appId)) {
    const [{ appId } = { appId: '' }] = group
    const rows = await lockReach(tx, appId, [...new Set(group.map(({ openid }) => openid))])
    const open = new Map(rows.map(row => [row.openid, usable(row, pen.now)]))
    const entries = group.flatMap(holder => {
      const window = open.get(holder.openid)?.find(one => one.left > 0)
      if (window === undefined) return []
      window.left -= 1
      const held: Held = { kind: window.kind, until: window.until }
      got.set(holder.id, held)
      return [taken(holder, held)]
    })
    await book(tx, entries, pen)
  }
  return got
}

/** Takes one mass slot of the month for each person who has one left; returns the openids of those that have. */
export async function reserveMassSlots(
  tx: Tx,
  {
    id,
    appId,
    openids,
    until,
    aMonth,
  }: { id: string; appId: string; openids: readonly string[]; until: Date; aMonth: number },
  pen: Pen,
): Promise<string[]> {
  const rows = await lockReach(tx, appId, openids)
  const lucky = rows
    .filter(row => row.massUntil === null || row.massUntil < until || row.massUsed < aMonth)
    .map(row => row.openid)
  await book(
    tx,
    lucky.map(openid => ({
      ...taken({ id: `${id}:${openid}`, appId, openid, templateId: '' }, { kind: 'mass', until }),
    })),
    pen,
  )
  return lucky
}

/** A message that has come to an end, with what it held. */
export interface Ending extends Holder, Held {
  /** spent: WeChat took it · released: it did not go out · reconciled: WeChat says that the right was not there. */
  readonly act: 'spent' | 'released' | 'reconciled'
  readonly errorCode: number | null
}

/**
 * Books the ends of messages. Of a person who has been forgotten meanwhile nothing is written: the ledger would say
 * something of them again.
 */
export async function settleRights(tx: Tx, endings: readonly Ending[], pen: Pen): Promise<void> {
  const known = new Set<string>()
  for (const group of accountsOf(
    endings.filter(({ kind }) => kind === 'credit'),
    ({ appId, templateId }) => `${appId} ${templateId}`,
  )) {
    const [{ appId, templateId } = { appId: '', templateId: '' }] = group
    const openids = [...new Set(group.map(({ openid }) => openid))]
    const rows = new Map((await lockCredits(tx, appId, templateId, openids)).map(row => [row.openid, row.reserved]))
    for (const { id, openid } of group) {
      const held = rows.get(openid) ?? 0
      if (held > 0) known.add(id)
      rows.set(openid, held - 1)
    }
  }
  for (const group of accountsOf(
    endings.filter(({ kind }) => kind !== 'credit'),
    ({ appId }) => appId,
  )) {
    const [{ appId } = { appId: '' }] = group
    const openids = [...new Set(group.map(({ openid }) => openid))]
    const rows = new Set((await lockReach(tx, appId, openids)).map(row => row.openid))
    for (const { id, openid } of group) if (rows.has(openid)) known.add(id)
  }
  await book(
    tx,
    endings
      .filter(({ id }) => known.has(id))
      .map((ending): Entry => ({
        key: `${ending.id}:${ending.act}`,
        appId: ending.appId,
        openid: ending.openid,
        kind: ending.kind,
        act: ending.act,
        templateId: ending.kind === 'credit' ? ending.templateId : '',
        until: ending.until,
        free: ending.act === 'released' ? 1 : 0,
        held: -1,
        errorCode: ending.errorCode,
      })),
    pen,
  )
}
