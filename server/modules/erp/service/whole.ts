import { shopDay } from '../../../kernel/clock.ts'
import { inTransaction, isDatabaseDown } from '../../../kernel/db.ts'
import { fault } from '../../../kernel/faults.ts'
import { AppError } from '../../../kernel/errors.ts'
import { Mapping } from '../contract.ts'
import { claimFollowing, holdImports, releaseImport, renewLeases, type ImportRecord } from '../repository/imports.ts'
import type { Run } from './apply.ts'
import { streamOf } from './engine.ts'
import { leaseEnd, LeaseLost, whileRenewing } from './lease.ts'
import { enqueueImport } from './queue.ts'
import { rowParser } from './rows.ts'
import { openImport } from './stage.ts'
import type { Outcome, Together } from './stream.ts'
import { trailerReader } from './trailer.ts'

/** A file of at most so many rows is written from memory. */
const SMALL_ROWS = 5_000
/** So many of the files behind it go along, each of at most so many rows; all together of at most `MOST_ROWS`. */
const ALONG = { imports: 15, rows: 2_000 }
const MOST_ROWS = 6_000

/** A small file without a fault: all it says, in memory. */
interface Whole {
  readonly run: Run
  readonly documents: ReadonlyMap<string, unknown>
  readonly rows: number
  readonly trailerJson: string | null
}

/**
 * Writes a small file without a fault in one transaction, with those that wait behind it: nothing is staged, and a
 * worker that falls has done nothing. False when the file is not of that kind, or was refused: it then goes the long
 * way, row by row into staging, where each fault finds its place.
 */
export async function writeWhole(first: Run): Promise<boolean> {
  const { together } = first.stream
  const { record, engine } = first
  if (together === undefined || record.state !== 'waiting' || record.rowsRead > 0) return false
  if (record.rowsTotal > SMALL_ROWS) return false
  const read = await readWhole(first, together)
  if (read === null) return false
  const { db, clock } = engine.kernel
  const behind = await claimFollowing(db, record, first.token, clock.now(), leaseEnd(clock.now()), ALONG)
  const held = behind.map(one => one.id)
  const renew = () =>
    held.length === 0 ? Promise.resolve() : renewLeases(db, held, first.token, leaseEnd(clock.now()))
  return whileRenewing(renew, async () => {
    const group = await companions(first, together, read, behind)
    const along = new Set(group.map(({ run }) => run.record.id))
    try {
      await letGo(
        first,
        behind.filter(one => !along.has(one.id)),
      )
      await writeGroup(group, together)
      return true
    } catch (error) {
      const others = behind.filter(one => along.has(one.id))
      if (isDatabaseDown(error)) throw error
      await letGo(first, others)
      if (error instanceof LeaseLost) throw error
      engine.kernel.log.warn({ err: error, importId: record.id }, 'a file was refused as a whole, going by parts')
      return false
    }
  })
}

/** The file in memory; null when a row is bad, a document cannot stand, or it has more than one sheet. */
async function readWhole(run: Run, together: Together): Promise<Whole | null> {
  const { engine, record, stream, mapping } = run
  const { clock, config } = engine.kernel
  const table = await openImport(engine, record, stream, mapping)
  if (table.sheets.length > 1 || table.rowsExpected > SMALL_ROWS) return null
  const parse = rowParser(stream, mapping, table.headers, {
    zone: config.SHOP_ZONE,
    today: shopDay(clock.now(), config.SHOP_ZONE),
  })
  const trailer = trailerReader(mapping)
  const groups = new Map<string, unknown[]>()
  let rows = 0
  for await (const batch of table.batches()) {
    for (const row of batch) {
      if (trailer.takes(row.cells)) continue
      const parsed = parse(row)
      if (!parsed.ok) return null
      rows++
      const known = groups.get(parsed.key)
      if (known === undefined) groups.set(parsed.key, [parsed.row])
      else known.push(parsed.row)
    }
    if (rows > SMALL_ROWS) return null
  }
  const documents = new Map<string, unknown>()
  for (const [key, own] of groups) {
    const made = together.assemble(key, own, mapping)
    if (!('document' in made)) return null
    documents.set(key, made.document)
  }
  return { run, documents, rows, trailerJson: trailer.said() }
}

/** The first file and those behind it, as far as each is whole, tells no receipt that another tells, and there is room. */
async function companions(
  first: Run,
  together: Together,
  read: Whole,
  behind: readonly ImportRecord[],
): Promise<Whole[]> {
  const group = [read]
  const told = new Set(read.documents.keys())
  let rows = read.rows
  for (const record of behind) {
    if (rows + record.rowsTotal > MOST_ROWS || first.signal.aborted) return group
    const mapping = Mapping.parse(JSON.parse(record.mappingJson))
    const run: Run = { ...first, record, mapping, stream: streamOf(first.engine, record.stream) }
    const next = await readWhole(run, together).catch((error: unknown) => {
      // Its own run says what is wrong with it.
      if (error instanceof AppError) return null
      throw error
    })
    if (next === null || [...next.documents.keys()].some(key => told.has(key))) return group
    for (const key of next.documents.keys()) told.add(key)
    rows += next.rows
    group.push(next)
  }
  return group
}

async function writeGroup(group: readonly Whole[], together: Together): Promise<void> {
  const [first] = group
  if (first === undefined) return
  const { engine, token } = first.run
  const { db, clock } = engine.kernel
  await together.prepare?.(
    db,
    group.flatMap(({ documents }) => [...documents.values()]),
  )
  const began = clock.now()
  await inTransaction(db, async tx => {
    // These rows are held first: a worker that was thought dead must not write beside this one.
    const ids = group.map(({ run }) => run.record.id)
    if ((await holdImports(tx, ids, token)) < ids.length) throw new LeaseLost()
    const outcomes = await together.apply(
      tx,
      group.map(({ run: { record, mapping }, documents }) => ({
        context: {
          importId: record.id,
          sourceId: record.sourceId,
          version: record.version,
          arrivedAt: record.arrivedAt,
          mapping,
        },
        documents: [...documents.values()],
      })),
    )
    for (const [i, { run, documents, rows, trailerJson }] of group.entries()) {
      await releaseImport(tx, run.record.id, token, {
        state: 'done',
        applyStartedAt: began,
        finishedAt: clock.now(),
        trailerJson,
        ...countsOf(rows, documents.size, outcomes[i] ?? NOTHING),
      })
    }
    fault('erp.inBatch')
  })
  fault('erp.afterBatch')
}

const countsOf = (rows: number, documents: number, { created, changed, same, older }: Outcome) => ({
  rowsTotal: rows,
  rowsRead: rows,
  rowsApplied: rows,
  documentsTotal: documents,
  documentsNew: created,
  documentsChanged: changed,
  documentsSame: same,
  documentsOlder: older,
})

const NOTHING: Outcome = { created: 0, changed: 0, same: 0, older: 0 }

/** Gives imports back that were taken along and could not be; their own runs see to them. */
async function letGo({ engine, token }: Run, records: readonly ImportRecord[]): Promise<void> {
  for (const { id } of records) {
    await releaseImport(engine.kernel.db, id, token)
    await enqueueImport(engine, id)
  }
}
