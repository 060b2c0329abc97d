import { randomInt } from 'node:crypto'

/**
 * Our card number: 20 digits, 98 + 17 by chance + a Luhn check digit. Printed as Code 128 or QR.
 *
 * Why it cannot be taken for another code at the till:
 * - WeChat payment codes have 18 digits and begin with 10–15; Alipay's 16–24 digits and begin with 25–30;
 *   UnionPay's 19 digits with 62; digital yuan's 19 digits with 01;
 * - goods have EAN-13, 69… in China; scale labels EAN-13 with 2x, some 18 digits as Code 128;
 * - logistics units have 20 digits too, but begin with 00; 98 lies in GS1's range 90–99 for a firm's own use.
 */
export const CARD_PREFIX = '98'
const LENGTH = 20

/** The digit that makes a number pass the Luhn check: every single wrong digit and almost every swap is seen. */
export function luhnDigit(digits: string): string {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i])
    const weighed = i % 2 === 0 ? digit * 2 : digit
    sum += weighed > 9 ? weighed - 9 : weighed
  }
  return String((10 - (sum % 10)) % 10)
}

/** A new card number; 10^17 of them, so a guess is hopeless and the unique index settles the rest. */
export function newCardNo(): string {
  let body = CARD_PREFIX
  while (body.length < LENGTH - 1)
    body += String(randomInt(10 ** 8))
      .padStart(8, '0')
      .slice(0, LENGTH - 1 - body.length)
  return body + luhnDigit(body)
}

/** Whether a text is one of our card numbers, check digit included. */
export const isCardNo = (text: string): boolean =>
  text.length === LENGTH && /^98\d{18}$/.test(text) && luhnDigit(text.slice(0, -1)) === text.at(-1)

/** What a scanned code of digits is, by the rules above; `other` may be an old card. */
export function kindOfDigits(text: string): 'member' | 'paymentCode' | 'goods' | 'phone' | 'other' {
  if (isCardNo(text)) return 'member'
  if (/^1[0-5]\d{16}$/.test(text) || /^(2[5-9]|30)\d{14,22}$/.test(text) || /^(62|01)\d{17}$/.test(text))
    return 'paymentCode'
  if (/^69\d{11}$/.test(text) || /^2\d{12}$/.test(text) || /^2\d{17}$/.test(text)) return 'goods'
  if (/^1\d{10}$/.test(text)) return 'phone'
  return 'other'
}
