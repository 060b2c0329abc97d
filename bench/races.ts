import process from 'node:process'
import { openModules } from './loyalty/shop.ts'
import { print } from './figure.ts'
import { race } from './races/race.ts'
import { openShop } from './shop.ts'

// The same race for our engine and for the patterns of others: clients that tap twice and repeat what had no answer, each a
// process that may be killed −9, behind a cable that delays the database's answers. Printed: what was issued against the
// stock, what the ledger tells against what the balances lost. Ours must come to zero difference.
const clients = Number(process.argv[2] ?? 6)
const acts = Number(process.argv[3] ?? 3_000)
const shop = await openShop()
Object.assign(process.env, shop.env)
const { kernel, modules, close } = openModules(shop, 8)
const results = await race({ kernel, modules }, process.env, {
  clients,
  acts,
  stock: Math.round(acts / 5),
  kills: 4,
  slowBy: 8,
})
for (const { pattern, made, allowed, differences } of results) {
  const unit = pattern.startsWith('coupons')
    ? 'issued, beside the stock'
    : 'spent by the ledger, beside what balances lost'
  print({ figure: `races.${pattern}`, value: made, unit, beside: allowed })
  print({ figure: `races.${pattern}.differences`, value: differences, unit: '' })
  if (pattern.endsWith('.ours') && differences > 0) process.exitCode = 1
}
await close()
await shop.close()
