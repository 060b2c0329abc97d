import { sql } from 'kysely'
import { insertRows } from '../../../kernel/db/bulk.ts'
import type { Db } from '../../../kernel/db.ts'

/** A stretch of rows of one document, as staged. */
export interface StagedPart {
  readonly documentKey: string
  readonly section: number
  /** The line of its first row: parts in this order are the file's order. */
  readonly part: number
  readonly lines: readonly number[]
  readonly pack: string
}

const COLUMNS = ['importId', 'documentKey', 'section', 'part', 'rowCount', 'payload'] as const

export const insertParts = (db: Db, importId: string, parts: readonly StagedPart[]): Promise<void> =>
  insertRows(
    db,
    'erp_staged',
    COLUMNS,
    parts.map(({ documentKey, section, part, lines, pack }) => [
      importId,
      documentKey,
      section,
      part,
      lines.length,
      `${lines.join(',')}\n${pack}`,
    ]),
    { rowsPerStatement: 500, update: ['rowCount', 'payload'] },
  )

interface StoredPart {
  readonly documentKey: string
  readonly section: number
  readonly part: number
  readonly payload: string
}

function openPart({ documentKey, section, part, payload }: StoredPart): StagedPart {
  const end = payload.indexOf('\n')
  return {
    documentKey,
    section,
    part,
    lines: payload.slice(0, end).split(',').map(Number),
    pack: payload.slice(end + 1),
  }
}

const parts = (db: Db, importId: string) =>
  db
    .selectFrom('erp_staged')
    .select(['documentKey', 'section', 'part', 'payload'])
    .where('importId', '=', importId)
    .orderBy('documentKey')
    .orderBy('section')
    .orderBy('part')

/** The parts that follow a document key, about `limit` of them, and never half of a document's. */
export async function nextParts(db: Db, importId: string, after: string, limit: number): Promise<StagedPart[]> {
  const rows = await parts(db, importId).where('documentKey', '>', after).limit(limit).execute()
  const last = rows.at(-1)
  if (last === undefined || rows.length < limit) return rows.map(openPart)
  const rest = await parts(db, importId)
    .where('documentKey', '=', last.documentKey)
    .where(eb =>
      eb.or([eb('section', '>', last.section), eb.and([eb('section', '=', last.section), eb('part', '>', last.part)])]),
    )
    .execute()
  return [...rows, ...rest].map(openPart)
}

/** Every part of some documents. */
export async function partsOf(db: Db, importId: string, keys: readonly string[]): Promise<StagedPart[]> {
  if (keys.length === 0) return []
  return (await parts(db, importId).where('documentKey', 'in', keys).execute()).map(openPart)
}

export async function countDocuments(db: Db, importId: string): Promise<number> {
  const row = await db
    .selectFrom('erp_staged')
    .select(sql<string>`count(distinct documentKey)`.as('n'))
    .where('importId', '=', importId)
    .executeTakeFirst()
  return Number(row?.n ?? 0)
}

export async function deleteParts(db: Db, importId: string, key?: string): Promise<void> {
  let query = db.deleteFrom('erp_staged').where('importId', '=', importId)
  if (key !== undefined) query = query.where('documentKey', '=', key)
  await query.execute()
}
