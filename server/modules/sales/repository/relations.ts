import { sql } from 'kysely'
import type { Db } from '../../../kernel/db.ts'
import { productsAmong } from '../../catalog/index.ts'

/** Documents, for others to join: what points, segments and tickets may know of a receipt. */
export const salesDocuments = (db: Db) =>
  db
    .selectFrom('sales_document')
    .select([
      'id as documentId',
      'docKey',
      'revision',
      'memberId',
      'memberRefKind',
      'memberRef',
      'storeCode',
      'tillCode',
      'businessDate',
      'businessAt',
      'receiptNo',
      'type',
      'status',
      'channel',
      'cashier',
      'corporate',
      'gross',
      'discount',
      'net',
      'lineCount',
      'paymentsJson',
      'originalDocKey',
    ])

/** Lines of documents, for others to join. */
export const salesLines = (db: Db) =>
  db
    .selectFrom('sales_line')
    .select([
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
    ])

/** Documents that count as business: neither void nor a draft. */
const counting = (db: Db, since: string | null) => {
  const query = db
    .selectFrom('sales_document as d')
    .where('d.memberId', 'is not', null)
    .where('d.status', '=', 'confirmed')
    .where('d.type', '<>', 'void')
  return since === null ? query : query.where('d.businessDate', '>=', since)
}

/**
 * What members bought since a business date (null = ever): net in yuan, returns taken off; number of purchases
 * (sales and exchanges); day of the last purchase. Members without a receipt have no row.
 */
export const salesByMember = (db: Db, since: string | null = null) =>
  counting(db, since)
    .select(eb => [
      eb.ref('d.memberId').$notNull().as('memberId'),
      eb.fn.sum<string>('d.net').as('net'),
      sql<number>`cast(sum(case when d.type in ('sale', 'exchange') then 1 else 0 end) as signed)`.as('orders'),
      sql<string | null>`max(case when d.type in ('sale', 'exchange') then d.businessDate end)`.as('lastDate'),
    ])
    .groupBy('d.memberId')

/** Members who bought one of the products, or of the categories with all below them, since a business date. */
export const boughtBy = (
  db: Db,
  what: { categoryCodes?: readonly string[]; productCodes?: readonly string[] },
  since: string | null = null,
) =>
  counting(db, since)
    .innerJoin('sales_line as l', 'l.documentId', 'd.id')
    .innerJoin(productsAmong(db, what).as('p'), 'p.productCode', 'l.productCode')
    .where('d.type', 'in', ['sale', 'exchange'])
    .where('l.quantity', '>', '0')
    .select(eb => eb.ref('d.memberId').$notNull().as('memberId'))
    .distinct()
