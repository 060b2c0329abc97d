import type { Selectable } from 'kysely'
import type { DB, Db, Tx } from '../../../kernel/db.ts'
import { insertRows } from '../../../kernel/db/bulk.ts'

export type CreditRecord = Selectable<DB['points_document']>

const COLUMNS = [
  'documentId',
  'memberId',
  'points',
  'revision',
  'version',
  'rulesVersion',
  'tier',
  'birthday',
  'settledAt',
] as const

/** What documents have been credited so far. */
export async function creditsOf(db: Db, documentIds: readonly string[]): Promise<Map<string, CreditRecord>> {
  if (documentIds.length === 0) return new Map()
  const rows = await db.selectFrom('points_document').selectAll().where('documentId', 'in', documentIds).execute()
  return new Map(rows.map(row => [row.documentId, row]))
}

/** Makes sure that each document has its row, and holds those rows until the transaction ends (in one order for all). */
export async function holdDocuments(
  tx: Tx,
  documentIds: readonly string[],
  at: Date,
): Promise<Map<string, CreditRecord>> {
  const ids = documentIds.toSorted()
  await insertRows(
    tx,
    'points_document',
    COLUMNS,
    ids.map(id => [id, null, 0, 0, 0, 0, null, null, at]),
    { update: ['documentId'] },
  )
  const rows = await tx
    .selectFrom('points_document')
    .selectAll()
    .where('documentId', 'in', ids)
    .orderBy('documentId')
    .forUpdate()
    .execute()
  return new Map(rows.map(row => [row.documentId, row]))
}

/** Writes down what the documents are credited with now. */
export const rememberCredits = (tx: Tx, credits: readonly CreditRecord[]): Promise<void> =>
  insertRows(
    tx,
    'points_document',
    COLUMNS,
    credits.map(credit => COLUMNS.map(column => credit[column])),
    { update: ['memberId', 'points', 'revision', 'version', 'rulesVersion', 'tier', 'birthday', 'settledAt'] },
  )
