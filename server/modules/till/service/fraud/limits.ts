import type { Db, Tx } from '../../../../kernel/db.ts'
import { DEFAULT_FRAUD_RULES, FraudRules, LIMIT_TEXTS, fraudErrors, type Limit } from '../../contract/fraud.ts'
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

  return {
    /** Counts a member's sale; the limit that it is over (then it earns nothing and somebody is told), null for nearly all. */
    async earning(tx: Tx, place: Place, memberId: string): Promise<Limit | null> {
      const fraud = fraudRepository(tx)
      const { limits } = (await readFraudRules(tx)).rules
      const tillId = `${place.storeCode}|${place.tillCode}`
      const over = (count: number, most: number | null): boolean => most !== null && count > most
      const card = await fraud.count('card', memberId, place.businessDate, 'receipts')
      const atTill =
        limits.cardAtTill.receipts === null
          ? 0
          : await fraud.count('cardAtTill', `${memberId}|${tillId}`, place.businessDate, 'receipts')
      // A till's own row would let its sales wait for each other: it is counted only where a limit asks for it.
      const till = limits.till.receipts === null ? 0 : await fraud.count('till', tillId, place.businessDate, 'receipts')
      const isStaff = await fraud.isStaffCard(memberId)

      const judged = async (): Promise<Limit | null> => {
        if (isStaff && !limits.staffCard.earns) return 'staffCard'
        if (isStaff && over(card, limits.staffCard.receipts)) return 'staffCardReceipts'
        if (over(card, limits.card.receipts)) return 'cardReceipts'
        if (over(atTill, limits.cardAtTill.receipts)) return 'cardAtTill'
        if (over(till, limits.till.receipts)) return 'tillReceipts'
        if (
          limits.card.points !== null &&
          (await fraud.pointsOfDay({ memberId }, place.businessDate)) >= limits.card.points
        )
          return 'cardPoints'
        if (limits.till.points !== null && (await fraud.pointsOfDay(place, place.businessDate)) >= limits.till.points)
          return 'tillPoints'
        return null
      }
      const limit = await judged()
      // That staff earn nothing is the rule, not a case.
      if (limit !== null && limit !== 'staffCard') await raise(tx, place, memberId, limit, card)
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
