import { inTransaction, type Tx } from '../../../kernel/db.ts'
import type { TillCaller } from '../../../kernel/http/caller.ts'
import { decimal4, decimal4FromFen, fenFromDecimal4, formatDecimal4, type Decimal4 } from '../../../kernel/money.ts'
import { spread } from '../../coupons/index.ts'
import { tillApi, tillErrors, type Returned, type ReturnBody, type ReturnQuoteBody } from '../contract.ts'
import { tillSalesRepository, type TillSaleRecord } from '../repository/sales.ts'
import type { SoldLine, TillDeps } from './deps.ts'
import { docKeyOf, type Once } from './once.ts'
import { paymentsBack } from './record.ts'
import type { Back, Piece, ReturnBooks } from './return-books.ts'

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
export function returning({ db, clock, needs }: TillDeps, books: ReturnBooks, once: Once) {
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
    const sale = await original(tx, caller, asked.original)
    const docKey = docKeyOf(caller.storeCode, caller.tillCode, asked.businessDate, asked.receiptNo)
    const backs = await wanted(tx, sale.docKey, asked)
    const { full, refund, pieces, coupons, pointsBack } = await books.book(tx, sale, backs, docKey)
    const lines = returnLines(pieces, refund)
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
      payments: paymentsBack(refund, pointsBack),
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
    /** Records a return in the caller's transaction. */
    take: record,

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
