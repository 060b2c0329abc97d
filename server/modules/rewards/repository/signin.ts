import { sql, type Insertable, type Selectable } from 'kysely'
import { uniqueViolation, type DB, type Db } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import { activeMembers } from '../../members/index.ts'

export type SignInDayRecord = Selectable<DB['sign_in_day']>
export type NewSignInDay = Insertable<DB['sign_in_day']>

/** Days on which members signed in, and where each stands. */
export const signInRepository = (db: Db) => ({
  member: (memberId: string) =>
    db.selectFrom('sign_in_member').selectAll().where('memberId', '=', memberId).executeTakeFirst(),

  /** Holds the member's row until the transaction ends: the insert locks it, whether it makes it or finds it. */
  async hold(memberId: string) {
    await db
      .insertInto('sign_in_member')
      .values({ memberId })
      .onDuplicateKeyUpdate({ memberId: sql<string>`memberId` })
      .execute()
    return db.selectFrom('sign_in_member').selectAll().where('memberId', '=', memberId).executeTakeFirstOrThrow()
  },

  stand: (memberId: string, to: { streak: number; longest: number; lastDay: string }) =>
    db.updateTable('sign_in_member').set(to).where('memberId', '=', memberId).execute(),

  days: (memberId: string, from: string, to: string): Promise<SignInDayRecord[]> =>
    db
      .selectFrom('sign_in_day')
      .selectAll()
      .where('memberId', '=', memberId)
      .where('day', '>=', from)
      .where('day', '<=', to)
      .orderBy('day')
      .execute(),

  madeUp: async (memberId: string, month: string): Promise<number> =>
    Number(
      (
        await db
          .selectFrom('sign_in_day')
          .select(({ fn }) => fn.countAll<string>().as('count'))
          .where('memberId', '=', memberId)
          .where('makeUpMonth', '=', month)
          .executeTakeFirstOrThrow()
      ).count,
    ),

  /** Writes a day; false when it, or the make-up of that number, is there already. */
  async add(day: NewSignInDay): Promise<boolean> {
    try {
      await db.insertInto('sign_in_day').values(day).execute()
      return true
    } catch (error) {
      if (uniqueViolation(error) === null) throw error
      return false
    }
  },

  bonus: (memberId: string, day: string, given: { bonusPoints: number; bonusJson: string }) =>
    db.updateTable('sign_in_day').set(given).where('memberId', '=', memberId).where('day', '=', day).execute(),

  /** Signing in since a day, by day, of members of the scope. */
  byDay: (since: string, scope: Scope) =>
    db
      .selectFrom('sign_in_day as s')
      .innerJoin(activeMembers(db).as('m'), 'm.memberId', 's.memberId')
      .select(({ fn }) => [
        's.day',
        fn.countAll<string>().as('count'),
        fn.sum<string>('s.points').as('points'),
        fn.sum<string>('s.bonusPoints').as('bonusPoints'),
      ])
      .where('s.day', '>=', since)
      .where(scopeWhere(scope, 'm.homeStoreCode'))
      .groupBy('s.day')
      .orderBy('s.day')
      .execute(),

  members: async (since: string, scope: Scope): Promise<number> =>
    Number(
      (
        await db
          .selectFrom('sign_in_day as s')
          .innerJoin(activeMembers(db).as('m'), 'm.memberId', 's.memberId')
          .select(({ fn }) => fn.count<string>('s.memberId').distinct().as('count'))
          .where('s.day', '>=', since)
          .where(scopeWhere(scope, 'm.homeStoreCode'))
          .executeTakeFirstOrThrow()
      ).count,
    ),

  /** How many coupons came with streaks since a day. */
  coupons: async (since: string, scope: Scope): Promise<number> =>
    (
      await db
        .selectFrom('sign_in_day as s')
        .innerJoin(activeMembers(db).as('m'), 'm.memberId', 's.memberId')
        .select('s.bonusJson')
        .where('s.day', '>=', since)
        .where('s.bonusJson', 'like', '%"coupon":true%')
        .where(scopeWhere(scope, 'm.homeStoreCode'))
        .execute()
    ).reduce((sum, { bonusJson }) => sum + (bonusJson?.split('"coupon":true').length ?? 1) - 1, 0),
})
