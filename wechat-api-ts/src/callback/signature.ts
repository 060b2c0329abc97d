import { hash, timingSafeEqual } from 'node:crypto'

/** WeChat's signature: SHA-1 in hex over the parts, sorted bytewise and joined without a separator. */
export const sign = (...parts: readonly string[]): string => hash('sha1', [...parts].sort().join(''), 'hex')

/** Compares in constant time; an unequal length is false at once, because the length of a digest is no secret. */
export const sameText = (given: string, expected: string): boolean => {
  const left = Buffer.from(given)
  const right = Buffer.from(expected)
  return left.length === right.length && timingSafeEqual(left, right)
}
