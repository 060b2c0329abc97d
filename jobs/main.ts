import process from 'node:process'
import { createRuntime } from '../server/kernel/jobs/runtime.ts'
import { openKernel } from '../server/kernel/kernel.ts'
import { createQueueRedis } from '../server/kernel/redis.ts'
import { configOrExit } from '../server/kernel/start.ts'
import { createModules } from '../server/modules.ts'

/** The jobs process: the relay, the workers and the schedules of what the modules declare. */
const config = configOrExit()
const { kernel, queues, close } = openKernel(config, 'jobs')
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
  lockSeconds: config.JOB_LOCK_SECONDS,
  log: kernel.log,
})
for (const module of modules.all) await module.start?.()
await runtime.start()
kernel.log.info({ jobs: modules.jobs.length, reactions: modules.handlers.length }, 'working')

let stopping = false
async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  // With Redis or the database away the workers cannot say goodbye; what they hold is taken over when its lock ends.
  setTimeout(() => process.exit(1), 15_000).unref()
  for (const module of modules.all) module.stop?.()
  await runtime.stop()
  connection.disconnect()
  await close()
  process.exit(0)
}
process.once('SIGTERM', () => void stop())
process.once('SIGINT', () => void stop())
