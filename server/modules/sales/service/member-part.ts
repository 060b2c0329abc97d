import { chunks, type Db } from '../../../kernel/db.ts'
import type { MemberPart } from '../../members/index.ts'
import { mergedMembers } from '../../members/index.ts'

const RUN = 1000

/** Receipts of a member, for merges and for the export of a person. */
export function receiptsPart(): MemberPart {
  const count = async (db: Db, memberId: string) => {
    const row = await db
      .selectFrom('sales_document')
      .select(({ fn }) => [fn.countAll<string>().as('receipts'), fn.sum<string | null>('net').as('net')])
      .where('memberId', '=', memberId)
      .executeTakeFirst()
    return { receipts: Number(row?.receipts ?? 0), net: Number(row?.net ?? 0) }
  }
  return {
    name: 'receipts',
    label: { zh: '小票', en: 'Receipts' },
    async holds(db, memberId) {
      const { receipts, net } = await count(db, memberId)
      return [
        { key: 'receipts', label: { zh: '小票', en: 'Receipts' }, value: String(receipts) },
        { key: 'net', label: { zh: '累计消费', en: 'Bought in all' }, value: `¥${net.toFixed(2)}` },
      ]
    },
    async move(tx, { from, to }) {
      const rows = await tx.selectFrom('sales_document').select('id').where('memberId', '=', from).forUpdate().execute()
      for (const run of chunks(rows, RUN))
        await tx
          .updateTable('sales_document')
          .set({ memberId: to })
          .where(
            'id',
            'in',
            run.map(row => row.id),
          )
          .where('memberId', '=', from)
          .execute()
      return rows.map(row => ({ ref: row.id }))
    },
    async moveBack(tx, { from, to }, items) {
      for (const run of chunks(items, RUN))
        await tx
          .updateTable('sales_document')
          .set({ memberId: from })
          .where(
            'id',
            'in',
            run.map(item => item.ref),
          )
          .where('memberId', '=', to)
          .execute()
    },
    async stays(db, { to, mergedAt }) {
      const row = await db
        .selectFrom('sales_document')
        .select(({ fn }) => fn.countAll<string>().as('receipts'))
        .where('memberId', '=', to)
        .where('businessAt', '>', mergedAt)
        .executeTakeFirst()
      const since = Number(row?.receipts ?? 0)
      return since === 0
        ? []
        : [
            {
              zh: `合并后的 ${since} 张小票留在保留的会员名下`,
              en: `${since} receipts since the merge stay with the member who was kept`,
            },
          ]
    },
    async late(db) {
      const rows = await db
        .selectFrom('sales_document as d')
        .innerJoin(mergedMembers(db).as('m'), 'm.memberId', 'd.memberId')
        .select('m.memberId')
        .distinct()
        .execute()
      return rows.map(row => row.memberId)
    },
    async collect(db, memberId) {
      const documents = await db
        .selectFrom('sales_document')
        .select(['id', 'storeCode', 'tillCode', 'businessDate', 'businessAt', 'receiptNo', 'type', 'status', 'net'])
        .where('memberId', '=', memberId)
        .orderBy('businessAt')
        .execute()
      const lines = new Map<string, unknown[]>()
      for (const run of chunks(documents, RUN)) {
        const rows = await db
          .selectFrom('sales_line')
          .select(['documentId', 'nameAtSale', 'quantity', 'unit', 'unitPrice', 'discount', 'net'])
          .where(
            'documentId',
            'in',
            run.map(one => one.id),
          )
          .orderBy('documentId')
          .orderBy('lineNo')
          .execute()
        for (const { documentId, ...line } of rows) lines.set(documentId, [...(lines.get(documentId) ?? []), line])
      }
      return documents.map(({ id, ...document }) => ({ ...document, lines: lines.get(id) ?? [] }))
    },
    /** The receipts stay for the books; what they were bought with (a phone, a card) goes. */
    async erase(tx, memberId) {
      const result = await tx
        .updateTable('sales_document')
        .set({ memberRefKind: 'none', memberRef: null })
        .where('memberId', '=', memberId)
        .where('memberRefKind', '=', 'phone')
        .executeTakeFirstOrThrow()
      return Number(result.numUpdatedRows)
    },
  }
}
