/** How long a worker may be silent before another takes its import over. */
const LEASE_MS = 15_000

export const leaseEnd = (now: Date): Date => new Date(now.getTime() + LEASE_MS)

/** The worker no longer holds its import: it was asked to stop, or was silent for too long. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

/** Keeps a lease alive while a long piece runs that writes nothing, such as opening a large workbook. */
export async function whileRenewing<T>(renew: () => Promise<unknown>, work: () => Promise<T>): Promise<T> {
  const beat = setInterval(() => {
    // A beat that fails is followed by others; when all fail, the lease runs out as it should.
    renew().catch(() => undefined)
  }, LEASE_MS / 3)
  try {
    return await work()
  } finally {
    clearInterval(beat)
  }
}
