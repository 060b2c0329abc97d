import { z } from 'zod'
import { inTransaction, type Db, type Tx } from '../../../kernel/db.ts'
import { decimal4, fenFromDecimal4, formatDecimal4, type Decimal4 } from '../../../kernel/money.ts'
import { tillSalesRepository, type TillLineRecord } from '../repository/sales.ts'
import { toldReturnsRepository, type ToldReturn } from '../repository/told-returns.ts'
import type { TillDeps } from './deps.ts'
import { leftOut, piecesOf, type Open, type ToldLine } from './told-pieces.ts'
import { paidFor, type ReturnBooks } from './return-books.ts'

const Pieces = z.array(z.object({ lineNo: z.int(), quantity: z.string() }))
type Pieces = ReadonlyMap<number, Decimal4>

const written = (pieces: Pieces): string =>
  JSON.stringify([...pieces].map(([lineNo, quantity]) => ({ lineNo, quantity: formatDecimal4(quantity) })))
const read = ({ linesJson }: ToldReturn): Pieces =>
  new Map(Pieces.parse(JSON.parse(linesJson ?? '[]')).map(one => [one.lineNo, decimal4(one.quantity)]))

const fen = (net: string): number => fenFromDecimal4(decimal4(net))

/** One thing that somebody else tells of a sale now: a return, or the sale itself with less in it (its own key). */
interface Telling {
  readonly docKey: string
  readonly revision: number
  readonly pieces: Pieces
  /** Fen that it gave back as it says. */
  readonly refunded: number
}

const isVoid = (document: { type: string; status: string } | undefined): boolean =>
  document !== undefined && (document.status !== 'confirmed' || document.type === 'void')

/**
 * What somebody else tells of a till's sale, the night's file: goods that came back to a till that does not talk to us, that
 * such a return was another one or none at all, that the sale had less in it or is void. The sale's books are brought to
 * what is told now, whatever they were brought to before: pieces, money, points that paid, coupons. So they end the same
 * in whatever order and however often it is told. A return that our till makes of the same sale meanwhile waits.
 */
