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

// Debits a second that take from lots by expiry and write entry, allocations, account and an event durably, 32 at a time; beside the
// bare two-statement transaction (guarded update of a balance, insert of an entry into tables of the same shape) on the same
// server, one after the other in short turns, so that the machine's weather is the same for both. Then repeats of the same keys.
const count = Number(process.argv[2] ?? 20_000)
const width = 32
const members = 10_000
const shop = await openShop()
await loadTables(
  shop.env['DATABASE_URL'] ?? '',
  ledgerTables({ members, rounds: 6, spends: false, expiresOn: '2099-01-01' }),
)
const { kernel, modules, close } = openModules(shop, width)
const { db } = kernel
await sql`create table bare_account like points_account`.execute(db)
await sql`create table bare_entry like points_entry`.execute(db)
await sql`insert into bare_account select * from points_account`.execute(db)
await sql`update bare_account set balance = 1000000`.execute(db)

const turns = 5
const each = Math.floor(count / turns)
const ours: { seconds: number; p50: number; p99: number }[] = []
const bare: number[] = []
const whose = (n: number): string => memberIdOf((n * 7919) % members)
for (let turn = 0; turn < turns; turn++) {
  const first = turn * each
  bare.push(
    (
      await lanes(each, width, n =>
        inTransaction(db, async tx => {
          const memberId = whose(first + n)
          const now = kernel.clock.now()
          await sql`update bare_account set balance = balance - 7, seq = seq + 1, updatedAt = ${now}
            where memberId = ${memberId} and balance >= 7`.execute(tx)
          await sql`insert into bare_entry (id, memberId, seq, amount, active, contra, balanceAfter, reason, ${sql.ref('key')}, at)
            values (${kernel.newId()}, ${memberId}, ${first + n}, -7, -7, 'redeemed', 0, 'spend', ${`bench:${first + n}`}, ${now})`.execute(
            tx,
          )
        }),
      )
    ).seconds,
  )
  ours.push(
    await lanes(each, width, n =>
      inTransaction(db, async tx => {
        const memberId = whose(first + n)
        const { entryId, balance } = await modules.points.spend(tx, { key: `bench:${first + n}`, memberId, points: 7 })
        // As those do who take points for something: what was bought with them is told in the same transaction.
        await publish(tx, pointsAdjusted, { memberId, entryId, amount: -7, balance })
      }),
    ),
  )
}
const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0)
const [mine, plain] = [(each * turns) / sum(ours.map(one => one.seconds)), (each * turns) / sum(bare)]
print({ figure: 'debits a second', value: mine, unit: '1/s', beside: plain, ratio: mine / plain })
print({ figure: 'debit p99', value: Math.max(...ours.map(one => one.p99)), unit: 'ms' })
const again = await lanes(each, width, n =>
  inTransaction(db, tx => modules.points.spend(tx, { key: `bench:${n}`, memberId: whose(n), points: 7 })),
)
print({ figure: 'repeats of a debit a second', value: each / again.seconds, unit: '1/s' })
const { differences } = await modules.points.verify()
print({ figure: 'differences', value: differences.length, unit: '' })
if (differences.length > 0) process.exitCode = 1
await close()
await shop.close()
