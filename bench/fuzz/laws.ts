import fc from 'fast-check'
import { callbackCodec, CallbackError } from 'wechat-api-ts'
import { account } from '../intake/pushes.ts'
import { forged, parsedQuery, strange, type Call } from './hostile.ts'

const codec = callbackCodec(account)

/** Reads a call: true when it was let in; throws when the codec fell over it. */
function letIn({ query, body }: Call): boolean {
  try {
    codec.read(parsedQuery(query), body)
    return true
  } catch (error) {
    if (error instanceof CallbackError) return false
    throw error
  }
}

/**
 * The codec lets nothing forged in and falls over nothing, forged or strange; throws with the smallest counterexample.
 * Returns how many of the strange ones could be read.
 */
export function codecLaws(runs: number): number {
  let read = 0
  fc.assert(
    fc.property(forged, call => {
      if (letIn(call)) throw new Error('a forged push was let in')
    }),
    { numRuns: Math.ceil((runs * 2) / 3) },
  )
  fc.assert(
    fc.property(strange, call => {
      if (letIn(call)) read++
    }),
    { numRuns: Math.ceil(runs / 3) },
  )
  return read
}

const status = async (door: string, { query, body }: Call): Promise<number> => {
  // A fetch refuses a body of nothing on its own account; WeChat's requests always have one.
  const reply = await fetch(`${door}?${query}`, { method: 'POST', body, headers: { 'content-type': 'text/xml' } })
  await reply.arrayBuffer()
  return reply.status
}

/**
 * The same at a shop's door: what is forged is answered with a refusal, what is strange with anything but a failure.
 * The caller looks whether anything was stored. `together` calls are under way at once.
 */
export async function doorLaws(door: string, runs: number, together = 25): Promise<void> {
  const some = (call: fc.Arbitrary<Call>) => fc.array(call, { minLength: together, maxLength: together })
  await fc.assert(
    fc.asyncProperty(some(forged), async calls => {
      const statuses = await Promise.all(calls.map(call => status(door, call)))
      const wrong = statuses.find(one => one < 400 || one >= 500)
      if (wrong !== undefined) throw new Error(`a forged push was answered ${wrong}`)
    }),
    { numRuns: Math.ceil(runs / together) },
  )
}

/** Strange but genuine pushes at the door: taken in or refused, never a failure. */
export async function strangeAtDoor(door: string, runs: number, together = 25): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(strange, { minLength: together, maxLength: together }), async calls => {
      const statuses = await Promise.all(calls.map(call => status(door, call)))
      const wrong = statuses.find(one => one >= 500)
      if (wrong !== undefined) throw new Error(`a strange push was answered ${wrong}`)
    }),
    { numRuns: Math.ceil(runs / together) },
  )
}
