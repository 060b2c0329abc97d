import process from 'node:process'
import { say } from './terminal.ts'

// `npm run sandbox`: the WeChat platform and the phone alone, for a server that runs elsewhere (SERVER_URL, SANDBOX_PORT).
process.env['SANDBOX_PORT'] ??= '7400'
const { address } = await import('../sandbox/main.ts')
say(`  手机 ${address}/`, 'the phone')
say(`  收银机 ${address}/till/`, 'the till')
say(`  平台记录 ${address}/journal/`, 'every exchange')
say(`  产品的 WECHAT_ACCOUNTS：curl -s ${address}/__sim/server-accounts`, 'WECHAT_ACCOUNTS of the product')
say('  推送到 SERVER_URL（默认 http://127.0.0.1:7300）；Ctrl+C 停止', 'pushes go to SERVER_URL; Ctrl+C ends it')
