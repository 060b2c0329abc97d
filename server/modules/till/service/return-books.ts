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
import { couponsUsedAgain } from './coupons-again.ts'
import type { PointsUse } from './points-use.ts'
import { partOf, reckon, type SaleCoupon } from './reckoning.ts'

const LineShares = z.array(z.object({ lineNo: z.int(), share: z.int() }))

/** Fen that a coupon took off when its sale was made. */
function discountAtSale({ linesJson, discount }: TillCouponRecord): number {
  const shares = LineShares.parse(JSON.parse(linesJson))
  return shares.length === 0 ? discount : shares.reduce((sum, { share }) => sum + share, 0)
}

/** Fen that a sale cost after its coupons. */
export const paidFor = (lines: readonly TillLineRecord[]): number =>
  fenFromDecimal4(lines.reduce((sum, line) => sum + decimal4(line.net), 0n))

/** Some of a line that comes back. */
export interface Back {
  readonly line: TillLineRecord
  readonly quantity: Decimal4
}
/** How a sale stands beside its pieces. */
interface Standing {
  /** Fen that are out: never asked back. */
  readonly refundedBefore: number
  /** All of it came back, or it never was. */
  readonly isAll: boolean
  /** Nobody but our own tills has told of a return. */
  readonly isOwnOnly?: boolean
}
type Outcome = Returned['coupons'][number]

/** What a return does to the books of its sale, whoever tells of it: pieces, money, points that paid, coupons. */
export function returnBooks(deps: Pick<TillDeps, 'clock' | 'newId' | 'needs'>, paying: PointsUse) {
  const { clock, needs } = deps
  const usedAgain = couponsUsedAgain(deps)

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

  /** The coupons of a sale; one that has been given back is looked up by its code. */
  async function heldFor(tx: Tx, docKey: string, used: readonly TillCouponRecord[]): Promise<HeldCoupon[]> {
    const held = await needs.coupons.usedBy(tx, docKey)
    const gone = used.filter(coupon => !held.some(each => each.id === coupon.couponId))
    for (const { code } of gone) held.push(...[await needs.coupons.byCode(tx, code)].flatMap(each => each ?? []))
    return held
  }

  /** What came off a sale by now: fen refunded in all, and what becomes of points and coupons with it. */
  async function settle(
    tx: Tx,
    sale: TillSaleRecord,
    lines: readonly TillLineRecord[],
    at: Standing & { key?: string; used: readonly TillCouponRecord[] },
  ) {
    const { docKey } = sale
    const paid = paidFor(lines)
    const held = await heldFor(tx, docKey, at.used)
    const reckoned = reckon(needs.coupons, lines, saleCoupons(at.used, held), Math.min(at.refundedBefore, paid))
    const full = at.isAll || lines.every(line => decimal4(line.returnedQuantity) >= decimal4(line.quantity))
    // Nobody pays out what nobody told of: the next return of our own brings the difference.
    const more = at.isOwnOnly === true ? at.refundedBefore : reckoned.refunded
    const refunded = at.isAll ? Math.max(paid, reckoned.refunded) : more
    await tillSalesRepository(tx).stand(docKey, {
      refunded,
      state: full ? 'returned' : 'committed',
      closedAt: full ? clock.now() : null,
    })
    const pointsBack = await paying.bringTo(tx, {
      docKey,
      ...(at.key === undefined ? {} : { key: at.key }),
      refunded,
      paid,
      full,
    })
    return { full, refunded, discounts: reckoned.discounts, pointsBack }
  }

  return {
    /** Books a return of our own till off its sale, which the caller holds. `returnKey` names the return. */
    async book(tx: Tx, sale: TillSaleRecord, backs: readonly Back[], returnKey: string) {
      const sales = tillSalesRepository(tx)
      const after = await takeBack(tx, sale.docKey, backs)
      const all = await sales.coupons(sale.docKey)
      const used = all.filter(coupon => coupon.state === 'used')
      const { full, refunded, discounts, pointsBack } = await settle(tx, sale, after, {
        key: returnKey,
        // With those that were given back: what stays has cost its full price since, and is not to be had for less again.
        used: all,
        refundedBefore: sale.refunded,
        isAll: false,
      })
      const coupons = await couponsAfter(tx, sale.docKey, used, discounts, full)
      const refund = refunded - sale.refunded
      return { full, refund, pieces: backs.map(back => pieceOf(back, after)), coupons, pointsBack }
    },

    /**
     * Brings a sale, which the caller holds, to what has come back of it by now, whoever told it: more than before, or less
     * where something told was corrected or void. Money that is out is never asked back (`refundedBefore`, fen). Returns what is
     * refunded in all.
     */
    async bringTo(tx: Tx, sale: TillSaleRecord, lines: readonly TillLineRecord[], standing: Standing): Promise<number> {
      const sales = tillSalesRepository(tx)
      const before = await sales.lines(sale.docKey)
      await sales.setBack(sale.docKey, lines)
      // As they were when the sale was made: what returns did to them so far is reckoned anew.
      const now = await sales.coupons(sale.docKey)
      const used = now.map(coupon => ({ ...coupon, discount: discountAtSale(coupon) }))
      const { full, refunded, discounts } = await settle(tx, sale, lines, { used, ...standing })
      // Only where less has come back than was told before: else what was given back stays given back.
      const isLess = refunded < sale.refunded || before.some(line => isFewer(line, lines))
      if (isLess && !full) await usedAgain(tx, sale, lines, now, discounts)
      const open = (await sales.coupons(sale.docKey)).filter(coupon => coupon.state === 'used')
      await couponsAfter(tx, sale.docKey, open, discounts, full)
      return refunded
    },
  }
}
export type ReturnBooks = ReturnType<typeof returnBooks>

/** Less of a line is back by now than was. */
const isFewer = (before: TillLineRecord, now: readonly TillLineRecord[]): boolean =>
  decimal4(now.find(line => line.lineNo === before.lineNo)?.returnedQuantity ?? '0') < decimal4(before.returnedQuantity)

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
