import { basketFiller, type Line } from './baskets.ts'
import { addDays, calendar, type Day } from './calendar.ts'
import type { Catalogue } from './catalogue/index.ts'
import { demand } from './demand.ts'
import { habits, type Household, type Kind } from './households.ts'
import { promotionCalendar } from './promotions.ts'
import { cumulate, drawIndex, item, random, type Random } from './random.ts'
import { isOpen, type Store } from './stores.ts'

/** A sales document as the till prints it. */
export interface Receipt {
  store: Store
  till: string
  date: string
  receiptNo: string
  time: string
  type: '销售' | '退货'
  original?: { till: string; date: string; receiptNo: string }
  card: string
  lines: Line[]
  payment: string
  cashier: string
}

/** What one store sold on one business date, in the order of the clock. */
export interface StoreDay {
  store: Store
  day: Day
  receipts: Receipt[]
}

/** The size of the trade: real numbers of the demo, smaller ones for tests. */
export interface Trade {
  catalogue: Catalogue
  stores: readonly Store[]
  households: readonly Household[]
  from: string
  until: string
  /** Anonymous receipts a day over all stores. */
  anonymous: number
}

interface Return {
  due: string
  receipt: Receipt
  lines: Line[]
}

/** The time of a visit in seconds of the day. */
function timeOf(kind: Kind, rng: Random): number {
  const hour = 7 + drawIndex(hourSums[kind], rng.next())
  return hour * 3600 + rng.int(hour === 7 ? 1800 : 0, 3599)
}

const kinds = Object.keys(habits) as Kind[]
const hourSums = Object.fromEntries(kinds.map(kind => [kind, cumulate(habits[kind].hours)])) as Record<
  Kind,
  Float64Array
>
const clockText = (seconds: number) =>
  [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map(part => String(part).padStart(2, '0'))
    .join(':')

/** Plays the trade day by day; holds one day and the returns that are still to come, never the year. */
export function* play(trade: Trade): Generator<StoreDay> {
  const { catalogue, households } = trade
  const fill = basketFiller(catalogue)
  const promotionsOf = promotionCalendar(catalogue)
  const patience = random('patience')
  // Intensity runs up to a threshold with gamma-distributed spacing: visits are rhythmic, not coin flips.
  const pressure = households.map(() => patience.next())
  const threshold = households.map(() => patience.gamma(3))
  let returns: Return[] = []
  for (const day of calendar(trade.from, trade.until)) {
    const rng = random(`day ${day.date}`)
    const open = trade.stores.filter(store => isOpen(store, day.date))
    const visits = new Map<Store, { kind: Kind; household: Household | undefined; second: number }[]>(
      open.map(store => [store, []]),
    )
    households.forEach((household, i) => {
      if (day.date < household.from || day.date > household.until) return
      const away = household.kind === '合租' && day.schoolHoliday ? 0.35 : 1
      pressure[i] = item(pressure, i) + household.rate * day.traffic * away * (day.memberDay ? 1.25 : 1)
      if (item(pressure, i) < item(threshold, i)) return
      pressure[i] = 0
      threshold[i] = rng.gamma(3)
      const home = open.find(store => store.code === household.store)
      const store = home && rng.chance(0.88) ? home : rng.pick(open)
      visits.get(store)?.push({ kind: household.kind, household, second: timeOf(household.kind, rng) })
    })
    for (const store of open) {
      const holiday = store.format === 'school' && day.schoolHoliday ? 0.45 : 1
      const metro = store.format === 'metro' && (day.weekday === 0 || day.weekday === 6) ? 0.7 : 1
      const passing = rng.poisson(trade.anonymous * store.share * day.traffic * holiday * metro)
      for (let n = 0; n < passing; n++)
        visits.get(store)?.push({ kind: '路人', household: undefined, second: timeOf('路人', rng) })
    }
    const promotions = promotionsOf(day)
    const soon: Return[] = []
    for (const [store, coming] of visits) {
      const tables = new Map<Kind, Float64Array>()
      const receipts: { second: number; receipt: Receipt }[] = coming.map(({ kind, household, second }) => {
        const table = tables.get(kind) ?? demand(catalogue.families, kind, store.format, day)
        tables.set(kind, table)
        const basket = fill({ store, day, kind, household, demand: table, promotions }, rng)
        const receipt: Receipt = {
          store,
          till: '',
          date: day.date,
          receiptNo: '',
          time: '',
          type: '销售',
          card: household?.cardNo ?? '',
          cashier: '',
          ...basket,
        }
        if (rng.chance(0.0085)) soon.push(...returnOf(receipt, rng))
        return { second, receipt }
      })
      const due = returns.filter(back => back.due <= day.date && back.receipt.store === store)
      for (const { receipt, lines } of due) {
        const { till, date, receiptNo } = receipt
        receipts.push({
          second: rng.int(9 * 3600, 20 * 3600),
          receipt: { ...receipt, date: day.date, type: '退货', original: { till, date, receiptNo }, lines },
        })
      }
      returns = returns.filter(back => !due.includes(back))
      number(receipts, store, day, rng)
      yield { store, day, receipts: receipts.map(({ receipt }) => receipt) }
    }
    returns.push(...soon)
  }
}

/** Puts the day in the order of the clock and lets each till count its own receipts. */
function number(receipts: { second: number; receipt: Receipt }[], store: Store, day: Day, rng: Random): void {
  receipts.sort((a, b) => a.second - b.second)
  const counts = new Map<number, number>()
  for (const { second, receipt } of receipts) {
    const till = rng.int(1, store.tills)
    const count = (counts.get(till) ?? 0) + 1
    counts.set(till, count)
    receipt.till = String(till).padStart(2, '0')
    receipt.receiptNo = String(count).padStart(4, '0')
    receipt.time = clockText(second)
    receipt.cashier = `C${store.code.slice(1)}${String((till * 3 + (second > 50_400 ? 1 : 0) + day.weekday) % 8).padStart(2, '0')}`
  }
}

/** Mostly one line comes back, sometimes all goods of the receipt. */
function returnOf(receipt: Receipt, rng: Random): Return[] {
  const goods = receipt.lines.filter(
    line => line.product.kind === '商品' && !line.gift && (line.net > 500 || !line.product.weighed),
  )
  if (goods.length === 0) return []
  const back = rng.chance(0.12) ? goods : [rng.pick(goods)]
  const lines = back.map(line => ({ ...line, quantity: -line.quantity, discount: -line.discount, net: -line.net }))
  return [{ due: addDays(receipt.date, rng.int(1, 6)), receipt, lines }]
}
