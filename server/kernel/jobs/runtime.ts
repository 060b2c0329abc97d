import { DelayedError, Worker, type Job as QueueJob, type Queue } from 'bullmq'
import { z } from 'zod'
import type { Db } from '../db.ts'
import { isDatabaseDown } from '../db.ts'
import type { Handler } from '../events/event.ts'
import { createRelay, purgeOutbox, type Carrier, type Relay } from '../events/relay.ts'
import { withLogIds, type Log } from '../log.ts'
import { isRedisDown, type Redis } from '../redis.ts'
import type { Job } from './job.ts'
import { EVENTS_QUEUE, KEEP, type Queues } from './queues.ts'

const Reaction = z.object({ outboxId: z.number(), payload: z.unknown() })
const NOTHING = z.object({})

export interface RuntimeOptions {
  readonly db: Db
  readonly queues: Queues
  /** A connection that may block; made by createQueueRedis. */
  readonly connection: Redis
  readonly prefix: string
  readonly handlers: readonly Handler[]
  readonly jobs: readonly Job[]
  readonly zone: string
  readonly log: Log
  /** Whether the declared schedules are set up; off in tests. */
  readonly schedules?: boolean
  readonly eventConcurrency?: number
  /** A worker that was silent for so long has fallen, and another takes its job; 15 by default. */
  readonly lockSeconds?: number
}

export interface Runtime {
  readonly relay: Relay
  start(): Promise<void>
  /** Lets running jobs finish their piece, then stops. */
  stop(): Promise<void>
  /** Waits until the outbox and all queues are empty; throws when a job has failed for good. */
  drain(timeoutMs?: number): Promise<void>
}

/** How long work waits before it looks whether the database is back. */
const AWAY_MS = 1_000

const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

