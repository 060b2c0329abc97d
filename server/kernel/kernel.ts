import { fileClock, systemClock } from './clock.ts'
import type { Config } from './config.ts'
import { openDatabase, type Database } from './db.ts'
import { armFaults } from './faults.ts'
import { newId } from './ids.ts'
import { createQueues, type Queues } from './jobs/queues.ts'
import { createLog } from './log.ts'
import type { Kernel } from './module.ts'
import { createQueueRedis, createRedis } from './redis.ts'
import { createVault } from './vault.ts'

/** A kernel with the connections that have to be closed. */
export interface OpenKernel {
  readonly kernel: Kernel
  readonly database: Database
  readonly queues: Queues
  close(): Promise<void>
}

/** Opens what the modules are made from. `name` marks the log lines of this process. */
export function openKernel(
  config: Config,
  name: string,
  more: Partial<Pick<Kernel, 'clock' | 'log'>> = {},
): OpenKernel {
  armFaults(config.FAULT_POINTS)
  const database = openDatabase(config.DATABASE_URL, { connections: config.DATABASE_POOL })
  const redis = createRedis(config.REDIS_URL)
  const queueRedis = createQueueRedis(config.REDIS_URL)
  const queues = createQueues(queueRedis, config.REDIS_PREFIX)
  const kernel: Kernel = {
    db: database.db,
    redis,
    clock: more.clock ?? (config.CLOCK_FILE === '' ? systemClock : fileClock(config.CLOCK_FILE)),
    newId,
    log: more.log ?? createLog(config.LOG_LEVEL, name),
    config,
    vault: createVault(config.VAULT_KEYS, config.VAULT_LOOKUP_KEY),
    enqueue: queues.enqueue,
  }
  return {
    kernel,
    database,
    queues,
    async close() {
      await queues.close()
      redis.disconnect()
      queueRedis.disconnect()
      await database.close()
    },
  }
}
