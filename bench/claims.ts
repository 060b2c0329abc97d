import process from 'node:process'
import { sql } from 'kysely'
import { inTransaction } from '../server/kernel/db.ts'
import { bareTables, claimBare, memberOf, openOffer, tapOf } from './claims/offer.ts'
import { rush } from './claims/rush.ts'
import { print } from './figure.ts'
import { lanes, openModules } from './loyalty/shop.ts'
import { openShop } from './shop.ts'

// Claims a second on one hot template, in short turns beside the bare statements (guarded update of the counter, coupon and
// its first event inserted, one transaction, fsync on each commit) on the same server: one after the other; many at once;
// then a rush through the gate in Redis, which is killed once on the way. Every part ends by counting what was sold.
const count = Number(process.argv[2] ?? 4_000)
const width = 64
const turns = 4
const shop = await openShop()
const { kernel, modules, close } = openModules(shop, width)
await bareTables(kernel.db)
const each = Math.floor(count / turns)
const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0)

for (const lanesOf of [1, width]) {
  const stock = each * turns
  const offer = await openOffer(kernel, stock)
  await sql`insert into bare_template values (${offer.templateId}, 0, ${stock}, 'active')`.execute(kernel.db)
  const times = { bare: [] as number[], ours: [] as { seconds: number; p99: number }[] }
  for (let turn = 0; turn < turns; turn++) {
    const first = turn * each
    times.bare.push(
      (
        await lanes(each, lanesOf, n =>
          inTransaction(kernel.db, tx => claimBare(tx, kernel, offer.templateId, first + n)),
        )
      ).seconds,
    )
    times.ours.push(
      await lanes(each, lanesOf, n => modules.coupons.claim(memberOf(first + n), offer.offerId, tapOf(first + n))),
    )
  }
  const [ours, bare] = [stock / sum(times.ours.map(({ seconds }) => seconds)), stock / sum(times.bare)]
  const name = lanesOf === 1 ? 'one by one' : `${lanesOf} at once`
  print({ figure: `claims.${name}`, value: ours, unit: 'claims/s', beside: bare, ratio: ours / bare })
  print({ figure: `claims.${name}.p99`, value: Math.max(...times.ours.map(({ p99 }) => p99)), unit: 'ms' })
  // One more round over the end of the stock, and the same taps again.
  const over = await lanes(each, lanesOf, n =>
    modules.coupons.claim(memberOf(stock + n), offer.offerId, tapOf(stock + n)),
  )
  print({ figure: `claims.${name}.sold out`, value: each / over.seconds, unit: 'claims/s' })
  const again = await lanes(each, lanesOf, n => modules.coupons.claim(memberOf(n), offer.offerId, tapOf(n)))
  print({ figure: `claims.${name}.repeats`, value: each / again.seconds, unit: 'claims/s' })
  const sold = await offer.sold()
  print({ figure: `claims.${name}.sold`, value: sold.coupons, unit: 'coupons', beside: stock, ratio: 1 })
  if (!sold.isExact) process.exitCode = 1
}
await close()

const rushed = await rush(shop, Number(process.argv[3] ?? 20_000))
print({ figure: 'claims.gate', value: rushed.perSecond, unit: 'claims/s to the last durable row', beside: 5_000 })
print({ figure: 'claims.gate.admitted', value: rushed.admittedPerSecond, unit: 'claims/s answered' })
print({ figure: 'claims.gate.kills', value: rushed.kills, unit: 'kills of Redis on the way' })
print({ figure: 'claims.gate.sold', value: rushed.coupons, unit: 'coupons', beside: rushed.stock, ratio: 1 })
print({ figure: 'claims.gate.left without', value: rushed.leftWithout, unit: 'shoppers told yes', beside: 0 })
if (!rushed.isExact || rushed.leftWithout > 0) process.exitCode = 1
await shop.close()