export function toldReturns({ db, clock }: Pick<TillDeps, 'db' | 'clock'>, books: ReturnBooks) {
  /** What is told of a sale as it stands, over the pieces that our own tills have not brought back. */
  async function tellingsOf(tx: Tx, saleKey: string, lines: readonly TillLineRecord[], open: Open) {
    const returns = toldReturnsRepository(tx)
    const document = await returns.document(saleKey)
    const standing = await returns.returns(saleKey)
    const ids = [...standing, ...(document === undefined ? [] : [document])].map(one => one.documentId)
    const byDocument = Map.groupBy(await returns.lines(ids), line => line.documentId)
    const linesOf = (documentId: string, sign: bigint): ToldLine[] =>
      (byDocument.get(documentId) ?? []).map(line => ({
        productCode: line.productCode,
        quantity: sign * decimal4(line.quantity),
        net: sign * decimal4(line.net),
      }))
    const tellings: Telling[] = []
    const isAll = isVoid(document)
    if (document !== undefined) {
      const gone = isAll ? new Map<number, Decimal4>() : leftOut(lines, linesOf(document.documentId, 1n), open)
      if (isAll || gone.size > 0)
        tellings.push({ docKey: saleKey, revision: document.revision, pieces: gone, refunded: 0 })
    }
    for (const { docKey, documentId, revision, net } of standing)
      tellings.push({
        docKey,
        revision,
        pieces: piecesOf(lines, linesOf(documentId, -1n), open),
        refunded: Math.max(0, -fen(net)),
      })
    return { tellings, isAll }
  }

  async function bringUpToDate(tx: Tx, saleKey: string): Promise<void> {
    const sales = tillSalesRepository(tx)
    const returns = toldReturnsRepository(tx)
    const sale = await sales.hold(saleKey)
    if (sale === undefined || sale.state === 'cancelled' || sale.documentId === null) return
    const lines = await sales.lines(saleKey)
    const before = await returns.of(saleKey)
    // What our own tills have brought back is what is left when all that others told is taken away.
    const own = new Map(lines.map(line => [line.lineNo, decimal4(line.returnedQuantity)]))
    for (const told of before)
      for (const [lineNo, quantity] of read(told)) own.set(lineNo, (own.get(lineNo) ?? 0n) - quantity)
    const ownRefunded = sale.refunded - before.reduce((sum, told) => sum + told.refunded, 0)
    const open: Open = new Map(lines.map(line => [line.lineNo, decimal4(line.quantity) - (own.get(line.lineNo) ?? 0n)]))

    const { tellings, isAll } = await tellingsOf(tx, saleKey, lines, open)
    if (isSame(before, tellings)) return
    const all = new Map(own)
    for (const { pieces } of tellings)
      for (const [lineNo, quantity] of pieces) all.set(lineNo, (all.get(lineNo) ?? 0n) + quantity)
    const elsewhere = tellings.reduce((sum, one) => sum + one.refunded, 0)
    const after = lines.map(line => ({ ...line, returnedQuantity: formatDecimal4(all.get(line.lineNo) ?? 0n) }))
    const refundedBefore = ownRefunded + elsewhere
    // Goods that the sale does not name (a sale on a phone has one line): they are all back when all the money is.
    const isMoneyBack =
      elsewhere > 0 && refundedBefore >= paidFor(lines) && tellings.every(one => one.pieces.size === 0)
    const refunded = await books.bringTo(tx, sale, after, {
      refundedBefore,
      isAll: isAll || isMoneyBack,
      isOwnOnly: tellings.length === 0,
    })
    // What is given back beside what they say belongs to what the sale leaves out, or to the last of them: ours and theirs
    // can be told apart again.
    const rest = refunded - ownRefunded - elsewhere
    const bearer = tellings.find(one => one.docKey === saleKey) ?? tellings.at(-1)
    await returns.replace(
      saleKey,
      tellings.map(one => ({
        docKey: one.docKey,
        saleKey,
        revision: one.revision,
        refunded: one.refunded + (one === bearer ? rest : 0),
        linesJson: written(one.pieces),
        at: clock.now(),
      })),
    )
  }

  return {
    /** Looks at documents that were written or replaced, whoever told them. */
    async onApplied(documentIds: readonly string[]): Promise<void> {
      for (const saleKey of await concernedSales(db, documentIds))
        await inTransaction(db, tx => bringUpToDate(tx, saleKey))
    },
  }
}

const isSame = (before: readonly ToldReturn[], tellings: readonly Telling[]): boolean =>
  before.length === tellings.length &&
  tellings.every(one => before.some(told => told.docKey === one.docKey && told.revision === one.revision))

/** The tills' sales whose books these documents may change; few of a night's thousands, which are as the tills have told them. */
async function concernedSales(db: Db, documentIds: readonly string[]): Promise<string[]> {
  const returns = toldReturnsRepository(db)
  const documents = await returns.concerned(documentIds)
  // Where a return has gone from one sale to another, the one that it has left comes first.
  const known = documents.flatMap(one => [one.toldKey ?? [], one.broughtKey ?? []].flat())
  const left = documents.flatMap(one => one.toldKey ?? [])
  const own = documents.filter(one => one.ownKey !== null)
  const ownKeys = own.flatMap(one => one.ownKey ?? [])
  const returned = await returns.withReturns(ownKeys)
  const changed = own.filter(one => one.revision > 1)
  const soldBy = Map.groupBy(await returns.sold(changed.flatMap(one => one.ownKey ?? [])), line => line.docKey)
  const saidBy = Map.groupBy(await returns.lines(changed.map(one => one.documentId)), line => line.documentId)
  const less = changed.filter(one => {
    const sold = soldBy.get(one.ownKey ?? '') ?? []
    const said = (saidBy.get(one.documentId) ?? []).map(line => ({
      productCode: line.productCode,
      quantity: decimal4(line.quantity),
      net: decimal4(line.net),
    }))
    return leftOut(sold, said, new Map(sold.map(line => [line.lineNo, decimal4(line.quantity)]))).size > 0
  })
  return [
    ...new Set([...left, ...known, ...returned, ...[...own.filter(isVoid), ...less].flatMap(one => one.ownKey ?? [])]),
  ]
}
