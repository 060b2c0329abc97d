import { createHmac, timingSafeEqual } from 'node:crypto'
import { luhnDigit } from './card-number.ts'

/** Prefix of the turning code: GS1's range 90–99 for a firm's own use, beside the static card's 98. */
export const TURNING_PREFIX = '97'
const WINDOW_SECONDS = 30
const DIGITS = 8

/** The window (half minute since 1970) in which an instant lies. */
export const windowOf = (at: Date): number => Math.floor(at.getTime() / 1000 / WINDOW_SECONDS)

const keyed = (secret: string, text: string): Buffer => createHmac('sha256', secret).update(text).digest()

/** The eight digits of a window: the first six bytes of HMAC-SHA256, the way of RFC 6238 with a longer cut. */
export const turningDigits = (secret: string, window: number): string =>
  String(keyed(secret, `code|${window}`).readUIntBE(0, 6) % 10 ** DIGITS).padStart(DIGITS, '0')

/** The seed of a phone's chain of links for signed codes (till-client/src/codes.ts), 12 bytes in hex. */
export const chainSeed = (secret: string, firstWindow: number): string =>
  keyed(secret, `chain|${firstWindow}`).subarray(0, 12).toString('hex')

/** The code that a phone shows in a window: 97, its handle, eight digits, Luhn's check digit. */
export function turningCode(handle: string, secret: string, window: number): string {
  const body = `${TURNING_PREFIX}${handle}${turningDigits(secret, window)}`
  return body + luhnDigit(body)
}

/** Whether a text has the form of a turning code, check digit included. */
export const isTurningCode = (text: string): boolean =>
  /^97\d{18}$/.test(text) && luhnDigit(text.slice(0, -1)) === text.at(-1)

/** The window near `around` whose code of this secret it is, nearest first; null when of none. */
export function windowOfCode(code: string, secret: string, around: number, reach: number): number | null {
  const digits = Buffer.from(code.slice(11, 19))
  for (let distance = 0; distance <= reach; distance++) {
    for (const window of distance === 0 ? [around] : [around - distance, around + distance]) {
      if (timingSafeEqual(Buffer.from(turningDigits(secret, window)), digits)) return window
    }
  }
  return null
}
