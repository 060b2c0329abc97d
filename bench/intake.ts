import { createConnection, type RowDataPacket } from 'mysql2/promise'
import type { ChildProcess } from 'node:child_process'
import { freePort } from '../scripts/services/ports.ts'
import { print } from './figure.ts'
import { load } from './intake/load.ts'
import { account, pushes } from './intake/pushes.ts'
import { answers, cpuSeconds, openShop } from './shop.ts'

// WeChat's door in safe mode, every push stored durably and queued before it is answered, beside Koa that reads the body
// (a), Koa that verifies and decrypts (b) and the npm middleware co-wechat (c), which keep nothing. Alternating rounds in
// one run; the median round counts. Then the door alone at a steady 1,000 a second: how long an answer takes.
const rounds = 5
const each = 8000
const width = 64
const steadyRate = 1000
const steadySeconds = 20
const plainWays = ['read', 'decrypt', 'co-wechat'] as const

interface Way {
  readonly name: 'intake' | (typeof plainWays)[number]
  readonly port: number
  readonly process: ChildProcess
  readonly rates: number[]
  cpu: number
}

const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0
const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

const shop = await openShop([account])
const server = await shop.start('server/main.ts', () => answers(`${shop.url}/openapi.json`))
const ways: Way[] = [{ name: 'intake', port: Number(shop.env['PORT']), process: server, rates: [], cpu: 0 }]
for (const name of plainWays) {
  const port = await freePort()
  const child = await shop.start('bench/intake/plain.ts', () => answers(`http://127.0.0.1:${port}/`), {
    PLAIN_PORT: String(port),
    PLAIN_WAY: name,
  })
  ways.push({ name, port, process: child, rates: [], cpu: 0 })
}

let sent = 0
for (let round = 0; round <= rounds; round++) {
  const requests = pushes(each, sent)
  sent += each
  for (const way of ways) {
    const before = cpuSeconds(way.process.pid ?? 0)
    const { seconds, statuses } = await load(way.port, requests, width)
    if (statuses.get(200) !== each)
      throw new Error(`${way.name}: not all were accepted: ${JSON.stringify([...statuses])}`)
    // The first round warms everybody up.
    if (round === 0) continue
    way.cpu += (cpuSeconds(way.process.pid ?? 0) - before) / rounds / each
    way.rates.push(each / seconds)
  }
}
const steady = await load(Number(shop.env['PORT']), pushes(steadyRate * steadySeconds, sent), 2 * width, steadyRate)
sent += steadyRate * steadySeconds
if (steady.statuses.get(200) !== steadyRate * steadySeconds)
  throw new Error(`steady: not all were accepted: ${JSON.stringify([...steady.statuses])}`)

const connection = await createConnection({ uri: shop.env['DATABASE_URL'] ?? '' })
const [[row]] = await connection.query<RowDataPacket[]>(
  'SELECT COUNT(*) AS stored, SUM(deliveries) AS deliveries FROM wechat_inbound',
)
await connection.end()
await shop.close()
if (row?.['stored'] !== sent || Number(row['deliveries']) !== sent)
  throw new Error(`${String(row?.['stored'])} pushes stored, ${sent} sent`)

const [ours, ...plain] = ways
for (const { name, rates, cpu } of plain) {
  const value = median(ours?.rates ?? [])
  print({
    figure: `intake.requests/${name}`,
    value,
    unit: 'requests/s',
    beside: median(rates),
    ratio: value / median(rates),
  })
  const own = (ours?.cpu ?? 0) * 1000
  print({
    figure: `intake.cpu/${name}`,
    value: own,
    unit: 'ms CPU of the server per request',
    beside: cpu * 1000,
    ratio: own / (cpu * 1000),
  })
}
for (const [name, share] of [
  ['p50', 0.5],
  ['p99', 0.99],
] as const)
  print({ figure: `intake.${name}`, value: quantile(steady.waits, share), unit: `ms at ${steadyRate} requests/s` })
