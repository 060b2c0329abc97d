import { SHIFT_FIGURES, type ShiftFigure, type ShiftReport } from '../../contract/shift.ts'

type Language = 'zh' | 'en'

/** What the figures are called, on paper and in files. */
export const FIGURE_WORDS: Readonly<Record<ShiftFigure, { zh: string; en: string }>> = {
  sales: { zh: '销售笔数', en: 'Sales' },
  salesFen: { zh: '销售金额', en: 'Sales, yuan' },
  returns: { zh: '退货笔数', en: 'Returns' },
  returnsFen: { zh: '退货金额', en: 'Returns, yuan' },
  coupons: { zh: '核销张数', en: 'Coupons' },
  couponFen: { zh: '核销金额', en: 'Coupons, yuan' },
  pointsEarned: { zh: '发放积分', en: 'Points earned' },
  pointsTaken: { zh: '退回积分', en: 'Points taken back' },
  pointsUsed: { zh: '抵现积分', en: 'Points used' },
  pointsFen: { zh: '积分抵现', en: 'Points used, yuan' },
  lossFen: { zh: '离线损失', en: 'Offline losses, yuan' },
}

/** A figure as text: money in yuan, the rest as it is. */
export const figureText = (figure: ShiftFigure, value: number): string =>
  figure.endsWith('Fen') ? (value / 100).toFixed(2) : String(value)

const HEADINGS: Readonly<Record<Language, readonly string[]>> = {
  zh: ['门店', '门店编码', '机号', '营业日', '班次', '收银员', '开始', '交班', '差异'],
  en: ['Store', 'Store code', 'Till', 'Business date', 'Shift', 'Cashier', 'From', 'Closed', 'Differences'],
}

/** Shifts as a table with a heading: each figure of ours, and beside it what the slip said of it. */
export function shiftTable(shifts: readonly ShiftReport[], language: Language): string[][] {
  const slip = language === 'zh' ? '小票' : 'slip'
  return [
    [
      ...HEADINGS[language],
      ...SHIFT_FIGURES.flatMap(figure => [
        FIGURE_WORDS[figure][language],
        `${FIGURE_WORDS[figure][language]} (${slip})`,
      ]),
    ],
    ...shifts.map(shift => [
      shift.storeName,
      shift.storeCode,
      shift.tillCode,
      shift.businessDate ?? '',
      shift.shiftNo ?? '',
      shift.cashier ?? '',
      shift.openedAt,
      shift.closedAt ?? '',
      shift.balanced === null ? '' : String(shift.differences.length),
      ...SHIFT_FIGURES.flatMap(figure => {
        const theirs = shift.slip?.[figure]
        return [figureText(figure, shift.totals[figure]), theirs === undefined ? '' : figureText(figure, theirs)]
      }),
    ]),
  ]
}
