import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { freePort } from '../scripts/services/ports.ts'
import { load } from './callback/load.ts'
import { account, pushes } from './callback/pushes.ts'
import { print } from './figure.ts'
import { answers, cpuSeconds, openShop } from './shop.ts'

// Requests a second of WeChat's door, every push stored durably before it is acknowledged, beside bare Koa that reads
// and verifies the same pushes and stores nothing. Alternating rounds in one run; the median round counts.
const rounds = 5
const each = 8000
const width = 64

const shop = await openShop([account])
const barePort = await freePort()
const server = await shop.start('server/main.ts', () => answers(`${shop.url}/openapi.json`))
const bareServer = await shop.start('bench/callback/bare.ts', () => answers(`http://127.0.0.1:${barePort}/`), {
  BARE_PORT: String(barePort),
})

const ours: number[] = []
const bare: number[] = []
const cpu = { ours: 0, bare: 0 }
for (let round = 0; round <= rounds; round++) {
  const requests = pushes(each, round * each)
  for (const [name, port, rates, pid] of [
    ['ours', Number(shop.env['PORT']), ours, server.pid ?? 0],
    ['bare', barePort, bare, bareServer.pid ?? 0],
  ] as const) {
    const before = cpuSeconds(pid)
    const { seconds, statuses } = await load(port, requests, width)
    if (round > 0) cpu[name] += (cpuSeconds(pid) - before) / rounds / each
    if (statuses.get(200) !== each) throw new Error(`not all were accepted: ${JSON.stringify([...statuses])}`)
    // The first round warms both up.
    if (round > 0) rates.push(each / seconds)
  }
}
const connection = await createConnection({ uri: shop.env['DATABASE_URL'] ?? '' })
const [[row]] = await connection.query<RowDataPacket[]>('SELECT COUNT(*) AS stored FROM wechat_inbound')
await connection.end()
await shop.close()
if (row?.['stored'] !== (rounds + 1) * each)
  throw new Error(`${String(row?.['stored'])} pushes stored, ${(rounds + 1) * each} sent`)

const median = (values: number[]): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0
print({
  figure: 'callback.requests',
  value: median(ours),
  unit: 'requests/s',
  beside: median(bare),
  ratio: median(ours) / median(bare),
})
print({
  figure: 'callback.cpu',
  value: cpu.ours * 1000,
  unit: 'ms CPU of the server per request',
  beside: cpu.bare * 1000,
  ratio: cpu.ours / cpu.bare,
})
