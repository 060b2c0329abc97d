// SHA-256 and its HMAC (FIPS 180-4, RFC 2104) over bytes: the phone computes the member's code with it, and has no other.
const rounds = 64

// The first 32 bits of the fractional parts of a root of the first primes.
function fractions(root: (prime: number) => number, count: number): number[] {
  const found: number[] = []
  for (let candidate = 2; found.length < count; candidate++) {
    let isPrime = true
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) if (candidate % divisor === 0) isPrime = false
    if (isPrime) found.push(((root(candidate) % 1) * 2 ** 32) | 0)
  }
  return found
}

const constants = fractions(Math.cbrt, rounds)
const start = fractions(Math.sqrt, 8)
const schedule = new Int32Array(rounds)

const rotate = (word: number, by: number) => (word >>> by) | (word << (32 - by))

function block(state: number[], bytes: Uint8Array, at: number): void {
  const w = schedule
  for (let i = 0; i < 16; i++) {
    const from = at + i * 4
    w[i] =
      ((bytes[from] ?? 0) << 24) |
      ((bytes[from + 1] ?? 0) << 16) |
      ((bytes[from + 2] ?? 0) << 8) |
      (bytes[from + 3] ?? 0)
  }
  for (let i = 16; i < rounds; i++) {
    const a = w[i - 15] ?? 0
    const b = w[i - 2] ?? 0
    const first = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3)
    const second = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10)
    w[i] = ((w[i - 16] ?? 0) + first + (w[i - 7] ?? 0) + second) | 0
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let i = 0; i < rounds; i++) {
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const one = (h + sum1 + ((e & f) ^ (~e & g)) + (constants[i] ?? 0) + (w[i] ?? 0)) | 0
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const two = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + one) | 0
    d = c
    c = b
    b = a
    a = (one + two) | 0
  }
  const add = [a, b, c, d, e, f, g, h]
  for (let i = 0; i < 8; i++) state[i] = ((state[i] ?? 0) + (add[i] ?? 0)) | 0
}

/** The bytes of a text of ASCII characters. */
export function ascii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

/** The 32 bytes of SHA-256. */
export function sha256(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64)
  padded.set(bytes)
  padded[bytes.length] = 0x80
  // texts here are far below 2^29 bytes, so their length in bits fits the last four bytes
  const length = bytes.length * 8
  for (let i = 0; i < 4; i++) padded[padded.length - 1 - i] = (length >>> (i * 8)) & 255
  const state = start.slice()
  for (let at = 0; at < padded.length; at += 64) block(state, padded, at)
  const out = new Uint8Array(32)
  for (let i = 0; i < 32; i++) out[i] = ((state[i >> 2] ?? 0) >>> (24 - (i & 3) * 8)) & 255
  return out
}

/** HMAC-SHA256. */
export function hmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const short = key.length > 64 ? sha256(key) : key
  const pad = (filler: number, tail: Uint8Array) => {
    const bytes = new Uint8Array(64 + tail.length).fill(filler, 0, 64)
    short.forEach((byte, i) => (bytes[i] = byte ^ filler))
    bytes.set(tail, 64)
    return bytes
  }
  return sha256(pad(0x5c, sha256(pad(0x36, message))))
}
