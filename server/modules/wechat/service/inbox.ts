import { isDatabaseDown, type Db } from '../../../kernel/db.ts'
import { storeInbound, type InboundRow } from '../repository/inbound.ts'

/** Keeps a push for good; the promise is done when it is on disk. */
export interface Inbox {
  store(row: InboundRow): Promise<void>
}

interface Waiting {
  readonly row: InboundRow
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

const RUN = 200

/**
 * Stores pushes with one statement for all that arrive while the previous one is under way: a single push waits for
 * nobody, a thousand a second cost a few statements. `stored` is called after each statement.
 */
export function createInbox(db: Db, stored: () => void): Inbox {
  let waiting: Waiting[] = []
  let writing = false

  async function write(run: readonly Waiting[]): Promise<void> {
    try {
      await storeInbound(
        db,
        run.map(({ row }) => row),
      )
      for (const { resolve } of run) resolve()
      stored()
    } catch (error) {
      if (run.length === 1 || isDatabaseDown(error)) {
        // WeChat gets no answer and pushes again.
        for (const { reject } of run) reject(error)
        return
      }
      // One row that the table refuses must not take the others with it.
      for (const one of run) await write([one])
    }
  }

  async function writeAll(): Promise<void> {
    writing = true
    while (waiting.length > 0) {
      const run = waiting.slice(0, RUN)
      waiting = waiting.slice(RUN)
      await write(run)
    }
    writing = false
  }

  return {
    store: row =>
      new Promise((resolve, reject) => {
        waiting.push({ row, resolve, reject })
        if (!writing) {
          writing = true
          setImmediate(() => void writeAll())
        }
      }),
  }
}
