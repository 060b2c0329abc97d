import { inTransaction } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import { decodeCursor, pageFrom } from '../../../kernel/page.ts'
import { inScope, type Scope } from '../../../kernel/scope.ts'
import type { Audit } from '../../staff/index.ts'
import { tillErrors } from '../contract.ts'
import type { LossQuery } from '../contract/offline.ts'
import { offlineRepository, type LossRecord } from '../repository/offline.ts'
import type { TillDeps } from './deps.ts'

/** The book of what offline tills lost, for staff. */
export function lossBook({ db, clock, needs }: Pick<TillDeps, 'db' | 'clock' | 'needs'>, audit: Audit) {
  async function viewsOf(rows: readonly LossRecord[]) {
    const staff = await needs.staffNames(db, [...new Set(rows.flatMap(row => row.writtenOffBy ?? []))])
    return rows.map(row => lossView(row, staff.get(row.writtenOffBy ?? '') ?? ''))
  }

  return {
    async list(query: LossQuery, scope: Scope) {
      const { cursor, limit, ...filter } = query
      const [before] = decodeCursor(cursor) ?? []
      const after = typeof before === 'string' ? before : null
      const rows = await offlineRepository(db).page(scope, filter, after, limit + 1)
      const page = pageFrom(rows, limit, row => [row.id])
      return { ...page, items: await viewsOf(page.items) }
    },

    async summary(from: string, to: string, scope: Scope) {
      const rows = await offlineRepository(db).summary(scope, from, to)
      return {
        items: rows.map(row => ({
          storeCode: row.storeCode,
          sales: Number(row.sales),
          given: Number(row.given),
          lost: Number(row.lost),
          company: Number(row.company),
          store: Number(row.store),
          writtenOff: Number(row.writtenOff),
        })),
      }
    },

    /** Nobody will pay this loss: said once, with a reason; the books of points and coupons stay as they are. */
    async writeOff(caller: StaffCaller, lossId: string, reason: string) {
      const loss = await offlineRepository(db).loss(lossId)
      if (loss === undefined || !inScope(caller.scope, loss.storeCode)) throw tillErrors.noLoss()
      const change = { writtenOffAt: clock.now(), writtenOffBy: caller.staffId, writeOffReason: reason }
      await inTransaction(db, async tx => {
        if (!(await offlineRepository(tx).writeOff(lossId, change))) throw tillErrors.lossWrittenOff()
        await audit(tx, caller, {
          action: 'till.writeOffLoss',
          subjectKind: 'tillLoss',
          subjectId: lossId,
          storeCode: loss.storeCode,
          reason,
          details: { amount: loss.amount, docKey: loss.docKey },
        })
      })
      const [view] = await viewsOf([{ ...loss, ...change }])
      if (view === undefined) throw tillErrors.noLoss()
      return view
    },
  }
}
export type LossBook = ReturnType<typeof lossBook>

function lossView(row: LossRecord, writtenOffBy: string) {
  const [, tillCode = '', , receiptNo = ''] = row.docKey.split('|')
  const kind =
    row.kind === 'points' ? ('points' as const) : row.kind === 'total' ? ('total' as const) : ('coupon' as const)
  return {
    lossId: row.id,
    docKey: row.docKey,
    storeCode: row.storeCode,
    tillCode,
    businessDate: row.businessDate,
    receiptNo,
    memberId: row.memberId,
    documentId: row.documentId,
    kind,
    subject: row.subject,
    amount: row.amount,
    company: row.company,
    store: row.store,
    cause: row.cause,
    text: { zh: row.zh, en: row.en },
    createdAt: row.createdAt.toISOString(),
    writtenOff:
      row.writtenOffAt === null
        ? null
        : { at: row.writtenOffAt.toISOString(), by: writtenOffBy, reason: row.writeOffReason ?? '' },
  }
}
