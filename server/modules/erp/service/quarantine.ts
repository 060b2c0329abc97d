import { shopDay } from '../../../kernel/clock.ts'
import { inTransaction, type Tx } from '../../../kernel/db.ts'
import { AppError } from '../../../kernel/errors.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import { erpErrors, Mapping, type Problem } from '../contract.ts'
import { findImport, type ImportRecord } from '../repository/imports.ts'
import {
  changeQuarantine,
  countOpen,
  nextQuarantine,
  resolveQuarantine,
  type QuarantineFilter,
  type QuarantineRecord,
} from '../repository/quarantine.ts'
import { deleteParts, insertParts, partsOf } from '../repository/staged.ts'
import { assembleDocuments } from './documents.ts'
import { streamOf, type Engine } from './engine.ts'
import { showProblem } from './quarantineRow.ts'
import { rowParser } from './rows.ts'
import type { RowProblem, Stream } from './stream.ts'

const RUN = 500

/** The [column, text] pairs of a row, the last correction first. */
export const valuesOf = (row: Pick<QuarantineRecord, 'editedJson' | 'valuesJson'>): [string, string][] =>
  JSON.parse(row.editedJson ?? row.valuesJson) as [string, string][]

const withChanges = (
  values: readonly [string, string][],
  change: Readonly<Record<string, string>>,
): [string, string][] => values.map(([column, text]) => [column, change[column] ?? text])

/** Writes a correction into a row; nothing is replayed yet. */
export async function editRow(
  { kernel }: Engine,
  rowId: string,
  change: Readonly<Record<string, string>>,
): Promise<void> {
  const [row] = await nextQuarantine(kernel.db, { ids: [rowId] }, '', 1)
  if (row === undefined) throw erpErrors.rowNotFound()
  const editedJson = JSON.stringify(withChanges(valuesOf(row), change))
  if (!(await changeQuarantine(kernel.db, rowId, { editedJson }))) throw erpErrors.rowResolved()
}

export interface ReplayInput extends Omit<QuarantineFilter, 'state'> {
  /** The same correction for all of them, by column. */
  readonly set?: Readonly<Record<string, string>> | undefined
}

export interface ReplayResult {
  replayed: number
  stillBad: number
  documents: number
}

/** Reads the chosen rows again with their corrections; those that stand now go to the lines they belong with. */
export async function replayRows(engine: Engine, input: ReplayInput, actor: StaffCaller): Promise<ReplayResult> {
  const { db } = engine.kernel
  const total: ReplayResult = { replayed: 0, stillBad: 0, documents: 0 }
  const touched = new Set<string>()
  for (let after = ''; ;) {
    const rows = await nextQuarantine(db, { ...input, state: 'open' }, after, RUN)
    for (const [importId, some] of Map.groupBy(rows, row => row.importId)) {
      const record = await findImport(db, importId)
      if (record === undefined) continue
      touched.add(importId)
      await replayOfImport(engine, record, some, input.set ?? {}, actor, total)
    }
    if (rows.length < RUN) break
    after = rows.at(-1)?.id ?? after
  }
  await engine.audit(db, actor, {
    action: 'imports.replay',
    subjectKind: 'quarantine',
    subjectId: input.importId ?? 'rows',
    details: { ...total, set: input.set },
  })
  for (const importId of touched) await tidyUp(engine, importId)
  return total
}

interface Mended {
  readonly row: QuarantineRecord
  readonly parsed: unknown
  readonly edited: readonly [string, string][]
}

