import { ask, put } from './api.js'
import { decimal } from './money.js'

// What a till keeps for the time without a network: keys and caps, what it has taken, and the sales that wait to be told.

const place = tillId => `zg-till-offline-${tillId}`
const read = (key, otherwise) => JSON.parse(localStorage.getItem(key) ?? 'null') ?? otherwise
const write = (key, value) => localStorage.setItem(key, JSON.stringify(value))

/** Whether this till's line is cut; each till of the page has its own. */
export const isCut = tillId => read(`${place(tillId)}-cut`, false)
/** Cuts the line of a till, or mends it. */
export const cut = (tillId, isNow) => write(`${place(tillId)}-cut`, isNow)

/** Sales that wait to be told. */
export const stored = tillId => read(place(tillId), [])

/** Public keys and caps, as the till fetched them while it had a network. */
export const kit = tillId => read(`${place(tillId)}-kit`, null)

/** Fetches keys and caps for the time without a network; what was given since then starts at nothing. */
export const prepare = async tillId => {
  const fresh = await ask(tillId, 'offlineKit')
  write(`${place(tillId)}-kit`, fresh)
  write(`${place(tillId)}-given`, 0)
  return fresh
}

/** Fen that one more sale may give away: the cap of a sale, or what is left of the day's. */
export const mayGive = tillId => {
  const known = kit(tillId)
  if (known === null) return 0
  return Math.max(0, Math.min(known.saleCap, known.dayCap - read(`${place(tillId)}-given`, 0)))
}

const taken = tillId => read(`${place(tillId)}-taken`, [])

/**
 * Checks a signed code with the public keys alone. A code that this till has taken before is refused here; that another
 * till took it is known only when the sale is told.
 */
export const check = async (tillId, digits) => {
  const known = kit(tillId)
  if (known === null) return { kind: 'refused', of: digits.startsWith('95') ? 'coupon' : 'member', why: 'noKit' }
  const found = await put('tills/check', {
    digits,
    keys: known.keys,
    at: new Date().toISOString(),
    toleranceWindows: known.toleranceWindows,
  })
  const proof = proofOf(found)
  return proof !== null && taken(tillId).includes(proof) ? { kind: 'refused', of: found.kind, why: 'taken' } : found
}

/** What a code is used up as. */
export const proofOf = found =>
  found.kind === 'member' ? `${found.handle}:${found.window}` : found.kind === 'coupon' ? found.code : null

/** Keeps a sale until there is a network again; its codes are used up at this till, its gifts count for the day. */
export const store = (tillId, sale, proofs) => {
  write(place(tillId), [...stored(tillId), sale])
  write(`${place(tillId)}-taken`, [...taken(tillId), ...proofs].slice(-500))
  const given = (sale.coupon?.fen ?? 0) + (sale.points?.fen ?? 0)
  write(`${place(tillId)}-given`, read(`${place(tillId)}-given`, 0) + given)
}

/** Tells what waits, oldest first; what cannot be told stays. Returns each sale with what became of it. */
export const tell = async tillId => {
  const told = []
  for (;;) {
    const [sale] = stored(tillId)
    if (sale === undefined) return told
    told.push({ sale, settled: await ask(tillId, 'offlineSale', sale) })
    write(place(tillId), stored(tillId).slice(1))
  }
}

/** The body of an offline sale; `coupon` as { digits }, taken for what the quote took off. */
export const offlineSale = ({ key, receipt, member, coupon, quote, lines, payment, at }) => ({
  key,
  ...receipt,
  soldAt: at,
  cashier: '沙箱',
  memberCode: member?.memberCode ?? null,
  coupon: coupon === null || quote.discount === 0 ? null : { code: coupon.digits, fen: quote.discount },
  points: quote.pointsPay.points === 0 ? null : { points: quote.pointsPay.points, fen: quote.pointsPay.fen },
  lines,
  payments: quote.payable === 0 ? [] : [{ method: payment, amount: decimal(quote.payable) }],
})
