import type { Checks } from './checks.ts'
import type { Dataset, Holder } from './dataset.ts'
import type { Call, StaffSession } from '../callers.ts'
import type { Instance } from './instance.ts'
import type { Watch } from './watch.ts'

/** Somebody of the story: a card holder who followed, enrolled and bound on the sandbox's phone. */
export interface Person extends Holder {
  personId: string
  /** The mini-program in this person's hand. */
  shop: Call
  memberId: string
  /** Our 20-digit card. */
  memberCard: string
}

/** What all steps share. */
export interface Story {
  instance: Instance
  data: Dataset
  checks: Checks
  watch: Watch
  /** The sandbox's own API. */
  sim: Call
  owner: StaffSession
  /** Where uploads go. */
  sourceId: string
  people: Person[]
  /** Points that each member should have by our own sums. */
  points: Map<string, number>
  random: () => number
  /** How often the jobs process is killed at random in each piece of work, beside the named points. */
  kills: number
  /** At every named point of the product, or at a few. */
  thorough: boolean
  say: (line: string) => void
}
