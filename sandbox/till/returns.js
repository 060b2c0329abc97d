import { ask, look, put } from './api.js'
import { enter } from './book.js'
import { paperWidth } from './paper.js'
import { load, redraw, sale } from './sale.js'
import { t } from './words.js'

const negative = text => (text.startsWith('-') ? text.slice(1) : Number(text) === 0 ? text : `-${text}`)
const timeOf = date => new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', timeStyle: 'medium' }).format(date)

const wanted = over =>
  Object.entries(over.quantities)
    .filter(([, quantity]) => Number(quantity) > 0)
    .map(([lineNo, quantity]) => ({ lineNo: Number(lineNo), quantity: String(quantity) }))

// The receipt as the product names it; of which store it is, where it was another.
const nameOf = ({ storeCode, tillCode, businessDate, receiptNo }) => ({ storeCode, tillCode, businessDate, receiptNo })

/** Asks what would come back; nothing is done yet. */
export const preview = async () => {
  const { over } = sale
  const lines = wanted(over)
  over.quote = null
  redraw()
  if (lines.length === 0) return
  const quote = await ask(sale.till.tillId, 'returnQuote', { original: nameOf(over.receipt), lines })
  if (sale.over !== over) return
  over.quote = quote
  redraw()
}

const isOf = (one, receipt) =>
  one.type === 'return' &&
  one.original?.businessDate === receipt.businessDate &&
  one.original.receiptNo === receipt.receiptNo &&
  one.original.tillCode === receipt.tillCode &&
  (one.original.storeCode ?? one.storeCode) === receipt.storeCode

/** The receipt that a scanned code names, whichever store of the sandbox has printed it. */
export const receiptSold = async ({ storeCode, tillCode, businessDate, receiptNo }) => {
  const all = await look(`tills/receipts?businessDate=${businessDate}`)
  const found = all.find(
    one =>
      one.type === 'sale' && one.storeCode === storeCode && one.tillCode === tillCode && one.receiptNo === receiptNo,
  )
  if (found === undefined) throw new Error(t('notOurReceipt', { receiptNo }))
  return found
}

/** Opens a receipt line by line: all that has not come back yet is chosen at first. */
export const open = async receipt => {
  const back = (await look('tills/receipts')).filter(one => isOf(one, receipt)).flatMap(one => one.lines)
  const left = receipt.lines.map(line => {
    const gone = back.filter(one => one.lineNo === line.lineNo).reduce((sum, one) => sum - Number(one.quantity), 0)
    return [line.lineNo, String(Math.max(0, Math.round((Number(line.quantity) - gone) * 1000) / 1000))]
  })
  sale.over = {
    kind: 'return',
    receipt,
    left: Object.fromEntries(left),
    quantities: Object.fromEntries(left),
    quote: null,
  }
  await preview()
}

/** How much of a line comes back. */
export const take = async (lineNo, quantity) => {
  sale.over.quantities[lineNo] = quantity
  await preview()
}

/** Takes the chosen lines back. */
export const confirm = async () => {
  const { receipt: original, quote } = sale.over
  if (quote === null) return null
  const receipt = await put('tills/receipt-number', { tillId: sale.till.tillId })
  const at = new Date()
  const lines = wanted(sale.over)
  const { storeCode, tillCode } = sale.till
  const returned = await ask(sale.till.tillId, 'return', {
    key: `${sale.till.tillId.slice(-8)}-${receipt.businessDate}-${receipt.receiptNo}-return`,
    ...receipt,
    businessAt: at.toISOString(),
    cashier: '沙箱',
    original: nameOf(original),
    lines,
    print: paperWidth(),
  })
  const share = line => {
    const back = Number(lines.find(one => one.lineNo === line.lineNo)?.quantity ?? 0) / Number(line.quantity)
    return { ...line, quantity: String(back * Number(line.quantity)), net: (back * Number(line.net)).toFixed(2) }
  }
  await put('tills/receipts', {
    ...original,
    ...receipt,
    storeCode,
    tillCode,
    time: timeOf(at),
    type: 'return',
    original: nameOf(original),
    lines: original.lines
      .filter(line => lines.some(one => one.lineNo === line.lineNo))
      .map(share)
      .map(line => ({
        ...line,
        quantity: negative(line.quantity),
        discount: negative(line.discount),
        net: negative(line.net),
      })),
  })
  enter(sale.till.tillId, {
    returns: 1,
    // Money and points: the goods that came back were worth both.
    returnsFen: returned.refund + returned.pointsBack.fen,
    pointsTaken: returned.points?.taken ?? 0,
  })
  sale.over = null
  await load()
  return returned
}
