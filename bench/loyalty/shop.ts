import process from 'node:process'
import { readConfig } from '../../server/kernel/config.ts'
import { createRuntime } from '../../server/kernel/jobs/runtime.ts'
import { openKernel } from '../../server/kernel/kernel.ts'
import { createQueueRedis } from '../../server/kernel/redis.ts'
import { createModules } from '../../server/modules.ts'
import type { Shop } from '../shop.ts'

/** The shop's modules in this process, with as many connections as the measurement has lanes. */
export function openModules(shop: Pick<Shop, 'env'>, connections: number) {
  const config = readConfig({ ...process.env, ...shop.env, DATABASE_POOL: String(connections) })
  const { kernel, close } = openKernel(config, 'bench')
  return { kernel, modules: createModules(kernel), close }
}

/** The shop's modules in this process together with its workers: the relay, the reactions and the jobs, without schedules. */
export function openWorker() {
  const config = readConfig(process.env)
  const { kernel, queues, close } = openKernel(config, 'bench')
  const modules = createModules(kernel)
  const connection = createQueueRedis(config.REDIS_URL)
  const runtime = createRuntime({
    db: kernel.db,
    queues,
    connection,
    prefix: config.REDIS_PREFIX,
    handlers: modules.handlers,
    jobs: modules.jobs,
    zone: config.SHOP_ZONE,
    log: kernel.log,
    schedules: false,
  })
  return {
    kernel,
    modules,
    runtime,
    async close() {
      await runtime.stop()
      connection.disconnect()
      await close()
    },
  }
}

/** Runs so many pieces of work, so many at a time; returns the seconds and the milliseconds of each. */
export async function lanes(count: number, width: number, work: (n: number) => Promise<unknown>) {
  const times: number[] = []
  let next = 0
  const from = performance.now()
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let n = next++; n < count; n = next++) {
        const started = performance.now()
        await work(n)
        times.push(performance.now() - started)
      }
    }),
  )
  times.sort((a, b) => a - b)
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return { seconds: (performance.now() - from) / 1000, p50: at(0.5), p99: at(0.99) }
}
