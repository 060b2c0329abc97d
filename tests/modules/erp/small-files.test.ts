import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { erpApi } from '../../../server/modules/erp/contract.ts'
import { importJob } from '../../../server/modules/erp/service/queue.ts'
import { testEnvironment, world, type World } from '../../support/world.ts'
import { everything, file, importFile, line, nightly, runOf } from './shop-files.ts'

// Small files without a fault are written from memory, with those that wait behind them, in one transaction.
let env: Record<string, string>
let w: World
beforeEach(async () => {
  env = testEnvironment()
  w = await world(env)
  env['DATA_DIR'] = w.config.DATA_DIR
})
afterEach(() => w.close())

const night = (day: number, ...more: string[]): string => {
  const date = `2026-11-${String(day).padStart(2, '0')}`
  return file(line({ date }), line({ date, code: 'B', net: '0.30', price: '0.30', quantity: '1' }), ...more)
}
const waiting = async (...contents: string[]): Promise<string[]> => {
  const ids: string[] = []
  for (const [i, content] of contents.entries())
    ids.push(await importFile(w, content, { name: `sales-${i}.csv`, drain: false }))
  return ids
}
const told = async (): Promise<number> =>
  (await w.db.selectFrom('outbox').select('id').where('name', '=', 'sales.documentsApplied').execute()).length

test('files that wait together go in together, each with its own count and its own day in the matrix', async () => {
  const ids = await waiting(night(1), night(2), night(3), night(4), night(5))
  await w.drain()
  expect(await everything(w)).toHaveLength(10)
  for (const id of ids)
    expect(await runOf(w, id)).toMatchObject({
      state: 'done',
      rowsRead: 2,
      documentsNew: 1,
      rowsApplied: 2,
      rowsBad: 0,
    })
  const arrivals = await w.db
    .selectFrom('sales_arrival')
    .select(['importId', 'lines'])
    .orderBy('businessDate')
    .execute()
  expect(arrivals).toEqual(ids.map(importId => ({ importId, lines: 2 })))
  expect(await told()).toBeLessThan(ids.length)
  expect(await w.db.selectFrom('erp_staged').select('importId').execute()).toEqual([])
})

test('a file with a bad row goes the long way alone; its neighbours go in whole', async () => {
  const [first = '', bad = '', third = ''] = await waiting(
    night(1),
    night(2, line({ receipt: '0009', net: 'x' })),
    night(3),
  )
  await w.drain()
  expect(await runOf(w, bad)).toMatchObject({ state: 'done', rowsBad: 1, quarantineOpen: 1, documentsNew: 1 })
  for (const id of [first, third]) expect(await runOf(w, id)).toMatchObject({ state: 'done', documentsNew: 1 })
  expect(await everything(w)).toHaveLength(6)
})

test('a receipt that a later file corrects is corrected, though both files wait together', async () => {
  const ids = await waiting(night(1), file(line({ date: '2026-11-01', net: '60.00', discount: '5.80' })), night(2))
  await w.drain()
  const [first, second] = [await runOf(w, ids[0] ?? ''), await runOf(w, ids[1] ?? '')]
  // Whichever worker is first: the receipt is made once, and changed or found to be newer by the other.
  expect(first.documentsNew + second.documentsNew).toBe(1)
  expect(second.documentsChanged + first.documentsOlder).toBe(1)
  expect(second.documentsChanged + second.documentsNew).toBe(1)
  expect((await everything(w)).filter(row => row.startsWith('S01|01|2026-11-01'))).toEqual([
    expect.stringContaining('60.0000'),
  ])
})

test('one of them that was stopped before its turn stays out; the others go in', async () => {
  const ids = await waiting(night(1), night(2), night(3))
  const owner = await w.as('owner')
  await owner.call(erpApi).stop({ params: { importId: ids[1] ?? '' } })
  await w.drain()
  expect(await runOf(w, ids[1] ?? '')).toMatchObject({ state: 'stopped', rowsApplied: 0 })
  expect(await everything(w)).toHaveLength(4)
})

test('a worker that is killed while it writes has written nothing; the next one writes each receipt once', async () => {
  const ids = await waiting(night(1), night(2), night(3))
  await fallAt('erp.inBatch')
  expect(await everything(w)).toEqual([])
  await fallAt('erp.afterBatch')
  expect((await everything(w)).length).toBeGreaterThan(0)
  await leasesEnd()
  for (const importId of ids) await w.kernel.enqueue(importJob, { importId })
  await w.drain()
  for (const id of ids) expect(await runOf(w, id)).toMatchObject({ state: 'done', documentsNew: 1, documentsSame: 0 })
  expect(await everything(w)).toHaveLength(6)
}, 60_000)

test('a folder full of files is taken in one look and written together', async () => {
  await dropped(night(1), night(2), night(3), night(4), night(5), night(6))
  expect(await w.modules.erp.watchFolders()).toBe(6)
  await w.drain()
  expect(await everything(w)).toHaveLength(12)
  expect(await told()).toBeLessThan(6)
})

test('one who falls between taking files and having them run leaves nothing behind: they are picked up', async () => {
  await dropped(night(1), night(2), night(3))
  await fallAt('erp.afterAdmit')
  expect(await everything(w)).toEqual([])
  const taken = await w.db.selectFrom('erp_import').select('state').execute()
  expect(taken.map(({ state }) => state)).toEqual(['waiting', 'waiting', 'waiting'])
  // They are not taken twice, and a minute later somebody looks for what nobody runs. The fallen one had a real clock.
  expect(await w.modules.erp.watchFolders()).toBe(0)
  w.clock.set(new Date(Date.now() + 120_000))
  await w.modules.jobs
    .find(job => job.name === 'erp.pickUp')
    ?.run({}, { jobId: '', attempt: 1, progress: async () => undefined, signal: new AbortController().signal })
  await w.drain()
  expect(await everything(w)).toHaveLength(6)
}, 60_000)

/** Files that a source has finished writing into its folder. */
async function dropped(...contents: string[]): Promise<void> {
  const sourceId = await w.modules.erp.ensureSource({ code: 'night', name: '日终目录', kind: 'folder' })
  await w.modules.erp.saveMapping(sourceId, 'nightly', nightly, '^sales')
  const folder = join(w.config.DATA_DIR, 'drop', 'night')
  mkdirSync(folder, { recursive: true })
  for (const [i, content] of contents.entries()) {
    writeFileSync(join(folder, `sales-${i}.csv`), content)
    writeFileSync(join(folder, `sales-${i}.csv.done`), '')
  }
}

/** Lets a worker process begin the imports and fall at a point. */
async function fallAt(point: string): Promise<void> {
  await leasesEnd()
  const child = spawn(process.execPath, ['jobs/main.ts'], {
    cwd: join(import.meta.dirname, '../../..'),
    env: { ...process.env, ...env, FAULT_POINTS: point, JOB_LOCK_SECONDS: '2' },
    stdio: 'ignore',
  })
  expect(await new Promise(resolve => child.once('exit', (_code, signal) => resolve(signal)))).toBe('SIGKILL')
}

const leasesEnd = () =>
  w.db
    .updateTable('erp_import')
    .set({ leaseUntil: new Date(0) })
    .where('leaseToken', 'is not', null)
    .execute()
