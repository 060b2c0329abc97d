import type { Db, Tx } from '../../../kernel/db.ts'

/** A text in both languages. */
export interface Words {
  readonly zh: string
  readonly en: string
}

/** One thing that a member has, as it stands beside the other member's in a merge: '可用积分 1,286'. */
export interface Holding {
  readonly key: string
  readonly label: Words
  readonly value: string | Words
}

/** A piece that a merge has moved: enough to bring it back. */
export interface MovedItem {
  readonly ref: string
  readonly note?: string | null
}

/** Who takes whose place, under which merge. */
export interface Move {
  readonly mergeId: string
  readonly from: string
  readonly to: string
}

/** What a module keeps of a member, as far as the person may ask for it: handed out as a copy, erased on leaving. */
export interface KeptPart {
  /** A word, permanent: it is part of a merge's list. */
  readonly name: string
  readonly label: Words
  /** All that is kept of a member, for the export of a person: plain values, as many rows as there are. */
  collect?(db: Db, memberId: string): Promise<unknown>
  /** Erases what names the person when the membership is closed; returns how many rows. */
  erase?(tx: Tx, memberId: string): Promise<number>
}

/** What a module keeps of a member and a merge moves, there and back. Passed in from above. */
export interface MemberPart extends KeptPart {
  /** What a member has now. */
  holds(db: Db, memberId: string): Promise<readonly Holding[]>
  /** What a merge would do beyond adding up, in sentences ('2 张券超过每人限领,将标记'); null where nothing is to be said. */
  warns?(db: Db, move: Omit<Move, 'mergeId'>): Promise<readonly Words[]>
  /** Moves all of `from` to `to` in the caller's transaction; repeating it moves what has come since. Returns the pieces. */
  move(tx: Tx, move: Move): Promise<readonly MovedItem[]>
  /** Brings the pieces back, as far as they have not been used since. `from` is whose they were. */
  moveBack(tx: Tx, move: Move & { readonly mergedAt: Date }, items: readonly MovedItem[]): Promise<void>
  /** What will not come back, in sentences: used since the merge. */
  stays?(db: Db, move: Move & { readonly mergedAt: Date }): Promise<readonly Words[]>
  /** Merged members for whom something has come since; theirs is moved too. */
  late?(db: Db): Promise<readonly string[]>
}
