/** Odds are so many in a million. */
export const ODDS_BASE = 1_000_000

/** Odds as a percentage, exact to the last of four decimals: 12_500 → '1.25%'. */
export function oddsText(odds: number): string {
  const whole = Math.floor(odds / 10_000)
  const rest = String(odds % 10_000)
    .padStart(4, '0')
    .replace(/0+$/, '')
  return rest === '' ? `${whole}%` : `${whole}.${rest}%`
}

/** What a draw costs on average, fen, when every prize is still there. */
export const expectedFen = (prizes: readonly { odds: number; worthFen: number }[]): number =>
  Math.round(prizes.reduce((sum, { odds, worthFen }) => sum + odds * worthFen, 0) / ODDS_BASE)
