import type { Db } from '../../../kernel/db.ts'
import { templatesRepository } from '../repository/templates.ts'

interface Asked {
  readonly requestedBy: string
  readonly decidedBy: string | null
  readonly templateId: string | null
}

/** The names beside what staff ask for: who asked, who decided, and the templates it is about. */
export async function requestNames(
  db: Db,
  staffNames: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>,
  rows: readonly Asked[],
): Promise<{ staff: ReadonlyMap<string, string>; templates: ReadonlyMap<string, string> }> {
  const staff = await staffNames([
    ...new Set(rows.flatMap(row => [row.requestedBy, ...(row.decidedBy === null ? [] : [row.decidedBy])])),
  ])
  const templates = new Map<string, string>()
  for (const id of new Set(rows.flatMap(({ templateId }) => (templateId === null ? [] : [templateId]))))
    templates.set(id, (await templatesRepository(db).find(id))?.name ?? '')
  return { staff, templates }
}
