import { Queue } from 'bullmq'
import type { Redis } from '../redis.ts'
import type { Enqueue } from './job.ts'

/** The queue that carries reactions to events. */
export const EVENTS_QUEUE = 'events'

/** Done jobs are kept for a while to be looked at; failed ones stay until a person has decided. */
export const KEEP = { removeOnComplete: { age: 3_600, count: 2_000 }, removeOnFail: { age: 30 * 86_400 } } as const

export interface Queues {
  get(name: string): Queue
  names(): string[]
  enqueue: Enqueue
  close(): Promise<void>
}

/** The queues of one installation. The prefix is hash-tagged, so all keys lie in one slot of a Redis Cluster. */
export function createQueues(connection: Redis, prefix: string): Queues {
  const queues = new Map<string, Queue>()
  const get = (name: string): Queue => {
    let queue = queues.get(name)
    if (queue === undefined) {
      queue = new Queue(name, { connection, prefix: `{${prefix}}` })
      queue.on('error', () => undefined)
      queues.set(name, queue)
    }
    return queue
  }
  return {
    get,
    names: () => [...queues.keys()],
    enqueue: async (job, payload, options = {}) => {
      await get(job.queue).add(job.name, job.payload.parse(payload), {
        ...KEEP,
        attempts: job.attempts ?? 10,
        backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
        ...(options.key === undefined ? {} : { jobId: options.key.replaceAll(':', '.') }),
        ...(options.delay === undefined ? {} : { delay: options.delay }),
      })
    },
    close: async () => {
      await Promise.all([...queues.values()].map(queue => queue.close()))
    },
  }
}
