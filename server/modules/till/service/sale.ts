import type { Tx } from '../../../kernel/db.ts'
import type { TillCaller } from '../../../kernel/http/caller.ts'
import { decimal4, fenFromDecimal4 } from '../../../kernel/money.ts'
import { plainCouponCode, refusals, type Applied, type HeldCandidate, type HeldCoupon } from '../../coupons/index.ts'
import type { CouponRefusal } from '../../coupons/contract.ts'
import { tillApi, tillErrors, type Committed, type CommitBody, type LockBody, type QuoteBody } from '../contract.ts'
import { tillCodesRepository } from '../repository/codes.ts'
import { tillSalesRepository, type TillCouponRecord, type TillSaleRecord } from '../repository/sales.ts'
import { discountOf, goodsOf, shareOut, totalOf } from './basket.ts'
import type { Customer, Customers } from './customer.ts'
import type { TillDeps } from './deps.ts'
import { docKeyOf, type Once } from './once.ts'
import type { PointsUse } from './points-use.ts'
import type { Quoting } from './quote.ts'
import { recordSale } from './record.ts'

const refused = (refusal: CouponRefusal) =>
  tillErrors.couponRefused({ reason: refusal.text.zh, reasonEn: refusal.text.en, refusal })
const yuan = (fen: number): string => `¥${(fen / 100).toFixed(2)}`

/** The coupons of a sale as they are kept with it: with the share of each line in their scope, for its returns. */
export const usedCoupons = (docKey: string, applied: readonly Applied<HeldCandidate>[]): TillCouponRecord[] =>
  applied.map(({ coupon, discount, lines }, at) => ({
    docKey,
    couponId: coupon.id,
    nth: at + 1,
    code: coupon.held.code,
    name: coupon.held.name,
    discount,
    linesJson: JSON.stringify(lines),
    state: 'used',
  }))

/** A sale whose coupons are to be held; a coupon's own code is proof enough of whose it is. */
type ToHold = Pick<LockBody, 'couponCode' | 'couponCodes' | 'points' | 'lines'> & { readonly memberCode: string | null }

