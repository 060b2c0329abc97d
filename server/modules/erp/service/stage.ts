import { shopDay } from '../../../kernel/clock.ts'
import { inTransaction } from '../../../kernel/db.ts'
import { fault } from '../../../kernel/faults.ts'
import type { Mapping } from '../contract.ts'
import { stepImport, type ImportRecord, type Step } from '../repository/imports.ts'
import { clearQuarantine, insertQuarantine } from '../repository/quarantine.ts'
import { countDocuments, deleteParts, insertParts, type StagedPart } from '../repository/staged.ts'
import type { Engine } from './engine.ts'
import { leaseEnd, LeaseLost } from './lease.ts'
import { quarantineRow, type Reading } from './quarantineRow.ts'
import { requireReadable, rowParser } from './rows.ts'
import type { Stream } from './stream.ts'
import { trailerReader } from './trailer.ts'
import { openTable, type Table } from './table/index.ts'

/** Rows held in memory before they go to the database. */
const HELD = 10_000

interface Group {
  readonly key: string
  readonly section: number
  readonly lines: number[]
  readonly rows: unknown[]
}

/** Opens the file of an import and makes sure that its mapping can read it. */
export async function openImport(
  engine: Engine,
  record: ImportRecord,
  stream: Stream,
  mapping: Mapping,
): Promise<Table> {
  const file = await engine.files.get(record.fileId)
  const table = await openTable(await engine.files.pathOf(file), mapping)
  requireReadable(stream, mapping, table.headers)
  return table
}

/** How a reading went. */
export interface Read {
  readonly rows: number
  readonly bad: number
}

/**
 * Reads the whole file once: good rows are staged by document, bad rows go to quarantine. Starts from nothing each
 * time, so a reading that broke off leaves no trace. Memory is bounded: documents whose rows stand far apart become
 * several parts. `after` says what the import does when all is read; it is written together with the last rows.
 */
export async function stageImport(
  { engine, record, stream, mapping }: Reading,
  token: string,
  after: (read: Read) => Promise<Step['set']>,
): Promise<Read> {
  const { db, clock, config } = engine.kernel
  const table = await openImport(engine, record, stream, mapping)
  if (record.rowsRead > 0 || record.state !== 'waiting') {
    await deleteParts(db, record.id)
    await clearQuarantine(db, record.id)
  }
  const now = clock.now()
  const parse = rowParser(stream, mapping, table.headers, {
    zone: config.SHOP_ZONE,
    today: shopDay(now, config.SHOP_ZONE),
  })
  const trailer = trailerReader(mapping)
  let groups = new Map<string, Group>()
  let bad: ReturnType<typeof quarantineRow>[] = []
  let held = 0
  let flushes = 0
  let section = 0
  const read = { rows: 0, bad: 0 }

  const flush = async (isLast: boolean): Promise<void> => {
    const parts = [...groups.values()].map(group => partOf(group, stream))
    const rest = isLast ? await after(read) : {}
    await inTransaction(db, async tx => {
      await insertParts(tx, record.id, parts)
      await insertQuarantine(tx, bad)
      const documentsTotal = !isLast
        ? {}
        : { documentsTotal: flushes === 0 ? parts.length : await countDocuments(tx, record.id) }
      const set = {
        state: 'staging',
        rowsRead: read.rows,
        rowsBad: read.bad,
        rowsTotal: isLast ? read.rows : Math.max(table.rowsExpected, read.rows),
        leaseUntil: leaseEnd(clock.now()),
        ...documentsTotal,
        ...(isLast ? { trailerJson: trailer.said() } : {}),
        ...rest,
      }
      if (!(await stepImport(tx, record.id, token, { set }))) throw new LeaseLost()
    })
    flushes++
    groups = new Map()
    bad = []
    held = 0
    fault('erp.staging')
  }

  for await (const batch of table.batches()) {
    for (const row of batch) {
      if (row.section !== section) {
        // Sheets are kept apart: the same receipt in two sheets is told twice, not twice as long.
        await flush(false)
        section = row.section
      }
      if (trailer.takes(row.cells)) continue
      read.rows++
      held++
      const parsed = parse(row)
      if (parsed.ok) addRow(groups, parsed.key, row.section, row.line, parsed.row)
      else {
        read.bad++
        const from = { headers: table.headers, sheet: table.sheets[row.section] ?? null, at: now }
        bad.push(quarantineRow({ engine, record, stream, mapping }, row, parsed, from))
      }
    }
    if (held >= HELD) await flush(false)
  }
  await flush(true)
  return read
}

function addRow(groups: Map<string, Group>, key: string, section: number, line: number, row: unknown): void {
  const group = groups.get(key)
  if (group === undefined) groups.set(key, { key, section, lines: [line], rows: [row] })
  else {
    group.lines.push(line)
    group.rows.push(row)
  }
}

const partOf = ({ key, section, lines, rows }: Group, stream: Stream): StagedPart => ({
  documentKey: key,
  section,
  part: lines[0] ?? 0,
  lines,
  pack: stream.pack(rows),
})
