import type { Insertable, Selectable } from 'kysely'
import { sql } from 'kysely'
import { affected, type DB, type Db } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'

export type BirthdayGiftRecord = Selectable<DB['birthday_gift']>
export type NewBirthdayGift = Insertable<DB['birthday_gift']>

/** Birthday gifts, and whose turn it is. */
export const birthdayRepository = (db: Db) => ({
  /** Takes the member's turn: false when the last gift is not long ago. Held until the transaction ends. */
  async takeTurn(memberId: string, today: string, lastBefore: string): Promise<boolean> {
    await db
      .insertInto('birthday_turn')
      .values({ memberId })
      .onDuplicateKeyUpdate({ memberId: sql<string>`memberId` })
      .execute()
    const taken = await db
      .updateTable('birthday_turn')
      .set({ lastOn: today })
      .where('memberId', '=', memberId)
      .where(eb => eb.or([eb('lastOn', 'is', null), eb('lastOn', '<', lastBefore)]))
      .executeTakeFirstOrThrow()
    return affected(taken) === 1
  },

  /** Who of these had a gift on or after a day. */
  async hadSince(memberIds: readonly string[], since: string): Promise<Set<string>> {
    if (memberIds.length === 0) return new Set()
    const rows = await db
      .selectFrom('birthday_turn')
      .select('memberId')
      .where('memberId', 'in', memberIds)
      .where('lastOn', '>=', since)
      .execute()
    return new Set(rows.map(row => row.memberId))
  },

  yearGiven: async (memberId: string, year: number): Promise<boolean> =>
    (await db
      .selectFrom('birthday_gift')
      .select('memberId')
      .where('memberId', '=', memberId)
      .where('year', '=', year)
      .executeTakeFirst()) !== undefined,

  insert: (gift: NewBirthdayGift) => db.insertInto('birthday_gift').values(gift).execute(),

  last: (memberId: string): Promise<BirthdayGiftRecord | undefined> =>
    db
      .selectFrom('birthday_gift')
      .selectAll()
      .where('memberId', '=', memberId)
      .orderBy('givenOn', 'desc')
      .limit(1)
      .executeTakeFirst(),

  page(scope: Scope, before: readonly [string, string] | null, limit: number): Promise<BirthdayGiftRecord[]> {
    let query = db
      .selectFrom('birthday_gift')
      .selectAll()
      .where(scopeWhere(scope, 'birthday_gift.storeCode'))
      .orderBy('givenOn', 'desc')
      .orderBy('memberId', 'desc')
      .limit(limit)
    if (before !== null) {
      const [day, memberId] = before
      query = query.where(eb =>
        eb.or([eb('givenOn', '<', day), eb.and([eb('givenOn', '=', day), eb('memberId', '<', memberId)])]),
      )
    }
    return query.execute()
  },

  /** Gifts of a year by month, of members of the scope. */
  byMonth: (year: string, scope: Scope) =>
    db
      .selectFrom('birthday_gift')
      .select(({ fn }) => [
        sql<string>`left(givenOn, 7)`.as('month'),
        fn.countAll<string>().as('count'),
        fn.sum<string>('points').as('points'),
        fn.sum<string>('coupons').as('coupons'),
      ])
      .where('givenOn', '>=', `${year}-01-01`)
      .where('givenOn', '<=', `${year}-12-31`)
      .where(scopeWhere(scope, 'birthday_gift.storeCode'))
      .groupBy(sql`left(givenOn, 7)`)
      .orderBy('month')
      .execute(),
})
