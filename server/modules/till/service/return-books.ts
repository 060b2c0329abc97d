import { z } from 'zod'
import type { Tx } from '../../../kernel/db.ts'
import { decimal4, fenFromDecimal4, formatDecimal4, type Decimal4 } from '../../../kernel/money.ts'
import { termsOfCoupon, type HeldCoupon } from '../../coupons/index.ts'
import { tillErrors, type Returned } from '../contract.ts'
import {
  tillSalesRepository,
  type TillCouponRecord,
  type TillLineRecord,
  type TillSaleRecord,
} from '../repository/sales.ts'
import type { TillDeps } from './deps.ts'
import type { PointsUse } from './points-use.ts'
import { partOf, reckon, type SaleCoupon } from './reckoning.ts'

const LineShares = z.array(z.object({ lineNo: z.int(), share: z.int() }))

/** Some of a line that comes back. */
export interface Back {
  readonly line: TillLineRecord
  readonly quantity: Decimal4
}
type Outcome = Returned['coupons'][number]

/** What a return does to the books of its sale, whoever tells of it: pieces, money, points that paid, coupons. */
export function returnBooks({ clock, needs }: Pick<TillDeps, 'clock' | 'needs'>, paying: PointsUse) {
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

  return {
    /**
     * Books a return off its sale, which the caller holds. `returnKey` names the return; `refundedElsewhere` is what has
     * been paid out for it already, fen, where somebody else has decided it: that much is never taken back.
     */
    async book(
      tx: Tx,
      sale: TillSaleRecord,
      backs: readonly Back[],
      { returnKey, refundedElsewhere = 0 }: { returnKey: string; refundedElsewhere?: number },
    ) {
      const sales = tillSalesRepository(tx)
      const { docKey } = sale
      const after = await takeBack(tx, docKey, backs)
      const paid = fenFromDecimal4(after.reduce((sum, line) => sum + decimal4(line.net), 0n))
      const before = Math.max(sale.refunded, Math.min(sale.refunded + refundedElsewhere, paid))
      const used = (await sales.coupons(docKey)).filter(coupon => coupon.state === 'used')
      const held = await needs.coupons.usedBy(tx, docKey)
      const reckoned = reckon(needs.coupons, after, saleCoupons(used, held), before)
      const full = after.every(line => decimal4(line.returnedQuantity) >= decimal4(line.quantity))
      const refund = reckoned.refunded - sale.refunded

      await sales.refund(docKey, refund)
      if (full) await sales.close(docKey, clock.now())
      const pointsBack = await paying.giveBack(tx, {
        docKey,
        returnKey,
        refundedBefore: sale.refunded,
        refunded: reckoned.refunded,
        paid,
        full,
      })
      const coupons = await couponsAfter(tx, docKey, used, reckoned.discounts, full)
      return { full, refund, pieces: backs.map(back => pieceOf(back, after)), coupons, pointsBack }
    },
  }
}
export type ReturnBooks = ReturnType<typeof returnBooks>

/** What has come back of a line, with its part of the price. */
export interface Piece {
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
