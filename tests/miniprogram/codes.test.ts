import fc from 'fast-check'
import { encode } from 'uqr'
import { expect, test } from 'vitest'
import { barcodeImage } from '../../miniprogram/src/lib/code-image.ts'
import { code128Values, code128Widths } from '../../miniprogram/src/lib/code128.ts'
import { qrCode } from '../../miniprogram/src/lib/qr.ts'
import { readCode128 } from '../support/miniprogram/code128-reader.ts'

test('known barcodes: the example of the standard’s article, digits in pairs, a change of code set', () => {
  // the worked example has check value 54 with start A (103); ours starts with B (104)
  expect(code128Values('PJJ123C')).toEqual([104, 48, 42, 42, 17, 18, 19, 35, 55, 106])
  expect(code128Values('123456')).toEqual([105, 12, 34, 56, 44, 106])
  expect(code128Values('12345')).toEqual([105, 12, 34, 100, 21, 54, 106])
})

test('a card number of 20 digits takes 165 modules with quiet zones: two pixels each on the narrowest phone', () => {
  const { modules } = barcodeImage('88010203040506070809')
  expect(modules).toBe(165)
  expect(modules * 2).toBeLessThan(375 - 36)
})

test('each symbol is eleven modules of three bars, and no two are alike', () => {
  const widths = Array.from({ length: 95 }, (_, index) => code128Widths(String.fromCharCode(32 + index)).slice(6, 12))
  expect(new Set(widths.map(each => each.join(''))).size).toBe(95)
  for (const symbol of widths) {
    expect(symbol.reduce((sum, width) => sum + width, 0)).toBe(11)
    // bars (not spaces) of a valid symbol add up to an even number of modules
    expect([0, 2, 4].reduce((sum, index) => sum + (symbol[index] ?? 0), 0) % 2).toBe(0)
  }
})

// Symbols as written for single characters in code set B, and for pairs in C: value → widths.
const symbols = new Map<string, number>()
for (let value = 0; value < 95; value++)
  symbols.set(
    code128Widths(String.fromCharCode(32 + value))
      .slice(6, 12)
      .join(''),
    value,
  )
for (let value = 0; value < 100; value++)
  symbols.set(code128Widths(String(value).padStart(2, '0')).slice(6, 12).join(''), value)
symbols.set(code128Widths('001').slice(12, 18).join(''), 100)
symbols.set(code128Widths('a').slice(0, 6).join(''), 104)
symbols.set(code128Widths('00').slice(0, 6).join(''), 105)
// check symbols 100 to 102 stand for themselves
symbols.set('411131', 101).set('411131', 102).set('311141', 100)

test('what a scanner reads back is what was written', () => {
  const text = fc.oneof(
    fc.stringMatching(/^[0-9]{1,40}$/),
    fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme-ascii' }),
  )
  fc.assert(
    fc.property(text, written => {
      const widths = code128Widths(written)
      const check = code128Values(written).at(-2) ?? 0
      fc.pre(check < 100)
      expect(readCode128(widths, symbols)).toBe(written)
    }),
  )
})

test('a character that Code 128 B does not have is refused, not drawn wrongly', () => {
  expect(() => code128Widths('券码')).toThrow(/ASCII/)
  expect(() => code128Widths('')).toThrow(/ASCII/)
})

const drawn = (rows: boolean[][]) => rows.map(row => row.map(dark => (dark ? '#' : '.')).join('')).join('\n')

test('our QR code of any till code is the very one that another library draws, under one of the eight masks', () => {
  const text = fc.oneof(
    fc.stringMatching(/^[0-9]{1,255}$/),
    fc.string({ minLength: 1, maxLength: 106, unit: 'grapheme-ascii' }).filter(each => !/^\d+$/.test(each)),
  )
  fc.assert(
    fc.property(text, written => {
      const ours = drawn(qrCode(written))
      const theirs = [0, 1, 2, 3, 4, 5, 6, 7].map(maskPattern => {
        // their byte mode is forced where they would switch to capitals-only mode, which we do not have
        const data = /^\d+$/.test(written) ? written : written.split('').map(each => each.charCodeAt(0))
        return drawn(encode(data, { ecc: 'M', boostEcc: false, border: 0, maskPattern }).data)
      })
      expect(theirs).toContain(ours)
    }),
    { numRuns: 60 },
  )
})

test('a text too long for the till’s QR codes is refused', () => {
  expect(() => qrCode('1'.repeat(256))).toThrow(/too long/)
  expect(() => qrCode('券')).toThrow(/ASCII/)
})
