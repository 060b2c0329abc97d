import type { z } from 'zod'
import { inTransaction, uniqueViolation } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Page } from '../../../kernel/page.ts'
import type { Scope } from '../../../kernel/scope.ts'
import { erpErrors, ImportRow, Mapping } from '../contract.ts'
import {
  findByGuard,
  findImport,
  insertImport,
  listImports,
  reopenImport,
  requestStop,
  versionsOf,
  type ImportFilter,
  type ImportRecord,
} from '../repository/imports.ts'
import { countOpen } from '../repository/quarantine.ts'
import { findSource, listSources } from '../repository/sources.ts'
import { streamOf, type Engine } from './engine.ts'
import { enqueueImport } from './queue.ts'
import { requireReadable } from './rows.ts'
import { TOO_MANY_BAD } from './run.ts'
import { openTable } from './table/index.ts'

/** An import as handlers answer it. */
export type ImportShown = z.input<typeof ImportRow>

type Actor = StaffCaller | { kind: 'system'; name: string }

export interface StartInput {
  readonly fileId: string
  readonly sourceId: string
  readonly mapping: Mapping
  /** Past the guard against loading the same bytes twice; documents that are there stay as they are anyway. */
  readonly force?: boolean
  /** When the file came, if that was before now. */
  readonly arrivedAt?: Date
}

/** Starts an import: throws at once when the file cannot be read by the mapping, or 409 when it was imported before. */
export async function startImport(engine: Engine, input: StartInput, actor: Actor): Promise<string> {
  const id = await admitImport(engine, input, actor)
  await enqueueImport(engine, id)
  return id
}

/** As `startImport`, but nobody is told to run it yet: the caller does so soon, else `erp.pickUp` finds it. */
export async function admitImport(engine: Engine, input: StartInput, actor: Actor): Promise<string> {
  const { db, clock, newId } = engine.kernel
  const { fileId, sourceId, force = false } = input
  const mapping = Mapping.parse(input.mapping)
  const stream = streamOf(engine, mapping.stream)
  const source = await findSource(db, sourceId)
  if (source === undefined) throw erpErrors.sourceNotFound()
  const file = await engine.files.get(fileId)
  const table = await openTable(await engine.files.pathOf(file), mapping)
  requireReadable(stream, mapping, table.headers)
  const guardKey = `${sourceId}:${stream.name}:${file.sha256}`
  const { first, last } = await versionsOf(db, sourceId, file.sha256)
  const id = newId()
  const now = clock.now()
  const record: ImportRecord = {
    id,
    sourceId,
    stream: stream.name,
    mappingJson: JSON.stringify(mapping),
    fileId,
    fileName: file.name,
    fileHash: file.sha256,
    guardKey: force ? null : guardKey,
    forced: Number(force),
    version: first ?? Math.max(now.getTime(), last + 1),
    arrivedAt: input.arrivedAt ?? now,
    state: 'waiting',
    stopRequested: 0,
    leaseToken: null,
    leaseUntil: null,
    rowsTotal: table.rowsExpected,
    rowsRead: 0,
    rowsBad: 0,
    documentsTotal: 0,
    documentsNew: 0,
    documentsChanged: 0,
    documentsSame: 0,
    documentsOlder: 0,
    documentsBad: 0,
    rowsApplied: 0,
    cursorKey: '',
    errorJson: null,
    trailerJson: null,
    createdBy: actor.kind === 'staff' ? actor.staffId : null,
    createdAt: now,
    startedAt: null,
    applyStartedAt: null,
    finishedAt: null,
  }
  try {
    await inTransaction(db, async tx => {
      await insertImport(tx, record)
      await engine.audit(tx, actor, {
        action: 'imports.start',
        subjectKind: 'import',
        subjectId: id,
        details: { fileName: file.name, stream: stream.name, force },
      })
    })
  } catch (error) {
    if (uniqueViolation(error) !== 'erp_import_guard') throw error
    const earlier = await findByGuard(db, guardKey)
    throw erpErrors.alreadyImported({ fileName: earlier?.fileName ?? file.name, importId: earlier?.id })
  }
  return id
}

