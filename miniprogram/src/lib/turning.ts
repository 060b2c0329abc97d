import { ascii, hmac, sha256 } from './sha256.ts'

// The member's code of this half minute, computed here so that a basement without a network is no matter. The other half
// is server/modules/members/service/turning-code.ts, and what is signed: till-client/src/codes.ts.

/** What the server has given this phone, and how far this phone's clock is off. */
export interface PhoneSecret {
  handle: string
  secret: string
  windowSeconds: number
  voucher: { digits: string; firstWindow: number; windows: number }
  /** so many points are worth ¥1 at a till; a phone that asked long ago does not know */
  pointsPerYuan?: number
  /** milliseconds that the server's clock is ahead of the phone's */
  offset: number
  /** when it was asked for, by the phone's clock */
  askedAt: number
}

const prefix = '97'
const linkBytes = 12
const linkDigits = 29

/** The half minute of now by the server's clock, and which part of it is left (1 → 0). */
export function windowNow(phone: PhoneSecret, now: number): { window: number; left: number } {
  const length = phone.windowSeconds * 1000
  const at = (now + phone.offset) / length
  return { window: Math.floor(at), left: 1 - (at % 1) }
}

function luhnDigit(digits: string): string {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const weighed = Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 2 : 1)
    sum += weighed > 9 ? weighed - 9 : weighed
  }
  return String((10 - (sum % 10)) % 10)
}

/** The twenty digits of a half minute. */
export function turningCode({ handle, secret }: PhoneSecret, window: number): string {
  const hash = hmac(ascii(secret), ascii(`code|${window}`))
  // six bytes are a whole number below 2^48; the remainder of it is exact
  const number = Array.from(hash.subarray(0, 6)).reduce((sum, byte) => sum * 256 + byte, 0)
  const body = prefix + handle + String(number % 1e8).padStart(8, '0')
  return body + luhnDigit(body)
}

const hex = (bytes: Uint8Array) => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')

/** A number in hex as so many decimal digits; older phones have no BigInt. */
export function decimal(hexText: string, length: number): string {
  const digits: number[] = Array.from({ length }, () => 0)
  for (const letter of hexText.split('')) {
    let carry = Number.parseInt(letter, 16)
    for (let i = length - 1; i >= 0; i--) {
      const value = (digits[i] ?? 0) * 16 + carry
      digits[i] = value % 10
      carry = Math.floor(value / 10)
    }
  }
  return digits.join('')
}

let chain: { of: string; links: string[] } | null = null

// All links of the voucher, from the last one down: a day's is 2,880 hashes, done once while the page is open.
function links({ handle, secret, voucher }: PhoneSecret): string[] {
  if (chain?.of === voucher.digits) return chain.links
  const made: string[] = []
  let link = hex(hmac(ascii(secret), ascii(`chain|${voucher.firstWindow}`)).subarray(0, linkBytes))
  for (let position = voucher.windows - 1; position >= 0; position--) {
    made[position] = link
    link = hex(sha256(ascii(`${handle}|${position}|${link}`)).subarray(0, linkBytes))
  }
  chain = { of: voucher.digits, links: made }
  return made
}

/** The signed code of a half minute, for tills that have no network either; null when the server's voucher does not reach so far. */
export function signedCode(phone: PhoneSecret, window: number): string | null {
  const position = window - phone.voucher.firstWindow
  if (position < 0 || position >= phone.voucher.windows) return null
  const link = links(phone)[position] ?? ''
  return phone.voucher.digits + String(position).padStart(4, '0') + decimal(link, linkDigits)
}
