import { createHash, createHmac, randomBytes } from 'node:crypto'

/** A new seed, 64 hex digits. Nobody sees it before the end of its lottery. */
export const newSeed = (): string => randomBytes(32).toString('hex')

/** What is published of a seed beforehand: sha256 of its bytes. */
export const hashOfSeed = (seed: string): string => createHash('sha256').update(Buffer.from(seed, 'hex')).digest('hex')

/**
 * What a draw is drawn from: the lottery, the draw's number in it (without a gap, so none can be left out) and the key of
 * the member's tap (so that whoever knows the seed still knows no draw beforehand).
 */
export const ticketOf = (lotteryId: string, n: number, key: string): string => `${lotteryId}:${n}:${key}`

const WORD = 2 ** 32

/**
 * The number of a ticket, 0 to below `base`: the first four-byte word of HMAC-SHA256(seed, ticket) that lies below the
 * largest multiple of the base, and what it leaves by the base. Words above are passed over, so every number is exactly as
 * likely as any other; when all eight are, the next round is HMAC-SHA256(seed, ticket + '#1'), and so on.
 */
export function numberOf(seed: string, ticket: string, base: number): number {
  const end = Math.floor(WORD / base) * base
  for (let round = 0; ; round++) {
    const mac = createHmac('sha256', Buffer.from(seed, 'hex')).update(round === 0 ? ticket : `${ticket}#${round}`)
    const bytes = mac.digest()
    for (let at = 0; at < bytes.length; at += 4) {
      const word = bytes.readUInt32BE(at)
      if (word < end) return word % base
    }
  }
}

/** The prize of a number: the odds stand one after the other from 0, each number below their sum belongs to exactly one. */
export function prizeOf<P extends { readonly odds: number }>(prizes: readonly P[], number: number): P {
  let end = 0
  for (const prize of prizes) {
    end += prize.odds
    if (number < end) return prize
  }
  throw new Error(`no prize has the number ${number}: the odds end at ${end}`)
}

/** sha256 of what was published, in one fixed order of words. */
export const hashOfTerms = (terms: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(terms)).digest('hex')
