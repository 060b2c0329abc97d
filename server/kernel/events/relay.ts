import { sql } from 'kysely'
import type { Db } from '../db.ts'
import { affected } from '../db.ts'
import { fault } from '../faults.ts'
import { newId } from '../ids.ts'
import type { Handler } from './event.ts'

/** Takes one reaction to the queue; the same key twice is one job while the queue still knows it. */
export interface Delivery {
  readonly key: string
  readonly handler: string
  readonly outboxId: number
  readonly payload: unknown
}

/** The queue as the relay sees it. */
export interface Carrier {
  /** Adds reactions; one whose key the queue knows stays as it is. */
  readonly deliver: (deliveries: Delivery[]) => Promise<void>
  /** Lets reactions that were given up be tried again; others stay as they are. */
  readonly revive: (keys: readonly string[]) => Promise<void>
}

export interface Relay {
  /** Hands over one run of events; returns how many there were. */
  once(): Promise<number>
  /** Writes down that a reaction is done, so that it is never handed over again. */
  done(outboxId: number, handler: string): Promise<void>
  /** Hands over again what the queue has lost (its memory was wiped) or given up, and closes what is done; returns how many events it has looked at. */
  sweep(olderThanMs: number): Promise<number>
  /** Events that are not handed over yet. */
  waiting(): Promise<number>
}

interface DoneNote {
  readonly outboxId: number
  readonly handler: string
  readonly at: Date
}

/** Writes one thing after another; what comes while a write is under way goes into the next one, all at once. */
function together<T>(write: (items: T[]) => Promise<void>): { add(item: T): Promise<void> } {
  let waiting: T[] = []
  let next: Promise<void> | null = null
  let writing: Promise<void> = Promise.resolve()
  return {
    add(item) {
      waiting.push(item)
      next ??= writing
        .catch(() => undefined)
        .then(() => {
          const items = waiting
          waiting = []
          next = null
          writing = write(items)
          return writing
        })
      return next
    },
  }
}

const RUN = 500

/**
 * The relay between the outbox and the queue. Any number of processes may run one: work is claimed by a guarded update, and
 * what a fallen process has claimed is taken over after `claimMs`; handed over by both, it is one job by its key.
 */
export function createRelay(
  db: Db,
  handlers: readonly Handler[],
  { deliver, revive }: Carrier,
  claimMs = 15_000,
): Relay {
  const byEvent = Map.groupBy(handlers, handler => handler.event)
  const deliveriesOf = (
    row: { id: number; name: string; payloadJson: string },
    except: ReadonlySet<string> = new Set(),
  ): Delivery[] =>
    (byEvent.get(row.name) ?? [])
      .filter(handler => !except.has(handler.name))
      .map(handler => ({
        key: `outbox-${row.id}-${handler.name.replaceAll(':', '.')}`,
        handler: handler.name,
        outboxId: row.id,
        payload: JSON.parse(row.payloadJson) as unknown,
      }))

  const notes = together<DoneNote>(async rows => {
    await db.insertInto('outbox_done').ignore().values(rows).execute()
  })

  async function claim(token: string): Promise<number> {
    const now = new Date()
    const result = await db
      .updateTable('outbox')
      .set({ claim: token, claimedAt: now })
      .where('sentAt', 'is', null)
      .where(eb => eb.or([eb('claim', 'is', null), eb('claimedAt', '<', new Date(now.getTime() - claimMs))]))
      .orderBy('id')
      .limit(RUN)
      .executeTakeFirstOrThrow()
    return affected(result)
  }

  return {
    async once() {
      const token = newId()
      if ((await claim(token)) === 0) return 0
      const rows = await db
        .selectFrom('outbox')
        .select(['id', 'name', 'payloadJson'])
        .where('sentAt', 'is', null)
        .where('claim', '=', token)
        .orderBy('id')
        .execute()
      try {
        await deliver(rows.flatMap(row => deliveriesOf(row)))
      } catch (error) {
        await db
          .updateTable('outbox')
          .set({ claim: null, claimedAt: null })
          .where('claim', '=', token)
          .where('sentAt', 'is', null)
          .execute()
        throw error
      }
      fault('relay.afterQueueBeforeMark')
      const now = new Date()
      for (const nobody of [true, false]) {
        const ids = rows.filter(row => (byEvent.get(row.name) === undefined) === nobody).map(row => row.id)
        if (ids.length === 0) continue
        await db
          .updateTable('outbox')
          .set({ sentAt: now, settledAt: nobody ? now : null })
          .where('id', 'in', ids)
          .execute()
      }
      return rows.length
    },
    done: (outboxId, handler) => notes.add({ outboxId, handler, at: new Date() }),
    async sweep(olderThanMs) {
      const rows = await db
        .selectFrom('outbox')
        .select(['id', 'name', 'payloadJson'])
        .where('settledAt', 'is', null)
        .where('sentAt', '<', new Date(Date.now() - olderThanMs))
        .orderBy('id')
        .limit(RUN)
        .execute()
      if (rows.length === 0) return 0
      const ids = rows.map(row => row.id)
      // Looked at again only after the same time: a repeat needs its chance to be done.
      await db.updateTable('outbox').set({ sentAt: new Date() }).where('id', 'in', ids).execute()
      const finished = Map.groupBy(
        await db.selectFrom('outbox_done').select(['outboxId', 'handler']).where('outboxId', 'in', ids).execute(),
        row => row.outboxId,
      )
      const open = rows.flatMap(row => deliveriesOf(row, new Set(finished.get(row.id)?.map(row => row.handler))))
      await deliver(open)
      await revive(open.map(delivery => delivery.key))
      const openIds = new Set(open.map(delivery => delivery.outboxId))
      const closed = ids.filter(id => !openIds.has(id))
      if (closed.length > 0)
        await db.updateTable('outbox').set({ settledAt: new Date() }).where('id', 'in', closed).execute()
      return rows.length
    },
    async waiting() {
      const row = await db
        .selectFrom('outbox')
        .select(sql<number>`count(*)`.as('n'))
        .where('sentAt', 'is', null)
        .executeTakeFirstOrThrow()
      return Number(row.n)
    },
  }
}

/** Deletes what was settled before an instant, a bounded number of rows at a time; returns how many events went. */
export async function purgeOutbox(db: Db, before: Date): Promise<number> {
  const rows = await db
    .selectFrom('outbox')
    .select('id')
    .where('settledAt', '<', before)
    .orderBy('settledAt')
    .limit(2_000)
    .execute()
  const ids = rows.map(row => row.id)
  if (ids.length === 0) return 0
  await db.deleteFrom('outbox_done').where('outboxId', 'in', ids).execute()
  await db.deleteFrom('outbox').where('id', 'in', ids).execute()
  return ids.length
}
