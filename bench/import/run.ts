import { createReadStream, readdirSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { openWorker } from '../loyalty/shop.ts'
import { peakMegabytes } from '../shop.ts'
import { uciMapping } from '../../scripts/loop/uci-mapping.ts'
import { bindCustomers } from './members.ts'

/** What the run has measured, printed as one JSON line. */
export interface Outcome {
  readonly seconds: number
  readonly lines: number
  readonly documentsWithPoints: number
  /** MB */
  readonly peak: number
  /** CPU seconds of this process. */
  readonly cpu: number
}

/** Every file of a folder through store and importer, until the last event and the last point. */
const folder = process.argv[2] ?? ''
const files = readdirSync(folder)
  .filter(name => name.endsWith('.csv.gz'))
  .sort()
const { kernel, modules, runtime, close } = openWorker()
await bindCustomers(kernel, folder, files, 500)
const sourceId = await modules.erp.ensureSource({ code: 'bench', name: 'bench' })
const cpu = process.cpuUsage()
const from = performance.now()
await runtime.start()
for (const name of files) {
  const file = await modules.files.store(createReadStream(path.join(folder, name)), { name })
  await modules.erp.start({ fileId: file.id, sourceId, mapping: uciMapping })
}
await runtime.drain(900_000)
const seconds = (performance.now() - from) / 1000
const peak = peakMegabytes(process.pid)
const { user, system } = process.cpuUsage(cpu)
const count = async (table: 'sales_line' | 'points_document'): Promise<number> => {
  const row = await kernel.db
    .selectFrom(table)
    .select(eb => eb.fn.countAll<string>().as('n'))
    .executeTakeFirstOrThrow()
  return Number(row.n)
}
const outcome: Outcome = {
  seconds,
  lines: await count('sales_line'),
  documentsWithPoints: await count('points_document'),
  peak,
  cpu: (user + system) / 1e6,
}
process.stdout.write(JSON.stringify(outcome))
await close()
