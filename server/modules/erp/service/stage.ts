import { shopDay } from '../../../kernel/clock.ts'
import { fault } from '../../../kernel/faults.ts'
import type { Mapping } from '../contract.ts'
import { stepImport, type ImportRecord } from '../repository/imports.ts'
import { clearQuarantine, insertQuarantine } from '../repository/quarantine.ts'
import { countDocuments, deleteParts, insertParts, type StagedPart } from '../repository/staged.ts'
import type { Engine } from './engine.ts'
import { leaseEnd, LeaseLost } from './lease.ts'
import { quarantineRow } from './quarantineRow.ts'
import { requireReadable, rowParser } from './rows.ts'
import type { Stream } from './stream.ts'
import { openTable, type Table } from './table/index.ts'

/** Rows held in memory before they go to the database. */
const HELD = 20_000

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

/**
 * Reads the whole file once: good rows are staged by document, bad rows go to quarantine. Starts from nothing each
 * time, so a reading that broke off leaves no trace. Memory is bounded: documents whose rows stand far apart become
 * several parts.
 */
export async function stageImport(
  engine: Engine,
  record: ImportRecord,
  stream: Stream,
  mapping: Mapping,
  token: string,
): Promise<{ rows: number; bad: number }> {
  const { db, clock, config } = engine.kernel
  const table = await openImport(engine, record, stream, mapping)
  await deleteParts(db, record.id)
  await clearQuarantine(db, record.id)
  const parse = rowParser(stream, mapping, table.headers, {
    zone: config.SHOP_ZONE,
    today: shopDay(clock.now(), config.SHOP_ZONE),
  })
  const now = clock.now()
  let groups = new Map<string, Group>()
  let bad: ReturnType<typeof quarantineRow>[] = []
  let held = 0
  const count = { rows: 0, bad: 0 }

  const flush = async (): Promise<void> => {
    if (groups.size > 0)
      await insertParts(
        db,
        record.id,
        [...groups.values()].map(group => partOf(group, stream)),
      )
    if (bad.length > 0) await insertQuarantine(db, bad)
    groups = new Map()
    bad = []
    held = 0
    const step = {
      state: 'staging',
      rowsRead: count.rows,
      rowsBad: count.bad,
      rowsTotal: Math.max(table.rowsExpected, count.rows),
      leaseUntil: leaseEnd(clock.now()),
    }
    if (!(await stepImport(db, record.id, token, { set: step }))) throw new LeaseLost()
    fault('erp.staging')
  }

  let section = 0
  for await (const batch of table.batches()) {
    for (const row of batch) {
      count.rows++
      held++
      if (row.section !== section) {
        // Sheets are kept apart: the same receipt in two sheets is told twice, not twice as long.
        await flush()
        section = row.section
      }
      const parsed = parse(row)
      if (parsed.ok) addRow(groups, parsed.key, row.section, row.line, parsed.row)
      else {
        count.bad++
        bad.push(
          quarantineRow({ engine, record, stream, mapping }, row, parsed, {
            headers: table.headers,
            sheet: table.sheets[row.section] ?? null,
            at: now,
          }),
        )
      }
    }
    if (held >= HELD) await flush()
  }
  await flush()
  const documentsTotal = await countDocuments(db, record.id)
  if (!(await stepImport(db, record.id, token, { set: { rowsTotal: count.rows, documentsTotal } })))
    throw new LeaseLost()
  return count
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
