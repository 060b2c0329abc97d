import { inTransaction } from '../../../kernel/db.ts'
import { AppError } from '../../../kernel/errors.ts'
import { Mapping } from '../contract.ts'
import {
  claimImport,
  findImport,
  releaseImport,
  RUNNING,
  type ImportRecord,
  stepImport,
} from '../repository/imports.ts'
import { changeQuarantine, countOpen, nextQuarantine } from '../repository/quarantine.ts'
import { findSource } from '../repository/sources.ts'
import { deleteParts } from '../repository/staged.ts'
import { applyImport, type Run } from './apply.ts'
import { streamOf, type Engine } from './engine.ts'
import { leaseEnd, LeaseLost, whileRenewing } from './lease.ts'
import { pairs } from './quarantineRow.ts'
import { openImport, stageImport } from './stage.ts'
import { writeWhole } from './whole.ts'

/** Fewer bad rows than this never stop an import, whatever their share. */
const FEW_BAD_ROWS = 20

/** 'done': nothing is left to do; 'held': another worker has it, look again later; 'interrupted': go on later. */
export type RunResult = 'done' | 'held' | 'interrupted'

/** Runs an import from wherever it stands to its end. May be called any number of times, by any number of workers. */
export async function runImport(engine: Engine, importId: string, signal: AbortSignal): Promise<RunResult> {
  const { db, clock, newId } = engine.kernel
  const token = newId()
  if (!(await claimImport(db, importId, token, clock.now(), leaseEnd(clock.now())))) {
    const record = await findImport(db, importId)
    return record !== undefined && RUNNING.some(state => state === record.state) ? 'held' : 'done'
  }
  const record = await findImport(db, importId)
  if (record === undefined) return 'done'
  try {
    const renew = () => stepImport(db, importId, token, { set: { leaseUntil: leaseEnd(clock.now()) } })
    return await whileRenewing(renew, () => work(engine, record, token, signal))
  } catch (error) {
    if (error instanceof LeaseLost) return await afterLoss(engine, record.id, token)
    if (!(error instanceof AppError)) {
      await releaseImport(db, importId, token).catch(() => undefined)
      throw error
    }
    const { code, zh, en } = error
    await releaseImport(db, importId, token, {
      state: 'failed',
      finishedAt: clock.now(),
      guardKey: null,
      errorJson: JSON.stringify({ code, zh, en }),
    })
    return 'done'
  }
}

async function work(engine: Engine, record: ImportRecord, token: string, signal: AbortSignal): Promise<RunResult> {
  const { db, clock } = engine.kernel
  const mapping = Mapping.parse(JSON.parse(record.mappingJson))
  const run: Run = { engine, record, stream: streamOf(engine, record.stream), mapping, token, signal }
  if (await writeWhole(run)) return 'done'
  if (record.state !== 'applying') {
    let stop = false
    const read = await stageImport(run, token, async ({ rows, bad }) => {
      stop = await tooManyBad(engine, record, rows, bad)
      return stop ? {} : { state: 'applying', applyStartedAt: clock.now() }
    })
    if (stop) {
      const errorJson = JSON.stringify(tooMany(read.rows, read.bad))
      await releaseImport(db, record.id, token, { state: 'failed', finishedAt: clock.now(), guardKey: null, errorJson })
      return 'done'
    }
  }
  if ((await applyImport(run, record.state === 'applying' ? record.cursorKey : '')) === 'interrupted') {
    await releaseImport(db, record.id, token)
    return 'interrupted'
  }
  await finish(run)
  return 'done'
}

export const TOO_MANY_BAD = 'erp.tooManyBad'

const tooMany = (rows: number, bad: number): { code: string; zh: string; en: string } => ({
  code: TOO_MANY_BAD,
  zh: `${rows} 行中有 ${bad} 行有误，超过上限，尚未写入任何单据；修正字段映射后重新导入，或选择继续`,
  en: `${bad} of ${rows} rows are bad, more than allowed; nothing was written yet: correct the mapping and import again, or go on anyway`,
})

async function tooManyBad(engine: Engine, record: ImportRecord, rows: number, bad: number): Promise<boolean> {
  if (bad <= FEW_BAD_ROWS) return false
  const source = await findSource(engine.kernel.db, record.sourceId)
  return bad * 100 > rows * (source?.maxBadPercent ?? 20)
}

async function finish(run: Run): Promise<void> {
  const { engine, record, token } = run
  const { db, clock } = engine.kernel
  const now = await findImport(db, record.id)
  if ((now?.documentsBad ?? 0) > 0) await fillValues(run)
  const open = now?.rowsBad === 0 ? 0 : ((await countOpen(db, [record.id])).get(record.id) ?? 0)
  await inTransaction(db, async tx => {
    // With rows in quarantine the staged parts stay: a corrected row goes back to the lines it was bought with.
    if (open === 0) await deleteParts(tx, record.id)
    await releaseImport(tx, record.id, token, { state: 'done', finishedAt: clock.now() })
  })
}

/** Looks up in the file what the lines said that were quarantined as whole documents. */
async function fillValues({ engine, record, stream, mapping }: Run): Promise<void> {
  const { db } = engine.kernel
  const wanted = new Map<string, string>()
  for (let after = ''; ;) {
    const rows = await nextQuarantine(db, { importId: record.id, state: 'open' }, after, 1000)
    for (const row of rows) if (row.valuesJson === '[]') wanted.set(`${row.section}:${row.line}`, row.id)
    if (rows.length < 1000) break
    after = rows.at(-1)?.id ?? after
  }
  if (wanted.size === 0) return
  const table = await openImport(engine, record, stream, mapping)
  for await (const batch of table.batches()) {
    for (const row of batch) {
      const id = wanted.get(`${row.section}:${row.line}`)
      if (id !== undefined)
        await changeQuarantine(db, id, { valuesJson: JSON.stringify(pairs(table.headers, row.cells)) })
    }
  }
}

/** What to do when a step was refused: come to rest if a stop was asked for, else leave it to the one who has it. */
async function afterLoss(engine: Engine, importId: string, token: string): Promise<RunResult> {
  const { db, clock } = engine.kernel
  const record = await findImport(db, importId)
  if (record?.stopRequested === 1) {
    await releaseImport(db, importId, token, { state: 'stopped', finishedAt: clock.now() })
    return 'done'
  }
  return 'held'
}
