import type { z } from 'zod'
import type { Db } from '../../../kernel/db.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { everyStore, inScope, type Scope } from '../../../kernel/scope.ts'
import type { CatalogApi } from '../../catalog/index.ts'
import {
  DocumentRow,
  Payment,
  salesErrors,
  type DocumentDetail,
  type DocumentQuery,
  type ReturnedLineRow,
} from '../contract.ts'
import { findDocument, type DocumentRecord } from '../repository/documents.ts'
import { linesOf, listDocuments, returnedLines } from '../repository/lists.ts'
import { lastDay } from '../repository/numbers.ts'

type Row = z.input<typeof DocumentRow>
type Detail = z.input<typeof DocumentDetail>
type ReturnedLine = z.input<typeof ReturnedLineRow>

const rowOf = (document: DocumentRecord, storeName: string | undefined): Row => ({
  ...document,
  storeName: storeName ?? document.storeCode,
  type: DocumentRow.shape.type.parse(document.type),
  memberRefKind: DocumentRow.shape.memberRefKind.parse(document.memberRefKind),
  confirmed: document.importId !== null,
})

/** Receipts as people read them: staff within their stores, shoppers their own. */
export function salesLists({ db }: Pick<Kernel, 'db'>, catalog: Pick<CatalogApi, 'storeNames'>) {
  async function rows(documents: readonly DocumentRecord[]): Promise<Row[]> {
    const names = await catalog.storeNames(
      db,
      documents.map(document => document.storeCode),
    )
    return documents.map(document => rowOf(document, names.get(document.storeCode)))
  }

  async function detail(from: Db, document: DocumentRecord): Promise<Detail> {
    const [row] = await rows([document])
    if (row === undefined) throw salesErrors.notFound()
    const lines = await linesOf(from, document.id)
    return {
      ...row,
      corporate: document.corporate === 1,
      cashier: document.cashier,
      memberRef: document.memberRefKind === 'card' ? document.memberRef : null,
      originalDocKey: document.originalDocKey,
      payments: Payment.array().parse(JSON.parse(document.paymentsJson)),
      updatedAt: document.updatedAt,
      lines: lines.map(line => ({
        ...line,
        name: line.nameAtSale || (line.productName ?? line.productCode),
        isGift: line.isGift === 1,
      })),
    }
  }

  return {
    async documents(query: DocumentQuery, scope: Scope) {
      const page = await listDocuments(db, scope, query)
      return { ...page, items: await rows(page.items) }
    },
    /** One document; outside of the caller's stores it does not exist. */
    async document(documentId: string, scope: Scope): Promise<Detail> {
      const document = await findDocument(db, documentId)
      if (document === undefined || !inScope(scope, document.storeCode)) throw salesErrors.notFound()
      return detail(db, document)
    },
    /** A member's receipts, newest first, and the day up to which data is here. */
    async receipts(
      memberId: string,
      query: {
        month?: string | undefined
        goods?: string | undefined
        cursor?: string | undefined
        limit: number
      },
    ) {
      const days = query.month === undefined ? {} : { from: `${query.month}-01`, to: `${query.month}-31` }
      const { goods, cursor, limit } = query
      const page = await listDocuments(db, everyStore, { memberId, goods, cursor, limit, ...days })
      return { items: await rows(page.items), next: page.next, asOf: await lastDay(db, everyStore) }
    },
    /** One receipt of a member; another's does not exist. */
    async receipt(memberId: string, documentId: string): Promise<Detail & { returned: ReturnedLine[] }> {
      const document = await findDocument(db, documentId)
      if (document === undefined || document.memberId !== memberId) throw salesErrors.notFound()
      return { ...(await detail(db, document)), returned: await returnedLines(db, document.docKey) }
    },
  }
}
