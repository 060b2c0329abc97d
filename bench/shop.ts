import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { migrate } from '../server/kernel/db/migrate.ts'
import { clearRedis, recreateDatabase } from '../scripts/services/databases.ts'
import { freePort } from '../scripts/services/ports.ts'

const root = path.join(import.meta.dirname, '..')

/** An empty shop to measure: its environment, and how its processes are started and stopped. */
export interface Shop {
  readonly env: Record<string, string>
  readonly url: string
  /** Starts a script of the repository with the shop's environment and waits until `ready` fulfils. */
  start(
    script: string,
    ready: () => Promise<boolean>,
    more?: Record<string, string>,
    flags?: readonly string[],
  ): Promise<ChildProcess>
  close(): Promise<void>
}

/**
 * Empties the database and the Redis that scripts/bench.ts has opened and migrates. `accounts` are WECHAT_ACCOUNTS;
 * `keep` leaves the database of the last run as it is.
 */
export async function openShop(accounts: unknown[] = [], keep = false): Promise<Shop> {
  const databaseUrl = process.env['DATABASE_URL'] ?? ''
  const redisUrl = process.env['REDIS_URL'] ?? ''
  await clearRedis(redisUrl, 'zgbench')
  if (!keep) {
    await recreateDatabase(databaseUrl)
    await migrate(databaseUrl, path.join(root, 'prisma/migrations'))
  }
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const data = mkdtempSync(path.join(os.tmpdir(), 'zg-bench-'))
  const env: Record<string, string> = {
    NODE_ENV: 'production',
    COOKIE_SECURE: 'true',
    LOG_LEVEL: 'warn',
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    REDIS_PREFIX: 'zgbench',
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: url,
    DATA_DIR: data,
    // Nothing here is anybody's: the same keys in every run let a filled database be measured again.
    VAULT_KEYS: `v1:${Buffer.alloc(32, 1).toString('base64')}`,
    VAULT_LOOKUP_KEY: Buffer.alloc(32, 2).toString('base64'),
    WECHAT_ACCOUNTS: JSON.stringify(accounts),
  }
  const children: ChildProcess[] = []
  // A measurement that fails must not leave its shop behind.
  process.once('exit', () => {
    for (const child of children) child.kill('SIGKILL')
  })
  return {
    env,
    url,
    async start(script, ready, more = {}, flags = []) {
      const child = spawn(process.execPath, [...flags, path.join(root, script)], {
        cwd: root,
        env: { ...process.env, ...env, ...more },
        stdio: ['ignore', process.stderr, process.stderr],
      })
      children.push(child)
      for (const deadline = performance.now() + 30_000; !(await ready().catch(() => false));) {
        if (child.exitCode !== null || performance.now() > deadline) throw new Error(`${script} did not start`)
        await new Promise(resolve => setTimeout(resolve, 50))
      }
      return child
    },
    async close() {
      for (const child of children) {
        if (child.exitCode !== null || child.signalCode !== null) continue
        child.kill('SIGTERM')
        await new Promise(resolve => child.once('exit', resolve))
      }
      rmSync(data, { recursive: true, force: true })
    },
  }
}

/** CPU seconds that a process has used so far, user and system (Linux). */
export function cpuSeconds(pid: number): number {
  const stat = execFileSync('cat', [`/proc/${pid}/stat`], { encoding: 'utf8' })
  const [user = '0', system = '0'] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
  return (Number(user) + Number(system)) / 100
}

/** Most memory that a process has had so far, in MB (Linux). */
export function peakMegabytes(pid: number): number {
  const status = execFileSync('cat', [`/proc/${pid}/status`], { encoding: 'utf8' })
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024
}

/** Whether an address answers at all. */
export async function answers(url: string): Promise<boolean> {
  await fetch(url, { signal: AbortSignal.timeout(5000) })
  return true
}
