import type Router from '@koa/router'
import type { Middleware } from 'koa'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { Db } from './db.ts'
import type { Handler } from './events/event.ts'
import type { Contract } from './http/contract.ts'
import type { Enqueue, Job } from './jobs/job.ts'
import type { Log } from './log.ts'
import type { Redis } from './redis.ts'
import type { Vault } from './vault.ts'

/** What every module is made from. */
export interface Kernel {
  readonly db: Db
  readonly redis: Redis
  readonly clock: Clock
  readonly newId: () => string
  readonly log: Log
  readonly config: Config
  readonly vault: Vault
  readonly enqueue: Enqueue
}

/** What a module gives: its functions to the modules above it, its operations to the world, its reactions and jobs. */
export interface Module<Api> {
  readonly name: string
  readonly api: Api
  readonly contracts: readonly Contract[]
  readonly routes?: (router: Router) => void
  /** A door outside of /api whose shape is not ours, such as WeChat's callback; it calls next for what is not its own. */
  readonly door?: Middleware
  /** What the process does before it takes up work, e.g. reads settings that the module answers from. */
  readonly start?: () => Promise<void>
  /** Ends what `start` has begun. */
  readonly stop?: () => void
  readonly handlers?: readonly Handler[]
  readonly jobs?: readonly Job[]
}
