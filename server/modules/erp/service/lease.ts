/** How long a worker may be silent before another takes its import over. */
const LEASE_MS = 20_000

export const leaseEnd = (now: Date): Date => new Date(now.getTime() + LEASE_MS)

/** The worker no longer holds its import: it was asked to stop, or was silent for too long. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}
