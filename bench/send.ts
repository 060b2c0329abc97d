import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise'
import { wechatClient } from 'wechat-api-ts'
import { miniprogramAccount, serverAccounts } from '../sandbox/accounts.ts'
import { newId } from '../server/kernel/ids.ts'
import { freePort } from '../scripts/services/ports.ts'
import { print } from './figure.ts'
import { answers, cpuSeconds, openShop } from './shop.ts'

// A campaign by four worker processes, every message held against a right, sent to the sandbox and recorded durably:
// messages a second, CPU and SQL statements for each, beside the bare client that sends the same and records nothing.
// Then the same once more at a limit of so many a second, counted by WeChat's side.
const count = Number(process.argv[2] ?? 20_000)
const WORKERS = 4
const LIMIT = 500
const template = miniprogramAccount.templates['couponArrived']?.templateId ?? ''
const fields = { thing1: '满39减5元', time2: '2026-12-31' }
const width = 50

const sandboxPort = await freePort()
const sandboxUrl = `http://127.0.0.1:${sandboxPort}`
const shop = await openShop(serverAccounts(sandboxUrl))
await shop.start('sandbox/main.ts', () => answers(`${sandboxUrl}/__sim/clock`), {
  NODE_ENV: 'development',
  SANDBOX_PORT: String(sandboxPort),
})

