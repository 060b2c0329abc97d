/** A stream of reproducible random numbers: the same key gives the same stream on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  /** Uniform integer in [from, to], both included. */
  int(from: number, to: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly T[]): T
  /** Gamma with an integer shape and mean 1: small shapes are wild, large ones regular. */
  gamma(shape: number): number
  poisson(mean: number): number
  /** Normal with mean 0 and deviation 1. */
  normal(): number
}

/** 32-bit hash of a text (FNV-1a, finished by murmur's mixer), to derive streams and stable preferences from names. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** Opens the stream that belongs to `key` (mulberry32). */
export function random(key: string): Random {
  let state = hash32(key)
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const poisson = (mean: number) => {
    if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()))
    const limit = Math.exp(-mean)
    let count = 0
    for (let product = next(); product > limit; product *= next()) count++
    return count
  }
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  return {
    next,
    int: (from, to) => from + Math.floor(next() * (to - from + 1)),
    chance: probability => next() < probability,
    pick: items => item(items, Math.floor(next() * items.length)),
    gamma: shape => {
      let sum = 0
      for (let i = 0; i < shape; i++) sum -= Math.log(1 - next())
      return sum / shape
    },
    poisson,
    normal,
  }
}

/** The item at an index that is known to exist; throws where it does not. */
export function item<T>(items: ArrayLike<T>, index: number): T {
  const found = items[index]
  if (found === undefined) throw new Error(`no item ${index} of ${items.length}`)
  return found
}

/** Draws an index with probability proportional to its weight; `cumulative` holds running sums of the weights. */
export function drawIndex(cumulative: Float64Array, u: number): number {
  const target = u * item(cumulative, cumulative.length - 1)
  let low = 0
  let high = cumulative.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (item(cumulative, middle) > target) high = middle
    else low = middle + 1
  }
  return low
}

/** Running sums of weights, for `drawIndex`. */
export function cumulate(weights: readonly number[]): Float64Array {
  const sums = new Float64Array(weights.length)
  let sum = 0
  weights.forEach((weight, i) => {
    sum += weight
    sums[i] = sum
  })
  return sums
}
