import { spawn, type ChildProcess } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { client } from '../../../server/kernel/http/client.ts'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { transport } from '../../support/http.ts'
import { testEnvironment, world, type StaffUser, type World } from '../../support/world.ts'
import { newTemplate } from '../coupons/coupons.ts'
import { addMembers } from '../points/people.ts'
import { ledgerFaults, settle, stockShelf, writeReceipt } from '../points/receipts.ts'
import { standingOf } from './standing.ts'

const root = join(import.meta.dirname, '../../..')
const servers: ChildProcess[] = []
let shop: World
let owner: StaffUser
let env: Record<string, string>
let numbers = 0
beforeAll(async () => {
  env = testEnvironment()
  shop = await world(env)
  owner = await shop.as('owner')
  await stockShelf(shop)
  // The servers that fall live in real time: a session must be good for them too.
  shop.clock.set(new Date())
  owner = await shop.as('owner')
}, 60_000)
afterAll(async () => {
  for (const server of servers) if (server.exitCode === null && server.signalCode === null) server.kill('SIGKILL')
  await shop.close()
})

const freePort = (): Promise<number> =>
  new Promise(resolve => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const at = probe.address()
      probe.close(() => resolve(typeof at === 'object' && at !== null ? at.port : 0))
    })
  })

/** Starts a server of its own that falls at a point as by kill −9, and answers when it listens. */
async function start(fallAt: string): Promise<{ port: number; ended: Promise<NodeJS.Signals | null> }> {
  const port = await freePort()
  const server = spawn(process.execPath, [join(root, 'server/main.ts')], {
    cwd: root,
    env: { ...process.env, ...env, PORT: String(port), FAULT_POINTS: fallAt },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  servers.push(server)
  let said = ''
  server.stderr.on('data', (text: Buffer) => (said += text.toString()))
  const ended = new Promise<NodeJS.Signals | null>(resolve => server.once('exit', (_, signal) => resolve(signal)))
  const isUp = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/openapi.json`).then(
      reply => reply.ok,
      () => false,
    )
  while (!(await isUp())) {
    if (server.exitCode !== null || server.signalCode !== null)
      throw new Error(`the server ended with ${server.exitCode ?? server.signalCode}: ${said}`)
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  return { port, ended }
}

async function pair(): Promise<[string, string]> {
  const [ann = '', bob = ''] = await addMembers(shop, 2)
  const next = (): string => `kill:${(numbers += 1)}`
  const templateId = await newTemplate(shop)
  await inTransaction(shop.db, async tx => {
    await shop.modules.points.grant(tx, [
      { key: next(), memberId: ann, points: 100, expiresOn: '2028-03-01' },
      { key: next(), memberId: bob, points: 70, expiresOn: '2028-01-24' },
    ])
    await shop.modules.coupons.issue(tx, templateId, [
      { memberId: ann, key: next() },
      { memberId: bob, key: next() },
    ])
  })
  const id = `RK${String((numbers += 1)).padStart(4, '0')}`.padEnd(26, '0')
  await writeReceipt(shop, { id, memberId: bob, lines: [{ product: 'rice', net: '30' }] })
  await settle(shop, [id])
  return [ann, bob]
}

test('a server that is killed in the middle of a merge, or of its undoing, leaves everything as it was; said again it is done once, whole', async () => {
  const merge = (api: ReturnType<typeof calls>, ann: string, bob: string) =>
    api.merge({ params: { memberId: ann }, body: { otherId: bob, evidence: 'idCard', note: '身份证与两张卡一致' } })
  const calls = (port: number) =>
    client<typeof membersApi>(membersApi.operations, transport(`http://127.0.0.1:${port}`, owner.session))
  const undo = (api: ReturnType<typeof calls>, mergeId: string) =>
    api.undoMerge({ params: { mergeId }, body: { note: '合并错了人' } })
  const here = owner.call(membersApi)
  // After the first part that a merge moves, and after the last.
  for (const nth of [1, 7]) {
    const [ann, bob] = await pair()
    const before = await standingOf(shop, [ann, bob])

    const first = await start(`members.merge.afterPart:${nth}`)
    expect((await Promise.allSettled([merge(calls(first.port), ann, bob)]))[0].status).toBe('rejected')
    expect(await first.ended).toBe('SIGKILL')
    const { mergeId } = await merge(here, ann, bob)
    const merged = await standingOf(shop, [ann, bob])
    expect([merged.coupons.map(row => row.memberId), merged.receipts.map(row => row.memberId)]).toEqual([
      [ann, ann],
      [ann],
    ])
    const merges = await shop.db.selectFrom('member_merge').select('id').where('mergedId', '=', bob).execute()
    expect(merges).toEqual([{ id: mergeId }])

    const second = await start(`members.undo.afterPart:${nth}`)
    expect((await Promise.allSettled([undo(calls(second.port), mergeId)]))[0].status).toBe('rejected')
    expect(await second.ended).toBe('SIGKILL')
    expect(await standingOf(shop, [ann, bob])).toEqual(merged)
    await undo(here, mergeId)
    expect(await standingOf(shop, [ann, bob])).toEqual(before)
  }
  expect(await ledgerFaults(shop)).toEqual([])
}, 600_000)
