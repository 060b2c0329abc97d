import type { Db } from '../../../kernel/db.ts'
import { pointsErrors } from '../contract.ts'
import { Reason } from '../contract/words.ts'
import { auditRepository } from '../repository/audit.ts'
import { creditsOf } from '../repository/documents.ts'
import { ledgerRepository, type EntryRecord, type LotRecord } from '../repository/ledger.ts'
import { openingRowKey } from './opening-key.ts'
import type { PointsNeeds } from './ports.ts'
import { ruleBook } from './rules.ts'

/** The accounts an entry moved, as an accountant writes them: debits on the left equal credits on the right. */
function legsOf({
  active,
  pending,
  debt,
  amount,
  contra,
}: Pick<EntryRecord, 'active' | 'pending' | 'debt' | 'amount' | 'contra'>) {
  // The member's points are the shop's liability: more of them is a credit. A debt is a claim: more of it is a debit.
  const credits = [
    { account: 'member:active', credit: active },
    { account: 'member:pending', credit: pending },
    { account: 'member:debt', credit: -debt },
    { account: contra, credit: -amount },
  ]
  return credits
    .filter(leg => leg.credit !== 0)
    .map(({ account, credit }) => ({ account, debit: Math.max(0, -credit), credit: Math.max(0, credit) }))
}

const hex = (hash: Uint8Array | null): string | null => (hash === null ? null : Buffer.from(hash).toString('hex'))

/** The other half of a move between two accounts has the same key with the other ending. */
const twinKey = (key: string): string | null =>
  key.endsWith(':out') ? `${key.slice(0, -4)}:in` : key.endsWith(':in') ? `${key.slice(0, -3)}:out` : null

/** Follows an entry to its ends: accounts, lots, the receipt and its rules, the entry it answers, the file it came from. */
export function entryExplained<Row, Lot>(
  db: Db,
  {
    rowOf,
    lotOf,
  }: {
    readonly rowOf: (entry: EntryRecord) => Row
    readonly lotOf: (lot: LotRecord) => Lot
  },
  staffNames: PointsNeeds['staffNames'],
) {
  async function otherOf(entry: EntryRecord): Promise<EntryRecord | undefined> {
    if (entry.refEntryId !== null)
      return db.selectFrom('points_entry').selectAll().where('id', '=', entry.refEntryId).executeTakeFirst()
    const twin = entry.contra === 'transfer' ? twinKey(entry.key) : null
    return twin === null ? undefined : ledgerRepository(db).entryByKey(twin)
  }

  async function receiptOf({ documentId }: EntryRecord) {
    const credit = documentId === null ? undefined : (await creditsOf(db, [documentId])).get(documentId)
    if (credit === undefined) return null
    const { validFrom, version } = (await ruleBook(db)).version(credit.rulesVersion)
    return {
      documentId: credit.documentId,
      rulesVersion: credit.rulesVersion,
      rulesFrom: version === 0 ? null : validFrom,
      tier: credit.tier,
    }
  }

  async function openingOf(entry: EntryRecord) {
    const rowKey = openingRowKey(entry)
    if (rowKey === null) return null
    const row = await db.selectFrom('points_opening').selectAll().where('rowKey', '=', rowKey).executeTakeFirst()
    return row === undefined ? null : { cardNo: row.cardNo, stated: row.points, importId: row.importId }
  }

  return async (memberId: string, entryId: string) => {
    const entry = await db.selectFrom('points_entry').selectAll().where('id', '=', entryId).executeTakeFirst()
    if (entry === undefined || entry.memberId !== memberId) throw pointsErrors.noEntry()
    const ledger = ledgerRepository(db)
    const allocations = await ledger.allocations([entryId])
    const lots = new Map((await ledger.lotsOfEntries(allocations.map(one => one.lotId))).map(lot => [lot.id, lot]))
    const granting = [...new Set([...lots.values()].map(lot => lot.entryId))]
    const reasons = new Map(
      granting.length === 0
        ? []
        : (await db.selectFrom('points_entry').select(['id', 'reason']).where('id', 'in', granting).execute()).map(
            row => [row.id, Reason.parse(row.reason)],
          ),
    )
    const made = await db
      .selectFrom('points_lot')
      .selectAll()
      .where('memberId', '=', memberId)
      .where('entryId', '=', entryId)
      .execute()
    const debt = await db.selectFrom('points_debt').selectAll().where('entryId', '=', entryId).executeTakeFirst()
    const before = await db
      .selectFrom('points_entry')
      .select('hash')
      .where('memberId', '=', memberId)
      .where('seq', '=', entry.seq - 1)
      .executeTakeFirst()
    const other = await otherOf(entry)
    const approvedBy = (await auditRepository(db).approvals([entry])).get(entryId) ?? null
    const staff = await staffNames(
      db,
      [entry.staffId, approvedBy].filter(id => id !== null),
    )
    const named = (staffId: string | null) =>
      staffId === null ? null : { staffId, name: staff.get(staffId) ?? staffId }
    return {
      entry: rowOf(entry),
      seq: entry.seq,
      key: entry.key,
      hash: hex(entry.hash),
      hashBefore: hex(before?.hash ?? null),
      legs: legsOf(entry),
      made: made.map(lotOf),
      took: allocations.flatMap(({ lotId, points }) => {
        const lot = lots.get(lotId)
        const reason = lot === undefined ? undefined : reasons.get(lot.entryId)
        return lot === undefined || reason === undefined ? [] : [{ lot: lotOf(lot), points, reason }]
      }),
      debt: debt === undefined ? null : { points: debt.points, open: debt.open },
      receipt: await receiptOf(entry),
      other:
        other === undefined
          ? null
          : {
              entryId: other.id,
              memberId: other.memberId,
              reason: Reason.parse(other.reason),
              amount: other.amount,
              at: other.at,
            },
      opening: await openingOf(entry),
      by: named(entry.staffId),
      approvedBy: named(approvedBy),
    }
  }
}
