import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Redis } from 'ioredis'
import { instanceFile, tail } from './instance.ts'
import type { Lifetime } from './lifetime.ts'
import { freePort } from './ports.ts'
import { start, stopLeftover, type Running } from './process.ts'

export interface RedisOptions {
  /** redis-server, valkey-server, or Debian's redis-check-rdb, which is the same program under another name. */
  binary: string
  folder: string
  durable: boolean
}

/** Starts a private Redis or Valkey on a free port of 127.0.0.1 and answers its redis:// address when it takes commands. */
export async function startRedis(lifetime: Lifetime, { binary, folder, durable }: RedisOptions): Promise<string> {
  const data = path.join(folder, 'data')
  mkdirSync(data, { recursive: true })
  const file = instanceFile(folder)
  const before = file.read()
  const settings = path.join(folder, 'redis.conf')
  if (before.pid) await stopLeftover(before.pid, settings)
  const port = await freePort(before.port)
  writeFileSync(settings, settingsText(port, data, before.password, durable), { mode: 0o600 })
  // The program tells from the name it is called by whether to be the server.
  const program = path.join(folder, 'redis-server')
  rmSync(program, { force: true })
  symlinkSync(binary, program)
  const log = path.join(folder, 'redis.log')
  const running = start(lifetime, { name: 'redis', file: program, args: [settings], log, cwd: data })
  file.write({ port, password: before.password, pid: running.pid })
  const url = `redis://:${before.password}@127.0.0.1:${port}/0`
  await ready(url, running, log)
  return url
}

function settingsText(port: number, data: string, password: string, durable: boolean): string {
  return [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir "${data}"`,
    `requirepass ${password}`,
    `appendonly ${durable ? 'yes' : 'no'}`,
    'save ""',
    // BullMQ loses jobs under any other policy.
    'maxmemory-policy noeviction',
    // The command line keeps the path of this file, by which a leftover process is known as ours.
    'set-proc-title no',
    'databases 64',
    '',
  ].join('\n')
}

async function ready(url: string, running: Running, log: string): Promise<void> {
  let ended: number | string | undefined
  void running.exited.then(code => (ended = code))
  for (const deadline = performance.now() + 60_000; ;) {
    // Its own ready check would wait ten seconds at a time while the data is loaded.
    const redis = new Redis(url, {
      lazyConnect: true,
      enableReadyCheck: false,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
    })
    redis.on('error', () => undefined)
    try {
      await redis.connect()
      await redis.ping()
      return
    } catch (error) {
      if (ended !== undefined)
        throw new Error(`Redis ended (${ended}):\n${tail(readFileSync(log, 'utf8'))}`, { cause: error })
      if (performance.now() > deadline) throw error
      await new Promise(resolve => setTimeout(resolve, 50))
    } finally {
      redis.disconnect()
    }
  }
}
