import { decimal4, type Decimal4 } from '../../../kernel/money.ts'
import type { TillLineRecord } from '../repository/sales.ts'
import { partOf } from './reckoning.ts'

/** A line as a file says it, above zero. */
export interface ToldLine {
  readonly productCode: string
  readonly quantity: Decimal4
  readonly net: Decimal4
}

/** How much of each line of a sale nobody has taken yet; whoever takes of it writes down what is left. */
export type Open = Map<number, Decimal4>

/**
 * Which pieces of a sale's lines a file means: those of the same product that nobody has taken, first of the line that
 * cost what it says. What fits no line is left out; only its money counts.
 */
export function piecesOf(
  lines: readonly TillLineRecord[],
  told: readonly ToldLine[],
  open: Open,
): Map<number, Decimal4> {
  const taken = new Map<number, Decimal4>()
  for (const { productCode, quantity, net } of told) {
    let left = quantity
    const costs = (line: TillLineRecord): Decimal4 => partOf(decimal4(line.net), quantity, decimal4(line.quantity))
    const off = (line: TillLineRecord): Decimal4 => (costs(line) > net ? costs(line) - net : net - costs(line))
    const same = lines
      .filter(line => line.productCode === productCode)
      .toSorted((a, b) => (off(a) < off(b) ? -1 : off(a) > off(b) ? 1 : a.lineNo - b.lineNo))
    for (const { lineNo } of same) {
      const there = open.get(lineNo) ?? 0n
      const part = left < there ? left : there
      if (part <= 0n) continue
      left -= part
      open.set(lineNo, there - part)
      taken.set(lineNo, (taken.get(lineNo) ?? 0n) + part)
    }
  }
  return taken
}

/**
 * Pieces that a till sold and that its sale, told by a file, has not: they were never bought. Only where the file tells of
 * nothing that was not sold and of less money; whoever names goods in another way, or writes points down as a discount, has
 * left nothing out.
 */
export function leftOut(
  lines: readonly TillLineRecord[],
  said: readonly ToldLine[],
  open: Open,
): Map<number, Decimal4> {
  const nothing = new Map<number, Decimal4>()
  const quantities = (of: readonly { productCode: string; quantity: Decimal4 }[]): Map<string, Decimal4> =>
    of.reduce((all, one) => all.set(one.productCode, (all.get(one.productCode) ?? 0n) + one.quantity), new Map())
  const sold = quantities(lines.map(line => ({ ...line, quantity: decimal4(line.quantity) })))
  if (said.length === 0 || [...quantities(said)].some(([code, quantity]) => quantity > (sold.get(code) ?? 0n)))
    return nothing
  const sum = (of: readonly { net: Decimal4 }[]): Decimal4 => of.reduce((all, { net }) => all + net, 0n)
  if (sum(said) >= sum(lines.map(line => ({ net: decimal4(line.net) })))) return nothing
  const kept = piecesOf(lines, said, new Map(lines.map(line => [line.lineNo, decimal4(line.quantity)])))
  const gone = new Map<number, Decimal4>()
  for (const { lineNo, quantity } of lines) {
    const there = open.get(lineNo) ?? 0n
    const missing = decimal4(quantity) - (kept.get(lineNo) ?? 0n)
    const part = missing < there ? missing : there
    if (part <= 0n) continue
    open.set(lineNo, there - part)
    gone.set(lineNo, part)
  }
  return gone
}
