import {
  SHIFT_FIGURES,
  type ShiftDifference,
  type ShiftReceipt,
  type ShiftSlip,
  type ShiftTotals,
} from '../../contract/shift.ts'

/** The figures of a shift's receipts. */
export function totalsOf(receipts: readonly ShiftReceipt[]): ShiftTotals {
  const sum = (of: (receipt: ShiftReceipt) => number): number => receipts.reduce((all, one) => all + of(one), 0)
  const when = (kind: ShiftReceipt['kind'], of: (receipt: ShiftReceipt) => number): number =>
    sum(one => (one.kind === kind ? of(one) : 0))
  return {
    sales: when('sale', () => 1),
    salesFen: when('sale', one => one.net),
    returns: when('return', () => 1),
    returnsFen: -when('return', one => one.net) + 0,
    coupons: sum(one => one.coupons),
    couponFen: sum(one => one.couponFen),
    pointsEarned: when('sale', one => one.points),
    pointsTaken: -when('return', one => one.points) + 0,
    pointsUsed: sum(one => one.pointsUsed),
    pointsFen: sum(one => one.pointsFen),
    lossFen: sum(one => one.lossFen),
  }
}

/** Where the slip and our ledgers disagree: the figures that the slip states, then its receipts one by one. */
export function differencesOf(
  totals: ShiftTotals,
  receipts: readonly ShiftReceipt[],
  slip: ShiftSlip,
): ShiftDifference[] {
  const figures = SHIFT_FIGURES.flatMap((figure): ShiftDifference[] => {
    const theirs = slip[figure]
    return theirs === undefined || theirs === totals[figure]
      ? []
      : [{ figure, businessDate: null, receiptNo: null, ours: totals[figure], theirs }]
  })
  if (slip.receipts === undefined) return figures

  const keyOf = (one: { businessDate: string; receiptNo: string }): string => `${one.businessDate}|${one.receiptNo}`
  const ours = new Map(receipts.map(one => [keyOf(one), one]))
  const theirs = new Map(slip.receipts.map(one => [keyOf(one), one]))
  const lines = [...theirs].flatMap(([key, their]): ShiftDifference[] => {
    const at = { businessDate: their.businessDate, receiptNo: their.receiptNo }
    const our = ours.get(key)
    if (our === undefined) return [{ figure: 'receipt', ...at, ours: null, theirs: their.net ?? 0 }]
    const pairs = [
      ['net', our.net, their.net],
      ['couponFen', our.couponFen, their.couponFen],
      ['points', our.points, their.points],
    ] as const
    return pairs.flatMap(([figure, mine, said]) =>
      said === undefined || said === mine ? [] : [{ figure, ...at, ours: mine, theirs: said }],
    )
  })
  // What staff redeemed on a phone stands in the till's own books as a discount of its own receipt, not as one of ours.
  const unknown = receipts
    .filter(one => one.kind !== 'desk' && !theirs.has(keyOf(one)))
    .map((one): ShiftDifference => ({
      figure: 'receipt',
      businessDate: one.businessDate,
      receiptNo: one.receiptNo,
      ours: one.net,
      theirs: null,
    }))
  return [...figures, ...lines, ...unknown]
}
