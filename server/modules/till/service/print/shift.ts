import { SHIFT_FIGURES, type ShiftReport } from '../../contract/shift.ts'
import { FIGURE_WORDS, figureText } from '../shift/table.ts'
import { between, centred, rule, wrap } from './paper.ts'

/** The slip of a closed shift: every figure of ours, and beneath it the slip's where it says another. */
export function shiftLines(shift: ShiftReport, columns: number): string[] {
  const differing = new Map(
    shift.differences.filter(one => one.receiptNo === null).map(one => [one.figure, one] as const),
  )
  return [
    ...centred(shift.storeName, columns),
    ...centred('交班单', columns),
    ...between(`机号 ${shift.tillCode}`, `班次 ${shift.shiftNo ?? ''}`, columns),
    ...between(shift.businessDate ?? '', shift.cashier ?? '', columns),
    rule(columns),
    ...SHIFT_FIGURES.flatMap(figure => {
      const theirs = differing.get(figure)?.theirs
      return [
        ...between(FIGURE_WORDS[figure].zh, figureText(figure, shift.totals[figure]), columns),
        ...(theirs === undefined || theirs === null ? [] : between('  小票', figureText(figure, theirs), columns)),
      ]
    }),
    rule(columns),
    ...wrap(shift.balanced === true ? '核对一致，差异 0' : `差异 ${shift.differences.length} 处`, columns),
  ]
}
