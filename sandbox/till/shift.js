import { ask } from './api.js'
import { book, turnOver } from './book.js'
import { redraw, sale } from './sale.js'

/** Shows what the till's own books say, before the close. */
export const open = () => {
  const { shift, ...figures } = book(sale.till.tillId)
  sale.over = { kind: 'shift', shift, figures, report: null }
  redraw()
}

/** 交班: the till's own figures beside the product's ledgers. */
export const close = async () => {
  const { over, till, today } = sale
  over.report = await ask(till.tillId, 'closeShift', {
    key: `${till.tillId.slice(-8)}-${today}-shift-${over.shift}`,
    businessDate: today,
    shiftNo: String(over.shift),
    cashier: '沙箱',
    slip: over.figures,
    print: 58,
  })
  turnOver(till.tillId)
  redraw()
}
