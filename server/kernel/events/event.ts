import type { z } from 'zod'
import type { Tx } from '../db.ts'
import { chunks } from '../db.ts'
import { insertRows } from '../db/bulk.ts'
import { systemClock } from '../clock.ts'

/** Something that has happened, named '<module>.<pastTense>', with the ids that tell what it was about. */
export interface EventType<S extends z.ZodType = z.ZodType> {
  readonly name: string
  readonly payload: S
}

/** Declares an event. */
export const event = <S extends z.ZodType>(name: string, payload: S): EventType<S> => ({ name, payload })

const OUTBOX_COLUMNS = ['name', 'payloadJson', 'at'] as const

/** Writes events into the outbox within the caller's transaction: they exist if and only if the transaction commits. */
export async function publishAll<S extends z.ZodType>(
  tx: Tx,
  type: EventType<S>,
  payloads: readonly z.input<S>[],
): Promise<void> {
  const at = systemClock.now()
  for (const run of chunks(payloads, 500)) {
    await insertRows(
      tx,
      'outbox',
      OUTBOX_COLUMNS,
      run.map(payload => [type.name, JSON.stringify(type.payload.parse(payload)), at]),
    )
  }
}

/** Writes one event into the outbox within the caller's transaction. */
export const publish = <S extends z.ZodType>(tx: Tx, type: EventType<S>, payload: z.input<S>): Promise<void> =>
  publishAll(tx, type, [payload])

/** What one module does when an event has happened. */
export interface Handler {
  readonly event: string
  /** '<module>.<verb>', unique: together with the event it is the permanent name of this reaction. */
  readonly name: string
  /** Parses and handles; is called at least once for each event, so its effect carries a key of its own. */
  readonly run: (payload: unknown) => Promise<void>
}

/** Declares a reaction to an event. */
export const on = <S extends z.ZodType>(
  type: EventType<S>,
  name: string,
  handle: (payload: z.output<S>) => Promise<void>,
): Handler => ({
  event: type.name,
  name,
  run: payload => handle(type.payload.parse(payload)),
})
