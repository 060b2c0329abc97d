import type { Insertable, Selectable } from 'kysely'
import { affected, type DB, type Db } from '../../../kernel/db.ts'

export type PublicCodeRecord = Selectable<DB['coupon_public_code']>

/** Codes that shoppers type: those for everybody, and those of pools. */
export const codesRepository = (db: Db) => ({
  find: (id: string): Promise<PublicCodeRecord | undefined> =>
    db.selectFrom('coupon_public_code').selectAll().where('id', '=', id).executeTakeFirst(),
  byCode: (code: string): Promise<PublicCodeRecord | undefined> =>
    db.selectFrom('coupon_public_code').selectAll().where('code', '=', code).executeTakeFirst(),
  ofTemplate: (templateId: string): Promise<PublicCodeRecord[]> =>
    db
      .selectFrom('coupon_public_code')
      .selectAll()
      .where('templateId', '=', templateId)
      .orderBy('id', 'desc')
      .limit(100)
      .execute(),
  insert: (row: Insertable<DB['coupon_public_code']>) => db.insertInto('coupon_public_code').values(row).execute(),
  turn: (id: string, state: 'on' | 'off') =>
    db.updateTable('coupon_public_code').set({ state }).where('id', '=', id).execute(),

  /** Counts a use of a public code: on, in time, and not above its end. */
  use: async (id: string, now: Date): Promise<boolean> =>
    affected(
      await db
        .updateTable('coupon_public_code')
        .set(eb => ({ used: eb('used', '+', 1) }))
        .where('id', '=', id)
        .where('state', '=', 'on')
        .where(eb => eb.or([eb('endsAt', 'is', null), eb('endsAt', '>', now)]))
        .whereRef('used', '<', 'maxUses')
        .executeTakeFirstOrThrow(),
    ) === 1,
  /** How often a member has used a public code, and under which keys. */
  uses: (codeId: string, memberId: string) =>
    db
      .selectFrom('coupon_code_use')
      .select(['nth', 'requestKey'])
      .where('codeId', '=', codeId)
      .where('memberId', '=', memberId)
      .execute(),
  addUse: (row: Insertable<DB['coupon_code_use']>) => db.insertInto('coupon_code_use').values(row).execute(),

  poolCode: (code: string) => db.selectFrom('coupon_pool_code').selectAll().where('code', '=', code).executeTakeFirst(),
  /** Takes a code of a pool for a member: once, whoever is first. */
  take: async (code: string, memberId: string, now: Date): Promise<boolean> =>
    affected(
      await db
        .updateTable('coupon_pool_code')
        .set({ memberId, takenAt: now })
        .where('code', '=', code)
        .where('memberId', 'is', null)
        .executeTakeFirstOrThrow(),
    ) === 1,
  async pool(templateId: string): Promise<{ total: number; taken: number }> {
    const row = await db
      .selectFrom('coupon_pool_code')
      .select(eb => [eb.fn.countAll<string>().as('total'), eb.fn.count<string>('memberId').as('taken')])
      .where('templateId', '=', templateId)
      .executeTakeFirst()
    return { total: Number(row?.total ?? 0), taken: Number(row?.taken ?? 0) }
  },
  /** Which of these codes exist already, of a pool or for everybody. */
  async existing(codes: readonly string[]): Promise<Set<string>> {
    if (codes.length === 0) return new Set()
    const pool = await db.selectFrom('coupon_pool_code').select('code').where('code', 'in', codes).execute()
    const open = await db.selectFrom('coupon_public_code').select('code').where('code', 'in', codes).execute()
    return new Set([...pool, ...open].map(({ code }) => code))
  },
})
