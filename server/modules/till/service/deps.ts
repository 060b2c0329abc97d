import type { Db, Tx } from '../../../kernel/db.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { CouponsApi } from '../../coupons/index.ts'
import type { MembersApi } from '../../members/index.ts'
import type { PointsApi } from '../../points/index.ts'

/** A line as sales records it: amounts in yuan with their sign, after our coupon. */
export interface SoldLine {
  readonly lineNo: number
  readonly productCode: string
  readonly name: string
  readonly quantity: string
  readonly unit: string | null
  readonly unitPrice: string
  readonly discount: string
  readonly net: string
  readonly isGift: boolean
}

/** A sale or a return as the till states it. */
export interface SoldDocument {
  readonly storeCode: string
  readonly tillCode: string
  readonly businessDate: string
  readonly receiptNo: string
  readonly type: 'sale' | 'return'
  readonly businessAt: Date
  readonly cashier: string | null
  /** Our card number of the member; null = a guest. */
  readonly cardNo: string | null
  readonly memberId: string | null
  readonly payments: readonly { readonly method: string; readonly amount: string }[]
  readonly originalDocKey: string | null
  readonly lines: readonly SoldLine[]
}

/** What the till API needs of the modules below. */
export interface TillNeeds {
  readonly members: Pick<
    MembersApi,
    'briefs' | 'birthdays' | 'idsByCards' | 'idsByPhones' | 'inReach' | 'turning' | 'smsProof'
  >
  readonly points: Pick<
    PointsApi,
    'settle' | 'balances' | 'creditedFor' | 'estimate' | 'receiptCode' | 'spend' | 'giveBack' | 'takeAgain'
  >
  readonly coupons: Pick<
    CouponsApi,
    | 'byCode'
    | 'ofMember'
    | 'history'
    | 'refusalOf'
    | 'judge'
    | 'apply'
    | 'suffices'
    | 'lock'
    | 'redeem'
    | 'release'
    | 'usedBy'
    | 'giveBack'
    | 'reprice'
  >
  /** The rank of the member's tier, the lowest 1; 0 = none. */
  readonly tierRank: (db: Db, memberId: string) => Promise<number>
  /** The name of the member's tier; null = none. */
  readonly tierName: (db: Db, memberId: string) => Promise<{ readonly zh: string; readonly en: string } | null>
  /** Writes a document under its receipt's key in the caller's transaction; the night's file later finds it there. */
  readonly recordSale: (tx: Tx, document: SoldDocument) => Promise<{ documentId: string }>
  /** Takes back a document that nobody but us has told; false when a file has told it as well. */
  readonly withdrawSale: (tx: Tx, docKey: string) => Promise<boolean>
  /** Names of staff by id; unknown ones are left out. */
  readonly staffNames: (db: Db, ids: readonly string[]) => Promise<Map<string, string>>
  /** Names of stores by code; unknown ones are left out. */
  readonly storeNames: (db: Db, codes: readonly string[]) => Promise<Map<string, string>>
  /** Names of categories by code; unknown ones are left out. */
  readonly categoryNames: (db: Db, codes: readonly string[]) => Promise<Map<string, string>>
  /** Kind and categories of products; unknown codes are left out. */
  readonly productsOf: (
    db: Db,
    codes: readonly string[],
  ) => Promise<Map<string, { kind: string; categoryCode: string | null; categories: readonly string[] }>>
}

/** What every part of this module is made from. */
export interface TillDeps extends Kernel {
  readonly needs: TillNeeds
}
