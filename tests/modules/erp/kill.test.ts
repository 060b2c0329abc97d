import { spawn } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { importJob } from '../../../server/modules/erp/service/queue.ts'
import { testEnvironment, world, type World } from '../../support/world.ts'
import { everything, file, importFile, line, runOf } from './shop-files.ts'

const root = join(import.meta.dirname, '../../..')
let w: World
let env: Record<string, string>
beforeAll(async () => {
  env = testEnvironment()
  w = await world(env)
  env['DATA_DIR'] = w.config.DATA_DIR
})
afterAll(() => w.close())

/** Runs a worker until it falls at a point; without one, until the import is done. */
async function work(fault: string | null, importId: string): Promise<void> {
  await w.db
    .updateTable('erp_import')
    .set({ leaseUntil: new Date(0) })
    .where('leaseToken', 'is not', null)
    .execute()
  await w.kernel.enqueue(importJob, { importId }, { key: w.kernel.newId() })
  const child = spawn(process.execPath, ['jobs/main.ts'], {
    cwd: root,
    env: { ...process.env, ...env, FAULT_POINTS: fault ?? '' },
    stdio: 'ignore',
  })
  const gone = new Promise<string | null>(resolve => child.once('exit', (_code, signal) => resolve(signal)))
  if (fault !== null) {
    expect(await gone).toBe('SIGKILL')
    return
  }
  while ((await runOf(w, importId)).state !== 'done') await new Promise(resolve => setTimeout(resolve, 100))
  child.kill('SIGTERM')
  await gone
}

test('an import whose workers are killed while reading, in mid-batch and between batches ends as if nothing had been', async () => {
  const rows = Array.from({ length: 500 }, (_, i) => [
    line({ receipt: String(i).padStart(4, '0') }),
    line({ receipt: String(i).padStart(4, '0'), code: 'B', net: '0.30', price: '0.30', quantity: '1' }),
  ]).flat()
  const id = await importFile(w, file(...rows, line({ receipt: '9999', net: 'x' })), { drain: false })
  await work('erp.staging', id)
  expect(await everything(w)).toHaveLength(0)
  await work('erp.inBatch', id)
  expect(await everything(w)).toHaveLength(0)
  await work('erp.afterBatch', id)
  expect(await everything(w)).toHaveLength(400)
  await work('erp.inBatch:2', id)
  expect(await everything(w)).toHaveLength(800)
  await work(null, id)
  const all = await everything(w)
  expect(new Set(all).size).toBe(1000)
  expect(await runOf(w, id)).toMatchObject({
    documentsNew: 500,
    documentsSame: 0,
    rowsApplied: 1000,
    rowsBad: 1,
    quarantineOpen: 1,
  })
  const arrivals = await w.db.selectFrom('sales_arrival').select(['documents', 'lines', 'net']).execute()
  expect(arrivals).toEqual([{ documents: 500, lines: 1000, net: '33050.0000' }])
}, 120_000)
