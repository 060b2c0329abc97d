import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { migrate } from '../../server/kernel/db/migrate.ts'
import { anonymous, type Call } from '../callers.ts'
import { demoEnvironment } from '../demo/environment.ts'
import { firstOwner, type Instance as Product } from '../loop/instance.ts'
import { root } from '../services/index.ts'
import { answers, killable, type Killable } from '../services/killable.ts'
import type { Lifetime } from '../services/lifetime.ts'
import { startMariadb } from '../services/mariadb.ts'
import { claimOneOf } from '../services/owner.ts'
import { provide } from '../services/packages.ts'
import { freePort } from '../services/ports.ts'
import { isAlive, start, type Running } from '../services/process.ts'
import { startRedis } from '../services/redis.ts'
import { step } from '../terminal.ts'

/** A product with everything that can fall: database, Redis, the server, and two jobs processes. */
export interface Week extends Product {
  server: string
  sandbox: string
  sim: Call
  /** The accounts of the platform. */
  appIds: readonly string[]
  web: Killable
  workers: readonly Killable[]
  /** kill −9 of the database (or of Redis), and its start on the same data and port. */
  fallOf(what: 'database' | 'redis'): Promise<void>
  /** What time it is for the platform and the product, Unix milliseconds. */
  now(): number
  /** Moves the time of the product, then of the platform; answers when what happened on the way is told. */
  advance(ms: number): Promise<void>
}

const services = ['database', 'redis'] as const

/** Opens the product of a week: its own servers on its own data, and one clock that stands until it is moved. */
export async function openWeek(lifetime: Lifetime): Promise<Week> {
  const home = claimOneOf(lifetime, path.join(root, '.local', 'week'))
  for (const what of services) rmSync(path.join(home, what), { recursive: true, force: true })
  const folder = path.join(home, 'run')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })

  const binaries = await step('程序', 'Programs', progress => provide(['mariadb', 'redis'], progress))
  const raise = {
    database: () =>
      startMariadb(lifetime, {
        binary: binaries.mariadb,
        folder: path.join(home, 'database'),
        database: 'zg_week',
        durable: true,
        large: false,
      }),
    redis: () => startRedis(lifetime, { binary: binaries.redis, folder: path.join(home, 'redis'), durable: true }),
  }
  const [databaseUrl, redisUrl] = await step('数据库与 Redis', 'MariaDB and Redis', () =>
    Promise.all([raise.database(), raise.redis()]),
  )
  await migrate(databaseUrl, path.join(root, 'prisma', 'migrations'))

  const server = `http://127.0.0.1:${await freePort()}`
  const sandbox = `http://127.0.0.1:${await freePort()}`
  const redisPrefix = 'week'
  const clock = clockFile(path.join(folder, 'clock'))
  const environment = {
    ...demoEnvironment(folder, { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl }, { server, sandbox }),
    NODE_ENV: 'test',
    LOG_LEVEL: 'warn',
    REDIS_PREFIX: redisPrefix,
    CLOCK_FILE: clock.path,
    // A hundred thousand entries written to a file every other second would take the time of everybody.
    SANDBOX_STATE: '',
    CAMPAIGN_RATE: '500',
    WECHAT_SEND_LEASE_SECONDS: '30',
    // Real time: an answer that is too late is as lost after two seconds as after five.
    WECHAT_TIMEOUT_SECONDS: '2',
    JOB_LOCK_SECONDS: '4',
  }
  const run = (name: string, file: string, log: string, faultPoints = ''): Running =>
    start(lifetime, {
      name,
      file: process.execPath,
      args: [path.join(root, file)],
      log: path.join(folder, log),
      cwd: root,
      env: { ...environment, FAULT_POINTS: faultPoints },
    })
  const simulator = run('sandbox', 'sandbox/main.ts', 'sandbox.log')
  await answers(sandbox, simulator, path.join(folder, 'sandbox.log'))
  const sim = anonymous(sandbox)
  const { now } = await sim<{ now: string }>('POST', '/__sim/clock', { freeze: true })
  clock.set(Date.parse(now))

  const process_ = (name: string, file: string): Killable =>
    killable(
      name,
      n => path.join(folder, `${name}-${n}.log`),
      (n, points) => run(name, file, `${name}-${n}.log`, points),
    )
  const web = process_('server', 'server/main.ts')
  web.start()
  await answers(`${server}/openapi.json`, { exited: new Promise(() => undefined) }, path.join(folder, 'server-1.log'))
  const workers = [process_('jobs-a', 'jobs/main.ts'), process_('jobs-b', 'jobs/main.ts')]
  for (const worker of workers) worker.start()
  const [jobs] = workers
  if (jobs === undefined) throw new Error('no jobs process')

  return {
    server,
    sandbox,
    sim,
    appIds: (await sim<{ appId: string }[]>('GET', '/__sim/accounts')).map(({ appId }) => appId),
    web,
    workers,
    jobs,
    owner: firstOwner(path.join(folder, 'server-1.log')),
    databaseUrl,
    redisUrl,
    redisPrefix,
    folder,
    fallOf: async what => {
      const { pid }: { pid: number } = JSON.parse(readFileSync(path.join(home, what, 'instance.json'), 'utf8'))
      process.kill(pid, 'SIGKILL')
      while (isAlive(pid)) await new Promise(resolve => setTimeout(resolve, 20))
      const url = await raise[what]()
      if (url !== (what === 'database' ? databaseUrl : redisUrl)) throw new Error(`${what} came back elsewhere`)
    },
    now: clock.get,
    advance: async ms => {
      clock.set(clock.get() + ms)
      await sim('POST', '/__sim/clock', { to: new Date(clock.get()).toISOString(), settle: true })
      await sim('POST', '/__sim/settle')
    },
  }
}

/** The file that the product's processes read the time from: sixteen digits, written over in place. */
function clockFile(file: string): { path: string; get: () => number; set: (at: number) => void } {
  let at = Date.now()
  const digits = (): string => String(at).padStart(16, '0')
  writeFileSync(file, digits())
  const place = openSync(file, 'r+')
  return {
    path: file,
    get: () => at,
    set: to => {
      at = to
      writeSync(place, digits(), 0, 'latin1')
    },
  }
}
