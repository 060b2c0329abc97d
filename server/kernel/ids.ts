import { randomFillSync } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const pool = new Uint8Array(4096)
let used = pool.length

let lastTime = 0
const tail = new Uint8Array(16)

function refill(): void {
  randomFillSync(pool)
  used = 0
}

/** Makes the next tail: fresh chance in a new millisecond, the previous one plus one within the same. */
function nextTail(sameMillisecond: boolean): void {
  if (!sameMillisecond) {
    if (used + tail.length > pool.length) refill()
    for (let i = 0; i < tail.length; i++) tail[i] = (pool[used++] ?? 0) & 31
    // A first digit below 16 leaves room for 2^75 ids in one millisecond.
    tail[0] = (tail[0] ?? 0) & 15
    return
  }
  for (let i = tail.length - 1; i >= 0; i--) {
    const digit = tail[i] ?? 0
    if (digit < 31) {
      tail[i] = digit + 1
      return
    }
    tail[i] = 0
  }
}

/** A new id: 26 characters of Crockford base 32, sortable by time, rising within one process (the ULID layout). */
export function newId(): string {
  const time = Math.max(Date.now(), lastTime)
  nextTail(time === lastTime)
  lastTime = time
  let rest = time
  let head = ''
  for (let i = 0; i < 10; i++) {
    head = ALPHABET.charAt(rest % 32) + head
    rest = Math.floor(rest / 32)
  }
  let id = head
  for (const digit of tail) id += ALPHABET.charAt(digit)
  return id
}

/** Whether a text has the form of our ids. */
export const isId = (text: string): boolean => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(text)
