import type { ClaimItem, ClaimOutcome, ClaimSettling } from './claim-settle.ts'

/** Claims in one transaction at most. */
export const MOST = 500

interface Waiting extends ClaimItem {
  readonly resolve: (outcome: ClaimOutcome) => void
  readonly reject: (error: unknown) => void
}

/**
 * Group commit: what is claimed of an offer while a transaction is under way is settled by the next one, together. A
 * claim that comes alone waits for nothing. Each caller has the answer only once the coupon is durable.
 */
export function claimBatches(settling: Pick<ClaimSettling, 'settle'>) {
  const lines = new Map<string, Waiting[]>()

  async function run(offerId: string, line: Waiting[]): Promise<void> {
    while (line.length > 0) {
      const batch = nextBatch(line)
      try {
        const outcomes = await settling.settle(offerId, batch)
        for (const one of batch) one.resolve(outcomes.get(one.key) ?? { is: 'closed' })
      } catch (error) {
        for (const one of batch) one.reject(error)
      }
    }
    lines.delete(offerId)
  }

  return {
    claim: (offerId: string, item: ClaimItem): Promise<ClaimOutcome> =>
      new Promise((resolve, reject) => {
        const waiting = { ...item, resolve, reject }
        const line = lines.get(offerId)
        if (line !== undefined) {
          line.push(waiting)
          return
        }
        const begun = [waiting]
        lines.set(offerId, begun)
        void run(offerId, begun)
      }),
  }
}

/** Takes the head of the line, of each member one: a second tap of the same person comes with the next transaction. */
function nextBatch(line: Waiting[]): Waiting[] {
  const members = new Set<string>()
  const batch: Waiting[] = []
  const rest: Waiting[] = []
  for (const one of line.splice(0)) {
    if (batch.length < MOST && !members.has(one.memberId)) {
      members.add(one.memberId)
      batch.push(one)
    } else rest.push(one)
  }
  line.push(...rest)
  return batch
}
