import type { Tx } from '../../../kernel/db.ts'
import { AppError } from '../../../kernel/errors.ts'
import { decimal4, decimal4FromFen, formatDecimal4 } from '../../../kernel/money.ts'
import { offlineRepository } from '../repository/offline.ts'
import {
  tillSalesRepository,
  type TillCouponRecord,
  type TillLineRecord,
  type TillSaleRecord,
} from '../repository/sales.ts'
import { discountOf, goodsOf, priceBasket } from './basket.ts'
import type { TillDeps } from './deps.ts'
import { partOf } from './reckoning.ts'

/**
 * Coupons of a sale that a return had given back or made smaller, when it turns out that less or nothing came back: each is
 * used again for what the goods that stayed are worth. One that is not there any more is a recorded loss of the company's:
 * its discount stands on the receipt. One that had lapsed meanwhile stays so.
 */
export function couponsUsedAgain({ clock, newId, needs }: Pick<TillDeps, 'clock' | 'newId' | 'needs'>) {
  async function goodsLeft(tx: Tx, lines: readonly TillLineRecord[]) {
    const products = await needs.productsOf(tx, [...new Set(lines.map(line => line.productCode))])
    const left = lines.flatMap(line => {
      const [whole, gone] = [decimal4(line.quantity), decimal4(line.returnedQuantity)]
      if (gone >= whole) return []
      const worth = decimal4(line.net) + decimal4FromFen(line.couponDiscount)
      return {
        lineNo: line.lineNo,
        productCode: line.productCode,
        name: line.name,
        quantity: formatDecimal4(whole - gone),
        unit: line.unit ?? '',
        unitPrice: line.unitPrice,
        discount: '0',
        net: formatDecimal4(worth - partOf(worth, gone, whole)),
        isGift: line.isGift === 1,
      }
    })
    return goodsOf(priceBasket(left, products))
  }

  async function lose(tx: Tx, sale: TillSaleRecord, coupon: TillCouponRecord, amount: number, why: AppError) {
    const [storeCode = '', , businessDate = ''] = sale.docKey.split('|')
    await offlineRepository(tx).addLossOnce({
      id: newId(),
      docKey: sale.docKey,
      tillId: sale.tillId,
      storeCode,
      businessDate,
      memberId: sale.memberId,
      kind: 'coupon',
      subject: coupon.code,
      amount,
      company: amount,
      store: 0,
      cause: 'usedElsewhere',
      zh: why.zh.slice(0, 100),
      en: why.en.slice(0, 100),
      createdAt: clock.now(),
    })
  }

  /** `now` are the coupons as they stand, `wanted` what each is to take off; a coupon that is not named takes nothing. */
  return async (
    tx: Tx,
    sale: TillSaleRecord,
    lines: readonly TillLineRecord[],
    now: readonly TillCouponRecord[],
    wanted: ReadonlyMap<string, number>,
  ): Promise<void> => {
    const { docKey } = sale
    const change = (coupon: TillCouponRecord, to: { discount: number; state: string }) =>
      tillSalesRepository(tx).changeCoupon(docKey, coupon.couponId, to)
    for (const coupon of now) {
      const asked = wanted.get(coupon.couponId) ?? 0
      const isLess = coupon.state === 'restored' ? asked > 0 : coupon.state === 'used' && asked > coupon.discount
      if (!isLess) continue
      if (coupon.state === 'used') {
        const [back] = await needs.coupons.giveBack(tx, docKey, [coupon.couponId])
        if (back?.outcome === 'lapsed') {
          await change(coupon, { discount: 0, state: 'lapsed' })
          continue
        }
      }
      const held = await needs.coupons.byCode(tx, coupon.code)
      if (held === undefined) continue
      try {
        const applied = await needs.coupons.redeem(tx, {
          coupons: [held],
          docKey,
          storeCode: docKey.split('|')[0] ?? '',
          channel: 'till',
          memberId: sale.memberId ?? held.memberId,
          goods: await goodsLeft(tx, lines),
          at: sale.committedAt,
        })
        await change(coupon, { discount: discountOf(applied), state: 'used' })
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        await change(coupon, { discount: 0, state: 'restored' })
        await lose(tx, sale, coupon, asked, error)
      }
    }
  }
}
