import type { Db } from '../../../../kernel/db.ts'
import { LIMIT_TEXTS, Limit } from '../../contract/fraud.ts'
import { fraudRepository } from '../../repository/fraud.ts'

/** Of these documents, those that earn nothing because they were over a limit of the day, and why in both languages. */
export async function withheldTexts(
  db: Db,
  documentIds: readonly string[],
): Promise<Map<string, { zh: string; en: string }>> {
  const withheld = await fraudRepository(db).withheld(documentIds)
  return new Map(
    [...withheld].flatMap(([documentId, code]) => {
      const limit = Limit.safeParse(code)
      return limit.success ? [[documentId, LIMIT_TEXTS[limit.data]] as const] : []
    }),
  )
}
