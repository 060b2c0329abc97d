import { affected, type Db } from '../../../kernel/db.ts'

/** Birthdays of active members, found by their keyed hash. */
export const birthdaysRepository = (db: Db) => ({
  /** A run of members, by id, who celebrate one of these days. */
  having: (hashes: readonly string[], after: string, limit: number) =>
    hashes.length === 0
      ? Promise.resolve([])
      : db
          .selectFrom('member')
          .select(['id as memberId', 'birthdayHash', 'birthdayChangedOn', 'enrolledAt', 'homeStoreCode'])
          .where('birthdayHash', 'in', hashes)
          .where('state', '=', 'active')
          .where('id', '>', after)
          .orderBy('id')
          .limit(limit)
          .execute(),

  /** Members whose birthday is kept but cannot be found by it yet. */
  unknown: (after: string, limit: number) =>
    db
      .selectFrom('member')
      .select(['id', 'birthdaySealed'])
      .where('birthdaySealed', 'is not', null)
      .where('birthdayHash', 'is', null)
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit)
      .$narrowType<{ birthdaySealed: string }>()
      .execute(),

  /** Writes the birthday where the one before was this one, and was not changed since the day: false = it was. */
  change: async (
    id: string,
    to: { birthdaySealed: string | null; birthdayHash: string | null; birthdayChangedOn: string | null },
    before: { sealed: string | null; changedBefore: string },
  ): Promise<boolean> =>
    affected(
      await db
        .updateTable('member')
        .set(to)
        .where('id', '=', id)
        .where('state', '=', 'active')
        .where('birthdaySealed', before.sealed === null ? 'is' : '=', before.sealed)
        .where(eb => eb.or([eb('birthdayChangedOn', 'is', null), eb('birthdayChangedOn', '<', before.changedBefore)]))
        .executeTakeFirstOrThrow(),
    ) === 1,

  /** Makes a kept birthday findable. */
  learn: (id: string, birthdayHash: string) =>
    db.updateTable('member').set({ birthdayHash }).where('id', '=', id).where('birthdayHash', 'is', null).execute(),
})