/** Stops a running import where it is; what is in stays in. */
export async function stopImport(engine: Engine, importId: string, actor: Actor): Promise<ImportShown> {
  const { db, clock } = engine.kernel
  await inTransaction(db, async tx => {
    if (!(await requestStop(tx, importId, clock.now()))) {
      throw (await findImport(tx, importId)) === undefined ? erpErrors.importNotFound() : erpErrors.importNotRunning()
    }
    await engine.audit(tx, actor, { action: 'imports.stop', subjectKind: 'import', subjectId: importId })
  })
  return getImport(engine, importId)
}

/** Lets a stopped or failed import go on: with writing if all was read, else from the beginning of the file. */
export async function resumeImport(engine: Engine, importId: string, actor: Actor): Promise<ImportShown> {
  const { db, clock } = engine.kernel
  await inTransaction(db, async tx => {
    const record = await findImport(tx, importId)
    if (record === undefined) throw erpErrors.importNotFound()
    const allRead = record.applyStartedAt !== null || (record.errorJson ?? '').includes(TOO_MANY_BAD)
    if (!(await reopenImport(tx, importId, allRead ? 'applying' : 'waiting', clock.now())))
      throw erpErrors.importNotStopped()
    await engine.audit(tx, actor, { action: 'imports.resume', subjectKind: 'import', subjectId: importId })
  })
  await enqueueImport(engine, importId)
  return getImport(engine, importId)
}

export async function getImport(engine: Engine, importId: string): Promise<ImportShown> {
  const record = await findImport(engine.kernel.db, importId)
  if (record === undefined) throw erpErrors.importNotFound()
  const [row] = await present(engine, [record])
  if (row === undefined) throw erpErrors.importNotFound()
  return row
}

/** Imports concern the whole chain: who sees only some stores sees none of them. */
export async function getImports(engine: Engine, filter: ImportFilter, scope: Scope): Promise<Page<ImportShown>> {
  if (scope.kind !== 'all') return { items: [], next: null }
  const page = await listImports(engine.kernel.db, filter)
  return { ...page, items: await present(engine, page.items) }
}

async function present({ kernel }: Engine, records: readonly ImportRecord[]): Promise<ImportShown[]> {
  const open = await countOpen(
    kernel.db,
    records.map(record => record.id),
  )
  const names = new Map((await listSources(kernel.db)).map(source => [source.id, source.name]))
  const now = kernel.clock.now()
  return records.map(record => ({
    ...record,
    ...progressOf(record, now),
    sourceName: names.get(record.sourceId) ?? '',
    forced: record.forced === 1,
    state: ImportRow.shape.state.parse(record.state),
    quarantineOpen: open.get(record.id) ?? 0,
    error: record.errorJson === null ? null : ImportRow.shape.error.parse(JSON.parse(record.errorJson)),
  }))
}

/** Reading counts for two fifths of the way, writing for three; the time left comes from the pace so far. */
export function progressOf(
  record: ImportRecord,
  now: Date,
): { percent: number; rowsPerSecond: number; secondsLeft: number | null } {
  const total = Math.max(1, record.rowsTotal)
  const seconds = (from: Date | null): number =>
    from === null ? 0 : ((record.finishedAt ?? now).getTime() - from.getTime()) / 1000
  const pace = (rows: number, from: Date | null): number => (seconds(from) > 0 ? rows / seconds(from) : 0)
  if (record.state === 'done')
    return { percent: 100, rowsPerSecond: Math.round(pace(record.rowsRead, record.startedAt)), secondsLeft: 0 }
  const running = record.state === 'staging' || record.state === 'applying'
  if (record.applyStartedAt === null) {
    const rate = pace(record.rowsRead, record.startedAt)
    const left = rate > 0 ? Math.ceil((total - record.rowsRead + total * 1.5) / rate) : null
    return {
      percent: Math.min(40, (record.rowsRead / total) * 40),
      rowsPerSecond: Math.round(rate),
      secondsLeft: running ? left : null,
    }
  }
  const rate = pace(record.rowsApplied, record.applyStartedAt)
  const left = rate > 0 ? Math.ceil((total - record.rowsApplied) / rate) : null
  return {
    percent: Math.min(99, 40 + (record.rowsApplied / total) * 60),
    rowsPerSecond: Math.round(rate),
    secondsLeft: running ? left : null,
  }
}
