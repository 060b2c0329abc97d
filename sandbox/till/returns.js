import { ask, put } from './api.js'
import { enter } from './book.js'
import { load, redraw, sale } from './sale.js'

const negative = text => (text.startsWith('-') ? text.slice(1) : Number(text) === 0 ? text : `-${text}`)
const timeOf = date => new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', timeStyle: 'medium' }).format(date)

const wanted = over =>
  Object.entries(over.quantities)
    .filter(([, quantity]) => Number(quantity) > 0)
    .map(([lineNo, quantity]) => ({ lineNo: Number(lineNo), quantity: String(quantity) }))

/** Asks what would come back; nothing is done yet. */
export const preview = async () => {
  const { over } = sale
  const lines = wanted(over)
  over.quote = null
  redraw()
  if (lines.length === 0) return
  const { tillCode, businessDate, receiptNo } = over.receipt
  const quote = await ask(sale.till.tillId, 'returnQuote', { original: { tillCode, businessDate, receiptNo }, lines })
  if (sale.over !== over) return
  over.quote = quote
  redraw()
}

/** Opens a receipt line by line: all of it is chosen at first. */
export const open = async receipt => {
  sale.over = {
    kind: 'return',
    receipt,
    quantities: Object.fromEntries(receipt.lines.map(line => [line.lineNo, line.quantity])),
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
  const { tillCode, businessDate, receiptNo } = original
  const returned = await ask(sale.till.tillId, 'return', {
    key: `${sale.till.tillId.slice(-8)}-${receipt.businessDate}-${receipt.receiptNo}-return`,
    ...receipt,
    businessAt: at.toISOString(),
    cashier: '沙箱',
    original: { tillCode, businessDate, receiptNo },
    lines,
    print: 58,
  })
  const share = line => {
    const back = Number(lines.find(one => one.lineNo === line.lineNo)?.quantity ?? 0) / Number(line.quantity)
    return { ...line, quantity: String(back * Number(line.quantity)), net: (back * Number(line.net)).toFixed(2) }
  }
  await put('tills/receipts', {
    ...original,
    ...receipt,
    time: timeOf(at),
    type: 'return',
    original: { tillCode, businessDate, receiptNo },
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
    returnsFen: returned.refund - returned.pointsBack.fen,
    pointsTaken: returned.points?.taken ?? 0,
  })
  sale.over = null
  await load()
  return returned
}
