import { fork, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import { sql } from 'kysely'
import { inTransaction } from '../../server/kernel/db.ts'
import type { Kernel } from '../../server/kernel/module.ts'
import type { Modules } from '../../server/modules.ts'
import { memberOf, openOffer } from '../claims/offer.ts'
import { cableTo } from '../../tests/support/proxy.ts'
import type { PatternName, Track } from './patterns.ts'

/** How hard a race is. */
export interface RacePlan {
  readonly clients: number
  /** Acts of each kind in all. */
  readonly acts: number
  readonly stock: number
  /** Client processes killed −9 on the way; another takes up what had no answer. */
  readonly kills: number
  /** ms that the database's answers take longer at most. */
  readonly slowBy: number
  /** Which patterns run; all of them when not told. */
  readonly only?: readonly PatternName[]
}

/** What one pattern came to. */
export interface RaceResult {
  readonly pattern: PatternName
  /** Rows against what there was (coupons), or Σ ledger against what the balances lost (points). */
  readonly made: number
  readonly allowed: number
  /** What is wrong: oversold, counters that lie, members above their limit, money that no entry tells of. */
  readonly differences: number
}

const ALL = [
  'coupons.ours',
  'coupons.read-check-write',
  'coupons.guarded-stock',
  'points.ours',
  'points.read-modify-write',
] as const satisfies readonly PatternName[]
const WIDTH = 8
const BALANCE = 1_000
const ACCOUNTS = 5

/** Runs every pattern through the same race: client processes behind a slow cable, killed on the way. */
export async function race(
  { kernel, modules }: { kernel: Kernel; modules: Modules },
  env: Readonly<Record<string, string | undefined>>,
  plan: RacePlan,
): Promise<RaceResult[]> {
  const cable = await cableTo(env['DATABASE_URL'] ?? '', { slowBy: plan.slowBy })
  const results: RaceResult[] = []
  try {
    for (const pattern of plan.only ?? ALL) {
      const track = await lay(kernel, modules, plan)
      await run(pattern, track, { ...env, DATABASE_URL: cable.url }, plan)
      results.push({ pattern, ...(await (pattern.startsWith('coupons') ? coupons : points)(kernel, pattern, track)) })
      await sql`drop table race_template, race_coupon, race_account, race_entry`.execute(kernel.db)
    }
    return results
  } finally {
    await cable.close()
  }
}

async function lay({ db, ...kernel }: Kernel, modules: Modules, plan: RacePlan): Promise<Track> {
  const { templateId, offerId } = await openOffer({ db, ...kernel }, plan.stock)
  // A race that was stopped may have left its tables.
  await sql`drop table if exists race_template, race_coupon, race_account, race_entry`.execute(db)
  await sql`create table race_template (issued int not null, stock int not null) engine=innodb`.execute(db)
  await sql`insert into race_template values (0, ${plan.stock})`.execute(db)
  await sql`create table race_coupon (id char(26) primary key, memberId char(26) not null, index (memberId)) engine=innodb`.execute(
    db,
  )
  await sql`create table race_account (memberId char(26) primary key, balance int not null) engine=innodb`.execute(db)
  await sql`create table race_entry (id char(26) primary key, memberId char(26) not null, amount int not null) engine=innodb`.execute(
    db,
  )
  for (let n = 0; n < ACCOUNTS; n++) {
    const memberId = memberOf(n)
    await sql`insert into race_account values (${memberId}, ${BALANCE})`.execute(db)
    await inTransaction(db, tx => modules.points.grant(tx, [{ key: `race:start:${n}`, memberId, points: BALANCE }]))
  }
  return { templateId, offerId, members: Math.ceil(plan.stock * 1.5), stock: plan.stock, accounts: ACCOUNTS }
}

/** Lets the clients run; whoever is killed is followed by another with what had no answer. */
async function run(
  pattern: PatternName,
  track: Track,
  env: Readonly<Record<string, string | undefined>>,
  { clients, acts, kills }: RacePlan,
): Promise<void> {
  let left = kills
  let answered = 0
  const client = async (first: number): Promise<void> => {
    const open = new Set(Array.from({ length: Math.ceil(acts / clients) }, (_, i) => first + i * clients))
    while (open.size > 0) {
      const child: ChildProcess = fork(
        path.join(import.meta.dirname, 'client.ts'),
        [JSON.stringify({ pattern, numbers: [...open], width: WIDTH, track })],
        { env: { ...env } },
      )
      child.on('message', n => {
        open.delete(Number(n))
        answered += 1
        if (left > 0 && answered >= ((kills - left + 1) * acts) / (kills + 2)) {
          left -= 1
          child.kill('SIGKILL')
        }
      })
      const code = await new Promise<number | null>(resolve => child.once('exit', resolve))
      // A client that ends by itself has tried all; what deadlocked in vain is not tried again.
      if (code === 0) return
      if (code !== null) throw new Error(`a client of ${pattern} fell by itself`)
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, i) => client(i)))
}

async function coupons({ db }: Kernel, pattern: PatternName, { templateId, stock }: Track) {
  const ours = pattern === 'coupons.ours'
  const { rows } = await sql<{ made: number; members: number }>`
    select count(*) as made, count(distinct memberId) as members
    from ${ours ? sql`coupon where templateId = ${templateId}` : sql`race_coupon`}`.execute(db)
  const { rows: counters } = await sql<{ counter: number }>`
    select issued as counter from ${ours ? sql`coupon_template where id = ${templateId}` : sql`race_template`}`.execute(
    db,
  )
  const { made = 0, members = 0 } = rows[0] ?? {}
  const counter = counters[0]?.counter ?? 0
  return {
    made,
    allowed: stock,
    differences: Math.max(0, made - stock) + Math.abs(counter - made) + (made - members),
  }
}

async function points({ db }: Kernel, pattern: PatternName, track: Track) {
  const ours = pattern === 'points.ours'
  const { rows } = await sql<{ spent: number; balance: number }>`
    select (select coalesce(-sum(amount), 0) from ${ours ? sql`points_entry where reason = 'spend'` : sql`race_entry`}) as spent,
      (select sum(balance) from ${ours ? sql`points_account` : sql`race_account`}) as balance`.execute(db)
  const [spent, balance] = [Number(rows[0]?.spent ?? 0), Number(rows[0]?.balance ?? 0)]
  const gone = track.accounts * BALANCE - balance
  return { made: spent, allowed: gone, differences: Math.abs(spent - gone) }
}
