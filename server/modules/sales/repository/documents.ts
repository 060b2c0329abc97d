import { sql, type Selectable } from 'kysely'
import { insertRows, type Value } from '../../../kernel/db/bulk.ts'
import { Overtaken, uniqueViolation, type Db, type DB, type Tx } from '../../../kernel/db.ts'
import { decimalText } from '../../erp/index.ts'
import type { Line } from '../service/document.ts'

export type DocumentRecord = Selectable<DB['sales_document']>

/** What is known of a document before it is written again. */
export type KnownDocument = Pick<
  DocumentRecord,
  | 'id'
  | 'docKey'
  | 'contentHash'
  | 'revision'
  | 'sourceVersion'
  | 'sourceId'
  | 'importId'
  | 'memberRefKind'
  | 'memberRef'
  | 'memberId'
  | 'lineCount'
  | 'net'
  | 'createdAt'
>

const COLUMNS = [
  'id',
  'docKey',
  'storeCode',
  'tillCode',
  'businessDate',
  'receiptNo',
  'type',
  'status',
  'businessAt',
  'channel',
  'cashier',
  'corporate',
  'memberRefKind',
  'memberRef',
  'memberId',
  'gross',
  'discount',
  'net',
  'lineCount',
  'paymentsJson',
  'originalDocKey',
  'sourceId',
  'sourceVersion',
  'importId',
  'contentHash',
  'revision',
  'createdAt',
  'updatedAt',
] as const

const LINE_COLUMNS = [
  'documentId',
  'lineNo',
  'productCode',
  'nameAtSale',
  'quantity',
  'unit',
  'unitPrice',
  'discount',
  'net',
  'isGift',
  'promotionCode',
] as const

/** The documents of some keys, locked until the transaction ends. */
export function lockDocuments(tx: Tx, docKeys: readonly string[]): Promise<KnownDocument[]> {
  return tx
    .selectFrom('sales_document')
    .select([
      'id',
      'docKey',
      'contentHash',
      'revision',
      'sourceVersion',
      'sourceId',
      'importId',
      'memberRefKind',
      'memberRef',
      'memberId',
      'lineCount',
      'net',
      'createdAt',
    ])
    .where('docKey', 'in', docKeys)
    .forUpdate()
    .execute()
}

const headerRows = (documents: readonly DocumentRecord[]): Value[][] =>
  documents.map(document => COLUMNS.map((column): Value => document[column]))

/** Adds headers that nobody has told before; throws `Overtaken` when the till or another file has told one meanwhile. */
export async function addHeaders(tx: Tx, documents: readonly DocumentRecord[]): Promise<void> {
  try {
    await insertRows(tx, 'sales_document', COLUMNS, headerRows(documents))
  } catch (error) {
    if (uniqueViolation(error) === null) throw error
    throw new Overtaken('a receipt was told twice at the same moment', { cause: error })
  }
}

/** Replaces headers of known ids. */
export const replaceHeaders = (tx: Tx, documents: readonly DocumentRecord[]): Promise<void> =>
  insertRows(tx, 'sales_document', COLUMNS, headerRows(documents), {
    update: COLUMNS.filter(column => !['id', 'docKey', 'createdAt'].includes(column)),
  })

/** Writes the whole line set of documents, each line under its ordinal. */
export async function writeLines(tx: Tx, documents: readonly { id: string; lines: readonly Line[] }[]): Promise<void> {
  const rows: Value[][] = []
  for (const { id, lines } of documents) {
    for (const [i, line] of lines.entries()) {
      rows.push([
        id,
        i + 1,
        line.productCode,
        line.name,
        decimalText(line.quantity),
        line.unit,
        decimalText(line.unitPrice),
        decimalText(line.discount),
        decimalText(line.net),
        line.isGift ? 1 : 0,
        line.promotionCode,
      ])
    }
  }
  await insertRows(tx, 'sales_line', LINE_COLUMNS, rows)
}

export async function deleteLines(tx: Tx, documentIds: readonly string[]): Promise<void> {
  if (documentIds.length > 0) await tx.deleteFrom('sales_line').where('documentId', 'in', documentIds).execute()
}

/** Makes a document void and nobody's, one revision further. */
export async function withdrawDocument(tx: Tx, id: string, at: Date): Promise<void> {
  await tx
    .updateTable('sales_document')
    .set(eb => ({
      status: 'void',
      memberRefKind: 'none',
      memberRef: null,
      memberId: null,
      contentHash: '',
      revision: eb('revision', '+', 1),
      updatedAt: at,
    }))
    .where('id', '=', id)
    .execute()
}

/** Notes that a source has confirmed documents as they are. */
export async function confirmDocuments(
  tx: Tx,
  ids: readonly string[],
  by: Pick<DocumentRecord, 'sourceId' | 'sourceVersion' | 'importId'>,
): Promise<void> {
  if (ids.length > 0) await tx.updateTable('sales_document').set(by).where('id', 'in', ids).execute()
}

/** Gives a document that has no member reference the one that the till knew. */
export async function fillMemberRef(tx: Tx, id: string, kind: string, value: string): Promise<void> {
  await tx
    .updateTable('sales_document')
    .set({ memberRefKind: kind, memberRef: value })
    .where('id', '=', id)
    .where('memberRefKind', '=', 'none')
    .execute()
}

/** What an import has brought for a store and day, to be added to what it brought before. */
export interface Arrival {
  readonly importId: string
  readonly arrivedAt: Date
  readonly storeCode: string
  readonly businessDate: string
  documents: number
  lines: number
  net: number
}

/** Adds to what imports have brought. */
export async function addArrivals(tx: Tx, arrivals: readonly Arrival[]): Promise<void> {
  if (arrivals.length === 0) return
  await tx
    .insertInto('sales_arrival')
    .values(arrivals.map(arrival => ({ ...arrival, net: decimalText(arrival.net) })))
    .onDuplicateKeyUpdate({
      documents: sql`documents + values(documents)`,
      lines: sql`\`lines\` + values(\`lines\`)`,
      net: sql`net + values(net)`,
    })
    .execute()
}

export const findDocument = (db: Db, id: string): Promise<DocumentRecord | undefined> =>
  db.selectFrom('sales_document').selectAll().where('id', '=', id).executeTakeFirst()

export const findByKey = (db: Db, docKey: string): Promise<DocumentRecord | undefined> =>
  db.selectFrom('sales_document').selectAll().where('docKey', '=', docKey).executeTakeFirst()