/** The jobs process: the relay, the workers and the schedules of what the modules declare. */
export function createRuntime(options: RuntimeOptions): Runtime {
  const { db, queues, connection, prefix, handlers, jobs, log } = options
  const lockMs = (options.lockSeconds ?? 15) * 1_000
  const reactions = new Map(handlers.map(handler => [handler.name, handler]))
  const stopping = new AbortController()
  const workers: Worker[] = []
  let loops: Promise<void>[] = []

  const queueOf = (): Queue => queues.get(EVENTS_QUEUE)
  const carrier: Carrier = {
    async deliver(deliveries) {
      if (deliveries.length === 0) return
      await queueOf().addBulk(
        deliveries.map(({ key, handler, outboxId, payload }) => ({
          name: handler,
          data: { outboxId, payload },
          opts: { ...KEEP, jobId: key, attempts: 12, backoff: { type: 'exponential', delay: 500, jitter: 0.5 } },
        })),
      )
    },
    async revive(keys) {
      for (const key of keys) {
        const queued = await queueOf().getJob(key)
        if (queued !== undefined && (await queued.isFailed())) await queued.retry('failed')
      }
    },
  }
  const relay = createRelay(db, handlers, carrier, lockMs)

  async function react(queued: QueueJob): Promise<void> {
    const handler = reactions.get(queued.name)
    if (handler === undefined) {
      // A version that no longer knows the reaction must not keep failing on it.
      log.warn({ handler: queued.name }, 'unknown reaction, passed over')
      return
    }
    const { outboxId, payload } = Reaction.parse(queued.data)
    await handler.run(payload)
    await relay.done(outboxId, handler.name)
  }

  async function work(known: ReadonlyMap<string, Job>, queued: QueueJob): Promise<void> {
    const declared = known.get(queued.name)
    if (declared === undefined) {
      log.warn({ job: queued.name }, 'unknown job, passed over')
      return
    }
    await declared.run(declared.payload.parse(queued.data), {
      jobId: queued.id ?? '',
      attempt: queued.attemptsMade + 1,
      progress: value => queued.updateProgress(value),
      signal: stopping.signal,
    })
  }

  /** A neighbour that is away costs no attempt: an outage of a night must not use up what is kept for mistakes. */
  const postpone = (queued: QueueJob, token: string | undefined) => async (error: unknown) => {
    if (!isDatabaseDown(error) && !isRedisDown(error)) throw error
    await queued.moveToDelayed(Date.now() + AWAY_MS, token)
    throw new DelayedError()
  }

  function addWorker(
    queue: string,
    run: (queued: QueueJob) => Promise<void>,
    more: { concurrency: number; limiter?: { max: number; duration: number } },
  ): void {
    const worker = new Worker(
      queue,
      (queued, token) =>
        withLogIds({ job: queued.name, jobId: queued.id ?? '' }, () => run(queued).catch(postpone(queued, token))),
      {
        connection,
        prefix: `{${prefix}}`,
        ...more,
        maxStalledCount: 20,
        stalledInterval: Math.round(lockMs / 3),
        lockDuration: lockMs,
      },
    )
    worker.on('failed', (queued, error) =>
      log.error({ job: queued?.name, jobId: queued?.id, attempt: queued?.attemptsMade, err: error }, 'job failed'),
    )
    worker.on('error', error => log.warn({ queue, err: error.message }, 'queue connection'))
    workers.push(worker)
  }

  async function loop(name: string, pauseMs: number, piece: () => Promise<number>): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        if ((await piece()) === 0) await sleep(pauseMs)
      } catch (error) {
        if (isDatabaseDown(error)) log.warn({ loop: name }, 'database away, trying again')
        else log.error({ loop: name, err: error }, 'loop failed, trying again')
        await sleep(1_000)
      }
    }
  }

  async function schedule(): Promise<void> {
    for (const { name, queue, every, attempts } of jobs) {
      if (every === undefined) continue
      const repeat = typeof every === 'number' ? { every } : { pattern: every, tz: options.zone }
      await queues
        .get(queue)
        .upsertJobScheduler(name, repeat, { name, data: NOTHING.parse({}), opts: { ...KEEP, attempts: attempts ?? 3 } })
    }
  }

  return {
    relay,
    async start() {
      addWorker(EVENTS_QUEUE, react, { concurrency: options.eventConcurrency ?? 4 })
      for (const [queue, declared] of Map.groupBy(jobs, one => one.queue)) {
        const known = new Map(declared.map(one => [one.name, one]))
        const limiter = declared.find(one => one.limiter !== undefined)?.limiter
        addWorker(queue, queued => work(known, queued), {
          concurrency: Math.max(...declared.map(one => one.concurrency ?? 2)),
          ...(limiter === undefined ? {} : { limiter }),
        })
      }
      if (options.schedules !== false) await schedule()
      let swept = 0
      loops = [
        loop('relay', 100, () => relay.once()),
        loop('sweep', 1_000, async () => {
          if (Date.now() - swept < 60_000) return 0
          await purgeOutbox(db, new Date(Date.now() - 7 * 86_400_000))
          const seen = await relay.sweep(120_000)
          if (seen === 0) swept = Date.now()
          return seen
        }),
      ]
    },
    async stop() {
      stopping.abort()
      await Promise.all([...loops, ...workers.map(worker => worker.close())])
    },
    async drain(timeoutMs = 60_000) {
      const names = [EVENTS_QUEUE, ...new Set(jobs.map(one => one.queue))]
      const until = Date.now() + timeoutMs
      for (let quiet = 0; quiet < 2;) {
        const counts = await Promise.all(
          names.map(name => queues.get(name).getJobCounts('wait', 'active', 'prioritized', 'failed', 'delayed')),
        )
        for (const [i, count] of counts.entries()) {
          if ((count['failed'] ?? 0) === 0) continue
          const [failed] = await queues.get(names[i] ?? '').getFailed(0, 0)
          throw new Error(`job ${failed?.name} failed: ${failed?.failedReason}\n${failed?.stacktrace?.at(-1) ?? ''}`)
        }
        const busy = counts.some(
          count => (count['wait'] ?? 0) + (count['active'] ?? 0) + (count['prioritized'] ?? 0) > 0,
        )
        // A reaction is delayed only between two tries; other jobs may be meant for later.
        const between = (counts[0]?.['delayed'] ?? 0) > 0
        quiet = busy || between || (await relay.waiting()) > 0 ? 0 : quiet + 1
        if (Date.now() > until) throw new Error(`not drained after ${timeoutMs} ms: ${JSON.stringify(counts)}`)
        await sleep(quiet > 0 ? 5 : 20)
      }
    },
  }
}
