import process from 'node:process'
import { sql } from 'kysely'
import { openDatabase } from '../server/kernel/db.ts'
import { print } from './figure.ts'
import { loadTables } from './lists/fill.ts'
import { ledgerTables } from './loyalty/ledger.ts'
import { openShop, peakMegabytes } from './shop.ts'

// `npm run loyalty:verify` over ten million entries of half a million members, with their lots, allocations and receipts;
// beside the one statement that only adds the entries up by member. Aim: ≤ 60 s and ≤ 300 MB.
// `npm run bench -- verify 10000000 --filled` verifies the ledger that an earlier run has written.
const entries = Number(process.argv[2] ?? 10_000_000)
const rounds = 20
const filled = process.argv.includes('--filled')
const shop = await openShop([], filled)
if (!filled)
  await loadTables(
    shop.env['DATABASE_URL'] ?? '',
    ledgerTables({ members: entries / rounds, rounds, spends: true, expiresOn: '2099-01-01' }),
  )
const { db, close } = openDatabase(shop.env['DATABASE_URL'] ?? '', { connections: 1 })
const bareFrom = performance.now()
await sql`select count(*) from (select memberId, sum(amount) as points from points_entry group by memberId) s`.execute(
  db,
)
const bare = (performance.now() - bareFrom) / 1000
await close()

const from = performance.now()
let peak = 0
// As scripts/run.mjs starts it.
const flags = ['--max-semi-space-size=8', '--heap-growing-percent=50']
const child = await shop.start('scripts/loyalty-verify.ts', () => Promise.resolve(true), {}, flags)
const watch = setInterval(() => {
  if (child.exitCode === null && child.pid !== undefined) peak = Math.max(peak, peakMegabytes(child.pid))
}, 100)
const code = await new Promise<number>(resolve => child.once('exit', status => resolve(status ?? 1)))
clearInterval(watch)
const seconds = (performance.now() - from) / 1000
print({ figure: `verification of ${entries} entries`, value: seconds, unit: 's', beside: bare, ratio: bare / seconds })
print({ figure: 'memory of the verification', value: peak, unit: 'MB' })
print({ figure: 'differences', value: code, unit: '' })
process.exitCode = code
await shop.close()
