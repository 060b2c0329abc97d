import { sql } from 'kysely'
import { addDays, shopDay } from '../../../kernel/clock.ts'
import { inTransaction, uniqueViolation, type Tx } from '../../../kernel/db.ts'
import { insertRows } from '../../../kernel/db/bulk.ts'
import { publish } from '../../../kernel/events/event.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { pointsExpiringSoon } from '../events.ts'
import type { LedgerKernel } from './ports.ts'
import { ruleBook } from './rules.ts'

/** Notices an event. */
const NOTICES = 500

/** Days ahead for which the notice of `days` is due: after the next smaller one, up to `days` itself. */
interface Stretch {
  readonly days: number
  readonly after: string
  readonly until: string
}

/**
 * Tells one batch of a stretch and returns how many. Whoever was told of that day already by this notice, or by one that
 * is nearer to the day, is left out: a change of the rules tells nobody the same again.
 */
async function tellSome(tx: Tx, at: Date, { days, after, until }: Stretch): Promise<number> {
  const { rows } = await sql<{ memberId: string; expiresOn: string; points: string }>`
    select l.memberId, l.due as expiresOn, sum(l.remaining) as points from points_lot l
    left join points_notice n on n.memberId = l.memberId and n.expiresOn = l.due and n.days <= ${days}
    where l.state = 'open' and l.due > ${after} and l.due <= ${until} and n.memberId is null
    group by l.memberId, l.due limit ${sql.lit(NOTICES)}`.execute(tx)
  const items = rows.map(row => ({ ...row, points: Number(row.points), days }))
  if (items.length === 0) return 0
  // The primary key lets each be told once; a twin that tells the same fails as a whole and looks again.
  await insertRows(
    tx,
    'points_notice',
    ['memberId', 'expiresOn', 'days', 'points', 'at'],
    items.map(row => [row.memberId, row.expiresOn, days, row.points, at]),
  )
  await publish(tx, pointsExpiringSoon, { items })
  return items.length
}

/**
 * Tells each member of the days on which points will expire, once for each notice of the rules (30 days before, and 7). A
 * notice that no night was there to tell is left out when the next one is due.
 */
export async function tellOfExpiry(
  { db, clock, config }: LedgerKernel & Pick<Kernel, 'db'>,
  signal: AbortSignal,
): Promise<void> {
  const notices = [...new Set((await ruleBook(db)).latest.rules.noticeDays)].toSorted((a, b) => a - b)
  const today = shopDay(clock.now(), config.SHOP_ZONE)
  for (const [index, days] of notices.entries()) {
    const stretch = { days, after: addDays(today, notices[index - 1] ?? 0), until: addDays(today, days) }
    while (!signal.aborted) {
      const told = await inTransaction(db, tx => tellSome(tx, clock.now(), stretch)).catch((error: unknown) => {
        if (uniqueViolation(error) === null) throw error
        return NOTICES
      })
      if (told < NOTICES) break
    }
  }
}
