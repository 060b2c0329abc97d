import { timingSafeEqual } from 'node:crypto'

/** Compares two secrets in constant time; an unequal length is false at once, because lengths are no secret here. */
export const sameSecret = (given: string, expected: string): boolean => {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)]
  return left.length === right.length && timingSafeEqual(left, right)
}
