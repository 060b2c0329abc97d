import { createPublicKey, hash, verify, type KeyObject } from 'node:crypto'

/*
 * Codes that our shoppers show, all of digits, because a scanner that types like a keyboard garbles anything else under a
 * Chinese input method. Their first two digits tell them apart, in GS1's range 90–99 for a firm's own use: no payment code,
 * no goods, no parcel begins so.
 *
 *   98  20 digits   the static card number
 *   97  20 digits   the turning code: 97, handle (9), eight digits of this half minute, Luhn. Only the server can check it.
 *   96  244 digits  the turning code signed: a till checks it without a network
 *   95  212 digits  a coupon signed: a till checks it without a network
 *
 * The signed member code: the server signs, once a day, the end of a chain of hashes that only this phone can compute; the
 * phone shows the link of this half minute. From a link one reaches the end and every link before it, never the next: so a
 * till that knows the server's public key sees that the code is of now, and a photograph of it is worth nothing a minute later.
 */

/** The length of a window: a code lives about as long. */
export const WINDOW_SECONDS = 30
/** Windows that a code may be off the clock of who reads it. */
export const TOLERANCE_WINDOWS = 1

/** The window in which an instant lies. */
export const windowOf = (at: Date): number => Math.floor(at.getTime() / 1000 / WINDOW_SECONDS)

const LINK_BYTES = 12
const LINK_DIGITS = 29
const SIGNATURE_DIGITS = 155
const POSITION_DIGITS = 4

/** Bytes as a decimal number of so many digits. */
const digitsOf = (bytes: Uint8Array, length: number): string =>
  BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
    .toString()
    .padStart(length, '0')

/** The bytes of such a number; null when it is too large for them. */
function bytesOf(digits: string, length: number): Buffer | null {
  const hex = BigInt(digits).toString(16)
  return hex.length > length * 2 ? null : Buffer.from(hex.padStart(length * 2, '0'), 'hex')
}

/** The link before a link: 12 bytes of the hash of handle, position and link, in hex. */
export const linkBefore = (handle: string, position: number, link: string): string =>
  hash('sha256', `${handle}|${position}|${link}`, 'hex').slice(0, LINK_BYTES * 2)

/** What the server signs of a phone: who (a pseudonym), the rank of the tier, from which window on, for how many, and the end of the chain. */
export interface MemberVoucher {
  readonly kid: number
  readonly handle: string
  /** 0 = no tier, else its rank. */
  readonly tier: number
  readonly firstWindow: number
  readonly windows: number
  /** Hex of 12 bytes. */
  readonly anchor: string
}

const number = (value: number, length: number): string => {
  const digits = String(value)
  if (!/^\d+$/.test(digits) || digits.length > length) throw new RangeError(`${value} is no number of ${length} digits`)
  return digits.padStart(length, '0')
}

/** The text of a voucher that is signed: 56 digits. */
export const memberVoucherText = (voucher: MemberVoucher): string =>
  `96${number(voucher.kid, 2)}${voucher.handle}${number(voucher.tier, 2)}${number(voucher.firstWindow, 8)}${number(voucher.windows, 4)}${digitsOf(Buffer.from(voucher.anchor, 'hex'), LINK_DIGITS)}`

/** What the phone appends to its signed voucher: which window of it this is, and that window's link. */
export const linkDigits = (position: number, link: string): string =>
  number(position, POSITION_DIGITS) + digitsOf(Buffer.from(link, 'hex'), LINK_DIGITS)

/** What the server signs of a coupon that takes a fixed amount off: its code, whose, fen off, from how many fen on, until when. */
export interface CouponVoucher {
  readonly kid: number
  /** The code as the wallet shows it: K and thirteen letters. */
  readonly code: string
  /** The holder's pseudonym, as in the member code. */
  readonly handle: string
  /** Fen. */
  readonly amountOff: number
  readonly threshold: number
  /** It may be taken without a network until then (whole minutes). */
  readonly until: Date
}

const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

const codeNumber = (code: string): string => {
  let value = 0n
  for (const letter of code.slice(1, 13)) {
    const at = LETTERS.indexOf(letter)
    if (at < 0) throw new RangeError(`${code} is no coupon code`)
    value = value * 32n + BigInt(at)
  }
  return value.toString().padStart(19, '0')
}

function checkLetter(body: string): string {
  let sum = 0
  for (let i = 0; i < body.length; i++) {
    const value = LETTERS.indexOf(body.charAt(body.length - 1 - i)) * (i % 2 === 0 ? 2 : 1)
    sum += Math.floor(value / 32) + (value % 32)
  }
  return LETTERS.charAt((32 - (sum % 32)) % 32)
}

function codeText(digits: string): string {
  let value = BigInt(digits)
  let letters = ''
  for (let i = 0; i < 12; i++) {
    letters = LETTERS.charAt(Number(value % 32n)) + letters
    value /= 32n
  }
  return `K${letters}${checkLetter(`K${letters}`)}`
}

