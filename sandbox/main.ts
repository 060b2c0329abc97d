import { parseArgs } from 'node:util'
import { readAccounts, startSandbox } from './index.ts'

// The simulator of a platform must never stand where the platform is expected.
if (process.env['NODE_ENV'] === 'production') {
  console.error('沙箱不可用于生产环境 / The sandbox does not start with NODE_ENV=production')
  process.exit(1)
}

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: process.env['SANDBOX_PORT'] ?? '7310' },
    state: { type: 'string', default: process.env['SANDBOX_STATE'] ?? '' },
    server: { type: 'string', default: process.env['SERVER_URL'] ?? 'http://127.0.0.1:7300' },
    miniprogram: { type: 'string', default: process.env['MINIPROGRAM_URL'] ?? '' },
  },
})

const accounts = process.env['SANDBOX_ACCOUNTS'] ?? ''
const sandbox = await startSandbox({
  port: Number(values.port),
  serverUrl: values.server.replace(/\/+$/, ''),
  miniprogramUrl: values.miniprogram,
  ...(accounts === '' ? {} : { accounts: readAccounts(accounts) }),
  ...(values.state === '' ? {} : { statePath: values.state }),
})
/** Where this sandbox listens. */
export const address = sandbox.url

const stop = (): void => void sandbox.stop().then(() => process.exit(0))
process.once('SIGINT', stop)
process.once('SIGTERM', stop)

// Said last: who waits for this line may stop us the moment it reads it.
console.log(`sandbox ${address}`)
