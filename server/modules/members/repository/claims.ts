import type { Insertable, Selectable } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'
import { affected } from '../../../kernel/db.ts'

export type ClaimRecord = Selectable<DB['member_claim']>

/** Claims to a membership whose phone was proved. */
export const claimsRepository = (db: Db) => ({
  open: (id: string, appId: string, openid: string, now: Date): Promise<ClaimRecord | undefined> =>
    db
      .selectFrom('member_claim')
      .selectAll()
      .where('id', '=', id)
      .where('appId', '=', appId)
      .where('openid', '=', openid)
      .where('state', '=', 'open')
      .where('expiresAt', '>', now)
      .executeTakeFirst(),

  /** The open claim of this person to this member, however old: its tries are not forgotten. */
  ofPerson: (memberId: string, appId: string, openid: string): Promise<ClaimRecord | undefined> =>
    db
      .selectFrom('member_claim')
      .selectAll()
      .where('memberId', '=', memberId)
      .where('appId', '=', appId)
      .where('openid', '=', openid)
      .where('state', '=', 'open')
      .orderBy('createdAt', 'desc')
      .limit(1)
      .executeTakeFirst(),

  insert: (claim: Insertable<DB['member_claim']>) => db.insertInto('member_claim').values(claim).execute(),

  renew: (id: string, change: { requestJson: string; expiresAt: Date; phoneSealed: string; phoneHash: string }) =>
    db.updateTable('member_claim').set(change).where('id', '=', id).where('state', '=', 'open').execute(),

  /** Takes one of the tries; false when none is left. */
  takeTry: async (id: string, tries: number): Promise<boolean> =>
    affected(
      await db
        .updateTable('member_claim')
        .set(eb => ({ attempts: eb('attempts', '+', 1) }))
        .where('id', '=', id)
        .where('state', '=', 'open')
        .where('attempts', '<', tries)
        .executeTakeFirstOrThrow(),
    ) === 1,

  settle: async (id: string, state: 'proved' | 'declined'): Promise<boolean> =>
    affected(
      await db
        .updateTable('member_claim')
        .set({ state })
        .where('id', '=', id)
        .where('state', '=', 'open')
        .executeTakeFirstOrThrow(),
    ) === 1,

  /** What a person has claimed under an app, with the phone they claimed it by. */
  removeOfPerson: (appId: string, openid: string, until: Date) =>
    db
      .deleteFrom('member_claim')
      .where('appId', '=', appId)
      .where('openid', '=', openid)
      .where('createdAt', '<=', until)
      .execute(),

  remove: (memberId: string) => db.deleteFrom('member_claim').where('memberId', '=', memberId).execute(),
})
