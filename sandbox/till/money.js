/** Fen as yuan with sign: 123456 → ¥1,234.56. */
export const yuan = fen =>
  `${fen < 0 ? '−' : ''}¥${(Math.abs(fen) / 100).toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`

/** The same without its pence where there are none: 5000 → ¥50, 1250 → ¥12.50. */
export const roundYuan = fen => yuan(fen).replace(/\.00$/, '')

/** Decimal text of yuan as fen, rounded half up: '7.96' → 796. */
export const fenOf = text => Math.round(Number(text) * 100)

/** Fen as decimal text: 796 → '7.96'. */
export const decimal = fen => (fen / 100).toFixed(2)
