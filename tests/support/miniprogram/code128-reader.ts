/** Reads Code 128 back from bar and space widths, by the rules of the standard and not by our writer. Returns null for what a scanner would refuse. */
export function readCode128(widths: number[], symbols: Map<string, number>): string | null {
  const values: number[] = []
  for (let at = 0; at < widths.length - 7; at += 6) {
    const value = symbols.get(widths.slice(at, at + 6).join(''))
    if (value === undefined) return null
    values.push(value)
  }
  if (widths.slice(-7).join('') !== '2331112') return null
  const check = values.pop()
  const sum = values.reduce((total, value, position) => total + value * (position === 0 ? 1 : position), 0)
  if (check !== sum % 103) return null
  let set = values[0] === 105 ? 'C' : values[0] === 104 ? 'B' : null
  let text = ''
  for (const value of values.slice(1)) {
    if (set === null) return null
    // 99 and 100 change the set, except where they are the digits 99 or a function character
    if (set === 'B' && value === 99) set = 'C'
    else if (set === 'C' && value === 100) set = 'B'
    else text += set === 'C' ? String(value).padStart(2, '0') : String.fromCharCode(value + 32)
  }
  return text
}
