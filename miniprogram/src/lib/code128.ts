// Bar and space widths of the 107 symbols, in the order of their values (ISO/IEC 15417, table 1).
const symbols = (
  '212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 ' +
  '123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 ' +
  '232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 ' +
  '313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 ' +
  '111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 ' +
  '111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 ' +
  '114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112'
).split(' ')

const startB = 104
const startC = 105
const stop = 106
const toB = 100

/** Symbol values of a text with start, check and stop symbol: pairs of digits in code set C, the rest in B. Throws on a character outside printable ASCII. */
export function code128Values(text: string): number[] {
  if (!/^[\x20-\x7e]+$/.test(text)) throw new Error('Code 128 here takes printable ASCII only')
  const pairs = /^(\d\d)+/.exec(text)?.[0] ?? ''
  const rest = text.slice(pairs.length)
  const values = pairs === '' ? [startB] : [startC]
  for (let at = 0; at < pairs.length; at += 2) values.push(Number(pairs.slice(at, at + 2)))
  if (pairs !== '' && rest !== '') values.push(toB)
  for (const character of rest) values.push(character.charCodeAt(0) - 32)
  const check = values.reduce((sum, value, position) => sum + value * Math.max(position, 1), 0) % 103
  return [...values, check, stop]
}

/** The barcode as widths of bar, space, bar, … in modules, without quiet zones. */
export function code128Widths(text: string): number[] {
  return code128Values(text).flatMap(value => (symbols[value] ?? '').split('').map(Number))
}
