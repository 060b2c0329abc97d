/** One measured figure; `beside` is the same work done the plain way in the same run, `ratio` ours over it. */
export interface Figure {
  figure: string
  value: number
  unit: string
  beside?: number | null
  ratio?: number | null
}

/** Prints a figure as one JSON line. */
export function print({ figure, value, unit, beside = null, ratio = null }: Figure): void {
  const rounded = (number: number | null): number | null => (number === null ? null : Number(number.toPrecision(4)))
  console.log(JSON.stringify({ figure, value: rounded(value), unit, beside: rounded(beside), ratio: rounded(ratio) }))
}
