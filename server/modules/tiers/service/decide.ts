import { shopDay } from '../../../kernel/clock.ts'
import { inTransaction, type Db, type Tx } from '../../../kernel/db.ts'
import { publish } from '../../../kernel/events/event.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { tierChanged } from '../events.ts'
import { factsRepository, type Facts } from '../repository/facts.ts'
import {
  holdMembers,
  tiersRepository,
  writeTiers,
  type ChangeRecord,
  type MemberTierRecord,
} from '../repository/tiers.ts'
import { standing, type Person, type Standing, type Version } from './history.ts'

export type TiersKernel = Pick<Kernel, 'db' | 'clock' | 'newId' | 'config'>

/** The shop's day now, and how facts are read by it. */
export const reading = ({ clock, config }: Pick<Kernel, 'clock' | 'config'>) => {
  const dayOf = (at: Date): string => shopDay(at, config.SHOP_ZONE)
  return { today: dayOf(clock.now()), facts: (db: Db): Facts => factsRepository(db, dayOf) }
}

/** People with the facts of each currency that the versions of the rules count in. */
export async function standingsOf(
  facts: Facts,
  versions: readonly Version[],
  memberIds: readonly string[],
  today: string,
): Promise<Map<string, Standing>> {
  const currencies = [...new Set(versions.map(one => one.rules.by))]
  const people = new Map<string, Map<string, Person>>()
  for (const by of currencies) people.set(by, await facts.people(memberIds, by))
  const standings = new Map<string, Standing>()
  for (const memberId of memberIds) {
    const first = versions[0] === undefined ? undefined : people.get(versions[0].rules.by)?.get(memberId)
    const decided =
      first === undefined ? null : standing(versions, first, today, by => people.get(by)?.get(memberId) ?? first)
    if (decided !== null) standings.set(memberId, decided)
  }
  return standings
}

/**
 * Decides the tiers of members anew from the ledger, in the caller's transaction; what has not changed is left alone. Each
 * member's row is held, so that two at once write one history. `quietly`: nobody is told, for what changes by putting two
 * members together was won, and welcomed, before.
 */
export async function decideTiers(
  kernel: TiersKernel,
  tx: Tx,
  memberIds: readonly string[],
  { quietly = false }: { quietly?: boolean } = {},
): Promise<number> {
  const versions = await tiersRepository(tx).versions()
  if (versions.length === 0 || memberIds.length === 0) return 0
  const ids = await reading(kernel).facts(tx).activeAmong(memberIds)
  if (ids.length === 0) return 0
  const held = await holdMembers(tx, ids, kernel.clock.now())
  // The day is looked at under the lock: who has waited over midnight does not take back what the new day has decided.
  const at = kernel.clock.now()
  const { today, facts } = reading(kernel)
  const standings = await standingsOf(facts(tx), versions, ids, today)
  const histories = await tiersRepository(tx).changes(ids)
  const members: MemberTierRecord[] = []
  const changes: ChangeRecord[] = []
  for (const [memberId, now] of standings) {
    const old = held.get(memberId)
    const { tier, since, reviewOn, value, rulesVersion } = now
    if (
      old?.tier === tier &&
      old.reviewOn === reviewOn &&
      Number(old.value) === value &&
      old.rulesVersion === rulesVersion
    )
      continue
    members.push({ memberId, tier, since, reviewOn, value, rulesVersion, computedAt: at })
    changes.push(...fresh(kernel, memberId, now, histories.get(memberId) ?? [], today, at))
  }
  await writeTiers(tx, members, changes)
  for (let from = 0; from < (quietly ? 0 : changes.length); from += 500)
    await publish(tx, tierChanged, {
      items: changes.slice(from, from + 500).map(({ id, memberId, day, fromTier, toTier, reason }) => ({
        memberId,
        changeId: id,
        day,
        from: fromTier,
        to: toTier,
        reason,
      })),
    })
  return members.length
}

/** The changes that are not written down yet; where the ledger tells the past otherwise now, one correction from today. */
function fresh(
  { newId }: TiersKernel,
  memberId: string,
  now: Standing,
  written: readonly ChangeRecord[],
  today: string,
  at: Date,
): ChangeRecord[] {
  const last = written.at(-1)
  let from = last?.toTier ?? null
  let seq = last?.seq ?? 0
  const agrees = last === undefined || now.changes.findLast(change => change.day <= last.day)?.tier === last.toTier
  // A second change of one day is what it is, not a correction of the first.
  const latest = now.changes.at(-1)
  const ofToday = latest?.day === today && latest.reason !== 'start' ? latest.reason : null
  const news = agrees
    ? now.changes.filter(change => last === undefined || change.day > last.day)
    : now.tier === from
      ? []
      : [{ day: today, tier: now.tier, reason: ofToday ?? ('correction' as const), rulesVersion: now.rulesVersion }]
  return news.map(({ day, tier, reason, rulesVersion }) => {
    seq += 1
    const record = { id: newId(), memberId, seq, day, fromTier: from, toTier: tier, reason, rulesVersion, at }
    from = tier
    return record
  })
}

/** Runs over members by runs of at most 500, each a transaction of its own. */
export async function decideAll(
  kernel: TiersKernel,
  signal: AbortSignal,
  from = '',
  to?: (cursor: string) => Promise<void>,
): Promise<void> {
  const { facts } = reading(kernel)
  for (let after = from; !signal.aborted;) {
    const ids = await facts(kernel.db).membersAfter(after, 500)
    const last = ids.at(-1)
    if (last === undefined) return
    await inTransaction(kernel.db, tx => decideTiers(kernel, tx, ids))
    after = last
    await to?.(after)
  }
}
