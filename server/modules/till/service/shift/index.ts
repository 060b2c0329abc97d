import { z } from 'zod'
import { inTransaction, Overtaken, type Db, type Tx } from '../../../../kernel/db.ts'
import { inScope, type Scope } from '../../../../kernel/scope.ts'
import { decodeCursor, pageFrom } from '../../../../kernel/page.ts'
import {
  ShiftDifference,
  ShiftSlip,
  ShiftTotals,
  shiftErrors,
  type CloseBody,
  type ShiftQuery,
  type ShiftReceipt,
  type ShiftReport,
} from '../../contract/shift.ts'
import { holdsRepository } from '../../repository/holds.ts'
import { shiftsRepository, type ShiftReceiptRow, type ShiftRecord } from '../../repository/shifts.ts'
import type { TillDeps } from '../deps.ts'
import { differencesOf, totalsOf } from './compare.ts'
import { shiftTable } from './table.ts'

/** Whose shift: a till that calls, or one whose staff does it on a phone. */
interface At {
  readonly storeCode: string
  readonly tillCode: string
}

const receiptOf = ({ kind, docKey, at, ...row }: ShiftReceiptRow): ShiftReceipt => ({
  ...row,
  docKey,
  kind: kind === 'return' || kind === 'desk' ? kind : 'sale',
  receiptNo: docKey.split('|').slice(3).join('|'),
  at: at.toISOString(),
})

/** Rows of the CSV at most. */
const FILE_ROWS = 5_000

/** Shifts of tills (班次): what the ledgers say of one, beside what its slip says. */
export function shiftBook({ db, clock, needs }: TillDeps) {
  const receiptsOf = async (from: Db, shiftId: string): Promise<ShiftReceipt[]> =>
    (await shiftsRepository(from).receipts(shiftId)).map(receiptOf)

  async function report(
    from: Db,
    shift: ShiftRecord,
    names?: ReadonlyMap<string, string>,
    receipts?: readonly ShiftReceipt[],
  ): Promise<ShiftReport> {
    const known = names ?? (await needs.storeNames(from, [shift.storeCode]))
    const closed = shift.state === 'closed' && shift.totalsJson !== null
    return {
      shiftId: shift.id,
      storeCode: shift.storeCode,
      storeName: known.get(shift.storeCode) ?? shift.storeCode,
      tillCode: shift.tillCode,
      state: shift.state === 'closed' ? 'closed' : 'open',
      openedAt: shift.openedAt.toISOString(),
      closedAt: shift.closedAt?.toISOString() ?? null,
      businessDate: shift.businessDate,
      shiftNo: shift.shiftNo,
      cashier: shift.cashier,
      totals: closed
        ? ShiftTotals.parse(JSON.parse(shift.totalsJson ?? '{}'))
        : totalsOf(receipts ?? (await receiptsOf(from, shift.id))),
      slip: closed ? ShiftSlip.omit({ receipts: true }).parse(JSON.parse(shift.slipJson ?? '{}')) : null,
      differences: closed ? z.array(ShiftDifference).parse(JSON.parse(shift.differencesJson ?? '[]')) : [],
      balanced: closed ? shift.balanced === 1 : null,
    }
  }

  /** The open shift of a till, or a fresh empty one: also a shift without a sale is closed. */
  async function toClose(tx: Tx, at: At, newId: string): Promise<ShiftRecord> {
    const shifts = shiftsRepository(tx)
    const { storeCode, tillCode } = at
    const openKey = `${storeCode}|${tillCode}`
    const open = await shifts.openOf(openKey)
    if (open !== undefined) return open
    await shifts.open({ id: newId, storeCode, tillCode, openKey, state: 'open', openedAt: clock.now() })
    const opened = await shifts.openOf(openKey)
    if (opened === undefined) throw shiftErrors.noShift()
    return opened
  }

  /** Closes the shift in the caller's transaction; the same shift number answers what it answered first. */
  async function close(tx: Tx, at: At, body: Omit<CloseBody, 'key' | 'print'>, newId: string): Promise<ShiftReport> {
    const shifts = shiftsRepository(tx)
    const closeKey = `${at.storeCode}|${at.tillCode}|${body.businessDate}|${body.shiftNo}`
    const before = await shifts.closedAs(closeKey)
    if (before !== undefined) {
      if (before.slipJson !== JSON.stringify(body.slip)) throw shiftErrors.shiftClosed()
      return report(tx, before)
    }
    const shift = await toClose(tx, at, newId)
    const now = clock.now()
    // The update waits for the receipts that hold this shift; those that come after it go into the next one.
    const ended = await shifts.end(shift.id, {
      closeKey,
      closedAt: now,
      businessDate: body.businessDate,
      shiftNo: body.shiftNo,
      cashier: body.cashier === '' ? null : body.cashier,
    })
    // Another close was quicker: ours is of the shift after it.
    if (!ended) throw new Overtaken()
    await holdsRepository(tx).expire(shift.id, now)
    const receipts = await receiptsOf(tx, shift.id)
    const totals = totalsOf(receipts)
    const differences = differencesOf(totals, receipts, body.slip)
    await shifts.settle(shift.id, {
      slipJson: JSON.stringify(body.slip),
      totalsJson: JSON.stringify(totals),
      differencesJson: JSON.stringify(differences),
      balanced: differences.length === 0 ? 1 : 0,
    })
    const closed = await shifts.find(shift.id)
    if (closed === undefined) throw shiftErrors.noShift()
    return report(tx, closed)
  }

  return {
    close,

    /** The open shift of a till so far; null before its first receipt. */
    async current(at: At): Promise<ShiftReport | null> {
      const open = await shiftsRepository(db).openOf(`${at.storeCode}|${at.tillCode}`)
      return open === undefined ? null : report(db, open)
    },

    async list(scope: Scope, query: ShiftQuery) {
      const [before] = decodeCursor(query.cursor) ?? []
      const rows = await shiftsRepository(db).page(
        scope,
        query,
        before === undefined ? null : String(before),
        query.limit + 1,
      )
      const { items, next } = pageFrom(rows, query.limit, row => [row.id])
      const names = await needs.storeNames(db, [...new Set(items.map(row => row.storeCode))])
      return { items: await Promise.all(items.map(row => report(db, row, names))), next }
    },

    async one(scope: Scope, shiftId: string) {
      const shift = await shiftsRepository(db).find(shiftId)
      if (shift === undefined || !inScope(scope, shift.storeCode)) throw shiftErrors.noShift()
      const receipts = await receiptsOf(db, shift.id)
      return { shift: await report(db, shift, undefined, receipts), receipts }
    },

    /** The shifts of a query as a table; the first row is the heading, in the reader's language. */
    async table(scope: Scope, query: Omit<ShiftQuery, 'cursor' | 'limit'>, language: 'zh' | 'en'): Promise<string[][]> {
      const rows = await shiftsRepository(db).page(scope, query, null, FILE_ROWS)
      const names = await needs.storeNames(db, [...new Set(rows.map(row => row.storeCode))])
      const reports = await Promise.all(rows.map(row => report(db, row, names)))
      return shiftTable(reports, language)
    },

    /** The same in a transaction of its own, for staff on a phone. */
    closeByStaff: (at: At, body: Omit<CloseBody, 'key' | 'print'>, newId: string) =>
      inTransaction(db, tx => close(tx, at, body, newId)),
  }
}
export type ShiftBook = ReturnType<typeof shiftBook>