/** A sale at the till: hold its coupon, commit it, or let it go. */
export function selling(deps: TillDeps, people: Customers, quotes: Quoting, paying: PointsUse, once: Once) {
  const { db, clock, needs } = deps
  const keyOf = (caller: TillCaller, receipt: { businessDate: string; receiptNo: string }): string =>
    docKeyOf(caller.storeCode, caller.tillCode, receipt.businessDate, receipt.receiptNo)

  async function open(tx: Tx, docKey: string, known?: TillSaleRecord): Promise<void> {
    const sale = known ?? (await tillSalesRepository(tx).sale(docKey))
    if (sale !== undefined) throw sale.state === 'cancelled' ? tillErrors.cancelled() : tillErrors.alreadyCommitted()
  }

  const codesOf = (body: { couponCode: string | null; couponCodes: readonly string[] }): string[] => [
    ...new Set([...(body.couponCode === null ? [] : [body.couponCode]), ...body.couponCodes].map(plainCouponCode)),
  ]

  /** The coupons of these codes and whose they are: the member who was scanned, or who holds the first of them. */
  async function couponsFor(
    tx: Tx,
    codes: readonly string[],
    scanned: Customer | null,
  ): Promise<{ coupons: HeldCoupon[]; customer: Customer | null }> {
    const coupons: HeldCoupon[] = []
    for (const code of codes) {
      const coupon = await needs.coupons.byCode(tx, code)
      if (coupon === undefined) throw refused(refusals.notFound)
      coupons.push(coupon)
    }
    const first = coupons[0]
    if (first === undefined) return { coupons, customer: scanned }
    const holder = scanned ?? (await people.holder(tx, first))
    if (holder === null) throw tillErrors.noMember()
    const weak = people.weakness(holder)
    if (weak !== null) throw refused(weak)
    return { coupons, customer: holder }
  }

  function checkPayments(body: CommitBody, payable: number): void {
    if (body.payments.length === 0) return
    const paid = fenFromDecimal4(body.payments.reduce((sum, payment) => sum + decimal4(payment.amount), 0n))
    if (paid !== payable) throw tillErrors.totalsDiffer({ paid: yuan(paid), payable: yuan(payable) })
  }

  /** Holds the coupons of a sale that is known as `docKey`, and uses up the proof of whose they are, in the caller's transaction. */
  async function hold(tx: Tx, caller: TillCaller, body: ToHold, docKey: string, receipt?: QuoteBody['receipt']) {
    const scanned = body.memberCode === null ? null : await people.known(tx, body.memberCode, { ...caller, docKey })
    const codes = codesOf(body)
    const { coupons, customer } = await couponsFor(tx, codes, scanned)
    if (customer === null) throw tillErrors.noMember()
    const goods = goodsOf(await quotes.priced(tx, body.lines))
    await people.use(tx, customer, caller.tillId, docKey)
    const until = await needs.coupons.lock(tx, {
      coupons,
      docKey,
      storeCode: caller.storeCode,
      channel: 'till',
      memberId: customer.memberId,
      goods,
    })
    // Asked now that they are held: what it says is reckoned by the terms that were frozen, whoever edits the template meanwhile.
    const { memberCode, points, lines } = body
    const asked = { receipt, memberCode, couponCodes: codes, points, lines }
    const quote = await quotes.quote(caller, asked, { heldAs: docKey, from: tx })
    return { docKey, lockedUntil: until.toISOString(), quote }
  }

  /**
   * Writes a paid sale down in the caller's transaction. `spendKey` names the spend of its points where the receipt's own key
   * was used before.
   */
  async function take(tx: Tx, caller: TillCaller, body: CommitBody, spendKey = ''): Promise<Committed> {
    const docKey = keyOf(caller, body)
    await open(tx, docKey)
    const scanned = body.memberCode === null ? null : await people.known(tx, body.memberCode, { ...caller, docKey })
    const { coupons, customer } = await couponsFor(tx, codesOf(body), scanned)
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
    // Coupons that were held for this receipt but are not used after all become free with it.
    const applied =
      customer === null || coupons.length === 0
        ? (await needs.coupons.release(tx, docKey), [])
        : await needs.coupons.redeem(tx, {
            coupons,
            docKey,
            storeCode: caller.storeCode,
            channel: 'till',
            memberId: customer.memberId,
            goods: goodsOf(lines),
          })
    const discount = discountOf(applied)
    if (customer !== null) await people.use(tx, customer, caller.tillId, docKey)
    const points = await paying.spend(tx, customer, body.points, { docKey, due: total - discount, spendKey })
    const payable = total - discount - (points?.fen ?? 0)
    checkPayments(body, payable)
    const shares = shareOut(lines, applied)
    const { documentId } = await recordSale(tx, deps, caller, {
      docKey,
      receipt: body,
      businessAt: new Date(body.businessAt),
      customer,
      lines,
      shares,
      discount,
      coupons: usedCoupons(docKey, applied),
      points,
      spendKey,
      payable,
    })
    const used = applied.map(each => ({
      code: each.coupon.held.code,
      name: each.coupon.held.name,
      discount: each.discount,
    }))
    return {
      docKey,
      documentId,
      total,
      discount,
      payable,
      shares,
      coupons: used,
      coupon: used[0] ?? null,
      pointsPaid: points,
      points:
        customer === null
          ? null
          : {
              earned: await needs.points.creditedFor(tx, documentId),
              balance: (await needs.points.balances(tx, [customer.memberId])).get(customer.memberId) ?? 0,
            },
    }
  }

  return {
    /** Holds a coupon for the sale of this receipt. */
    lock: (caller: TillCaller, body: LockBody) =>
      once(caller, { name: 'lock', reply: tillApi.operations.lock.reply }, body, async tx => {
        const docKey = keyOf(caller, body)
        await open(tx, docKey)
        const held = await hold(tx, caller, body, docKey, {
          businessDate: body.businessDate,
          receiptNo: body.receiptNo,
        })
        // Who gave up or paid meanwhile has looked for locks before this one was there: such a receipt takes none any more.
        await open(tx, docKey, await tillSalesRepository(tx).hold(docKey))
        return held
      }),

    hold,

    /** The sale is paid: its document, its coupon, its points, in one transaction. */
    commit: (caller: TillCaller, body: CommitBody) =>
      once(caller, { name: 'commit', reply: tillApi.operations.commit.reply }, body, tx => take(tx, caller, body)),

    take,

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
        await tillCodesRepository(tx).release(docKey)
        return { docKey, released: (await needs.coupons.release(tx, docKey)) > 0 }
      }),

    /** Whether the till has committed a receipt (for tests of the whole). */
    find: (docKey: string) => tillSalesRepository(db).sale(docKey),
  }
}
export type Selling = ReturnType<typeof selling>
