import type { points, sales } from '../../api/index.ts'

type Document = Awaited<ReturnType<typeof sales.document>>
type Earned = Awaited<ReturnType<typeof points.receipt>>

/** A line of goods with what it earned, and how much of it has come back. */
export interface SlipLine {
  readonly line: Document['lines'][number]
  readonly earned: Earned['lines'][number] | null
  /** In the line's own unit; 0 = nothing. */
  readonly gone: number
  readonly isGone: boolean
}

const fenOf = (amount: string): number => Math.round(Number(amount) * 100)

/** A receipt as its slip has it: 抹零 is no product, so it stands among the sums and its discount is not one. */
export function slipOf(document: Document, earned: Earned | null) {
  const rounded = document.lines.filter(line => line.kind === 'rounding')
  const sum = (of: (line: Document['lines'][number]) => string): number =>
    rounded.reduce((all, line) => all + fenOf(of(line)), 0)
  const lines = document.lines
    .filter(line => line.kind !== 'rounding')
    .map((line): SlipLine => {
      const gone = document.returned.reduce(
        (all, back) => (back.lineNo === line.lineNo ? all + Math.abs(Number(back.quantity)) : all),
        0,
      )
      return {
        line,
        earned: earned?.lines.find(one => one.lineNo === line.lineNo) ?? null,
        gone,
        isGone: gone > 0 && gone >= Number(line.quantity),
      }
    })
  return {
    lines,
    discountFen: fenOf(document.discount) - sum(line => line.discount),
    /** What it put on, or below zero took off; null = the receipt has none. */
    roundingFen: rounded.length === 0 ? null : sum(line => line.net),
  }
}
