import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** Calls `row` with the cells of every line of CSV text after the header, by the header's names; quotes as RFC 4180 has them. */
export function eachRow(text: string, row: (cells: Record<string, string>) => void): void {
  let names: string[] | undefined
  let cells: string[] = []
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0
  const endRow = () => {
    if (names === undefined) names = cells
    else if (cells.length > 1 || cells[0] !== '')
      row(Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ''])))
    cells = []
  }
  while (at < text.length) {
    let cell = ''
    if (text[at] === '"') {
      for (at++; ; at++) {
        const close = text.indexOf('"', at)
        cell += text.slice(at, close)
        at = close + 1
        if (text[at] !== '"') break
        cell += '"'
      }
    } else {
      const start = at
      while (at < text.length && text[at] !== ',' && text[at] !== '\n' && text[at] !== '\r') at++
      cell = text.slice(start, at)
    }
    cells.push(cell)
    if (text[at] === ',') {
      at++
      if (at === text.length) cells.push('')
      continue
    }
    if (text[at] === '\r') at++
    at++
    endRow()
  }
  if (cells.length > 0) endRow()
}

/** The text of a file, unpacked where it ends in .gz. */
export function readText(path: string, encoding: 'utf-8' | 'gb18030' = 'utf-8'): string {
  const bytes = readFileSync(path)
  return new TextDecoder(encoding).decode(path.endsWith('.gz') ? gunzipSync(bytes) : bytes)
}

/** Ten-thousandths of a decimal text, exactly. */
export function tenThousandths(text: string): bigint {
  const match = /^(-?)(\d*)(?:\.(\d{0,4})0*)?$/.exec(text.trim())
  if (!match) throw new Error(`not a decimal of at most four places: ${text}`)
  const [, sign, whole, fraction = ''] = match
  const value = BigInt(whole || '0') * 10_000n + BigInt(fraction.padEnd(4, '0'))
  return sign === '-' ? -value : value
}

/** An amount in ten-thousandths as people write it, without trailing zeros but with two places. */
export function decimalText(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(5, '0')
  const fraction = digits.slice(-4).replace(/0{1,2}$/, '')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -4)}.${fraction}`
}
