import { z } from 'zod'
import { inTransaction, type Tx } from '../../../kernel/db.ts'
import type { TillCaller } from '../../../kernel/http/caller.ts'
import { decimal4, decimal4FromFen, fenFromDecimal4, formatDecimal4, type Decimal4 } from '../../../kernel/money.ts'
import { spread, termsOfCoupon, type HeldCoupon } from '../../coupons/index.ts'
import { tillApi, tillErrors, type Returned, type ReturnBody, type ReturnQuoteBody } from '../contract.ts'
import {
  tillSalesRepository,
  type TillCouponRecord,
  type TillLineRecord,
  type TillSaleRecord,
} from '../repository/sales.ts'
import type { SoldLine, TillDeps } from './deps.ts'
import type { PointsUse } from './points-use.ts'
import { docKeyOf, type Once } from './once.ts'
import { partOf, reckon, type SaleCoupon } from './reckoning.ts'

const LineShares = z.array(z.object({ lineNo: z.int(), share: z.int() }))

interface Back {
  readonly line: TillLineRecord
  readonly quantity: Decimal4
}
type Outcome = Returned['coupons'][number]
type Original = ReturnBody['original']

/** A return as it is asked for; a quote has no receipt of its own. */
type Asked = Pick<ReturnBody, 'original' | 'lines'> &
  Pick<ReturnBody, 'businessDate' | 'receiptNo' | 'businessAt' | 'cashier'>

/** Carries what a quote of a return has found out of its transaction, which is undone. */
class Undone extends Error {
  readonly found: Returned
  constructor(found: Returned) {
    super('the quote of a return stores nothing')
    this.found = found
  }
}

