import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { migrate, MigrationError } from '../server/kernel/db/migrate.ts'
import { buildClients } from './builds.ts'
import { chooseAddresses, demoEnvironment } from './demo/environment.ts'
import { logOf, startProcesses } from './demo/processes.ts'
import { seedOnce } from './demo/seed.ts'
import { welcome } from './demo/welcome.ts'
import { clearRedis, recreateDatabase } from './services/databases.ts'
import { openServices, root, type Services } from './services/index.ts'
import { tail } from './services/instance.ts'
import { command, type Lifetime } from './services/lifetime.ts'
import { claim } from './services/owner.ts'
import { Refusal, say, step } from './terminal.ts'

const started = performance.now()
const home = path.join(root, '.local/demo')

/** `npm run demo`: the shop on private instances, open until Ctrl-C. `-- --fresh` starts over with an empty shop. */
await command(async lifetime => {
  const fresh = process.argv.includes('--fresh')
  mkdirSync(home, { recursive: true })
  claim(lifetime, home)
  const services = await openServices(lifetime, { home: 'demo', database: 'zhanggui', durable: true })
  if (fresh) await startOver(services)
  await migrated(services.DATABASE_URL)
  await buildClients(lifetime.signal)
  const addresses = await chooseAddresses()
  const env = demoEnvironment(home, services, addresses)
  const { firstEnd } = await step('启动服务、任务与沙箱', 'Starting server, jobs and sandbox', () =>
    startProcesses(lifetime, home, env, addresses),
  )
  await seedOnce(lifetime, home, env)
  welcome(home, addresses, (performance.now() - started) / 1000)
  return untilTheEnd(lifetime, firstEnd)
})

async function startOver(services: Services): Promise<void> {
  await step('清空重来', 'Starting over', async () => {
    await recreateDatabase(services.DATABASE_URL)
    await clearRedis(services.REDIS_URL, 'zg')
    for (const name of ['data', 'files', 'sandbox.json', 'seeded.json', 'logins.json']) {
      rmSync(path.join(home, name), { recursive: true, force: true })
    }
  })
}

async function migrated(url: string): Promise<void> {
  await step('数据库结构', 'Migrating', async () => {
    try {
      await migrate(url, path.join(root, 'prisma/migrations'))
    } catch (error) {
      if (!(error instanceof MigrationError)) throw error
      throw new Refusal(`${error.message}\n  重新开始 · start over: npm run demo -- --fresh`)
    }
  })
}

async function untilTheEnd(lifetime: Lifetime, firstEnd: Promise<string>): Promise<number> {
  const stopped = new Promise<undefined>(resolve => lifetime.signal.addEventListener('abort', () => resolve(undefined)))
  const fallen = await Promise.race([firstEnd, stopped])
  if (fallen === undefined || lifetime.signal.aborted) return 0
  say(`\n✗ ${fallen} 意外停止`, `${fallen} has stopped by itself:\n${tail(logOf(path.join(home, 'logs'), fallen), 30)}`)
  return 1
}
