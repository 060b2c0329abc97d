import type { z } from 'zod'
import type { Db } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { decimal4, formatDecimal4 } from '../../../kernel/money.ts'
import { everyStore, inScope } from '../../../kernel/scope.ts'
import type { CatalogApi } from '../../catalog/index.ts'
import type { MemberBrief, MembersApi } from '../../members/index.ts'
import { DocumentRow, Payment, salesErrors, type DocumentDetail, type DocumentQuery } from '../contract.ts'
import { findDocument, type DocumentRecord } from '../repository/documents.ts'
import { linesOf, listDocuments, returnedLines, roundingOf } from '../repository/lists.ts'
import { lastDay } from '../repository/numbers.ts'
import { piecesBack } from './returned.ts'

/** A member of staff who reads: which rows, and whether people may be told of. */
type Reader = Pick<StaffCaller, 'scope' | 'permissions'>
type Row = z.input<typeof DocumentRow>
type Detail = z.input<typeof DocumentDetail>

const rowOf = (document: DocumentRecord, storeName: string | undefined): Omit<Row, 'member'> => ({
  ...document,
  storeName: storeName ?? document.storeCode,
  type: DocumentRow.shape.type.parse(document.type),
  memberRefKind: DocumentRow.shape.memberRefKind.parse(document.memberRefKind),
  confirmed: document.importId !== null,
})

/** Receipts as people read them: staff within their stores, shoppers their own. */
export function salesLists(
  { db }: Pick<Kernel, 'db'>,
  catalog: Pick<CatalogApi, 'storeNames'>,
  members: Pick<MembersApi, 'briefs'>,
) {
  /** Rows with their members, as far as the reader may read any (null = nobody does: the shopper's own receipts). */
  async function rows(documents: readonly DocumentRecord[], reader: Reader | null): Promise<Row[]> {
    const names = await catalog.storeNames(
      db,
      documents.map(document => document.storeCode),
    )
    const owners = documents.flatMap(({ memberId }) => (memberId === null ? [] : [memberId]))
    const briefs =
      reader !== null && owners.length > 0 && reader.permissions.includes('members.read')
        ? await members.briefs(db, [...new Set(owners)])
        : new Map<string, MemberBrief>()
    return documents.map(document => {
      const brief = briefs.get(document.memberId ?? '')
      const member =
        brief === undefined || reader === null
          ? null
          : { name: brief.name, phone: brief.phone, inReach: inScope(reader.scope, brief.homeStore) }
      return { ...rowOf(document, names.get(document.storeCode)), member }
    })
  }

  async function detail(from: Db, document: DocumentRecord, reader: Reader | null): Promise<Detail> {
    const [row] = await rows([document], reader)
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
      returned: piecesBack(lines, await returnedLines(from, document.docKey)),
      lines: lines.map(line => ({
        ...line,
        name: line.nameAtSale || (line.productName ?? line.productCode),
        isGift: line.isGift === 1,
      })),
    }
  }

  return {
    async documents(query: DocumentQuery, caller: Reader) {
      const page = await listDocuments(db, caller.scope, { ...query, newestFirst: query.sort === '-businessAt' })
      return { ...page, items: await rows(page.items, caller) }
    },
    /** One document; outside of the caller's stores it does not exist. */
    async document(documentId: string, caller: Reader): Promise<Detail> {
      const document = await findDocument(db, documentId)
      if (document === undefined || !inScope(caller.scope, document.storeCode)) throw salesErrors.notFound()
      return detail(db, document, caller)
    },
    /** A member's receipts, newest first, 抹零 left out of what was saved and counted, and the day up to which data is here. */
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
      const rounding = await roundingOf(
        db,
        page.items.map(document => document.id),
      )
      const items = (await rows(page.items, null)).map(row => {
        const rounded = rounding.get(row.id)
        if (rounded === undefined) return row
        const discount = formatDecimal4(decimal4(row.discount) - decimal4(rounded.discount))
        return { ...row, discount, lineCount: row.lineCount - rounded.lines }
      })
      return { items, next: page.next, asOf: await lastDay(db, everyStore) }
    },
    /** One receipt of a member; another's does not exist. */
    async receipt(memberId: string, documentId: string): Promise<Detail> {
      const document = await findDocument(db, documentId)
      if (document === undefined || document.memberId !== memberId) throw salesErrors.notFound()
      return detail(db, document, null)
    },
  }
}
