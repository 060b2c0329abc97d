/** Fen as yuan with sign: 123456 → ¥1,234.56. */
export const yuan = fen =>
  `${fen < 0 ? '−' : ''}¥${(Math.abs(fen) / 100).toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`

/** Decimal text of yuan as fen, rounded half up: '7.96' → 796. */
export const fenOf = text => Math.round(Number(text) * 100)

/** Fen as decimal text: 796 → '7.96'. */
export const decimal = fen => (fen / 100).toFixed(2)
