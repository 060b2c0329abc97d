import { inTransaction, type Tx } from '../../../kernel/db.ts'
import { decimal4, fenFromDecimal4, type Decimal4 } from '../../../kernel/money.ts'
import { tillSalesRepository, type TillLineRecord } from '../repository/sales.ts'
import { toldReturnsRepository } from '../repository/told-returns.ts'
import type { TillDeps } from './deps.ts'
import { partOf } from './reckoning.ts'
import type { Back, ReturnBooks } from './return-books.ts'

type Told = Awaited<ReturnType<ReturnType<typeof toldReturnsRepository>['untold']>>[number]

/** A line of a return as the file says it, turned to what came back. */
interface ToldLine {
  readonly productCode: string
  readonly quantity: Decimal4
  readonly net: Decimal4
}

/**
 * Which lines of a sale goods are that a file says came back: those of the same product that are still there, first the
 * one that cost what was given back for it. What fits no line is left out; only its money counts.
 */
function backsOf(lines: readonly TillLineRecord[], told: readonly ToldLine[]): Back[] {
  const open = new Map(lines.map(line => [line.lineNo, decimal4(line.quantity) - decimal4(line.returnedQuantity)]))
  const taken = new Map<number, Decimal4>()
  for (const { productCode, quantity, net } of told) {
    let left = quantity
    const costs = (line: TillLineRecord): Decimal4 => partOf(decimal4(line.net), quantity, decimal4(line.quantity))
    const off = (line: TillLineRecord): Decimal4 => (costs(line) > net ? costs(line) - net : net - costs(line))
    const same = lines
      .filter(line => line.productCode === productCode)
      .toSorted((a, b) => (off(a) < off(b) ? -1 : off(a) > off(b) ? 1 : a.lineNo - b.lineNo))
    for (const { lineNo } of same) {
      const there = open.get(lineNo) ?? 0n
      const part = left < there ? left : there
      if (part <= 0n) continue
      left -= part
      open.set(lineNo, there - part)
      taken.set(lineNo, (taken.get(lineNo) ?? 0n) + part)
    }
  }
  return lines.flatMap(line => {
    const quantity = taken.get(line.lineNo)
    return quantity === undefined ? [] : [{ line, quantity }]
  })
}

/**
 * Goods of a till's sale that came back to a till that does not talk to us: the night's file tells it, and the sale's
 * books take it as they would the till's own return. The pieces cannot come back a second time, and the points and
 * coupons that paid for them go back. Once for each return, whatever is told how often; a return that our till makes of
 * the same sale meanwhile waits.
 */
export function toldReturns({ db, clock }: Pick<TillDeps, 'db' | 'clock'>, books: ReturnBooks) {
  async function take(tx: Tx, told: Told): Promise<void> {
    const sale = await tillSalesRepository(tx).hold(told.saleKey)
    const returns = toldReturnsRepository(tx)
    if (sale === undefined || sale.state === 'cancelled' || (await returns.isTold(told.docKey))) return
    const lines = (await returns.lines(told.documentId)).map(({ productCode, quantity, net }) => ({
      productCode,
      quantity: -decimal4(quantity),
      net: -decimal4(net),
    }))
    const { refund, pointsBack } = await books.book(
      tx,
      sale,
      backsOf(await tillSalesRepository(tx).lines(sale.docKey), lines),
      { returnKey: told.docKey, refundedElsewhere: Math.max(0, -fenFromDecimal4(decimal4(told.net))) },
    )
    await returns.add({
      docKey: told.docKey,
      saleKey: sale.docKey,
      refunded: refund,
      pointsBack: pointsBack.points,
      at: clock.now(),
    })
  }

  return {
    /** Looks at documents that were written or replaced, whoever told them. */
    async onApplied(documentIds: readonly string[]): Promise<void> {
      for (const told of await toldReturnsRepository(db).untold(documentIds))
        await inTransaction(db, tx => take(tx, told))
    },
  }
}
