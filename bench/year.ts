import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { chooseAddresses, demoEnvironment } from '../scripts/demo/environment.ts'
import { startProcesses } from '../scripts/demo/processes.ts'
import { seedOnce } from '../scripts/demo/seed.ts'
import { clearRedis, recreateDatabase } from '../scripts/services/databases.ts'
import { command } from '../scripts/services/lifetime.ts'
import { root } from '../scripts/services/index.ts'
import { migrate } from '../server/kernel/db/migrate.ts'
import { print } from './figure.ts'
import { cpuSeconds, peakMegabytes } from './shop.ts'

/** `npm run bench -- year`: the demo's year of a supermarket chain through the product's own front door, files written included. */
await command(async lifetime => {
  const services = { DATABASE_URL: process.env['DATABASE_URL'] ?? '', REDIS_URL: process.env['REDIS_URL'] ?? '' }
  const home = mkdtempSync(path.join(os.tmpdir(), 'zg-bench-year-'))
  lifetime.onEnd('files', async () => rmSync(home, { recursive: true, force: true }))
  await recreateDatabase(services.DATABASE_URL)
  await clearRedis(services.REDIS_URL, 'zg')
  await migrate(services.DATABASE_URL, path.join(root, 'prisma/migrations'))
  const addresses = await chooseAddresses()
  const env = demoEnvironment(home, services, addresses)
  const { pids } = await startProcesses(lifetime, home, env, addresses)
  const database = await databaseProcess(services.DATABASE_URL)
  const before = database === null ? 0 : cpuSeconds(database)
  const from = performance.now()
  await seedOnce(lifetime, home, env)
  const seconds = (performance.now() - from) / 1000
  print({ figure: 'year.load', value: await loadSeconds(services.DATABASE_URL), unit: 's', beside: 60 })
  print({ figure: 'year.seconds', value: seconds, unit: 's, files written, staff, phones and tickets included' })
  for (const [name, pid] of Object.entries(pids))
    print({ figure: `year.cpu.${name}`, value: cpuSeconds(pid), unit: 's' })
  if (database !== null) print({ figure: 'year.cpu.database', value: cpuSeconds(database) - before, unit: 's' })
  print({ figure: 'year.peakMemory.jobs', value: peakMegabytes(pids.jobs), unit: 'MB' })
  return 0
})

/** From the moment the product has taken the first file to the last receipt's points. */
async function loadSeconds(url: string): Promise<number> {
  const connection = await createConnection(url)
  try {
    const [[row]] = await connection.query<RowDataPacket[]>(
      `SELECT TIMESTAMPDIFF(MICROSECOND, (SELECT MIN(createdAt) FROM erp_import),
         (SELECT MAX(settledAt) FROM points_document)) / 1e6 AS seconds`,
    )
    return Number(row?.['seconds'])
  } finally {
    await connection.end()
  }
}

/** The process of a database on this machine, null when it is elsewhere. */
async function databaseProcess(url: string): Promise<number | null> {
  const connection = await createConnection(url)
  try {
    const [rows] = await connection.query('select @@pid_file as file')
    const file = Array.isArray(rows) && rows[0] !== undefined && 'file' in rows[0] ? String(rows[0]['file']) : ''
    return Number(readFileSync(file, 'utf8'))
  } catch {
    return null
  } finally {
    await connection.end()
  }
}
