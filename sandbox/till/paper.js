import { decimal, fenOf } from './money.js'

// A receipt that nobody but the till itself can print: there was no network. 58 mm is 32 columns, 80 mm 48.

/** The paper in this till, mm. */
export const paperWidth = () => (localStorage.getItem('zg-till-paper') === '80' ? 80 : 58)
/** Puts other paper in. */
export const loadPaper = mm => localStorage.setItem('zg-till-paper', String(mm))

const columns = mm => (mm === 80 ? 48 : 32)
// A Chinese character takes two columns.
const width = text => [...text].reduce((sum, sign) => sum + (/[ᄀ-￯]/.test(sign) ? 2 : 1), 0)
const pair = (left, right, room) => left + ' '.repeat(Math.max(1, room - width(left) - width(right))) + right
const middle = (text, room) => ' '.repeat(Math.max(0, Math.floor((room - width(text)) / 2))) + text

/** The lines of an offline sale, ready to print. */
export const offlinePaper = (mm, { till, receipt, lines, quote, payment, time }) => {
  const room = columns(mm)
  const rule = '-'.repeat(room)
  return [
    middle(till.name || till.storeCode, room),
    `${receipt.businessDate} ${time}`,
    pair(`机号 ${till.tillCode}`, `小票 ${receipt.receiptNo}`, room),
    rule,
    ...lines.flatMap(line => [
      line.name,
      pair(`  ${line.quantity} x ${line.unitPrice}`, decimal(fenOf(line.net)), room),
    ]),
    rule,
    pair('合计', decimal(quote.total), room),
    ...(quote.discount > 0 ? [pair('优惠券', `-${decimal(quote.discount)}`, room)] : []),
    ...(quote.pointsPay.points > 0
      ? [pair(`积分抵现 ${quote.pointsPay.points}`, `-${decimal(quote.pointsPay.fen)}`, room)]
      : []),
    pair('应收', decimal(quote.payable), room),
    ...(quote.payable > 0 ? [pair(payment, decimal(quote.payable), room)] : []),
    rule,
    middle('离线销售，积分联网后到账', room),
  ]
}