async function control(path: string, body: unknown, method = 'POST'): Promise<unknown> {
  const reply = await fetch(`${sandboxUrl}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
  return reply.json()
}

/** Does something for each of a list, so many at a time. */
async function forAll<T>(list: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  let next = 0
  const lane = async (): Promise<void> => {
    for (let one = list[next++]; one !== undefined; one = list[next++]) await work(one)
  }
  await Promise.all(Array.from({ length: width }, lane))
}

// Results come back as pushes; nobody listens here, so that only sending is measured.
await control('/__sim/settings', { resultEvents: false, popupEvents: false }, 'PATCH')
const { people } = (await control('/__sim/people', { count })) as {
  people: { id: string; openids: Record<string, string> }[]
}
const openids = people.map(person => person.openids[miniprogramAccount.appId] ?? '')
// One credit for each campaign, one for the bare client.
await forAll(people, async ({ id }) => {
  for (let i = 0; i < 3; i++)
    await control(`/__sim/people/${id}/subscribe`, { appId: miniprogramAccount.appId, templateIds: [template] })
})

const connection = await createConnection({ uri: shop.env['DATABASE_URL'] ?? '', timezone: 'Z' })
const staffId = newId()
await furnish(connection)

const free = await campaign('unlimited', { subscribe: 1_000_000 })
const bare = await bareRun()
await control('/__sim/journal', {}, 'DELETE')
const limited = await campaign('limited', { subscribe: LIMIT })
const seconds = await arrivals()
await connection.end()
await shop.close()

print({
  figure: 'send.messages',
  value: count / free.seconds,
  unit: 'messages/s',
  beside: count / bare.seconds,
  ratio: bare.seconds / free.seconds,
})
print({
  figure: 'send.cpu',
  value: (free.cpu / count) * 1000,
  unit: `ms CPU of ${WORKERS} workers per message, idling subtracted`,
  beside: (bare.cpu / count) * 1000,
  ratio: free.cpu / bare.cpu,
})
print({ figure: 'send.sql', value: free.statements / count, unit: 'SQL statements per message, everything counted' })
// The first and the last second are not whole.
const whole = seconds.slice(1, -1)
const used = whole.reduce((sum, one) => sum + one, 0) / whole.length / LIMIT
print({
  figure: 'send.rateUse',
  value: used,
  unit: `of ${LIMIT}/s over ${whole.length} seconds`,
  beside: 0.97,
  ratio: used / 0.97,
})
print({
  figure: 'send.fullestSecond',
  value: Math.max(...seconds),
  unit: 'messages',
  beside: LIMIT,
  ratio: Math.max(...seconds) / LIMIT,
})
print({
  figure: 'send.limited',
  value: count / limited.seconds,
  unit: 'messages/s',
  beside: LIMIT,
  ratio: count / limited.seconds / LIMIT,
})

/** Runs one campaign to its end by workers of its own; counts from the moment they are up and idle. */
async function campaign(
  name: string,
  perSecond: Record<string, number>,
): Promise<{ seconds: number; cpu: number; statements: number }> {
  const more = { CAMPAIGN_RATE: '1000000', WECHAT_LIMITS: JSON.stringify({ perSecond, perDay: {} }) }
  const workers = await Promise.all(
    Array.from({ length: WORKERS }, () => shop.start('jobs/main.ts', async () => true, more)),
  )
  await sleep(8_000)
  const cpu = (): number => workers.reduce((sum, worker) => sum + cpuSeconds(worker.pid ?? 0), 0)
  const [cpuBefore, sqlBefore] = [cpu(), await statements(connection)]
  const from = performance.now()
  const campaignId = await launch(connection, name)
  let asked = 0
  for (;;) {
    asked++
    const [[row]] = await connection.query<RowDataPacket[]>('SELECT state FROM campaign WHERE id = ?', [campaignId])
    if (row?.['state'] === 'done') break
    if (workers.some(worker => worker.exitCode !== null)) throw new Error('a worker fell')
    await sleep(200)
  }
  const [cpuAfter, sqlAfter] = [cpu(), await statements(connection)]
  const took = performance.now() - from
  // What four workers use without a campaign is no message's; asked afterwards, when nothing is being loaded any more.
  await sleep(2_000)
  const [idleBefore, idleFrom] = [cpu(), performance.now()]
  await sleep(5_000)
  const idle = (cpu() - idleBefore) / (performance.now() - idleFrom)
  for (const worker of workers) {
    worker.kill('SIGTERM')
    await new Promise(resolve => worker.once('exit', resolve))
  }
  const ended = await state(connection, campaignId)
  if (ended.sent !== count) throw new Error(`${ended.sent} of ${count} were sent: ${await otherEnds(connection)}`)
  return { seconds: ended.seconds, cpu: cpuAfter - cpuBefore - idle * took, statements: sqlAfter - sqlBefore - asked }
}

/** Every statement that the server has been asked so far. */
async function statements(db: Connection): Promise<number> {
  const [[row]] = await db.query<RowDataPacket[]>("SHOW GLOBAL STATUS LIKE 'Questions'")
  return Number(row?.['Value'] ?? 0)
}

/** How many messages arrived at WeChat in each second of its clock. */
async function arrivals(): Promise<number[]> {
  const bySecond = new Map<number, number>()
  for (let after: number | null = 0; after !== null;) {
    const query = new URLSearchParams({ path: '/cgi-bin/message/subscribe/send', after: String(after), limit: '5000' })
    const page = (await (await fetch(`${sandboxUrl}/__sim/journal?${query.toString()}`)).json()) as {
      entries: { at: number }[]
      next: number | null
    }
    for (const { at } of page.entries) {
      const second = Math.floor(at / 1000)
      bySecond.set(second, (bySecond.get(second) ?? 0) + 1)
    }
    after = page.next
  }
  const [first, last] = [Math.min(...bySecond.keys()), Math.max(...bySecond.keys())]
  return Array.from({ length: last - first + 1 }, (_, i) => bySecond.get(first + i) ?? 0)
}

/** Members with a mini-program and two credits, written as the modules would have. */
async function furnish(db: Connection): Promise<void> {
  const now = new Date()
  const rows = openids.map((openid, i) => ({ openid, memberId: newId(), cardNo: String(i).padStart(20, '0') }))
  await db.query(
    'INSERT INTO member (id, state, cardNo, source, termsVersion, termsAcceptedAt, enrolledAt, updatedAt) VALUES ?',
    [rows.map(({ memberId, cardNo }) => [memberId, 'active', cardNo, 'staff', '1', now, now, now])],
  )
  await db.query('INSERT INTO member_identity (id, memberId, kind, appId, value, linkedAt) VALUES ?', [
    rows.map(({ memberId, openid }) => [newId(), memberId, 'openid', miniprogramAccount.appId, openid, now]),
  ])
  await db.query('INSERT INTO wechat_credit (appId, openid, templateId, remaining, changedAt) VALUES ?', [
    rows.map(({ openid }) => [miniprogramAccount.appId, openid, template, 2, now]),
  ])
  await db.query('INSERT INTO consent (memberId, purpose, channel, granted, version, source, at) VALUES ?', [
    rows.map(({ memberId }) => [memberId, 'marketing', 'wechat', 1, '1', 'staff', now]),
  ])
}

/** A campaign to all of them that is due now. */
async function launch(db: Connection, name: string): Promise<string> {
  const now = new Date()
  const campaignId = newId()
  await db.query(
    `INSERT INTO campaign (id, name, purpose, segmentId, segmentName, rulesJson, route, textJson, state, startAt, wholeChain, createdBy, createdAt, changedAt)
     VALUES (?, ?, 'marketing', ?, 'all', '{}', 'subscribe', ?, 'scheduled', ?, 1, ?, ?, ?)`,
    [campaignId, name, newId(), JSON.stringify({ fields, page: 'pages/wallet/wallet' }), now, staffId, now, now],
  )
  return campaignId
}

/** Why some have not been sent. */
async function otherEnds(db: Connection): Promise<string> {
  const [rows] = await db.query<RowDataPacket[]>(
    "SELECT state, reason, COUNT(*) AS messages FROM wechat_message WHERE state <> 'sent' GROUP BY state, reason",
  )
  return JSON.stringify(rows)
}

async function state(db: Connection, campaignId: string): Promise<{ sent: number; seconds: number }> {
  const [[row]] = await db.query<RowDataPacket[]>(
    'SELECT TIMESTAMPDIFF(MICROSECOND, frozenAt, finishedAt) / 1e6 AS seconds FROM campaign WHERE id = ?',
    [campaignId],
  )
  const [[sent]] = await db.query<RowDataPacket[]>(
    "SELECT COUNT(*) AS sent FROM wechat_message WHERE groupKey = ? AND state = 'sent'",
    [`campaign:${campaignId}`],
  )
  return { sent: Number(sent?.['sent']), seconds: Number(row?.['seconds']) }
}

/** The same messages by the client alone. */
async function bareRun(): Promise<{ seconds: number; cpu: number }> {
  const client = wechatClient({
    appId: miniprogramAccount.appId,
    secret: miniprogramAccount.secret,
    baseUrl: sandboxUrl,
  })
  const from = performance.now()
  const before = process.cpuUsage()
  await forAll(openids, openid =>
    client.sendSubscribe({ openid, templateId: template, data: fields, page: 'pages/wallet/wallet' }),
  )
  const used = process.cpuUsage(before)
  return { seconds: (performance.now() - from) / 1000, cpu: (used.user + used.system) / 1e6 }
}
