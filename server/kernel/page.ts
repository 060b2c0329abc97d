import { z } from 'zod'

/** The query of every list: where to go on, and how many rows (50 when not told, 200 at most). */
export const PageQuery = z.object({
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export type PageQuery = z.output<typeof PageQuery>

/** A page of rows; `next` is the cursor of the following page, `total` is given where it is cheap. */
export interface Page<T> {
  readonly items: T[]
  readonly next: string | null
  readonly total?: number | null | undefined
}

/** The schema of a page of rows. */
export const pageOf = <T extends z.ZodType>(row: T) =>
  z.object({ items: z.array(row), next: z.string().nullable(), total: z.int().nullable().optional() })

/** Packs the sort values of a row into an opaque cursor. */
export const encodeCursor = (values: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(values)).toString('base64url')

const CursorValues = z.array(z.union([z.string(), z.number()]))

/** The sort values of a cursor; null when it is missing or not one of ours. */
export function decodeCursor(cursor: string | undefined): (string | number)[] | null {
  if (cursor === undefined || cursor === '') return null
  try {
    return CursorValues.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  } catch {
    return null
  }
}

/** Makes a page of rows that were read with one more than the limit. */
export function pageFrom<T>(rows: T[], limit: number, cursorOf: (row: T) => (string | number)[]): Page<T> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next: rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : null }
}
