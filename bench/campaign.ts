import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise'
import { wechatClient } from 'wechat-api-ts'
import { miniprogramAccount, serverAccounts } from '../sandbox/accounts.ts'
import { newId } from '../server/kernel/ids.ts'
import { freePort } from '../scripts/services/ports.ts'
import { print } from './figure.ts'
import { answers, cpuSeconds, openShop } from './shop.ts'

// Messages a second of a campaign and the worker's CPU for each, every message claimed, sent to the sandbox and recorded
// durably; beside the bare client that sends the same messages to the same people and records nothing.
const count = Number(process.argv[2] ?? 10_000)
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
// One credit for the campaign, one for the bare client.
await forAll(people, async ({ id }) => {
  for (let i = 0; i < 2; i++)
    await control(`/__sim/people/${id}/subscribe`, { appId: miniprogramAccount.appId, templateIds: [template] })
})

const connection = await createConnection({ uri: shop.env['DATABASE_URL'] ?? '', timezone: 'Z' })
const campaignId = newId()
await furnish(connection)

const worker = await shop.start('jobs/main.ts', async () => true, { CAMPAIGN_RATE: '1000000' })
while ((await state(connection)).state !== 'done') {
  if (worker.exitCode !== null) throw new Error('the worker fell')
  await sleep(200)
}
const cpu = cpuSeconds(worker.pid ?? 0) - (await idleCpu())
const ended = await state(connection)
if (ended.sent !== count) throw new Error(`${ended.sent} of ${count} were sent`)
const bare = await bareRun()
await connection.end()
await shop.close()

print({
  figure: 'campaign.messages',
  value: count / ended.seconds,
  unit: 'messages/s',
  beside: count / bare.seconds,
  ratio: bare.seconds / ended.seconds,
})
print({
  figure: 'campaign.cpu',
  value: (cpu / count) * 1000,
  unit: 'ms CPU of the worker per message',
  beside: (bare.cpu / count) * 1000,
  ratio: cpu / bare.cpu,
})

/** Members with a mini-program and a credit, a segment of all of them and a campaign that is due. */
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
    rows.map(({ openid }) => [miniprogramAccount.appId, openid, template, 1, now]),
  ])
  await db.query('INSERT INTO consent (memberId, purpose, channel, granted, version, source, at) VALUES ?', [
    rows.map(({ memberId }) => [memberId, 'marketing', 'wechat', 1, '1', 'staff', now]),
  ])
  await db.query(
    `INSERT INTO campaign (id, name, purpose, segmentId, segmentName, rulesJson, route, textJson, state, startAt, wholeChain, createdBy, createdAt, changedAt)
     VALUES (?, 'bench', 'marketing', ?, 'all', '{}', 'subscribe', ?, 'scheduled', ?, 1, ?, ?, ?)`,
    [campaignId, newId(), JSON.stringify({ fields, page: 'pages/wallet/wallet' }), now, newId(), now, now],
  )
}

async function state(db: Connection): Promise<{ state: string; sent: number; seconds: number }> {
  const [[row]] = await db.query<RowDataPacket[]>(
    'SELECT state, TIMESTAMPDIFF(MICROSECOND, frozenAt, finishedAt) / 1e6 AS seconds FROM campaign',
  )
  const [[sent]] = await db.query<RowDataPacket[]>("SELECT COUNT(*) AS sent FROM wechat_message WHERE state = 'sent'")
  return { state: String(row?.['state']), sent: Number(sent?.['sent']), seconds: Number(row?.['seconds']) }
}

/** What a worker uses without a campaign: its start, measured on a second one that finds nothing to do. */
async function idleCpu(): Promise<number> {
  const idle = await shop.start('jobs/main.ts', async () => true)
  await sleep(6_000)
  const used = cpuSeconds(idle.pid ?? 0)
  idle.kill('SIGTERM')
  return used
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
