import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { Redis } from 'ioredis'
import { createConnection } from 'mysql2/promise'
import { migrate } from '../../server/kernel/db/migrate.ts'
import { demoEnvironment } from '../demo/environment.ts'
import { openServices, root } from '../services/index.ts'
import type { Lifetime } from '../services/lifetime.ts'
import { freePort } from '../services/ports.ts'
import { start, type Running } from '../services/process.ts'
import { answers, killable, type Killable } from '../services/killable.ts'

/** A product of our own: database, Redis keys, ports, sandbox, server and jobs, all of which end with the command. */
export interface Instance {
  server: string
  sandbox: string
  owner: { username: string; password: string }
  jobs: Killable
  databaseUrl: string
  redisUrl: string
  redisPrefix: string
  folder: string
}

/** Opens a fresh product; whatever an earlier loop left in `.local/loop` is cleared. */
export async function openInstance(lifetime: Lifetime, more: Record<string, string> = {}): Promise<Instance> {
  const services = await openServices(lifetime, { home: 'loop', database: 'zg_loop', durable: false })
  const id = randomBytes(4).toString('hex')
  const folder = path.join(root, '.local', 'loop', id)
  mkdirSync(folder, { recursive: true })
  lifetime.onEnd('folder', async () => {
    if (process.env['LOOP_KEEP'] === undefined) rmSync(folder, { recursive: true, force: true })
  })
  const databaseUrl = await freshDatabase(lifetime, services.DATABASE_URL, `zg_loop_${id}`)
  const redisPrefix = `loop-${id}`
  lifetime.onEnd('redis keys', () => forgetKeys(services.REDIS_URL, redisPrefix))
  await migrate(databaseUrl, path.join(root, 'prisma', 'migrations'))

  const server = `http://127.0.0.1:${await freePort()}`
  const sandbox = `http://127.0.0.1:${await freePort()}`
  const environment = {
    ...demoEnvironment(folder, { ...services, DATABASE_URL: databaseUrl }, { server, sandbox }),
    NODE_ENV: 'test',
    REDIS_PREFIX: redisPrefix,
    POINTS_BACKCREDIT_DAYS: 'all',
    // Short, so that what a killed sender has left is settled within the loop's patience.
    WECHAT_SEND_LEASE_SECONDS: '6',
    JOB_LOCK_SECONDS: '4',
    ...more,
  }
  const run = (name: string, file: string, env: Record<string, string>, log: string): Running =>
    start(lifetime, {
      name,
      file: process.execPath,
      args: [path.join(root, file)],
      log: path.join(folder, log),
      cwd: root,
      env,
    })
  const simulator = run('sandbox', 'sandbox/main.ts', environment, 'sandbox.log')
  const web = run('server', 'server/main.ts', environment, 'server.log')
  await Promise.all([
    answers(sandbox, simulator, path.join(folder, 'sandbox.log')),
    answers(`${server}/openapi.json`, web, path.join(folder, 'server.log')),
  ])
  const jobs = killable(
    'jobs',
    n => path.join(folder, `jobs-${n}.log`),
    (n, faultPoints) => run('jobs', 'jobs/main.ts', { ...environment, FAULT_POINTS: faultPoints }, `jobs-${n}.log`),
  )
  jobs.start()
  return {
    server,
    sandbox,
    owner: firstOwner(path.join(folder, 'server.log')),
    jobs,
    databaseUrl,
    redisUrl: services.REDIS_URL,
    redisPrefix,
    folder,
  }
}

/** The first owner's one-time password, which the server prints at its first start. */
export function firstOwner(log: string): Instance['owner'] {
  const match = /one-time password\s+(\S+)\s+(\S+)/.exec(readFileSync(log, 'utf8'))
  if (match?.[1] === undefined || match[2] === undefined) throw new Error('the server printed no one-time password')
  return { username: match[1], password: match[2] }
}

async function freshDatabase(lifetime: Lifetime, given: string, name: string): Promise<string> {
  const url = new URL(given)
  const statement = async (sql: string) => {
    const connection = await createConnection(given)
    try {
      await connection.query(sql)
    } finally {
      await connection.end()
    }
  }
  await statement(`CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`)
  lifetime.onEnd('database', () =>
    process.env['LOOP_KEEP'] === undefined ? statement(`DROP DATABASE IF EXISTS \`${name}\``) : Promise.resolve(),
  )
  url.pathname = `/${name}`
  return url.toString()
}

async function forgetKeys(url: string, prefix: string): Promise<void> {
  const redis = new Redis(url)
  for await (const keys of redis.scanStream({ match: `*${prefix}*`, count: 1000 })) {
    if (Array.isArray(keys) && keys.length > 0) await redis.unlink(...keys.map(String))
  }
  await redis.quit()
}
