import type { Db } from '../../../kernel/db.ts'

/** Balances, to be joined by others: memberId, balance (usable, below zero a debt). A member without a row has 0. */
export const pointsBalances = (db: Db) => db.selectFrom('points_account').select(['memberId', 'balance'])

/** Entries that sales made, to be joined by others: what members earned, when, by which receipt. */
export const pointsEarned = (db: Db) =>
  db
    .selectFrom('points_entry')
    .select(['memberId', 'documentId', 'amount', 'at'])
    .where('contra', '=', 'issued')
    .where('documentId', 'is not', null)

/** What receipts are credited with: documentId, memberId, points. */
export const receiptPoints = (db: Db) => db.selectFrom('points_document').select(['documentId', 'memberId', 'points'])
