import { decimal4, formatDecimal4, type Decimal4 } from '../../../kernel/money.ts'

/** A line of a receipt, as far as finding it again needs. */
export interface SoldLine {
  readonly lineNo: number
  readonly productCode: string
  readonly quantity: string
}

/** A line of a return as its own document numbers it; quantity and net are below zero. */
export interface BackLine extends SoldLine {
  readonly documentId: string
  readonly businessDate: string
  readonly net: string
}

const lesser = (one: Decimal4, other: Decimal4): Decimal4 => (one < other ? one : other)

/**
 * Which lines of a receipt its returns took back, a piece for each line concerned. A return numbers its lines as it
 * likes, so a line is found by its product: first the one of the same number, where that is the same product, then the
 * others in order, each for no more than was sold of it and has not come back. What fits none is told of no line.
 */
export function piecesBack<B extends BackLine>(
  sold: readonly SoldLine[],
  back: readonly B[],
): (Omit<B, 'lineNo'> & { lineNo: number | null })[] {
  const open = new Map(sold.map(line => [line.lineNo, decimal4(line.quantity)]))
  return back.flatMap(line => {
    const whole = -decimal4(line.quantity)
    const same = sold
      .filter(each => each.productCode === line.productCode)
      .toSorted((a, b) => Number(b.lineNo === line.lineNo) - Number(a.lineNo === line.lineNo) || a.lineNo - b.lineNo)
    let left = whole
    const parts: { lineNo: number | null; part: Decimal4 }[] = []
    for (const { lineNo } of same) {
      const there = open.get(lineNo) ?? 0n
      const part = lesser(left, there)
      if (part <= 0n) continue
      left -= part
      open.set(lineNo, there - part)
      parts.push({ lineNo, part })
    }
    if (left !== 0n || parts.length === 0) parts.push({ lineNo: null, part: left })
    return inMoney(line, whole, parts)
  })
}

/** The pieces with their share of the line's money; together they have all of it. */
function inMoney<B extends BackLine>(
  line: B,
  whole: Decimal4,
  parts: readonly { lineNo: number | null; part: Decimal4 }[],
): (Omit<B, 'lineNo'> & { lineNo: number | null })[] {
  let money = decimal4(line.net)
  return parts.map(({ lineNo, part }, at) => {
    const share = at === parts.length - 1 || whole === 0n ? money : (decimal4(line.net) * part) / whole
    money -= share
    return { ...line, lineNo, quantity: formatDecimal4(-part), net: formatDecimal4(share) }
  })
}