/** Goods that come back to the till. */
export function returning({ db, clock, needs }: TillDeps, paying: PointsUse, once: Once) {
  async function wanted(tx: Tx, docKey: string, asked: Asked): Promise<Back[]> {
    const lines = await tillSalesRepository(tx).lines(docKey)
    if (asked.lines === undefined) {
      const open = lines
        .map(line => ({ line, quantity: decimal4(line.quantity) - decimal4(line.returnedQuantity) }))
        .filter(({ quantity }) => quantity > 0n)
      if (open.length === 0) throw tillErrors.nothingLeft()
      return open
    }
    const byLine = new Map<number, Decimal4>()
    for (const { lineNo, quantity } of asked.lines) byLine.set(lineNo, (byLine.get(lineNo) ?? 0n) + decimal4(quantity))
    return [...byLine].map(([lineNo, quantity]) => {
      const line = lines.find(each => each.lineNo === lineNo)
      if (line === undefined) throw tillErrors.noLine({ lineNo })
      return { line, quantity }
    })
  }

  /** Books the pieces off the sale; the guard lets nobody bring back what is not there. Returns the lines as they are then. */
  async function takeBack(tx: Tx, docKey: string, backs: readonly Back[]): Promise<TillLineRecord[]> {
    const sales = tillSalesRepository(tx)
    for (const { line, quantity } of backs) {
      if (await sales.takeBack(docKey, line.lineNo, formatDecimal4(quantity))) continue
      const now = (await sales.lines(docKey)).find(each => each.lineNo === line.lineNo)
      const left = now === undefined ? 0n : decimal4(now.quantity) - decimal4(now.returnedQuantity)
      throw tillErrors.tooMuch({ lineNo: line.lineNo, left: formatDecimal4(left).replace(/\.?0+$/, '') })
    }
    return sales.lines(docKey)
  }

  /** What becomes of the coupons of the sale: given back when they take nothing off any more, else worth what is left. */
  async function couponsAfter(
    tx: Tx,
    docKey: string,
    coupons: readonly TillCouponRecord[],
    discounts: ReadonlyMap<string, number>,
    full: boolean,
  ): Promise<Outcome[]> {
    const back = coupons.filter(coupon => full || discounts.get(coupon.couponId) === 0)
    const given = await needs.coupons.giveBack(
      tx,
      docKey,
      back.map(coupon => coupon.couponId),
    )
    const outcomes: Outcome[] = []
    for (const { couponId, code, name, discount } of coupons) {
      const after = given.find(each => each.coupon.id === couponId)
      const left = after === undefined ? (discounts.get(couponId) ?? discount) : 0
      const outcome = after?.outcome ?? (left < discount ? 'repriced' : 'kept')
      if (outcome === 'repriced') await needs.coupons.reprice(tx, docKey, couponId, left)
      if (outcome !== 'kept')
        await tillSalesRepository(tx).changeCoupon(docKey, couponId, {
          discount: left,
          state: outcome === 'repriced' ? 'used' : outcome,
        })
      outcomes.push({ code, name, outcome, discount: left })
    }
    return outcomes
  }

  async function original(
    tx: Tx,
    caller: TillCaller,
    { storeCode, tillCode, businessDate, receiptNo }: Original,
  ): Promise<TillSaleRecord> {
    const docKey = docKeyOf(storeCode ?? caller.storeCode, tillCode ?? caller.tillCode, businessDate, receiptNo)
    // Held until the end: returns of one sale come one after the other.
    const sale = await tillSalesRepository(tx).hold(docKey)
    if (sale === undefined || sale.state === 'cancelled' || sale.documentId === null) throw tillErrors.noSale()
    return sale
  }

  async function record(tx: Tx, caller: TillCaller, asked: Asked): Promise<Returned> {
    const sales = tillSalesRepository(tx)
    const sale = await original(tx, caller, asked.original)
    const docKey = docKeyOf(caller.storeCode, caller.tillCode, asked.businessDate, asked.receiptNo)
    const backs = await wanted(tx, sale.docKey, asked)
    const after = await takeBack(tx, sale.docKey, backs)
    const full = after.every(line => decimal4(line.returnedQuantity) >= decimal4(line.quantity))
    const used = (await sales.coupons(sale.docKey)).filter(coupon => coupon.state === 'used')
    const held = await needs.coupons.usedBy(tx, sale.docKey)
    const reckoned = reckon(needs.coupons, after, saleCoupons(used, held), sale.refunded)
    const refund = reckoned.refunded - sale.refunded
    const pieces = backs.map(back => pieceOf(back, after))
    const lines = returnLines(pieces, refund)

    await sales.refund(sale.docKey, refund)
    if (full) await sales.close(sale.docKey, clock.now())
    const pointsBack = await paying.giveBack(tx, {
      docKey: sale.docKey,
      returnKey: docKey,
      refundedBefore: sale.refunded,
      refunded: reckoned.refunded,
      paid: fenFromDecimal4(after.reduce((sum, line) => sum + decimal4(line.net), 0n)),
      full,
    })
    const coupons = await couponsAfter(tx, sale.docKey, used, reckoned.discounts, full)
    const { memberId } = sale
    const member = memberId === null ? undefined : (await needs.members.briefs(tx, [memberId])).get(memberId)
    const { documentId } = await needs.recordSale(tx, {
      storeCode: caller.storeCode,
      tillCode: caller.tillCode,
      businessDate: asked.businessDate,
      receiptNo: asked.receiptNo,
      type: 'return',
      businessAt: new Date(asked.businessAt),
      cashier: asked.cashier === '' ? null : asked.cashier,
      cardNo: member?.cardNo ?? null,
      memberId,
      payments: [],
      originalDocKey: sale.docKey,
      lines,
    })
    await needs.points.settle(tx, [documentId])
    const taken = await needs.points.creditedFor(tx, documentId)
    const paid = fenFromDecimal4(pieces.reduce((sum, piece) => sum + piece.net, 0n))
    return {
      docKey,
      documentId,
      refund: refund - pointsBack.fen,
      full,
      paid,
      withheld: Math.max(0, paid - refund),
      coupons,
      coupon: coupons[0] ?? null,
      points:
        memberId === null
          ? null
          : { taken: -taken, balance: (await needs.points.balances(tx, [memberId])).get(memberId) ?? 0 },
      pointsBack,
    }
  }

  return {
    /** Records a return of some or all of a sale. A partial return does with each coupon what it says; the last gives all back. */
    returnSale: (caller: TillCaller, body: ReturnBody) =>
      once(caller, { name: 'return', reply: tillApi.operations.returnSale.reply }, body, tx =>
        record(tx, caller, body),
      ),

    /** What a return would give back: the return itself, undone before anybody sees it, so that it is what it says. */
    async quoteReturn(caller: TillCaller, body: ReturnQuoteBody): Promise<Returned> {
      const now = clock.now().toISOString()
      const asked = {
        ...body,
        businessDate: body.original.businessDate,
        receiptNo: QUOTE_RECEIPT,
        businessAt: now,
        cashier: '',
      }
      try {
        return await inTransaction(db, async tx => {
          throw new Undone(await record(tx, caller, asked))
        })
      } catch (error) {
        if (error instanceof Undone) return error.found
        throw error
      }
    },
  }
}
export type Returning = ReturnType<typeof returning>

