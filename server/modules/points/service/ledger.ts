import type { Contra, Reason } from '../contract/words.ts'

/** A day far away: points that never expire. */
export const NEVER = '9999-12-31'

/** 积分批次 as the ledger works with it. */
export interface Lot {
  readonly id: string
  readonly memberId: string
  readonly entryId: string
  readonly documentId: string | null
  readonly granted: number
  remaining: number
  state: 'pending' | 'open' | 'closed'
  due: string
  readonly earnedOn: string
  readonly expiresOn: string
}

/** What is still owed of an entry. */
export interface Debt {
  readonly entryId: string
  readonly memberId: string
  readonly points: number
  open: number
  /** What went to another account; it is owed there. */
  moved: number
}

/** A member's account in the hands of whoever has locked it. `lots` and `debts` hold what is not closed, if loaded. */
export interface Account {
  readonly memberId: string
  balance: number
  pending: number
  earned: number
  seq: number
  head: string
  /** The entry of the key that was asked for when the account was locked, if there is one. */
  readonly done?: string | null
  readonly lots: Lot[]
  readonly debts: Debt[]
}

/** What a writer of the ledger says of an entry; the books add the rest. */
export interface Posting {
  readonly key: string
  readonly reason: Reason
  readonly contra: Contra
  readonly documentId?: string | null
  readonly refEntryId?: string | null
  readonly note?: string | null
  readonly staffId?: string | null
}

export interface Entry {
  readonly id: string
  readonly memberId: string
  readonly seq: number
  readonly amount: number
  readonly active: number
  readonly pending: number
  readonly debt: number
  readonly contra: Contra
  readonly balanceAfter: number
  readonly reason: Reason
  readonly key: string
  readonly documentId: string | null
  readonly refEntryId: string | null
  readonly note: string | null
  readonly staffId: string | null
  readonly at: Date
  readonly hash: string
}

export interface Allocation {
  readonly entryId: string
  readonly lotId: string
  readonly points: number
}

/** When the points of a credit were earned, become usable, and are worth nothing any more (days of the shop). */
export interface LotTerms {
  readonly earnedOn: string
  readonly activeFrom?: string | null
  readonly expiresOn: string
}

/** What a book-keeping session has made, to be written as a whole. */
export interface Written {
  readonly entries: Entry[]
  readonly lots: Set<Lot>
  readonly allocations: Allocation[]
  readonly debts: Set<Debt>
  readonly accounts: Set<Account>
}
