import { shopDay } from '../../../kernel/clock.ts'
import type { Db } from '../../../kernel/db.ts'
import type { TillCaller } from '../../../kernel/http/caller.ts'
import { decimal4 } from '../../../kernel/money.ts'
import type { QuoteBody } from '../contract.ts'
import { LIMIT_TEXTS } from '../contract/fraud.ts'
import type { LineShare, PricedLine } from './basket.ts'
import type { Customer } from './customer.ts'
import type { TillDeps } from './deps.ts'
import type { TillLimits } from './fraud/limits.ts'
import type { PointsPayment } from './points-pay.ts'
import { paymentsWith } from './record.ts'

/** A basket that a customer is about to buy, after its coupons and points. */
interface Basket {
  readonly body: QuoteBody
  readonly customer: Customer
  readonly lines: readonly PricedLine[]
  readonly shares: readonly LineShare[]
  readonly points: PointsPayment | null
  readonly payable: number
}

/** What a basket would earn: what its sale is credited with when nothing else happens in between; and why nothing, where a limit says so. */
export function earningOf({ clock, config, needs }: TillDeps, limits: Pick<TillLimits, 'earns'>) {
  return async (db: Db, caller: TillCaller, basket: Basket) => {
    const { body, customer, lines, shares } = basket
    const businessDate = body.receipt?.businessDate ?? shopDay(clock.now(), config.SHOP_ZONE)
    const { storeCode, tillCode } = caller
    const limit = await limits.earns(db, { storeCode, tillCode, businessDate }, customer.memberId)
    if (limit !== null) return { points: 0, notices: [LIMIT_TEXTS[limit]] }
    const points = await needs.points.estimate(db, {
      memberId: customer.memberId,
      cardNo: customer.cardNo,
      storeCode,
      businessDate,
      businessAt: clock.now(),
      payments: paymentsWith(body.payments ?? [], basket.points, basket.payable),
      lines: lines.map(({ productCode, kind, categoryCode, net }, at) => ({
        productCode,
        // A product that nobody knows is written down as goods.
        kind: kind ?? 'goods',
        categoryCode,
        net: decimal4(shares[at]?.net ?? net),
      })),
    })
    return { points }
  }
}
export type EarningOf = ReturnType<typeof earningOf>