/** No till prints such a number; nothing is ever stored under it. */
const QUOTE_RECEIPT = '?'

interface Piece {
  readonly line: TillLineRecord
  readonly quantity: Decimal4
  readonly discount: Decimal4
  /** What it cost after coupons. */
  readonly net: Decimal4
}

/** What has just come back of a line: differences of parts, so nothing drifts over many returns. */
function pieceOf({ line, quantity }: Back, after: readonly TillLineRecord[]): Piece {
  const until = decimal4(after.find(each => each.lineNo === line.lineNo)?.returnedQuantity ?? '0')
  const whole = decimal4(line.quantity)
  const share = (amount: string): Decimal4 =>
    partOf(decimal4(amount), until, whole) - partOf(decimal4(amount), until - quantity, whole)
  return { line, quantity, discount: share(line.discount), net: share(line.net) }
}

/** The lines of the return; what the rest loses of a discount is taken off them, by what they cost. */
function returnLines(pieces: readonly Piece[], refund: number): SoldLine[] {
  const paid = pieces.map(piece => Math.max(0, fenFromDecimal4(piece.net)))
  const whole = fenFromDecimal4(pieces.reduce((sum, piece) => sum + piece.net, 0n))
  const less = whole - refund
  const weights = paid.some(fen => fen > 0) ? paid : pieces.map(() => 1)
  const shares = spread(Math.abs(less), weights).map(fen => (less < 0 ? -fen : fen))
  return pieces.map(({ line, quantity, discount, net }, at) => ({
    lineNo: at + 1,
    productCode: line.productCode,
    name: line.name,
    quantity: formatDecimal4(-quantity),
    unit: line.unit,
    unitPrice: line.unitPrice,
    discount: formatDecimal4(-discount),
    net: formatDecimal4(decimal4FromFen(shares[at] ?? 0) - net),
    isGift: line.isGift === 1,
  }))
}

/** The coupons of a sale with what they promised it. Of an older sale nobody knows the shares: it keeps them. */
function saleCoupons(used: readonly TillCouponRecord[], held: readonly HeldCoupon[]): SaleCoupon[] {
  return used.flatMap(coupon => {
    const of = held.find(each => each.id === coupon.couponId)
    if (of === undefined) return []
    const shares = LineShares.parse(JSON.parse(coupon.linesJson))
    const terms = termsOfCoupon(of)
    return {
      couponId: of.id,
      templateId: of.templateId,
      validTo: of.validTo,
      terms: shares.length === 0 ? { ...terms, returnPolicy: 'keep' as const } : terms,
      discount: coupon.discount,
      shares: new Map(shares.map(({ lineNo, share }) => [lineNo, share])),
    }
  })
}
