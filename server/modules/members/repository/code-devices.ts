import { sql, type Insertable, type Selectable } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'
import { affected } from '../../../kernel/db.ts'

export type CodeDevice = Selectable<DB['member_code_device']>

/** The phones that compute turning codes. */
export const codeDevicesRepository = (db: Db) => ({
  find: (handle: string): Promise<CodeDevice | undefined> =>
    db.selectFrom('member_code_device').selectAll().where('handle', '=', handle).executeTakeFirst(),

  ofPhone: (memberId: string, deviceHash: string): Promise<CodeDevice | undefined> =>
    db
      .selectFrom('member_code_device')
      .selectAll()
      .where('memberId', '=', memberId)
      .where('deviceHash', '=', deviceHash)
      .executeTakeFirst(),

  /** The member's phones in use, the one seen last first. */
  active: (memberId: string): Promise<CodeDevice[]> =>
    db
      .selectFrom('member_code_device')
      .selectAll()
      .where('memberId', '=', memberId)
      .where('state', '=', 'active')
      .orderBy('seenAt', 'desc')
      .orderBy('handle')
      .execute(),

  insert: (device: Insertable<DB['member_code_device']>) =>
    db.insertInto('member_code_device').values(device).execute(),

  seen: (handle: string, at: Date) =>
    db.updateTable('member_code_device').set({ seenAt: at }).where('handle', '=', handle).execute(),

  /** Turns a secret over; false when somebody else has just done it. */
  rotate: async (
    device: CodeDevice,
    next: { secretSealed: string; previousUntil: Date; rotatedAt: Date },
  ): Promise<boolean> =>
    affected(
      await db
        .updateTable('member_code_device')
        .set({ ...next, previousSealed: device.secretSealed, seenAt: next.rotatedAt })
        .where('handle', '=', device.handle)
        .where('state', '=', 'active')
        .where('rotatedAt', '=', device.rotatedAt)
        .executeTakeFirstOrThrow(),
    ) === 1,

  /** Ends phones of a member, all or the named ones; how many that were. */
  revoke: async (memberId: string, handles: readonly string[] | 'all', at: Date): Promise<number> => {
    if (handles.length === 0) return 0
    let ended = db
      .updateTable('member_code_device')
      .set({ state: 'revoked', revokedAt: at, deviceHash: sql<string>`concat('revoked:', handle)` })
      .where('memberId', '=', memberId)
      .where('state', '=', 'active')
    if (handles !== 'all') ended = ended.where('handle', 'in', [...handles])
    return affected(await ended.executeTakeFirstOrThrow())
  },
})