/** The text of a coupon that is signed: 57 digits. */
export const couponVoucherText = (voucher: CouponVoucher): string =>
  `95${number(voucher.kid, 2)}${codeNumber(voucher.code)}${voucher.handle}0${number(voucher.amountOff, 8)}${number(voucher.threshold, 8)}${number(Math.floor(voucher.until.getTime() / 60_000), 8)}`

/** A signature of 64 bytes, as it is appended to what it signs. */
export const signatureDigits = (signature: Uint8Array): string => digitsOf(signature, SIGNATURE_DIGITS)

/** Public keys by number: 32 bytes in base64url. */
export type PublicKeys = Readonly<Record<number, string>>

const keyOf = (raw: string): KeyObject =>
  createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw }, format: 'jwk' })

function isSigned(text: string, digits: string, keys: PublicKeys): boolean {
  const key = keys[Number(text.slice(2, 4))]
  const signature = bytesOf(digits, 64)
  return key !== undefined && signature !== null && verify(null, Buffer.from(text), keyOf(key), signature)
}

/** What a signed code is found to be. */
export type Checked<T> = { readonly ok: true; readonly code: T } | { readonly ok: false; readonly why: Refusal }
/** malformed: not such a code · forged: nobody of ours signed it · tooLate: of another half minute, or over its time. */
export type Refusal = 'malformed' | 'forged' | 'tooLate'

/** A member as a signed code tells it. */
export interface SignedMember extends MemberVoucher {
  /** The window of the link: the code is of then. */
  readonly window: number
}

/**
 * Reads a signed member code; `now` is when it was scanned. Costs at most `windows` hashes (a day is 2,880: some
 * milliseconds) and one verification of Ed25519. The caller must refuse a window of a handle that it has taken before.
 */
export function readMemberCode(
  digits: string,
  keys: PublicKeys,
  now: Date,
  tolerance = TOLERANCE_WINDOWS,
): Checked<SignedMember> {
  if (!/^96\d{242}$/.test(digits)) return { ok: false, why: 'malformed' }
  const text = digits.slice(0, 56)
  if (!isSigned(text, digits.slice(56, 56 + SIGNATURE_DIGITS), keys)) return { ok: false, why: 'forged' }
  const rest = digits.slice(56 + SIGNATURE_DIGITS)
  const anchor = bytesOf(text.slice(27), LINK_BYTES)?.toString('hex')
  let link = bytesOf(rest.slice(POSITION_DIGITS), LINK_BYTES)?.toString('hex')
  if (anchor === undefined || link === undefined) return { ok: false, why: 'malformed' }
  const voucher = {
    kid: Number(text.slice(2, 4)),
    handle: text.slice(4, 13),
    tier: Number(text.slice(13, 15)),
    firstWindow: Number(text.slice(15, 23)),
    windows: Number(text.slice(23, 27)),
    anchor,
  }
  const position = Number(rest.slice(0, POSITION_DIGITS))
  if (position >= voucher.windows) return { ok: false, why: 'tooLate' }
  for (let at = position; at >= 0; at--) link = linkBefore(voucher.handle, at, link)
  if (link !== anchor) return { ok: false, why: 'forged' }
  const window = voucher.firstWindow + position
  if (Math.abs(window - windowOf(now)) > tolerance) return { ok: false, why: 'tooLate' }
  return { ok: true, code: { ...voucher, window } }
}

/** Reads a signed coupon code; the caller must refuse a coupon that it has taken before. */
export function readCouponCode(digits: string, keys: PublicKeys, now: Date): Checked<CouponVoucher> {
  if (!/^95\d{210}$/.test(digits) || digits[32] !== '0') return { ok: false, why: 'malformed' }
  const text = digits.slice(0, 57)
  if (!isSigned(text, digits.slice(57), keys)) return { ok: false, why: 'forged' }
  const code = {
    kid: Number(text.slice(2, 4)),
    code: codeText(text.slice(4, 23)),
    handle: text.slice(23, 32),
    amountOff: Number(text.slice(33, 41)),
    threshold: Number(text.slice(41, 49)),
    until: new Date(Number(text.slice(49, 57)) * 60_000),
  }
  return now >= code.until ? { ok: false, why: 'tooLate' } : { ok: true, code }
}

/** The whole chain of a voucher: the anchor and, by position, the links of its windows, from the last secret link down. */
export function chain(handle: string, windows: number, seed: string): { anchor: string; links: string[] } {
  const links: string[] = []
  let link = seed
  for (let position = windows - 1; position >= 0; position--) {
    links[position] = link
    link = linkBefore(handle, position, link)
  }
  return { anchor: link, links }
}

/** The coupon's code inside a signed coupon, unchecked: for who can ask the server; null when it is none. */
export const couponCodeOf = (digits: string): string | null =>
  /^95\d{210}$/.test(digits) ? codeText(digits.slice(4, 23)) : null
