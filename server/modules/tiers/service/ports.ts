import type { Tx } from '../../../kernel/db.ts'
import type { Db } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { MembersApi } from '../../members/index.ts'
import type { Audit } from '../../staff/index.ts'

/** What tiers needs of the modules beside and below it. */
export interface TiersNeeds {
  readonly audit: Audit
  readonly members: Pick<MembersApi, 'inReach' | 'briefs' | 'birthdays'>
  /** What a point costs: fen for so many points. */
  readonly pointCost: (db: Db) => Promise<{ fen: number; points: number }>
  /** Makes the multipliers of tiers part of the earning rules, as a version of their own. */
  readonly setTierMultipliers: (
    tx: Tx,
    caller: StaffCaller,
    rows: readonly { tier: string; name: string; percent: number }[],
    validFrom: string,
  ) => Promise<void>
  /** What a coupon of each template takes off at most, fen; 0 = nobody can say. */
  readonly couponWorth: (db: Db, templateIds: readonly string[]) => Promise<ReadonlyMap<string, number>>
  /** Gives a coupon once for each key. */
  readonly issueCoupon: (
    tx: Tx,
    templateId: string,
    items: readonly { memberId: string; key: string }[],
  ) => Promise<unknown>
}
