import { fenFromDecimal4, decimal4 } from '../../../kernel/money.ts'
import { shiftForReceipt, shiftsRepository } from '../repository/shifts.ts'
import type { TillDeps, TillNeeds } from './deps.ts'
import type { TillLimits } from './fraud/limits.ts'
import { invoicesAfter } from './invoice-after.ts'
import { docKeyOf } from './once.ts'

/**
 * What the sales of a till need, watched: every receipt that is written enters the open shift, passes the limits of its
 * card and till, and reddens the invoice of what it brings back, all in the transaction of the sale itself.
 */
export function watchedNeeds({ clock, newId, needs }: TillDeps, limits: TillLimits): TillNeeds {
  return {
    ...needs,
    coupons: {
      ...needs.coupons,
      async redeem(tx, use) {
        const [storeCode = '', tillCode = '', businessDate = ''] = use.docKey.split('|')
        for (const _ of use.coupons) await limits.redemption(tx, { storeCode, tillCode, businessDate }, use.memberId)
        return needs.coupons.redeem(tx, use)
      },
    },
    async recordSale(tx, document) {
      const { memberId } = document
      const withheld =
        document.type === 'sale' && memberId !== null ? await limits.earning(tx, document, memberId) : null
      const at = clock.now()
      const shiftId = await shiftForReceipt(tx, document, { id: newId(), at })
      const recorded = await needs.recordSale(tx, document)
      await shiftsRepository(tx).enter({
        docKey: docKeyOf(document.storeCode, document.tillCode, document.businessDate, document.receiptNo),
        shiftId,
        storeCode: document.storeCode,
        tillCode: document.tillCode,
        businessDate: document.businessDate,
        kind: document.type,
        documentId: recorded.documentId,
        memberId,
        cashier: document.cashier,
        net: fenFromDecimal4(document.lines.reduce((sum, line) => sum + decimal4(line.net), 0n)),
        withheld,
        at,
      })
      if (document.type === 'return') await invoicesAfter(tx, [recorded.documentId], at)
      return recorded
    },
  }
}
