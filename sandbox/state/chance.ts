/** A seeded row of random numbers: a run with the same seed throws the same dice (wechat-protocol §7.2). */
export interface Chance {
  /** 0 ≤ x < 1. */
  roll: () => number
  /** True with this probability, 0–1; the ends cost no throw. */
  happens: (probability: number) => boolean
  seed: (seed: number) => void
}

/** Mulberry32: small, seeded, good enough to throw dice with. */
export const createChance = (seed = 1): Chance => {
  let state = seed
  const roll = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    roll,
    happens: probability => probability >= 1 || (probability > 0 && roll() < probability),
    seed: next => {
      state = next
    },
  }
}
