import { inTransaction, isDatabaseDown, type Db, type Tx } from '../../../kernel/db.ts'
import { fault } from '../../../kernel/faults.ts'
import { AppError } from '../../../kernel/errors.ts'
import type { Mapping } from '../contract.ts'
import { stepImport, type ImportRecord } from '../repository/imports.ts'
import { insertQuarantine } from '../repository/quarantine.ts'
import { deleteParts, nextParts } from '../repository/staged.ts'
import { assembleDocuments, type Assembled } from './documents.ts'
import type { Engine } from './engine.ts'
import { leaseEnd, LeaseLost } from './lease.ts'
import { quarantineRow } from './quarantineRow.ts'
import type { Applier, Outcome, RowProblem, Stream } from './stream.ts'

/** Staged parts read at a time: with one part a document, the documents of one transaction and one event. */
const BATCH = 200

/** Work on one import by the worker that holds it. */
export interface Run {
  readonly engine: Engine
  readonly record: ImportRecord
  readonly stream: Stream
  readonly mapping: Mapping
  readonly token: string
  readonly signal: AbortSignal
}

/**
 * Writes the staged documents, some hundreds in one transaction that also says how far it is: a worker that falls is
 * followed by one that goes on exactly there. A document that cannot be written goes to quarantine alone.
 */
export async function applyImport(run: Run, from: string): Promise<'done' | 'interrupted'> {
  const { engine, record, stream, mapping } = run
  const { db } = engine.kernel
  const applier = stream.applier({
    importId: record.id,
    sourceId: record.sourceId,
    version: record.version,
    arrivedAt: record.arrivedAt,
    mapping,
  })
  let cursor = from
  for (;;) {
    if (run.signal.aborted) return 'interrupted'
    const parts = await nextParts(db, record.id, cursor, BATCH)
    if (parts.length === 0) return 'done'
    const documents = assembleDocuments(parts, stream, mapping)
    await applyBatch(run, applier, documents)
    cursor = documents.at(-1)?.key ?? cursor
    fault('erp.afterBatch')
  }
}

async function applyBatch(run: Run, applier: Applier<unknown>, documents: readonly Assembled[]): Promise<void> {
  const { db } = run.engine.kernel
  try {
    await applier.prepare?.(
      db,
      documents.flatMap(({ document }) => (document === undefined ? [] : [document])),
    )
    await inTransaction(db, tx => writeDocuments(tx, run, applier, documents))
  } catch (error) {
    if (error instanceof LeaseLost || isDatabaseDown(error)) throw error
    run.engine.kernel.log.warn({ err: error, importId: run.record.id }, 'a batch was refused, going one by one')
    for (const one of documents) await applyAlone(run, applier, one)
  }
}

async function applyAlone(run: Run, applier: Applier<unknown>, one: Assembled): Promise<void> {
  const { db } = run.engine.kernel
  try {
    if (one.document !== undefined) await applier.prepare?.(db, [one.document])
    await inTransaction(db, tx => writeDocuments(tx, run, applier, [one]))
  } catch (error) {
    if (error instanceof LeaseLost || isDatabaseDown(error)) throw error
    const { key, section, lines } = one
    const problems = [refusal(error)]
    await inTransaction(db, tx => writeDocuments(tx, run, applier, [{ key, section, lines, problems }]))
  }
}

/** Why a document was refused, in words that a person at the desk can act on. */
const refusal = (error: unknown): RowProblem => ({
  field: null,
  reason: 'refused',
  value: null,
  details: {
    message:
      error instanceof AppError ? error.zh : error instanceof Error ? error.message.slice(0, 200) : String(error),
  },
})

async function writeDocuments(
  tx: Tx,
  run: Run,
  applier: Applier<unknown>,
  documents: readonly Assembled[],
): Promise<void> {
  const { engine, record, token } = run
  const good = documents.flatMap(({ document }) => (document === undefined ? [] : [document]))
  const bad = documents.filter(({ document }) => document === undefined)
  // The progress row is written first: its lock keeps a worker that was thought dead from writing beside this one.
  const rowsApplied = documents.reduce((sum, { lines }) => sum + lines.length, 0)
  const rowsBad = bad.reduce((sum, { lines }) => sum + lines.length, 0)
  const held = await stepImport(tx, record.id, token, {
    set: { cursorKey: documents.at(-1)?.key ?? '', leaseUntil: leaseEnd(engine.kernel.clock.now()) },
    add: { rowsApplied, rowsBad, documentsBad: bad.length },
  })
  if (!held) throw new LeaseLost()
  if (good.length > 0) await countOutcome(tx, run, await applier.apply(tx, good))
  if (bad.length > 0) await quarantineDocuments(tx, run, bad)
  fault('erp.inBatch')
}

async function countOutcome(tx: Db, { record, token }: Run, { created, changed, same, older }: Outcome): Promise<void> {
  const add = { documentsNew: created, documentsChanged: changed, documentsSame: same, documentsOlder: older }
  if (!(await stepImport(tx, record.id, token, { add }))) throw new LeaseLost()
}

/** Moves whole documents to quarantine, a row a line; what the lines said is looked up in the file afterwards. */
async function quarantineDocuments(tx: Tx, run: Run, bad: readonly Assembled[]): Promise<void> {
  const at = run.engine.kernel.clock.now()
  const rows = bad.flatMap(({ key, section, lines, problems = [] }) =>
    lines.map(line =>
      quarantineRow(run, { section, line, cells: [] }, { key, problems }, { headers: [], sheet: null, at }),
    ),
  )
  await insertQuarantine(tx, rows)
  for (const { key } of bad) await deleteParts(tx, run.record.id, key)
}
