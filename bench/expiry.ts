import process from 'node:process'
import { sql } from 'kysely'
import { print } from './figure.ts'
import { loadTables } from './lists/fill.ts'
import { ledgerTables } from './loyalty/ledger.ts'
import { openModules } from './loyalty/shop.ts'
import { openShop } from './shop.ts'

// The sweep of a midnight on which a million lots of a quarter of a million members expire, stopped once on the way and
// taken up again; beside the bare update that only closes as many lots. Aim: ≤ 60 s.
const lots = Number(process.argv[2] ?? 1_000_000)
const rounds = 4
const shop = await openShop()
await loadTables(
  shop.env['DATABASE_URL'] ?? '',
  ledgerTables({ members: lots / rounds, rounds, spends: false, expiresOn: '2026-02-01' }),
)
const { kernel, modules, close } = openModules(shop, 4)
const { db } = kernel
await sql`create table bare_lot like points_lot`.execute(db)
await sql`insert into bare_lot select * from points_lot`.execute(db)
const bareFrom = performance.now()
await sql`update bare_lot set remaining = 0, state = 'closed' where state = 'open' and due <= '2026-02-01'`.execute(db)
const bare = (performance.now() - bareFrom) / 1000

const from = performance.now()
const stop = new AbortController()
setTimeout(() => stop.abort(), 3000)
await modules.points.sweep(stop.signal)
const left = await sql<{ n: number }>`select count(*) as n from points_lot where state = 'open'`.execute(db)
await modules.points.sweep(new AbortController().signal)
const seconds = (performance.now() - from) / 1000
print({ figure: 'lots left when it was stopped', value: Number(left.rows[0]?.n ?? 0), unit: 'lots' })
print({ figure: `expiry of ${lots} lots`, value: seconds, unit: 's', beside: bare, ratio: bare / seconds })
const { differences } = await modules.points.verify()
print({ figure: 'differences', value: differences.length, unit: '' })
if (differences.length > 0) process.exitCode = 1
await close()
await shop.close()
