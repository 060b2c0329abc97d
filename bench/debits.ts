import process from 'node:process'
import { sql } from 'kysely'
import { inTransaction } from '../server/kernel/db.ts'
import { publish } from '../server/kernel/events/event.ts'
import { pointsAdjusted } from '../server/modules/points/events.ts'
import { print } from './figure.ts'
import { loadTables } from './lists/fill.ts'
import { ledgerTables, memberIdOf } from './loyalty/ledger.ts'
import { lanes, openModules } from './loyalty/shop.ts'
import { openShop } from './shop.ts'

// Debits a second that take from lots by expiry and write entry, allocations, account and an event durably, one by one (where
// the disk sets the pace) and 32 at once (where the two cores do); beside the bare two-statement transaction (guarded update of
// a balance, insert of an entry into tables of the same shape) on the same server, one after the other in short turns, so that
// the machine's weather is the same for both. Then repeats of the same keys.
const count = Number(process.argv[2] ?? 20_000)
const WIDTH = 32
const TURNS = 5
const members = 10_000
const shop = await openShop()
await loadTables(
  shop.env['DATABASE_URL'] ?? '',
  ledgerTables({ members, rounds: 6, spends: false, expiresOn: '2099-01-01' }),
)
const { kernel, modules, close } = openModules(shop, WIDTH)
const { db } = kernel
await sql`create table bare_account like points_account`.execute(db)
await sql`create table bare_entry like points_entry`.execute(db)
await sql`insert into bare_account select * from points_account`.execute(db)
await sql`update bare_account set balance = 1000000`.execute(db)

const whose = (n: number): string => memberIdOf((n * 7919) % members)
const bare = (n: number): Promise<void> =>
  inTransaction(db, async tx => {
    const memberId = whose(n)
    const now = kernel.clock.now()
    await sql`update bare_account set balance = balance - 7, seq = seq + 1, updatedAt = ${now}
      where memberId = ${memberId} and balance >= 7`.execute(tx)
    await sql`insert into bare_entry (id, memberId, seq, amount, active, contra, balanceAfter, reason, ${sql.ref('key')}, at)
      values (${kernel.newId()}, ${memberId}, ${n}, -7, -7, 'redeemed', 0, 'spend', ${`bench:${n}`}, ${now})`.execute(
      tx,
    )
  })
const ours = (n: number): Promise<void> =>
  inTransaction(db, async tx => {
    const memberId = whose(n)
    const { entryId, balance } = await modules.points.spend(tx, { key: `bench:${n}`, memberId, points: 7 })
    // As those do who take points for something: what was bought with them is told in the same transaction.
    await publish(tx, pointsAdjusted, { memberId, entryId, amount: -7, balance })
  })

/** Takes turns with the bare statements; the numbers of the debits go on from `from`. */
async function measure(name: string, width: number, debits: number, from: number): Promise<void> {
  const each = Math.floor(debits / TURNS)
  const seconds = { ours: 0, bare: 0 }
  let p99 = 0
  for (let turn = 0; turn < TURNS; turn++) {
    const first = from + turn * each
    seconds.bare += (await lanes(each, width, n => bare(first + n))).seconds
    const mine = await lanes(each, width, n => ours(first + n))
    seconds.ours += mine.seconds
    p99 = Math.max(p99, mine.p99)
  }
  const [mine, plain] = [(each * TURNS) / seconds.ours, (each * TURNS) / seconds.bare]
  print({ figure: `debits ${name}`, value: mine, unit: '1/s', beside: plain, ratio: mine / plain })
  print({ figure: `debits ${name}.p99`, value: p99, unit: 'ms' })
}
const alone = Math.floor(count / 5)
await measure('one by one', 1, alone, 0)
await measure(`${WIDTH} at once`, WIDTH, count, alone)
const again = await lanes(alone, WIDTH, n =>
  inTransaction(db, tx => modules.points.spend(tx, { key: `bench:${n}`, memberId: whose(n), points: 7 })),
)
print({ figure: 'repeats of a debit a second', value: alone / again.seconds, unit: '1/s' })
const { differences } = await modules.points.verify()
print({ figure: 'differences', value: differences.length, unit: '' })
if (differences.length > 0) process.exitCode = 1
await close()
await shop.close()
