import type { Tx } from '../../../kernel/db.ts'
import type { TillCaller } from '../../../kernel/http/caller.ts'
import { decimal4, decimal4FromFen, fenFromDecimal4, formatDecimal4 } from '../../../kernel/money.ts'
import { refusals, type HeldCoupon } from '../../coupons/index.ts'
import type { CouponRefusal } from '../../coupons/contract.ts'
import { tillApi, tillErrors, type CommitBody, type LockBody } from '../contract.ts'
import { tillSalesRepository } from '../repository/sales.ts'
import { eligibleOf, shareOut, totalOf, type LineShare, type PricedLine } from './basket.ts'
import type { Customer, Customers } from './customer.ts'
import type { TillDeps } from './deps.ts'
import { docKeyOf, type Once } from './once.ts'
import type { Quoting } from './quote.ts'

const refused = (refusal: CouponRefusal) =>
  tillErrors.couponRefused({ reason: refusal.text.zh, reasonEn: refusal.text.en, refusal })
const yuan = (fen: number): string => `¥${(fen / 100).toFixed(2)}`

/** A sale at the till: hold its coupon, commit it, or let it go. */
export function selling(deps: TillDeps, people: Customers, quotes: Quoting, once: Once) {
  const { db, clock, needs } = deps
  const keyOf = (caller: TillCaller, receipt: { businessDate: string; receiptNo: string }): string =>
    docKeyOf(caller.storeCode, caller.tillCode, receipt.businessDate, receipt.receiptNo)

  async function open(tx: Tx, docKey: string): Promise<void> {
    const sale = await tillSalesRepository(tx).sale(docKey)
    if (sale !== undefined) throw sale.state === 'cancelled' ? tillErrors.cancelled() : tillErrors.alreadyCommitted()
  }

  async function couponFor(
    tx: Tx,
    code: string,
    customer: Customer | null,
  ): Promise<{ coupon: HeldCoupon; customer: Customer }> {
    const coupon = await needs.coupons.byCode(tx, code)
    if (coupon === undefined) throw refused(refusals.notFound)
    const holder = customer ?? (await people.holder(tx, coupon))
    if (holder === null) throw tillErrors.noMember()
    if (holder.identifiedBy === 'phone') throw refused(refusals.phoneOnly)
    return { coupon, customer: holder }
  }

  function checkPayments(body: CommitBody, payable: number): void {
    if (body.payments.length === 0) return
    const paid = fenFromDecimal4(body.payments.reduce((sum, payment) => sum + decimal4(payment.amount), 0n))
    if (paid !== payable) throw tillErrors.totalsDiffer({ paid: yuan(paid), payable: yuan(payable) })
  }

  async function record(
    tx: Tx,
    caller: TillCaller,
    body: CommitBody,
    customer: Customer | null,
    lines: readonly PricedLine[],
    shares: readonly LineShare[],
  ): Promise<string> {
    const docKey = keyOf(caller, body)
    const sold = lines.map((line, i) => {
      const share = shares[i]
      return {
        lineNo: line.lineNo,
        productCode: line.productCode,
        name: line.name,
        quantity: line.quantity,
        unit: line.unit === '' ? null : line.unit,
        unitPrice: line.unitPrice,
        discount: formatDecimal4(decimal4(line.discount) + decimal4FromFen(share?.discount ?? 0)),
        net: share?.net ?? line.net,
        isGift: line.isGift,
      }
    })
    const { documentId } = await needs.recordSale(tx, {
      storeCode: caller.storeCode,
      tillCode: caller.tillCode,
      businessDate: body.businessDate,
      receiptNo: body.receiptNo,
      type: 'sale',
      businessAt: new Date(body.businessAt),
      cashier: body.cashier === '' ? null : body.cashier,
      cardNo: customer?.cardNo ?? null,
      memberId: customer?.memberId ?? null,
      payments: body.payments,
      originalDocKey: null,
      lines: sold,
    })
    await tillSalesRepository(tx).addLines(
      sold.map(({ isGift, ...line }) => ({ ...line, docKey, isGift: isGift ? 1 : 0 })),
    )
    return documentId
  }

  return {
    /** Holds a coupon for the sale of this receipt. */
    lock: (caller: TillCaller, body: LockBody) =>
      once(caller, { name: 'lock', reply: tillApi.operations.lock.reply }, body, async tx => {
        const docKey = keyOf(caller, body)
        await open(tx, docKey)
        const { coupon, customer } = await couponFor(tx, body.couponCode, await people.known(tx, body.memberCode))
        const eligible = eligibleOf(await quotes.priced(tx, body.lines))
        // The quote is of before the lock: afterwards the coupon is "in use elsewhere" to all but this sale.
        const quote = await quotes.quote(caller, {
          memberCode: body.memberCode,
          couponCodes: [body.couponCode],
          lines: body.lines,
        })
        const until = await needs.coupons.lock(tx, {
          coupon,
          docKey,
          storeCode: caller.storeCode,
          memberId: customer.memberId,
          eligible,
        })
        return { docKey, lockedUntil: until.toISOString(), quote }
      }),

    /** The sale is paid: its document, its coupon, its points, in one transaction. */
    commit: (caller: TillCaller, body: CommitBody) =>
      once(caller, { name: 'commit', reply: tillApi.operations.commit.reply }, body, async tx => {
        const docKey = keyOf(caller, body)
        await open(tx, docKey)
        const scanned = body.memberCode === null ? null : await people.known(tx, body.memberCode)
        const used = body.couponCode === null ? null : await couponFor(tx, body.couponCode, scanned)
        const customer = used?.customer ?? scanned
        const lines = await quotes.priced(tx, body.lines)
        const total = totalOf(lines)

        await tillSalesRepository(tx).open({
          docKey,
          tillId: caller.tillId,
          documentId: null,
          memberId: customer?.memberId ?? null,
          discount: 0,
          state: 'committed',
          committedAt: clock.now(),
          closedAt: null,
        })
        const discount =
          used === null
            ? 0
            : await needs.coupons.redeem(tx, {
                coupon: used.coupon,
                docKey,
                storeCode: caller.storeCode,
                memberId: used.customer.memberId,
                eligible: eligibleOf(lines),
              })
        // A coupon that was held for this receipt but is not used after all becomes free with it.
        await needs.coupons.release(tx, docKey)
        checkPayments(body, total - discount)
        const shares = shareOut(lines, discount)
        const documentId = await record(tx, caller, body, customer, lines, shares)
        await tillSalesRepository(tx).complete(docKey, { documentId, discount })
        if (used !== null)
          await tillSalesRepository(tx).addCoupons([
            {
              docKey,
              couponId: used.coupon.id,
              nth: 1,
              code: used.coupon.code,
              name: used.coupon.name,
              discount,
              linesJson: '[]',
              state: 'used',
            },
          ])
        await needs.points.settle(tx, [documentId])
        return {
          docKey,
          documentId,
          total,
          discount,
          payable: total - discount,
          shares,
          coupon: used === null ? null : { code: used.coupon.code, name: used.coupon.name },
          points:
            customer === null
              ? null
              : {
                  earned: await needs.points.creditedFor(tx, documentId),
                  balance: (await needs.points.balances(tx, [customer.memberId])).get(customer.memberId) ?? 0,
                },
        }
      }),

    /** The sale did not come about. Its receipt's key is spent: a late commit of it is refused. */
    cancel: (caller: TillCaller, body: { key: string; businessDate: string; receiptNo: string }) =>
      once(caller, { name: 'cancel', reply: tillApi.operations.cancel.reply }, body, async tx => {
        const docKey = keyOf(caller, body)
        const sale = await tillSalesRepository(tx).sale(docKey)
        if (sale !== undefined && sale.state !== 'cancelled') throw tillErrors.alreadyCommitted()
        if (sale === undefined) {
          const now = clock.now()
          await tillSalesRepository(tx).open({
            docKey,
            tillId: caller.tillId,
            documentId: null,
            memberId: null,
            discount: 0,
            state: 'cancelled',
            committedAt: now,
            closedAt: now,
          })
        }
        return { docKey, released: (await needs.coupons.release(tx, docKey)) > 0 }
      }),

    /** Whether the till has committed a receipt (for tests of the whole). */
    find: (docKey: string) => tillSalesRepository(db).sale(docKey),
  }
}
export type Selling = ReturnType<typeof selling>
