import { randomInt } from 'node:crypto'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const random = (length: number): string =>
  Array.from({ length }, () => LETTERS.charAt(randomInt(LETTERS.length))).join('')

/** A new token of WeChat's form: 3–32 letters and digits (wechat-protocol §1.1). */
export const newToken = (): string => random(32)

/**
 * A new EncodingAESKey: 43 letters and digits. Its last one carries four bits only; 'A' leaves the other two empty, so
 * that every base64 reader takes it.
 */
export const newAesKey = (): string => `${random(42)}A`
