import { setTimeout as wait } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { createPool, type RowDataPacket } from 'mysql2/promise'
import { queuedJobs } from '../services/queued.ts'
import type { Week } from './instance.ts'

/** Read-only looks at the product's database and queues, which may be away. */
export interface Look {
  rows(sql: string): Promise<RowDataPacket[]>
  /** Waits until no event and no job is ready, so that time may be moved; false when that took longer. */
  quiet(limitSeconds: number, meanwhile: () => void): Promise<boolean>
  /** Messages whose end is not known yet. */
  open(): Promise<{ planned: number; sending: number }>
  close(): Promise<void>
}

/** Opens the look at the product of a week. */
export function openLook({ databaseUrl, redisUrl, redisPrefix }: Week): Look {
  const pool = createPool({ uri: databaseUrl, connectionLimit: 2 })
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null })
  redis.on('error', () => undefined)
  const rows = async (sql: string): Promise<RowDataPacket[]> => (await pool.query<RowDataPacket[]>(sql))[0]

  async function busy(): Promise<number> {
    try {
      const [outbox] = await rows('SELECT COUNT(*) AS n FROM outbox WHERE sentAt IS NULL')
      return Number(outbox?.['n'] ?? 0) + (await queuedJobs(redis, redisPrefix)).ready
    } catch {
      return 1
    }
  }

  return {
    rows,
    quiet: async (limitSeconds, meanwhile) => {
      const deadline = performance.now() + limitSeconds * 1000
      for (let still = 0; still < 3;) {
        meanwhile()
        still = (await busy()) === 0 ? still + 1 : 0
        if (performance.now() > deadline) return false
        await wait(still > 0 ? 40 : 100)
      }
      return true
    },
    open: async () => {
      const found = await rows(
        "SELECT state, COUNT(*) AS n FROM wechat_message WHERE state IN ('planned', 'sending') GROUP BY state",
      )
      const of = (state: string): number => Number(found.find(row => row['state'] === state)?.['n'] ?? 0)
      return { planned: of('planned'), sending: of('sending') }
    },
    close: async () => {
      await pool.end()
      redis.disconnect()
    },
  }
}
