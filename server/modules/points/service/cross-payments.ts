import type { Tx } from '../../../kernel/db.ts'
import { lotOf, type EntryRecord } from '../repository/ledger.ts'
import type { Account, Debt, Lot } from './ledger.ts'

/** Points of one side of a move that have paid a debt of the other side. */
export interface CrossPayment {
  readonly lot: Lot
  readonly debt: Debt
  readonly points: number
}

/**
 * What a move has paid across: older debts of the holder out of the lots that arrived, and the debt that arrived out of
 * whatever lot. Both are of the account as it is held, so that taking them back is seen by the same session.
 */
export async function crossPayments(tx: Tx, holder: Account, arrived: EntryRecord): Promise<CrossPayment[]> {
  const { memberId } = holder
  const byLots = await tx
    .selectFrom('points_lot as l')
    .innerJoin('points_allocation as a', 'a.lotId', 'l.id')
    .innerJoin('points_debt as d', 'd.entryId', 'a.entryId')
    .innerJoin('points_entry as e', 'e.id', 'a.entryId')
    .select(['a.entryId', 'a.lotId', 'a.points'])
    .where('l.entryId', '=', arrived.id)
    .where('d.memberId', '=', memberId)
    .where('e.seq', '<', arrived.seq)
    .where('a.points', '>', 0)
    .execute()
  const ofDebt = await tx
    .selectFrom('points_allocation')
    .selectAll()
    .where('entryId', '=', arrived.id)
    .where('points', '>', 0)
    .execute()
  const all = [...byLots, ...ofDebt]
  if (all.length === 0) return []

  const lotIds = [...new Set(all.map(one => one.lotId))]
  const lots = new Map<string, Lot>(holder.lots.map(lot => [lot.id, lot]))
  for (const row of await tx.selectFrom('points_lot').selectAll().where('id', 'in', lotIds).execute())
    if (!lots.has(row.id)) lots.set(row.id, lotOf(row))
  const entryIds = [...new Set(all.map(one => one.entryId))]
  const debts = new Map<string, Debt>(holder.debts.map(debt => [debt.entryId, debt]))
  for (const row of await tx.selectFrom('points_debt').selectAll().where('entryId', 'in', entryIds).execute())
    if (!debts.has(row.entryId)) debts.set(row.entryId, { ...row })
  return all.flatMap(({ entryId, lotId, points }) => {
    const lot = lots.get(lotId)
    if (lot === undefined) return []
    // A debt that was paid on arrival was never written down.
    const whole = all.reduce((sum, one) => sum + (one.entryId === entryId ? one.points : 0), 0)
    const debt = debts.get(entryId) ?? { entryId, memberId, points: whole, open: 0, moved: 0 }
    debts.set(entryId, debt)
    return [{ lot, debt, points }]
  })
}

/** The lots have these points again: what had paid them out is zero now. */
export async function takeBackAllocations(tx: Tx, payments: readonly CrossPayment[]): Promise<void> {
  for (const { lot, debt, points } of payments)
    await tx
      .updateTable('points_allocation')
      .set(eb => ({ points: eb('points', '-', points) }))
      .where('entryId', '=', debt.entryId)
      .where('lotId', '=', lot.id)
      .execute()
}
