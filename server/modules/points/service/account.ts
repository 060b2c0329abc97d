import { shopDay } from '../../../kernel/clock.ts'
import type { Db } from '../../../kernel/db.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { decodeCursor, pageFrom, type PageQuery } from '../../../kernel/page.ts'
import { pointsErrors } from '../contract.ts'
import { Reason } from '../contract/words.ts'
import { creditsOf } from '../repository/documents.ts'
import { ledgerRepository, type EntryRecord, type LotRecord } from '../repository/ledger.ts'
import { NEVER } from './ledger.ts'

const rowOf = (entry: EntryRecord) => ({
  entryId: entry.id,
  amount: entry.amount,
  balanceAfter: entry.balanceAfter,
  pending: entry.pending,
  reason: Reason.parse(entry.reason),
  documentId: entry.documentId,
  note: entry.note,
  staffId: entry.staffId,
  at: entry.at,
})

const lotOf = (lot: LotRecord) => ({
  lotId: lot.id,
  entryId: lot.entryId,
  documentId: lot.documentId,
  granted: lot.granted,
  remaining: lot.remaining,
  state:
    lot.state === 'pending' ? ('pending' as const) : lot.state === 'open' ? ('open' as const) : ('closed' as const),
  earnedOn: lot.earnedOn,
  activeFrom: lot.state === 'pending' ? lot.due : null,
  expiresOn: lot.expiresOn === NEVER ? null : lot.expiresOn,
})

/** The accounts an entry moved, as an accountant writes them: debits on the left equal credits on the right. */
export function legsOf({
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

/** Balances, entries and lots, read. */
export function pointsAccounts({ db, clock, config }: Pick<Kernel, 'db' | 'clock' | 'config'>) {
  const today = (): string => shopDay(clock.now(), config.SHOP_ZONE)

  async function balance(memberId: string, from: Db = db) {
    const ledger = ledgerRepository(from)
    const account = await ledger.account(memberId)
    // What is past its day is gone, whether the sweep has been here or not.
    const lots = account === undefined ? [] : await ledger.openLots(memberId)
    const sum = (some: readonly LotRecord[]): number => some.reduce((all, lot) => all + lot.remaining, 0)
    const gone = sum(lots.filter(lot => lot.state === 'open' && lot.due <= today()))
    const ripe = sum(lots.filter(lot => lot.state === 'pending' && lot.due <= today()))
    const next = lots.find(lot => lot.state === 'open' && lot.due > today() && lot.due !== NEVER)
    const points = (account?.balance ?? 0) - gone + ripe
    return {
      balance: points,
      active: Math.max(0, points),
      debt: Math.max(0, -points),
      pending: (account?.pending ?? 0) - ripe,
      expiring:
        next === undefined
          ? null
          : { points: sum(lots.filter(lot => lot.state === 'open' && lot.due === next.due)), on: next.due },
      updatedAt: account?.updatedAt ?? null,
    }
  }

  return {
    balance,

    async entries(memberId: string, { cursor, limit }: PageQuery) {
      const [before] = decodeCursor(cursor) ?? []
      const page = pageFrom(
        await ledgerRepository(db).entries(memberId, typeof before === 'number' ? before : null, limit + 1),
        limit,
        entry => [entry.seq],
      )
      return { ...page, items: page.items.map(rowOf) }
    },

    async lots(memberId: string) {
      return { items: (await ledgerRepository(db).openLots(memberId)).map(lotOf) }
    },

    /** One entry followed to its ends. */
    async explainEntry(memberId: string, entryId: string) {
      const entry = await db.selectFrom('points_entry').selectAll().where('id', '=', entryId).executeTakeFirst()
      if (entry === undefined || entry.memberId !== memberId) throw pointsErrors.noEntry()
      const ledger = ledgerRepository(db)
      const allocations = await ledger.allocations([entryId])
      const lots = new Map(
        (await ledger.lotsOfEntries(allocations.map(one => one.lotId))).map(lot => [lot.id, lotOf(lot)]),
      )
      const made = await db
        .selectFrom('points_lot')
        .selectAll()
        .where('memberId', '=', memberId)
        .where('entryId', '=', entryId)
        .execute()
      const debt = await db.selectFrom('points_debt').selectAll().where('entryId', '=', entryId).executeTakeFirst()
      const credit =
        entry.documentId === null ? undefined : (await creditsOf(db, [entry.documentId])).get(entry.documentId)
      return {
        entry: rowOf(entry),
        seq: entry.seq,
        hash: entry.hash === null ? null : Buffer.from(entry.hash).toString('hex'),
        legs: legsOf(entry),
        made: made.map(lotOf),
        took: allocations.flatMap(({ lotId, points }) => {
          const lot = lots.get(lotId)
          return lot === undefined ? [] : [{ lot, points }]
        }),
        debt: debt === undefined ? null : { points: debt.points, open: debt.open },
        receipt:
          credit === undefined
            ? null
            : { documentId: credit.documentId, rulesVersion: credit.rulesVersion, tier: credit.tier },
      }
    },
  }
}
export type Accounts = ReturnType<typeof pointsAccounts>
