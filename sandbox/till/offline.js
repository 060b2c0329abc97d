import { ask } from './api.js'
import { decimal, fenOf } from './money.js'

// What was sold without a network waits here, in the till, until it is told.

const place = tillId => `zg-till-offline-${tillId}`
const read = (key, otherwise) => JSON.parse(localStorage.getItem(key) ?? 'null') ?? otherwise

/** Sales that wait to be told. */
export const stored = tillId => read(place(tillId), [])

/** Public keys and caps, as the till fetched them while it had a network. */
export const kit = tillId => read(`${place(tillId)}-kit`, null)

/** Fetches keys and caps for the time without a network. */
export const prepare = async tillId => {
  const fresh = await ask(tillId, 'offlineKit')
  localStorage.setItem(`${place(tillId)}-kit`, JSON.stringify(fresh))
  return fresh
}

/** What a basket comes to without asking anybody: no coupon, no points. */
export const priceAlone = lines => {
  const total = lines.reduce((sum, line) => sum + fenOf(line.net), 0)
  return {
    total,
    discount: 0,
    payable: total,
    points: 0,
    shares: [],
    refusals: [],
    coupons: [],
    applied: null,
    alone: true,
  }
}

/** Keeps a sale until there is a network again. */
export const store = (tillId, sale) => localStorage.setItem(place(tillId), JSON.stringify([...stored(tillId), sale]))

/** Tells what waits, oldest first; what cannot be told stays. Returns what became of each. */
export const tell = async tillId => {
  const told = []
  for (;;) {
    const [sale] = stored(tillId)
    if (sale === undefined) return told
    told.push(await ask(tillId, 'offlineSale', sale))
    localStorage.setItem(place(tillId), JSON.stringify(stored(tillId).slice(1)))
  }
}

/** The body of an offline sale. */
export const offlineSale = ({ key, receipt, member, lines, payment, payable, at }) => ({
  key,
  ...receipt,
  soldAt: at,
  cashier: '沙箱',
  memberCode: member?.memberCode ?? null,
  lines,
  payments: [{ method: payment, amount: decimal(payable) }],
})
