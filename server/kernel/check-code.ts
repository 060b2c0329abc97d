import { randomInt } from 'node:crypto'

/** Crockford's 32 letters: none that a cashier could take for another. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The letter that makes a code pass: Luhn's sum in base 32, so a wrong letter and most swaps are seen. */
function checkLetter(body: string): string {
  let sum = 0
  for (let i = 0; i < body.length; i++) {
    const value = ALPHABET.indexOf(body.charAt(body.length - 1 - i))
    const weighed = i % 2 === 0 ? value * 2 : value
    sum += Math.floor(weighed / 32) + (weighed % 32)
  }
  return ALPHABET.charAt((32 - (sum % 32)) % 32)
}

/** A code as typed or scanned: capitals, no gaps, O read as 0 and I and L as 1. */
export const plainCode = (text: string): string =>
  text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')

/** Codes of one kind: its prefix, letters by chance, a check letter; `length` letters in all. Code 128 and QR read them. */
export function checkedCodes(prefix: string, length: number) {
  return {
    make(): string {
      let body = prefix
      while (body.length < length - 1) body += ALPHABET.charAt(randomInt(32))
      return body + checkLetter(body)
    },
    /** Whether a plain text is a code of this kind, check letter included. */
    is: (text: string): boolean =>
      text.length === length &&
      text.startsWith(prefix) &&
      /^[0-9A-HJKMNP-TV-Z]+$/.test(text) &&
      checkLetter(text.slice(0, -1)) === text.at(-1),
  }
}
