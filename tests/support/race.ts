import type { KyselyPlugin } from 'kysely'
import type { Db, Tx } from '../../server/kernel/db.ts'

/** What became of the two who met. */
export interface Race<T> {
  readonly result: PromiseSettledResult<T>
  readonly other: PromiseSettledResult<unknown>
  /** How many statements the work made: a test walks through all the gaps between them. */
  readonly statements: number
}

const settled = async <R>(run: () => Promise<R>): Promise<PromiseSettledResult<R>> =>
  (await Promise.allSettled([run()]))[0]

/**
 * The race injector: runs `work` in a transaction, and after its n-th statement (0 = the first) lets `meanwhile` run on a
 * connection of its own: to its end, or until it waits for what the transaction holds; then the work goes on.
 */
export async function raceAt<T>(
  db: Db,
  gap: number,
  work: (tx: Tx) => Promise<T>,
  meanwhile: () => Promise<unknown>,
): Promise<Race<T>> {
  let statements = 0
  let other: Promise<PromiseSettledResult<unknown>> | undefined
  const injector: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      if (statements++ === gap) {
        other = settled(meanwhile)
        // A rival that waits for our locks would wait for ever: it gets a moment, then comes after us.
        await Promise.race([other, new Promise(resolve => setTimeout(resolve, 120))])
      }
      return result
    },
  }
  const result = await settled(() => db.transaction().execute(tx => work(tx.withPlugin(injector))))
  return { result, other: await (other ?? settled(meanwhile)), statements }
}