async function replayOfImport(
  engine: Engine,
  record: ImportRecord,
  rows: readonly QuarantineRecord[],
  change: Readonly<Record<string, string>>,
  actor: StaffCaller,
  total: ReplayResult,
): Promise<void> {
  const { db, clock, config } = engine.kernel
  const mapping = Mapping.parse(JSON.parse(record.mappingJson))
  const stream = streamOf(engine, record.stream)
  const now = { zone: config.SHOP_ZONE, today: shopDay(clock.now(), config.SHOP_ZONE) }
  const byKey = new Map<string, Mended[]>()
  for (const row of rows) {
    const edited = withChanges(valuesOf(row), change)
    const parse = rowParser(
      stream,
      mapping,
      edited.map(([column]) => column),
      now,
    )
    const parsed = parse({ section: row.section, line: row.line, cells: edited.map(([, text]) => text) })
    if (parsed.ok) byKey.set(parsed.key, [...(byKey.get(parsed.key) ?? []), { row, parsed: parsed.row, edited }])
    else {
      total.stillBad++
      await keepBad(engine, row, edited, parsed.problems, stream, mapping)
    }
  }
  const applier = stream.applier({
    importId: record.id,
    sourceId: record.sourceId,
    version: record.version,
    arrivedAt: record.arrivedAt,
    mapping,
  })
  for (const [key, mended] of byKey) {
    const parts = mended.map(({ row, parsed }) => ({
      documentKey: key,
      section: row.section,
      part: row.line,
      lines: [row.line],
      pack: stream.pack([parsed]),
    }))
    const problems = await attempt(
      engine,
      async (tx, prepare) => {
        await insertParts(tx, record.id, parts)
        const [made] = assembleDocuments(await partsOf(tx, record.id, [key]), stream, mapping)
        if (made?.document === undefined) return made?.problems ?? []
        await prepare(made.document)
        const resolved = await resolveQuarantine(
          tx,
          mended.map(({ row }) => row.id),
          'replayed',
          actor.staffId,
          clock.now(),
        )
        if (resolved !== mended.length) throw erpErrors.rowResolved()
        await applier.apply(tx, [made.document])
        return null
      },
      document => applier.prepare?.(db, [document]),
    )
    if (problems === null) {
      total.replayed += mended.length
      total.documents++
      continue
    }
    total.stillBad += mended.length
    for (const { row, edited } of mended) await keepBad(engine, row, edited, problems, stream, mapping)
  }
}

/** Thrown within a replay to undo it; carries what is still wrong. */
class StillBad extends Error {
  override readonly name = 'StillBad'
  readonly problems: readonly RowProblem[]
  constructor(problems: readonly RowProblem[]) {
    super('still bad')
    this.problems = problems
  }
}

/** One document in one transaction; null when it went in, else what is wrong, with nothing left behind. */
async function attempt(
  engine: Engine,
  work: (tx: Tx, prepare: (document: unknown) => Promise<void>) => Promise<readonly RowProblem[] | null>,
  prepare: (document: unknown) => Promise<void> | undefined,
): Promise<readonly RowProblem[] | null> {
  try {
    return await inTransaction(engine.kernel.db, async tx => {
      const problems = await work(tx, async document => {
        await prepare(document)
      })
      if (problems !== null) throw new StillBad(problems)
      return null
    })
  } catch (error) {
    if (error instanceof StillBad) return error.problems
    if (error instanceof AppError)
      return [{ field: null, reason: 'refused', value: null, details: { message: error.zh } }]
    throw error
  }
}

async function keepBad(
  { kernel }: Engine,
  row: QuarantineRecord,
  edited: readonly [string, string][],
  problems: readonly RowProblem[],
  stream: Stream,
  mapping: Mapping,
): Promise<void> {
  const sheet = (JSON.parse(row.problemsJson) as Problem[])[0]?.sheet ?? null
  const first = problems[0]
  await changeQuarantine(kernel.db, row.id, {
    editedJson: JSON.stringify(edited),
    problemsJson: JSON.stringify(
      problems.map(problem => showProblem(problem, { line: row.line, sheet }, stream, mapping)),
    ),
    ...(first === undefined ? {} : { field: first.field, value: first.value?.slice(0, 255) ?? null }),
  })
}

/** Says of the chosen rows that nobody will deal with them; they stay on record. */
export async function dismissRows(
  engine: Engine,
  filter: Omit<QuarantineFilter, 'state'>,
  actor: StaffCaller,
): Promise<number> {
  const { db, clock } = engine.kernel
  let dismissed = 0
  const touched = new Set<string>()
  for (let after = ''; ;) {
    const rows = await nextQuarantine(db, { ...filter, state: 'open' }, after, RUN)
    dismissed += await resolveQuarantine(
      db,
      rows.map(row => row.id),
      'dismissed',
      actor.staffId,
      clock.now(),
    )
    for (const row of rows) touched.add(row.importId)
    if (rows.length < RUN) break
    after = rows.at(-1)?.id ?? after
  }
  await engine.audit(db, actor, {
    action: 'imports.dismiss',
    subjectKind: 'quarantine',
    subjectId: filter.importId ?? 'rows',
    details: { dismissed },
  })
  for (const importId of touched) await tidyUp(engine, importId)
  return dismissed
}

/** Staged parts were kept for corrections; when none is open they can go. */
async function tidyUp({ kernel }: Engine, importId: string): Promise<void> {
  const record = await findImport(kernel.db, importId)
  if (record?.state === 'done' && (await countOpen(kernel.db, [importId])).size === 0)
    await deleteParts(kernel.db, importId)
}
