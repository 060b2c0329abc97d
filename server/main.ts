import process from 'node:process'
import { createApp } from './app.ts'
import { openKernel } from './kernel/kernel.ts'
import { configOrExit } from './kernel/start.ts'
import { createModules } from './modules.ts'

/** The server process: reads the configuration, opens the kernel, listens, and closes cleanly. */
const config = configOrExit()
const { kernel, close } = openKernel(config, 'server')
const modules = createModules(kernel)
const owner = await modules.staff.ensureFirstOwner()
if (owner !== null) {
  console.log(
    `首次启动：请用以下一次性密码登录 / first start, log in with this one-time password\n  ${owner.username}  ${owner.oneTimePassword}`,
  )
}
for (const module of modules.all) await module.start?.()
const app = createApp(kernel, modules.all, modules.authenticators)
const server = app.listen(config.PORT, config.HOST, () => kernel.log.info({ port: config.PORT }, 'listening'))

let closing = false
function stop(): void {
  if (closing) return
  closing = true
  for (const module of modules.all) module.stop?.()
  server.close(() => void close().then(() => process.exit(0)))
  server.closeIdleConnections()
  // Streams to browsers stay open for ever; they are cut after a moment.
  setTimeout(() => server.closeAllConnections(), 2_000).unref()
}
process.once('SIGTERM', stop)
process.once('SIGINT', stop)
