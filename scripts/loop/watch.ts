import { setTimeout as wait } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { createPool, type RowDataPacket } from 'mysql2/promise'
import { tenThousandths } from './csv.ts'
import { queuedJobs } from '../services/queued.ts'
import type { Instance } from './instance.ts'

/** Read-only looks into the product's database and queues: totals, and whether all work is done. */
export interface Watch {
  totals(): Promise<Totals>
  months(): Promise<Map<string, bigint>>
  /** Lines, and their net, of documents that fit a condition on sales_document `d`. */
  lines(condition: string): Promise<{ lines: number; net: bigint }>
  /** A number that some query answers. */
  number(sql: string): Promise<number>
  /** Waits until no event and no job is under way; `while` keeps things going in the meantime. */
  drained(limitSeconds: number, meanwhile?: () => void): Promise<void>
  close(): Promise<void>
}

/** What a repeated import must not change. */
export interface Totals {
  documents: number
  lines: number
  net: bigint
  cards: number
  sales: number
  returns: number
  adjustments: number
  quarantined: number
  points: number
  pointsEntries: number
  revisions: number
}

/** Opens the look at an instance. */
export function openWatch({ databaseUrl, redisUrl, redisPrefix, jobs }: Instance): Watch {
  const pool = createPool({ uri: databaseUrl, connectionLimit: 2 })
  const redis = new Redis(redisUrl)
  const rows = async (sql: string): Promise<RowDataPacket[]> => (await pool.query<RowDataPacket[]>(sql))[0]
  const number = async (sql: string): Promise<number> => Number(Object.values((await rows(sql))[0] ?? {})[0] ?? 0)

  async function busy(): Promise<number> {
    const unsettled = await number('SELECT COUNT(*) FROM outbox WHERE sentAt IS NULL')
    const imports = await number("SELECT COUNT(*) FROM erp_import WHERE state IN ('waiting', 'staging', 'applying')")
    const { ready, delayed } = await queuedJobs(redis, redisPrefix)
    return unsettled + imports + ready + delayed
  }

  return {
    number,
    totals: async () => ({
      documents: await number('SELECT COUNT(*) FROM sales_document'),
      lines: await number('SELECT COUNT(*) FROM sales_line'),
      net: tenThousandths(
        String(Object.values((await rows('SELECT COALESCE(SUM(net), 0) FROM sales_line'))[0] ?? {})[0]),
      ),
      cards: await number("SELECT COUNT(DISTINCT memberRef) FROM sales_document WHERE memberRefKind = 'card'"),
      sales: await number("SELECT COUNT(*) FROM sales_document WHERE type = 'sale'"),
      returns: await number("SELECT COUNT(*) FROM sales_document WHERE type = 'return'"),
      adjustments: await number("SELECT COUNT(*) FROM sales_document WHERE type = 'adjustment'"),
      quarantined: await number('SELECT COUNT(*) FROM erp_quarantine'),
      points: await number('SELECT COALESCE(SUM(amount), 0) FROM points_entry'),
      pointsEntries: await number('SELECT COUNT(*) FROM points_entry'),
      revisions: await number('SELECT COALESCE(SUM(revision), 0) FROM sales_document'),
    }),
    months: async () =>
      new Map(
        (
          await rows(
            "SELECT DATE_FORMAT(businessDate, '%Y-%m') AS month, SUM(net) AS net FROM sales_document GROUP BY 1 ORDER BY 1",
          )
        ).map(row => [String(row['month']), tenThousandths(String(row['net']))]),
      ),
    lines: async condition => {
      const [row] = await rows(
        `SELECT COUNT(*) AS n, COALESCE(SUM(l.net), 0) AS net FROM sales_line l JOIN sales_document d ON d.id = l.documentId WHERE ${condition}`,
      )
      return { lines: Number(row?.['n']), net: tenThousandths(String(row?.['net'])) }
    },
    drained: async (limitSeconds, meanwhile = () => {}) => {
      const started = performance.now()
      for (let quiet = 0; quiet < 4;) {
        if (performance.now() - started > limitSeconds * 1000)
          throw new Error(`work was not done within ${limitSeconds} s: ${await busy()} pieces left`)
        jobs.check()
        meanwhile()
        quiet = (await busy()) === 0 ? quiet + 1 : 0
        await wait(quiet > 0 ? 120 : 250)
      }
    },
    close: async () => {
      await pool.end()
      await redis.quit()
    },
  }
}
