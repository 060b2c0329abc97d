import { shopDay } from '../../../kernel/clock.ts'
import type { Db } from '../../../kernel/db.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { decodeCursor, pageFrom, type PageQuery } from '../../../kernel/page.ts'
import { Reason } from '../contract/words.ts'
import { creditsOf } from '../repository/documents.ts'
import { ledgerRepository, type EntryRecord, type LotRecord } from '../repository/ledger.ts'
import { entryExplained } from './explain-entry.ts'
import { NEVER } from './ledger.ts'
import type { PointsNeeds } from './ports.ts'

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

/** Balances, entries and lots, read. */
export function pointsAccounts(
  { db, clock, config }: Pick<Kernel, 'db' | 'clock' | 'config'>,
  staffNames: PointsNeeds['staffNames'],
) {
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

    /** What documents are credited with, those of this member only; one that is not counted yet is left out. */
    async receipts(memberId: string, documentIds: readonly string[]) {
      const credits = [...(await creditsOf(db, documentIds)).values()]
      return {
        items: credits
          .filter(credit => credit.memberId === memberId && credit.version > 0)
          .map(({ documentId, points }) => ({ documentId, points })),
      }
    },

    async lots(memberId: string) {
      return { items: (await ledgerRepository(db).openLots(memberId)).map(lotOf) }
    },

    explainEntry: entryExplained(db, { rowOf, lotOf }, staffNames),
  }
}
export type Accounts = ReturnType<typeof pointsAccounts>
