import { createReadStream, readdirSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import type { OpeningProof } from '../../server/modules/points/contract.ts'
import { openWorker } from '../loyalty/shop.ts'
import { peakMegabytes } from '../shop.ts'

/** What the run has measured, printed as one JSON line. */
export interface Outcome {
  readonly seconds: number
  /** MB */
  readonly peak: number
  readonly proof: OpeningProof
  /** Of a verification of the whole ledger afterwards. */
  readonly differences: number
}

/** A folder of opening files through store and importer, until the last event. */
const { kernel, modules, runtime, close } = openWorker()
const sourceId = await modules.erp.ensureSource({ code: 'bench', name: 'bench' })
const from = performance.now()
await runtime.start()
const folder = process.argv[2] ?? ''
for (const name of readdirSync(folder).sort()) {
  const file = await modules.files.store(createReadStream(path.join(folder, name)), { name })
  await modules.erp.start({
    fileId: file.id,
    sourceId,
    mapping: {
      stream: 'openingPoints',
      fields: { cardNo: { column: '卡号' }, points: { column: '积分余额' }, expiresOn: { column: '到期日期' } },
    },
  })
}
// The queue alone does not tell: an import that another worker was thought to hold is looked at again later.
for (let running = 1; running > 0;) {
  await runtime.drain(3_600_000)
  const states = await kernel.db.selectFrom('erp_import').select('state').execute()
  running = states.filter(({ state }) => ['waiting', 'staging', 'applying'].includes(state)).length
  if (states.some(({ state }) => state === 'failed')) throw new Error('an import has failed')
  if (running > 0) await new Promise(resolve => setTimeout(resolve, 100))
}
const seconds = (performance.now() - from) / 1000
const peak = peakMegabytes(process.pid)
const proof = await modules.points.openingProof({ kind: 'all' })
const { differences } = await modules.points.verify()
process.stdout.write(JSON.stringify({ seconds, peak, proof, differences: differences.length } satisfies Outcome))
await close()
