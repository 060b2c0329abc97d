import type { Tx } from '../../../kernel/db.ts'
import type { TillCaller } from '../../../kernel/http/caller.ts'
import { decimal4, fenFromDecimal4, formatDecimal4, type Decimal4 } from '../../../kernel/money.ts'
import { tillApi, tillErrors, type ReturnBody } from '../contract.ts'
import { tillSalesRepository, type TillLineRecord, type TillSaleRecord } from '../repository/sales.ts'
import type { SoldLine, TillDeps } from './deps.ts'
import { docKeyOf, type Once } from './once.ts'

interface Back {
  readonly line: TillLineRecord
  readonly quantity: Decimal4
}

/**
 * The part of an amount that belongs to the first `quantity` of a line, cut toward zero at the fen. Returns take
 * differences of it, so k returns of one piece give back exactly what one return of k pieces does, and the last gives the rest.
 */
const partOf = (amount: Decimal4, quantity: Decimal4, whole: Decimal4): Decimal4 =>
  quantity >= whole ? amount : ((amount * quantity) / whole / 100n) * 100n

/** Goods that come back to the till. */
export function returning({ clock, needs }: TillDeps, once: Once) {
  async function wanted(tx: Tx, docKey: string, body: ReturnBody): Promise<Back[]> {
    const lines = await tillSalesRepository(tx).lines(docKey)
    if (body.lines === undefined) {
      const open = lines
        .map(line => ({ line, quantity: decimal4(line.quantity) - decimal4(line.returnedQuantity) }))
        .filter(({ quantity }) => quantity > 0n)
      if (open.length === 0) throw tillErrors.nothingLeft()
      return open
    }
    const byLine = new Map<number, Decimal4>()
    for (const { lineNo, quantity } of body.lines) byLine.set(lineNo, (byLine.get(lineNo) ?? 0n) + decimal4(quantity))
    return [...byLine].map(([lineNo, quantity]) => {
      const line = lines.find(each => each.lineNo === lineNo)
      if (line === undefined) throw tillErrors.noLine({ lineNo })
      return { line, quantity }
    })
  }

  /** Books the pieces off the sale and returns them as lines of the return; the guard lets nobody bring back what is not there. */
  async function takeBack(tx: Tx, docKey: string, backs: readonly Back[]): Promise<SoldLine[]> {
    const sales = tillSalesRepository(tx)
    for (const { line, quantity } of backs) {
      if (await sales.takeBack(docKey, line.lineNo, formatDecimal4(quantity))) continue
      const now = (await sales.lines(docKey)).find(each => each.lineNo === line.lineNo)
      const left = now === undefined ? 0n : decimal4(now.quantity) - decimal4(now.returnedQuantity)
      throw tillErrors.tooMuch({ lineNo: line.lineNo, left: formatDecimal4(left).replace(/\.?0+$/, '') })
    }
    // Read again under the row locks that the updates hold: what was returned before us is settled now.
    const after = new Map((await sales.lines(docKey)).map(line => [line.lineNo, line]))
    return backs.map(({ line, quantity }, i) => {
      const until = decimal4(after.get(line.lineNo)?.returnedQuantity ?? '0')
      const share = (amount: string): Decimal4 => {
        const whole = decimal4(line.quantity)
        return partOf(decimal4(amount), until, whole) - partOf(decimal4(amount), until - quantity, whole)
      }
      return {
        lineNo: i + 1,
        productCode: line.productCode,
        name: line.name,
        quantity: formatDecimal4(-quantity),
        unit: line.unit,
        unitPrice: line.unitPrice,
        discount: formatDecimal4(-share(line.discount)),
        net: formatDecimal4(-share(line.net)),
        isGift: line.isGift === 1,
      }
    })
  }

  async function couponAfter(tx: Tx, sale: TillSaleRecord, full: boolean) {
    if ((await tillSalesRepository(tx).coupons(sale.docKey)).length === 0) return null
    if (!full) return 'kept' as const
    return (await needs.coupons.giveBack(tx, sale.docKey))?.outcome ?? ('kept' as const)
  }

  return {
    /** Records a return of some or all of a sale. A partial return leaves the coupon used; the last one gives it back. */
    returnSale: (caller: TillCaller, body: ReturnBody) =>
      once(caller, { name: 'return', reply: tillApi.operations.returnSale.reply }, body, async tx => {
        const sales = tillSalesRepository(tx)
        const original = docKeyOf(
          caller.storeCode,
          body.original.tillCode ?? caller.tillCode,
          body.original.businessDate,
          body.original.receiptNo,
        )
        const sale = await sales.sale(original)
        if (sale === undefined || sale.state === 'cancelled' || sale.documentId === null) throw tillErrors.noSale()
        const docKey = docKeyOf(caller.storeCode, caller.tillCode, body.businessDate, body.receiptNo)
        const coupon = (await sales.coupons(original))[0] ?? null
        const lines = await takeBack(tx, original, await wanted(tx, original, body))
        const full = (await sales.lines(original)).every(
          line => decimal4(line.returnedQuantity) >= decimal4(line.quantity),
        )
        if (full) await sales.close(original, clock.now())
        const outcome = await couponAfter(tx, sale, full)

        const member =
          sale.memberId === null ? undefined : (await needs.members.briefs(tx, [sale.memberId])).get(sale.memberId)
        const refund = fenFromDecimal4(-lines.reduce((sum, line) => sum + decimal4(line.net), 0n))
        const { documentId } = await needs.recordSale(tx, {
          storeCode: caller.storeCode,
          tillCode: caller.tillCode,
          businessDate: body.businessDate,
          receiptNo: body.receiptNo,
          type: 'return',
          businessAt: new Date(body.businessAt),
          cashier: body.cashier === '' ? null : body.cashier,
          cardNo: member?.cardNo ?? null,
          memberId: sale.memberId,
          payments: [],
          originalDocKey: original,
          lines,
        })
        await needs.points.settle(tx, [documentId])
        const taken = await needs.points.creditedFor(tx, documentId)
        return {
          docKey,
          documentId,
          refund,
          full,
          coupon: coupon === null || outcome === null ? null : { code: coupon.code, name: coupon.name, outcome },
          points:
            sale.memberId === null
              ? null
              : { taken: -taken, balance: (await needs.points.balances(tx, [sale.memberId])).get(sale.memberId) ?? 0 },
        }
      }),
  }
}
export type Returning = ReturnType<typeof returning>
