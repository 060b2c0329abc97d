import type { Db } from '../../../kernel/db.ts'

/** Balances, to be joined by others: memberId, balance. A member without a row has 0. */
export const pointsBalances = (db: Db) => db.selectFrom('points_account').select(['memberId', 'balance'])
