import type { Db } from '../../../kernel/db.ts'

// The only place of this module that reads what sales, the catalogue and members know.

/** Documents of sales. */
export const documents = (db: Db) =>
  db
    .selectFrom('sales_document')
    .select(['id as documentId', 'revision', 'memberId', 'memberRefKind', 'memberRef', 'storeCode', 'businessDate', 'type', 'status', 'channel', 'corporate', 'net'])

/** Their lines. */
export const lines = (db: Db) => db.selectFrom('sales_line').select(['documentId', 'lineNo', 'productCode', 'nameAtSale', 'net'])
