import { scopeWhere } from '../../../kernel/scope.ts'
import { happenedBefore, type TimelinePart } from '../../members/index.ts'

/** A member's receipts of the caller's stores. */
export const receiptsTimeline = (): TimelinePart => ({
  kind: 'receipt',
  permission: 'sales.read',
  async read(db, { memberId, scope, before, limit }) {
    const rows = await db
      .selectFrom('sales_document as d')
      .select(['d.id', 'd.businessAt', 'd.type', 'd.receiptNo', 'd.net', 'd.storeCode', 'd.channel'])
      .where('d.memberId', '=', memberId)
      .where(scopeWhere(scope, 'd.storeCode'))
      .where(happenedBefore(before, 'd.businessAt', 'd.id'))
      .orderBy('d.businessAt', 'desc')
      .orderBy('d.id', 'desc')
      .limit(limit)
      .execute()
    return rows.map(row => ({
      id: row.id,
      at: row.businessAt,
      what: row.type,
      detail: row.channel,
      text: row.receiptNo,
      amount: row.net,
      storeCode: row.storeCode,
      refId: row.id,
    }))
  },
})
