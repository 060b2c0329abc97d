import { parseArgs } from 'node:util'
import { addDays } from './calendar.ts'
import { shop, writeShop } from './shop.ts'

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: '.local/demo/files' },
    until: { type: 'string' },
    small: { type: 'boolean', default: false },
  },
})
const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date())
const started = performance.now()
const { totals, from, until } = writeShop(values.out, shop(values.until ?? addDays(today, -1), values.small))
console.log(
  JSON.stringify({
    from,
    until,
    ...totals,
    net: totals.net / 100,
    basket: Math.round(totals.net / totals.receipts) / 100,
    seconds: Math.round(performance.now() - started) / 1000,
    peakMB: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
)
