/** A decimal of four places as an integer of ten-thousandths; what an ERP states is kept exactly. */
export type Decimal4 = bigint

const SCALE = 10_000n
const FORM = /^([+-]?)(\d+)(?:\.(\d+))?$/

/** Reads '12.34', '-0.83', '1,280.5'; null when it is not a number or has more than four places that are not zero. */
export function parseDecimal4(text: string): Decimal4 | null {
  const match = FORM.exec(text.replaceAll(',', '').trim())
  if (match === null) return null
  const fraction = match[3] ?? ''
  if (fraction.length > 4 && /[1-9]/.test(fraction.slice(4))) return null
  const size = BigInt(match[2] ?? '0') * SCALE + BigInt(fraction.slice(0, 4).padEnd(4, '0'))
  return match[1] === '-' ? -size : size
}

/** Reads a DECIMAL column; throws on anything that such a column cannot hold. */
export function decimal4(text: string | number): Decimal4 {
  const value = parseDecimal4(String(text))
  if (value === null) throw new RangeError(`not a decimal of four places: ${text}`)
  return value
}

/** The text of a Decimal4 with four places, fit for a DECIMAL(18,4) column. */
export function formatDecimal4(value: Decimal4): string {
  const size = value < 0n ? -value : value
  return `${value < 0n ? '-' : ''}${size / SCALE}.${String(size % SCALE).padStart(4, '0')}`
}

/** a × b, rounded half away from zero at the fourth place. */
export function multiply4(a: Decimal4, b: Decimal4): Decimal4 {
  const exact = a * b
  const half = exact < 0n ? -SCALE / 2n : SCALE / 2n
  return (exact + half) / SCALE
}

/** Whole units, cut toward zero: 63.99 → 63, −63.99 → −63. */
export const truncate4 = (value: Decimal4): number => Number(value / SCALE)

/** Fen of a Decimal4 in yuan, rounded half away from zero. */
export const fenFromDecimal4 = (value: Decimal4): number => Number((value + (value < 0n ? -50n : 50n)) / 100n)

/** A Decimal4 in yuan from integer fen. */
export const decimal4FromFen = (fen: number): Decimal4 => BigInt(fen) * 100n

/** Divides a total into shares by weight so that the shares sum to the total (largest remainder; ties to the first). */
export function allocate(total: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((a, b) => a + b, 0n)
  if (weights.some(weight => weight < 0n)) throw new RangeError('a weight is negative')
  if (sum === 0n) {
    if (total === 0n) return weights.map(() => 0n)
    throw new RangeError('nothing to allocate to')
  }
  const sign = total < 0n ? -1n : 1n
  const size = total * sign
  const shares = weights.map(weight => (size * weight) / sum)
  let rest = size - shares.reduce((a, b) => a + b, 0n)
  const order = weights
    .map((weight, index) => ({ index, remainder: (size * weight) % sum }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1))
  for (const { index } of order) {
    if (rest === 0n) break
    shares[index] = (shares[index] ?? 0n) + 1n
    rest -= 1n
  }
  return shares.map(share => share * sign)
}
