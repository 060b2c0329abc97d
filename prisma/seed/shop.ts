import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { addDays } from './calendar.ts'
import { buildCatalogue } from './catalogue/index.ts'
import { emptyFolder, writeCards, writeMasters, writeSales, type CardUse, type FileEntry } from './files.ts'
import { households, players } from './households.ts'
import { stores as allStores } from './stores.ts'
import { play, type Receipt, type Trade } from './trade.ts'

/** What the generator wrote, for the seeder and the tests; money in fen. */
export interface Manifest {
  from: string
  until: string
  files: FileEntry[]
  totals: {
    receipts: number
    returns: number
    lines: number
    weighedLines: number
    anonymous: number
    net: number
    products: number
    cards: number
  }
  players: typeof players
}

/** The trade of the demo shop that ends on `until`: a year of six stores, or a month of two. */
export function shop(until: string, small: boolean): Trade {
  const from = addDays(until, small ? -30 : -364)
  const stores = allStores.filter(store => !small || store.code === 'S02' || store.code === 'S05')
  const codes = stores.map(store => store.code)
  return {
    catalogue: buildCatalogue(),
    stores,
    from,
    until,
    anonymous: small ? 80 : 90,
    households: households(small ? 370 : 3000, from, until, codes),
  }
}

/** Writes every file of the shop into `out`; `onDay` hears of each finished day. */
export function writeShop(out: string, trade: Trade, onDay: (date: string) => void = () => {}): Manifest {
  emptyFolder(out)
  const files = writeMasters(out, trade.catalogue, trade.stores)
  const uses = new Map<string, CardUse>()
  const totals = {
    receipts: 0,
    returns: 0,
    lines: 0,
    weighedLines: 0,
    anonymous: 0,
    net: 0,
    products: trade.catalogue.products.length,
    cards: trade.households.length,
  }
  const pending = new Map<string, Receipt[]>()
  let date = trade.from
  const flush = () => {
    for (const [file, receipts] of pending) {
      const missing = file === 's06' && date > addDays(trade.until, -2)
      files.push(writeSales(out, file as 'hq' | 's05' | 's06', date, receipts, missing))
    }
    pending.clear()
    onDay(date)
  }
  for (const { store, day, receipts } of play(trade)) {
    if (day.date !== date) flush()
    date = day.date
    pending.set(store.file, [...(pending.get(store.file) ?? []), ...receipts])
    for (const receipt of receipts) tally(receipt, totals, uses)
  }
  flush()
  files.push(...writeCards(out, trade.households, uses))
  const manifest: Manifest = { from: trade.from, until: trade.until, files, totals, players }
  writeFileSync(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`)
  return manifest
}

function tally(receipt: Receipt, totals: Manifest['totals'], uses: Map<string, CardUse>): void {
  totals.receipts++
  if (receipt.type === '退货') totals.returns++
  if (receipt.card === '') totals.anonymous++
  let net = 0
  for (const line of receipt.lines) {
    totals.lines++
    if (line.product.weighed) totals.weighedLines++
    net += line.net
  }
  totals.net += net
  if (receipt.card === '') return
  const use = uses.get(receipt.card) ?? { spent: 0, lastUsedAt: receipt.date }
  uses.set(receipt.card, { spent: use.spent + net, lastUsedAt: receipt.date })
}
