import { shopDay } from '../../../kernel/clock.ts'
import { inTransaction, type Tx } from '../../../kernel/db.ts'
import type { StaffCaller, TillCaller } from '../../../kernel/http/caller.ts'
import { decimal4, fenFromDecimal4 } from '../../../kernel/money.ts'
import { inScope } from '../../../kernel/scope.ts'
import type { Audit } from '../../staff/index.ts'
import { tillErrors } from '../contract.ts'
import { deskErrors, type DeskLockBody, type DeskQuoteBody, type DeskSaleBody } from '../contract/desk.ts'
import { tillCodesRepository } from '../repository/codes.ts'
import { deskRepository, type RedemptionRecord } from '../repository/desk.ts'
import { tillPointsRepository } from '../repository/points.ts'
import { tillSalesRepository } from '../repository/sales.ts'
import { shiftsRepository } from '../repository/shifts.ts'
import type { TillDeps } from './deps.ts'
import { docKeyOf } from './once.ts'
import { spendKeyOf } from './points-use.ts'
import type { Quoting } from './quote.ts'
import type { Selling } from './sale.ts'

/** A cashier's name has so much room on a receipt. */
export const CASHIER_LENGTH = 32

/** A member of staff as the till of one of their stores; throws till.notYourStore. */
export function staffAsTill(caller: StaffCaller, storeCode: string, tillCode = ''): TillCaller {
  if (!inScope(caller.scope, storeCode)) throw deskErrors.notYourStore()
  return { kind: 'till', tillId: caller.staffId, storeCode, tillCode }
}

/** Goods of which only the amount is known: one line, which no rule takes for anything but goods. */
export const lineOf = (amount: number) => {
  const yuan = (amount / 100).toFixed(2)
  return {
    lineNo: 1,
    productCode: 'DESK',
    name: '商品',
    quantity: '1',
    unit: '',
    unitPrice: yuan,
    discount: '0',
    net: yuan,
    isGift: false,
  }
}

/** What the locks of a sale on a phone are held under: it has no receipt yet, and is this member of staff's alone. */
const heldAs = ({ storeCode, tillId }: TillCaller, lockKey: string): string => `${storeCode}|desk|${tillId}|${lockKey}`

