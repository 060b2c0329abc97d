import path from 'node:path'
import process from 'node:process'
import { step } from '../terminal.ts'
import type { Lifetime } from './lifetime.ts'
import { startMariadb } from './mariadb.ts'
import { claimOneOf } from './owner.ts'
import { provide, type Ware } from './packages.ts'
import { startRedis } from './redis.ts'

/** The top folder of the repository. */
export const root = path.resolve(import.meta.dirname, '../..')

/** Addresses of the two servers that everything needs. */
export interface Services {
  DATABASE_URL: string
  REDIS_URL: string
}

export interface ServicesOptions {
  /** Where private servers keep their data: .local/<home>, or beside it while another command has that. */
  home: string
  database: string
  durable: boolean
  /** The database keeps in memory what a server of its own would: a third of the machine, instead of a gigabyte at most. */
  large?: boolean
}

/** The servers named by DATABASE_URL and REDIS_URL where given, else private ones that end with the command. */
export async function openServices(lifetime: Lifetime, options: ServicesOptions): Promise<Services> {
  const given = { DATABASE_URL: process.env['DATABASE_URL'], REDIS_URL: process.env['REDIS_URL'] }
  const needed: Ware[] = []
  if (!given.DATABASE_URL) needed.push('mariadb')
  if (!given.REDIS_URL) needed.push('redis')
  const home = claimOneOf(lifetime, path.join(root, '.local', options.home))
  return step('数据库与 Redis', 'MariaDB and Redis', async progress => {
    const binaries: Partial<Record<Ware, string>> = await provide(needed, progress)
    const { durable, database, large = false } = options
    const [DATABASE_URL, REDIS_URL] = await Promise.all([
      binaries.mariadb
        ? startMariadb(lifetime, {
            binary: binaries.mariadb,
            folder: path.join(home, 'mariadb'),
            database,
            durable,
            large,
          })
        : given.DATABASE_URL,
      binaries.redis
        ? startRedis(lifetime, { binary: binaries.redis, folder: path.join(home, 'redis'), durable })
        : given.REDIS_URL,
    ])
    return { DATABASE_URL: DATABASE_URL ?? '', REDIS_URL: REDIS_URL ?? '' }
  })
}

/** A chromium for the browser tests: CHROMIUM_PATH where given. */
export async function openChromium(): Promise<string> {
  if (process.env['CHROMIUM_PATH']) return process.env['CHROMIUM_PATH']
  return step('浏览器', 'Chromium', async progress => (await provide(['chromium'], progress)).chromium)
}
