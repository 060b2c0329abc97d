import type { Selectable } from 'kysely'
import { uniqueViolation, type DB, type Db } from '../../../kernel/db.ts'

export type GrantRecord = Selectable<DB['reward_grant']>

/** What conditions have given, by key. */
export const grantsRepository = (db: Db) => ({
  byKey: (key: string): Promise<GrantRecord | undefined> =>
    db.selectFrom('reward_grant').selectAll().where('key', '=', key).executeTakeFirst(),

  /** Takes the key for this grant; false when it is taken. A twin that holds it is waited for. */
  async claim(grant: GrantRecord): Promise<boolean> {
    try {
      await db.insertInto('reward_grant').values(grant).execute()
      return true
    } catch (error) {
      if (uniqueViolation(error) === null) throw error
      return false
    }
  },

  settle: (id: string, found: Pick<GrantRecord, 'couponId' | 'refused'>) =>
    db.updateTable('reward_grant').set(found).where('id', '=', id).execute(),

  /** The newest of a member, for the member's own list. */
  ofMember: (memberId: string, limit: number): Promise<GrantRecord[]> =>
    db
      .selectFrom('reward_grant')
      .selectAll()
      .where('memberId', '=', memberId)
      .orderBy('id', 'desc')
      .limit(limit)
      .execute(),
})
