import { ask } from './api.js'
import { book, turnOver } from './book.js'
import { redraw, sale } from './sale.js'

/** Shows what the till's own books say beside the product's, before the close. */
export const open = async () => {
  const { shift, ...figures } = book(sale.till.tillId)
  const now = await ask(sale.till.tillId, 'shift')
  sale.over = { kind: 'shift', shift, figures, now, report: null }
  redraw()
}

/** 交班: the till's own figures beside the product's ledgers. */
export const close = async () => {
  const { over, till, today } = sale
  if (over.isClosing) return
  over.isClosing = true
  const report = ask(till.tillId, 'closeShift', {
    key: `${till.tillId.slice(-8)}-${today}-shift-${over.shift}`,
    businessDate: today,
    shiftNo: String(over.shift),
    cashier: '沙箱',
    slip: over.figures,
    print: 58,
  })
  over.report = await report.finally(() => {
    over.isClosing = false
  })
  turnOver(till.tillId)
  redraw()
}
