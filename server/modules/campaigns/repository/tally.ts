import { sql } from 'kysely'
import type { Db, Tx } from '../../../kernel/db.ts'
import { messagesOf } from '../../wechat/index.ts'
import { groupOf } from './keys.ts'

/** People of an audience who stand in one place, for their coupon or for their message. */
interface Standing {
  readonly about: 'coupon' | 'message'
  /** The state of the recipient's row. */
  readonly outcome: string
  readonly reason: string
  readonly people: number
}

/**
 * Adds to how many people stand where. Whoever moves recipients calls it in the same transaction, and holds the
 * campaign's row: the sums have one writer at a time, and no message that goes out waits for them.
 */
export async function tally(tx: Tx, campaignId: string, changes: readonly Standing[]): Promise<void> {
  const real = changes.filter(({ people }) => people !== 0)
  if (real.length === 0) return
  await tx
    .insertInto('campaign_tally')
    .values(real.map(change => ({ campaignId, ...change })))
    .onDuplicateKeyUpdate({ people: sql`people + values(people)` })
    .execute()
}

/** So many people no longer wait, but stand in another place. */
export const moved = (about: Standing['about'], people: number, outcome: string, reason: string): Standing[] => [
  { about, outcome: 'waiting', reason: '', people: -people },
  { about, outcome, reason, people },
]

/** What a message may have become besides simply sent. */
const RARE = ['planned', 'sending', 'failed', 'refused', 'unknown', 'withdrawn'] as const

/**
 * How many people stand where, and what WeChat's side says of those who are `planned`, as of one moment. Messages that
 * were simply sent are not counted: each planned person has exactly one message, so they are all the others.
 */
export async function standings(
  db: Db,
  campaignId: string,
  { reasons }: { reasons: boolean },
): Promise<{ about: 'coupon' | 'message' | 'wechat'; outcome: string; reason: string; people: number }[]> {
  type Of = 'coupon' | 'message' | 'wechat'
  const ofState = (state: string) =>
    db
      .selectFrom(messagesOf(db, groupOf(campaignId)).as('m'))
      .select([sql<Of>`'wechat'`.as('about'), sql<string>`${state}`.as('outcome')])
      .select([(reasons ? sql<string>`m.reason` : sql<string>`''`).as('reason'), sql<number>`count(*)`.as('people')])
      .where('m.state', '=', state)
      .$if(reasons, query => query.groupBy('m.reason'))
  const tallied = db
    .selectFrom('campaign_tally')
    .select([sql<Of>`about`.as('about'), 'outcome', 'reason', 'people'])
    .where('campaignId', '=', campaignId)
  // One statement sees one moment: what is planned in between is on both sides, or on neither. Each state is asked for by
  // itself, so that no database reads the many that were simply sent.
  const rows = await RARE.reduce((query, state) => query.unionAll(ofState(state)), tallied).execute()
  return rows.map(row => ({ ...row, people: Number(row.people) })).filter(({ people }) => people !== 0)
}
