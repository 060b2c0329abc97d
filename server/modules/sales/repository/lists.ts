import { sql } from 'kysely'
import type { Db } from '../../../kernel/db.ts'
import { decodeCursor, pageFrom, type Page } from '../../../kernel/page.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import { productFacts } from '../../catalog/index.ts'
import type { DocumentRecord } from './documents.ts'

export interface DocumentFilter {
  readonly memberId?: string | undefined
  readonly storeCode?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly type?: string | undefined
  readonly buyer?: 'member' | 'guest' | undefined
  readonly search?: string | undefined
  /** A part of the name of something on it. Reads the lines: only for the documents of one member. */
  readonly goods?: string | undefined
  /** By business day and time; newest first when not told. */
  readonly newestFirst?: boolean
  readonly cursor?: string | undefined
  readonly limit: number
}

/** Documents within a scope, by business day and time. */
export async function listDocuments(db: Db, scope: Scope, filter: DocumentFilter): Promise<Page<DocumentRecord>> {
  const newest = filter.newestFirst ?? true
  const way = newest ? 'desc' : 'asc'
  let query = db
    .selectFrom('sales_document as d')
    .selectAll('d')
    .where(scopeWhere(scope, 'd.storeCode'))
    .orderBy('d.businessDate', way)
    .orderBy('d.businessAt', way)
    .orderBy('d.id', way)
    .limit(filter.limit + 1)
  if (filter.memberId !== undefined) query = query.where('d.memberId', '=', filter.memberId)
  if (filter.storeCode !== undefined) query = query.where('d.storeCode', '=', filter.storeCode)
  if (filter.from !== undefined) query = query.where('d.businessDate', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('d.businessDate', '<=', filter.to)
  if (filter.type !== undefined) query = query.where('d.type', '=', filter.type)
  if (filter.buyer !== undefined) query = query.where('d.memberId', filter.buyer === 'member' ? 'is not' : 'is', null)
  const { search } = filter
  if (search !== undefined && search !== '')
    query = query.where(search.includes('|') ? 'd.docKey' : 'd.receiptNo', '=', search)
  if (filter.goods !== undefined) query = query.where(eb => eb.exists(linesNamed(db, filter.goods ?? '')))
  const [day, at, id] = decodeCursor(filter.cursor) ?? []
  if (typeof day === 'string' && typeof at === 'number' && typeof id === 'string') {
    const beyond = sql.raw(newest ? '<' : '>')
    query = query
      .where('d.businessDate', newest ? '<=' : '>=', day)
      .where(sql<boolean>`(d.businessDate, d.businessAt, d.id) ${beyond} (${day}, ${new Date(at)}, ${id})`)
  }
  return pageFrom(await query.execute(), filter.limit, row => [row.businessDate, row.businessAt.getTime(), row.id])
}

/** Lines of the document `d` whose name, as printed or as the catalogue has it, holds this text. */
function linesNamed(db: Db, goods: string) {
  const part = `%${goods.toLowerCase().replaceAll(/[%_\\]/g, sign => `\\${sign}`)}%`
  return db
    .selectFrom('sales_line as l')
    .leftJoin(productFacts(db).as('p'), 'p.code', 'l.productCode')
    .select('l.lineNo')
    .whereRef('l.documentId', '=', sql.ref('d.id'))
    .where(sql<boolean>`lower(if(l.nameAtSale = '', coalesce(p.name, l.productCode), l.nameAtSale)) like ${part}`)
}

/** The lines of a document with what the catalogue knows of their products. */
export const linesOf = (db: Db, documentId: string) =>
  db
    .selectFrom('sales_line as l')
    .leftJoin(productFacts(db).as('p'), 'p.code', 'l.productCode')
    .selectAll('l')
    .select(['p.kind', 'p.categoryCode', 'p.name as productName'])
    .where('l.documentId', '=', documentId)
    .orderBy('l.lineNo')
    .execute()

/** The lines of 抹零 that some documents have: their discount in all, and how many they are. */
export async function roundingOf(db: Db, documentIds: readonly string[]) {
  if (documentIds.length === 0) return new Map<string, { discount: string; lines: number }>()
  const rows = await db
    .selectFrom('sales_line as l')
    .innerJoin(productFacts(db).as('p'), 'p.code', 'l.productCode')
    .where('l.documentId', 'in', documentIds)
    .where('p.kind', '=', 'rounding')
    .select(({ fn }) => [
      'l.documentId',
      fn.sum<string>('l.discount').as('discount'),
      fn.countAll<number>().as('lines'),
    ])
    .groupBy('l.documentId')
    .execute()
  return new Map(rows.map(({ documentId, discount, lines }) => [documentId, { discount, lines: Number(lines) }]))
}

/** The lines of the confirmed returns that name a document, as the returns number them; quantity and net below zero. */
export const returnedLines = (db: Db, docKey: string) =>
  db
    .selectFrom('sales_document as d')
    .innerJoin('sales_line as l', 'l.documentId', 'd.id')
    .where('d.originalDocKey', '=', docKey)
    .where('d.type', '=', 'return')
    .where('d.status', '=', 'confirmed')
    .select(['d.id as documentId', 'd.businessDate', 'l.lineNo', 'l.productCode', 'l.quantity', 'l.net'])
    .orderBy('d.businessAt')
    .orderBy('d.id')
    .orderBy('l.lineNo')
    .execute()
