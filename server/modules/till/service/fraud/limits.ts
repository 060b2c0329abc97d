import type { Db, Tx } from '../../../../kernel/db.ts'
import { DEFAULT_FRAUD_RULES, FraudRules, LIMIT_TEXTS, fraudErrors, type Limit } from '../../contract/fraud.ts'
import { blocksRepository } from '../../repository/blocks.ts'
import { fraudRepository } from '../../repository/fraud.ts'
import type { TillDeps } from '../deps.ts'

/** Where and on which business day something happens. */
export interface Place {
  readonly storeCode: string
  readonly tillCode: string
  readonly businessDate: string
}

/** The rules of now; the house's own until somebody has said otherwise. */
export async function readFraudRules(db: Db): Promise<{ version: number; rules: FraudRules }> {
  const row = await fraudRepository(db).rules()
  return row === undefined
    ? { version: 0, rules: DEFAULT_FRAUD_RULES }
    : { version: row.version, rules: FraudRules.parse(JSON.parse(row.rulesJson)) }
}

/**
 * The hard limits of a business day, looked at in the transaction of the sale. The counts are rows that a transaction
 * holds until its end, so that of many sales at once exactly as many pass as may.
 */
export function tillLimits({ clock, newId }: Pick<TillDeps, 'clock' | 'newId'>) {
  async function raise(tx: Tx, place: Place, memberId: string, limit: Limit, times: number): Promise<void> {
    await fraudRepository(tx).raise(
      {
        id: newId(),
        kind: 'overLimit',
        storeCode: place.storeCode,
        tillCode: place.tillCode,
        memberId,
        cashier: null,
        businessDate: place.businessDate,
        factsJson: JSON.stringify({ limit, times }),
        createdAt: clock.now(),
      },
      `${memberId}|${limit}`,
    )
  }

  /** The limit that a member's sale is over, when it is the so-manieth of its day; null for nearly all. */
  async function judged(
    db: Db,
    place: Place,
    memberId: string,
    { limits }: FraudRules,
    counts: { card: number; atTill: number; till: number },
  ): Promise<Limit | null> {
    const fraud = fraudRepository(db)
    // Not the place itself: that may be a whole receipt, which has a member too.
    const till = { storeCode: place.storeCode, tillCode: place.tillCode }
    const over = (count: number, most: number | null): boolean => most !== null && count > most
    if ((await blocksRepository(db).of(memberId)) !== undefined) return 'blocked'
    const isStaff = await fraud.isStaffCard(memberId)
    if (isStaff && !limits.staffCard.earns) return 'staffCard'
    if (isStaff && over(counts.card, limits.staffCard.receipts)) return 'staffCardReceipts'
    if (over(counts.card, limits.card.receipts)) return 'cardReceipts'
    if (over(counts.atTill, limits.cardAtTill.receipts)) return 'cardAtTill'
    if (over(counts.till, limits.till.receipts)) return 'tillReceipts'
    if (
      limits.card.points !== null &&
      (await fraud.pointsOfDay({ memberId }, place.businessDate)) >= limits.card.points
    )
      return 'cardPoints'
    if (limits.till.points !== null && (await fraud.pointsOfDay(till, place.businessDate)) >= limits.till.points)
      return 'tillPoints'
    return null
  }

  /** The counts that the limits of receipts look at, each by `count`; those that no limit asks for stay zero. */
  async function counted(
    place: Place,
    memberId: string,
    { limits }: FraudRules,
    count: (subject: string, subjectId: string) => Promise<number>,
  ): Promise<{ card: number; atTill: number; till: number }> {
    const tillId = `${place.storeCode}|${place.tillCode}`
    const card = await count('card', memberId)
    const atTill = limits.cardAtTill.receipts === null ? 0 : await count('cardAtTill', `${memberId}|${tillId}`)
    // A till's own row would let its sales wait for each other: it is counted only where a limit asks for it.
    const till = limits.till.receipts === null ? 0 : await count('till', tillId)
    return { card, atTill, till }
  }

  return {
    /** The limit that one more sale of a member would be over; counts nothing. */
    async earns(db: Db, place: Place, memberId: string): Promise<Limit | null> {
      const { rules } = await readFraudRules(db)
      const counts = await counted(
        place,
        memberId,
        rules,
        async (subject, id) => (await fraudRepository(db).counted(subject, id, place.businessDate, 'receipts')) + 1,
      )
      return judged(db, place, memberId, rules, counts)
    },

    /** Counts a member's sale; the limit that it is over (then it earns nothing and somebody is told), null for nearly all. */
    async earning(tx: Tx, place: Place, memberId: string): Promise<Limit | null> {
      const { rules } = await readFraudRules(tx)
      const counts = await counted(place, memberId, rules, (subject, id) =>
        fraudRepository(tx).count(subject, id, place.businessDate, 'receipts'),
      )
      const limit = await judged(tx, place, memberId, rules, counts)
      // That staff and blocked cards earn nothing is the rule, not a case.
      if (limit !== null && limit !== 'staffCard' && limit !== 'blocked')
        await raise(tx, place, memberId, limit, counts.card)
      return limit
    },

    /** Counts a coupon that is used; throws till.overLimit where the member or the till has used enough for the day. */
    async redemption(tx: Tx, place: Place, memberId: string): Promise<void> {
      const fraud = fraudRepository(tx)
      const { limits } = (await readFraudRules(tx)).rules
      const card = await fraud.count('card', memberId, place.businessDate, 'redemptions')
      const till =
        limits.till.redemptions === null
          ? 0
          : await fraud.count('till', `${place.storeCode}|${place.tillCode}`, place.businessDate, 'redemptions')
      const limit: Limit | null =
        limits.card.redemptions !== null && card > limits.card.redemptions
          ? 'cardRedemptions'
          : limits.till.redemptions !== null && till > limits.till.redemptions
            ? 'tillRedemptions'
            : null
      if (limit !== null)
        throw fraudErrors.overLimit({ limit, reason: LIMIT_TEXTS[limit].zh, reasonEn: LIMIT_TEXTS[limit].en })
    },
  }
}
export type TillLimits = ReturnType<typeof tillLimits>
