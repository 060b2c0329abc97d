import type { z } from 'zod'

/** What a running job is given beside its payload. */
export interface JobContext {
  readonly jobId: string
  readonly attempt: number
  /** Reports how far it is, 0–100, or any small object that the screens show. */
  readonly progress: (value: number | object) => Promise<void>
  /** Fires when the process is asked to stop: finish the piece in hand and return. */
  readonly signal: AbortSignal
}

/** Work that runs in the jobs process. */
export interface Job<S extends z.ZodType = z.ZodType> {
  readonly name: string
  /** Jobs with a limit or a concurrency of their own have a queue of their own; others share 'jobs'. */
  readonly queue: string
  readonly payload: S
  /** A cron pattern in the shop's zone, or milliseconds between runs. */
  readonly every?: string | number
  readonly concurrency?: number
  /** At most `max` jobs in `duration` ms over all processes. */
  readonly limiter?: { readonly max: number; readonly duration: number }
  readonly attempts?: number
  readonly run: (payload: z.output<S>, context: JobContext) => Promise<void>
}

/** Declares a job. */
export const job = <S extends z.ZodType>(declared: Omit<Job<S>, 'queue'> & { queue?: string }): Job<S> => ({
  queue: 'jobs',
  ...declared,
})

/** Asks for a job to be run; the same `key` while it waits is one job. */
export type Enqueue = <S extends z.ZodType>(
  job: Pick<Job<S>, 'name' | 'queue' | 'payload' | 'attempts'>,
  payload: z.input<S>,
  options?: { key?: string; delay?: number },
) => Promise<void>
