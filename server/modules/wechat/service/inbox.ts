import { isDatabaseDown, type Db } from '../../../kernel/db.ts'
import { fault } from '../../../kernel/faults.ts'
import { storedUnder, storeInbound, type InboundRow } from '../repository/inbound.ts'

/** What stands under the key of a push: itself, or what an earlier delivery of it has left. */
export type Kept = Pick<InboundRow, 'id' | 'receivedAt' | 'replyJson'>

/** Keeps a push for good; the promise is done when it is on disk, with what was kept first under its key. */
export interface Inbox {
  store(row: InboundRow): Promise<Kept>
}

interface Waiting {
  readonly row: InboundRow
  readonly resolve: (kept: Kept) => void
  readonly reject: (error: unknown) => void
}

/** A statement holds at most so many pushes and so much text: the server takes 16 MB. */
const RUN = 200
const RUN_CHARACTERS = 2 * 1024 * 1024

/** The next run of those that wait: in the order of their keys, so that two processes lock alike. */
function nextRun(waiting: Waiting[]): Waiting[] {
  let size = 0
  let count = 0
  while (count < waiting.length && count < RUN) {
    size += waiting[count]?.row.payloadJson.length ?? 0
    if (count > 0 && size > RUN_CHARACTERS) break
    count++
  }
  return waiting.splice(0, count).sort((one, other) => (one.row.dedupeKey < other.row.dedupeKey ? -1 : 1))
}

/**
 * Stores pushes with one statement for all that arrive while the previous one is under way: a single push waits for
 * nobody, a thousand a second cost a few statements. `stored` is called after each statement.
 */
export function createInbox(db: Db, stored: () => void): Inbox {
  const waiting: Waiting[] = []
  let writing = false

  async function write(run: readonly Waiting[]): Promise<void> {
    const rows = run.map(({ row }) => row)
    let first: ReadonlyMap<string, Kept> | null = null
    try {
      if ((await storeInbound(db, rows)) > 0) {
        // Some were pushed before, perhaps to another process: the answer is what was decided then.
        const keys = [...new Set(rows.map(row => row.dedupeKey))]
        first = new Map((await storedUnder(db, keys)).map(row => [row.dedupeKey, row]))
      }
    } catch (error) {
      if (run.length === 1 || isDatabaseDown(error)) {
        // WeChat gets no answer and pushes again.
        for (const { reject } of run) reject(error)
        return
      }
      // A row that the table refuses must not take the others with it; a deadlock is over in the second try.
      const half = run.length >> 1
      await write(run.slice(0, half))
      await write(run.slice(half))
      return
    }
    fault('wechat.afterStoreBeforeAnswer')
    for (const { row, resolve } of run) resolve(first?.get(row.dedupeKey) ?? row)
    // The answers go first.
    setImmediate(stored)
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) await write(nextRun(waiting))
    writing = false
  }

  return {
    store: row =>
      new Promise((resolve, reject) => {
        waiting.push({ row, resolve, reject })
        if (writing) return
        writing = true
        // What the same turn of the loop has brought joins in.
        setImmediate(() => void writeAll())
      }),
  }
}
