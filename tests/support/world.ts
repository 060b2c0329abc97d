import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { sql } from 'kysely'
import { pino } from 'pino'
import { createApp } from '../../server/app.ts'
import { fakeClock, type FakeClock } from '../../server/kernel/clock.ts'
import { readConfig, type Config } from '../../server/kernel/config.ts'
import { migrate, MigrationError } from '../../server/kernel/db/migrate.ts'
import { openDatabase, type Db } from '../../server/kernel/db.ts'
import { client, type Client } from '../../server/kernel/http/client.ts'
import type { Contract } from '../../server/kernel/http/contract.ts'
import { createRuntime, type Runtime } from '../../server/kernel/jobs/runtime.ts'
import { openKernel } from '../../server/kernel/kernel.ts'
import type { Kernel } from '../../server/kernel/module.ts'
import { createQueueRedis } from '../../server/kernel/redis.ts'
import { createModules, type Modules } from '../../server/modules.ts'
import type { Role } from '../../server/modules/staff/contract.ts'
import { staffApi } from '../../server/modules/staff/contract.ts'
import { staffRepository } from '../../server/modules/staff/repository/people.ts'
import { hashPassword } from '../../server/modules/staff/service/password.ts'
import { transport, type Session } from './http.ts'

/** The shop's clock at the start of every test, a Sunday noon in Shanghai. */
export const START = '2026-11-22T04:00:00.000Z'
const PASSWORD = 'a password for the tests'
let passwordHash: Promise<string> | undefined
const migrated = new Set<string>()

/** Someone of the staff with typed callers of any contract. */
export interface StaffUser {
  readonly staffId: string
  readonly call: <C extends Contract>(contract: C) => Client<C>
  readonly session: Session
}

/** A whole shop on a clean database: kernel with a clock that stands still, modules, web application, workers. */
export interface World {
  readonly kernel: Kernel
  readonly db: Db
  readonly clock: FakeClock
  readonly config: Config
  readonly modules: Modules
  readonly runtime: Runtime
  readonly url: string
  /** Logs someone in with a role, for all stores or for the named ones. */
  as(role: Role, options?: { stores?: string[]; name?: string }): Promise<StaffUser>
  /** A caller without a session, or with the given headers. */
  call<C extends Contract>(contract: C, headers?: Record<string, string>): Client<C>
  /** Waits until every event is handled and every job done. */
  drain(timeoutMs?: number): Promise<void>
  close(): Promise<void>
}

async function emptyTables(db: Db): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = database() and table_type = 'BASE TABLE' and table_name <> '_prisma_migrations'`.execute(db)
  for (const { name } of rows) {
    const { rows: some } = await sql`select 1 from ${sql.table(name)} limit 1`.execute(db)
    if (some.length > 0) await sql`truncate table ${sql.table(name)}`.execute(db)
  }
}

/** Migrates a test database; one of an older history (a migration that has not landed was edited) is made anew. */
async function migrateAnew(url: string): Promise<void> {
  const folder = join(import.meta.dirname, '../../prisma/migrations')
  try {
    await migrate(url, folder)
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error
    const { db, close } = openDatabase(url, { connections: 1 })
    await sql`drop database ${sql.table(new URL(url).pathname.slice(1))}`.execute(db)
    await close()
    await migrate(url, folder)
  }
}

/** The address of this worker's own database beside the given one. */
function workerDatabase(): string {
  const url = new URL(process.env['DATABASE_URL'] ?? 'mysql://missing')
  url.pathname = `${url.pathname}_test_${process.env['VITEST_POOL_ID'] ?? '0'}`
  return url.toString()
}

/** The environment of a test's configuration. */
export function testEnvironment(more: Record<string, string> = {}): Record<string, string> {
  return {
    NODE_ENV: 'test',
    DATABASE_URL: workerDatabase(),
    REDIS_URL: process.env['REDIS_URL'] ?? 'redis://missing',
    REDIS_PREFIX: `zgtest-${process.pid}-${randomBytes(4).toString('hex')}`,
    LOG_LEVEL: 'silent',
    VAULT_KEYS: `v1:${Buffer.alloc(32, 7).toString('base64')}`,
    VAULT_LOOKUP_KEY: Buffer.alloc(32, 8).toString('base64'),
    ...more,
  }
}

/** Opens a clean shop; `env` overrides the configuration. Close it at the end of the test file. */
export async function world(env: Record<string, string> = {}): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), 'zg-test-'))
  const config = readConfig(testEnvironment({ DATA_DIR: dataDir, ...env }))
  if (!migrated.has(config.DATABASE_URL)) {
    await migrateAnew(config.DATABASE_URL)
    migrated.add(config.DATABASE_URL)
  }
  const clock = fakeClock(START)
  const open = openKernel(config, 'test', { clock, log: pino({ level: config.LOG_LEVEL }) })
  const { kernel } = open
  await emptyTables(kernel.db)
  const modules = createModules(kernel)
  for (const module of modules.all) await module.start?.()
  const server: Server = createApp(kernel, modules.all, modules.authenticators).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const connection = createQueueRedis(config.REDIS_URL)
  const runtime = createRuntime({
    db: kernel.db,
    queues: open.queues,
    connection,
    prefix: config.REDIS_PREFIX,
    handlers: modules.handlers,
    jobs: modules.jobs,
    zone: config.SHOP_ZONE,
    log: kernel.log,
    schedules: false,
  })
  let running: Promise<void> | undefined

  return {
    kernel,
    db: kernel.db,
    clock,
    config,
    modules,
    runtime,
    url,
    async as(role, { stores, name } = {}) {
      passwordHash ??= hashPassword(PASSWORD)
      const id = kernel.newId()
      const repository = staffRepository(kernel.db)
      await repository.insert({
        id,
        username: id,
        name: name ?? role,
        role,
        allStores: stores === undefined,
        passwordHash: await passwordHash,
        createdAt: clock.now(),
      })
      await repository.setStores(id, stores ?? [])
      await kernel.db.updateTable('staff').set({ mustChange: 0 }).where('id', '=', id).execute()
      const session: Session = { cookie: '', csrf: '' }
      const send = transport(url, session)
      await client<typeof staffApi>(staffApi.operations, send).login({ body: { username: id, password: PASSWORD } })
      return { staffId: id, session, call: contract => client(contract.operations, send) as never }
    },
    call: (contract, headers = {}) =>
      client(contract.operations, transport(url, { cookie: '', csrf: '' }, headers)) as never,
    async drain(timeoutMs) {
      running ??= runtime.start()
      await running
      await runtime.drain(timeoutMs)
    },
    async close() {
      for (const module of modules.all) module.stop?.()
      if (running !== undefined) {
        await running
        await runtime.stop()
      }
      connection.disconnect()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
      const keys = await kernel.redis.keys(`*${config.REDIS_PREFIX}*`)
      if (keys.length > 0) await kernel.redis.del(...keys)
      await open.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