/** Whole sales of 店员核销: the steps of a till that calls, over an amount that staff has typed or goods that its till told. */
export function deskSales(deps: TillDeps, quotes: Quoting, sales: Selling, audit: Audit) {
  const { db, clock, config, newId, needs } = deps
  const basketOf = ({ couponCodes, amount, lines }: DeskQuoteBody | DeskLockBody | DeskSaleBody) => {
    if (lines === null) return { couponCodes, lines: [lineOf(amount)] }
    const sum = fenFromDecimal4(lines.reduce((all, line) => all + decimal4(line.net), 0n))
    if (sum !== amount) throw deskErrors.amountDiffers()
    return { couponCodes, lines }
  }

  /**
   * Lets go of what is held, and of the proof: the receipt that it is for takes them up again. A lock that comes later than
   * this, however it was delayed, holds nothing any more.
   */
  async function letGo(tx: Tx, till: TillCaller, lockKey: string): Promise<boolean> {
    await tillSalesRepository(tx).noteLock(till.tillId, lockKey, 'deskRelease', clock.now())
    const name = heldAs(till, lockKey)
    await tillCodesRepository(tx).release(name)
    return (await needs.coupons.release(tx, name)) > 0
  }

  return {
    quote: (till: TillCaller, body: DeskQuoteBody) =>
      quotes.quote(
        till,
        { memberCode: body.memberCode, points: body.points, ...basketOf(body) },
        { heldAs: body.lockKey === null ? undefined : heldAs(till, body.lockKey) },
      ),

    /** Holds the coupons while the customer pays. Repeating it renews the time. */
    async lock(till: TillCaller, body: DeskLockBody) {
      const { memberCode, points } = body
      const asked = { memberCode, couponCode: null, points, ...basketOf(body) }
      return inTransaction(db, async tx => {
        const stands = await tillSalesRepository(tx).noteLock(till.tillId, body.key, 'deskLock', clock.now())
        if (stands !== 'deskLock') throw tillErrors.cancelled()
        const { lockedUntil, quote } = await sales.hold(tx, till, asked, heldAs(till, body.key))
        return { lockedUntil, quote }
      })
    },

    release: (till: TillCaller, lockKey: string) =>
      inTransaction(db, async tx => ({ released: await letGo(tx, till, lockKey) })),

    /** The receipt is paid: written down as a till would, in the caller's transaction; the file of the night finds it there. */
    async sell(tx: Tx, caller: StaffCaller, till: TillCaller, body: DeskSaleBody): Promise<void> {
      const now = clock.now()
      const businessDate = shopDay(now, config.SHOP_ZONE)
      const docKey = docKeyOf(till.storeCode, till.tillCode, businessDate, body.receiptNo)
      if ((await deskRepository(tx).ofReceipt(docKey)).length > 0) throw tillErrors.alreadyCommitted()
      const id = newId()
      if (body.lockKey !== null) await letGo(tx, till, body.lockKey)
      const done = await sales.take(
        tx,
        till,
        {
          key: body.key,
          businessDate,
          receiptNo: body.receiptNo,
          businessAt: now.toISOString(),
          cashier: Array.from(caller.name).slice(0, CASHIER_LENGTH).join(''),
          memberCode: body.memberCode,
          couponCode: null,
          points: body.points,
          payments: [],
          ...basketOf(body),
        },
        // A receipt that was undone may be told anew: its spend has a key of its own.
        `desk:${id}`,
      )
      const [coupon] = done.coupons
      const used = (await tillSalesRepository(tx).coupons(docKey))[0]
      const sale = await tillSalesRepository(tx).sale(docKey)
      if (typeof sale?.memberId !== 'string') throw tillErrors.noMember()
      await deskRepository(tx).insert({
        id,
        kind: 'sale',
        requestKey: body.key,
        docKey,
        storeCode: till.storeCode,
        tillCode: till.tillCode,
        receiptNo: body.receiptNo,
        shiftId: (await shiftsRepository(tx).entry(docKey))?.shiftId ?? '',
        memberId: sale.memberId,
        couponId: used?.couponId ?? null,
        couponCode: coupon?.code ?? '',
        couponName: coupon?.name ?? '',
        couponCount: done.coupons.length,
        amount: body.amount,
        discount: done.discount,
        points: done.pointsPaid?.points ?? 0,
        pointsFen: done.pointsPaid?.fen ?? 0,
        earned: done.points?.earned ?? 0,
        balance: done.points?.balance ?? null,
        staffId: caller.staffId,
        state: 'redeemed',
        at: now,
        undoneAt: null,
        undoneBy: null,
      })
      await audit(tx, caller, {
        action: 'till.deskSell',
        subjectKind: 'member',
        subjectId: sale.memberId,
        storeCode: till.storeCode,
        details: {
          receiptNo: body.receiptNo,
          amount: body.amount,
          discount: done.discount,
          points: done.pointsPaid?.points ?? 0,
        },
      })
    },

    /** The receipt was typed wrong: as if it had never been told, except in the ledgers. Throws till.undoTold when a file has it. */
    async undo(tx: Tx, { docKey, id }: RedemptionRecord): Promise<void> {
      const sale = await tillSalesRepository(tx).hold(docKey)
      if (sale === undefined || sale.refunded !== 0 || !(await needs.withdrawSale(tx, docKey)))
        throw deskErrors.undoTold()
      const used = await tillPointsRepository(tx).of(docKey)
      if (used !== undefined)
        await needs.points.giveBack(tx, {
          key: `desk:${id}:undone`,
          spendKey: spendKeyOf(used),
          points: used.points,
        })
      await tillPointsRepository(tx).forget(docKey)
      await tillSalesRepository(tx).forget(docKey)
      await tillCodesRepository(tx).release(docKey)
      if (sale.documentId !== null) await needs.points.settle(tx, [sale.documentId])
    },
  }
}
export type DeskSales = ReturnType<typeof deskSales>
