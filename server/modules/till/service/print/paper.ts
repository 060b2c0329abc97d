/** Columns that a paper prints: 58 mm 32, 80 mm 48. */
export const columnsOf = (paper: 58 | 80): number => (paper === 58 ? 32 : 48)

/** Signs that take two columns on a receipt printer: Chinese, full-width, and what stands with them. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|[“”‘’—…]/u

/** Columns that a text takes. */
export const widthOf = (text: string): number => {
  let width = 0
  for (const sign of text) width += WIDE.test(sign) ? 2 : 1
  return width
}

/** Cuts a text into lines of at most so many columns; no sign is lost, none is halved. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  let [line, width] = ['', 0]
  for (const sign of text) {
    const own = widthOf(sign)
    if (width + own > columns) {
      lines.push(line)
      line = ''
      width = 0
    }
    line += sign
    width += own
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line]
}

/** A text in the middle of the paper. */
export const centred = (text: string, columns: number): string[] =>
  wrap(text, columns).map(line => `${' '.repeat(Math.floor((columns - widthOf(line)) / 2))}${line}`)

/** Left and right on one line; where both do not fit, the left is wrapped above and the right stands below it. */
export function between(left: string, right: string, columns: number): string[] {
  const gap = columns - widthOf(left) - widthOf(right)
  if (gap >= 1) return [`${left}${' '.repeat(gap)}${right}`]
  return [...wrap(left, columns), ...wrap(right, columns).map(line => `${' '.repeat(columns - widthOf(line))}${line}`)]
}

/** A rule over the whole paper. */
export const rule = (columns: number): string => '-'.repeat(columns)
