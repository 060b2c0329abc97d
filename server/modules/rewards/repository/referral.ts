import { sql, type Insertable, type Selectable } from 'kysely'
import { affected, uniqueViolation, type DB, type Db } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import { salesByMember, salesDocuments } from '../../sales/index.ts'

export type ReferralRecord = Selectable<DB['referral']>
export type NewReferral = Insertable<DB['referral']>

/** Codes, accepted invitations and what became of them. */
export const referralRepository = (db: Db) => ({
  codeOf: (memberId: string) =>
    db.selectFrom('referral_code').selectAll().where('memberId', '=', memberId).executeTakeFirst(),

  ownerOf: (code: string) => db.selectFrom('referral_code').selectAll().where('code', '=', code).executeTakeFirst(),

  /** Keeps a code; the one that the member has already stays. */
  addCode: (row: Insertable<DB['referral_code']>) =>
    db
      .insertInto('referral_code')
      .values(row)
      .onDuplicateKeyUpdate({ memberId: sql<string>`memberId` })
      .execute(),

  seenOn: (memberId: string, deviceHash: string) =>
    db.updateTable('referral_code').set({ deviceHash }).where('memberId', '=', memberId).execute(),

  /** The last invitation before the card opens counts. */
  visit: (row: Insertable<DB['referral_visit']>) =>
    db
      .insertInto('referral_visit')
      .values(row)
      .onDuplicateKeyUpdate({ inviterId: row.inviterId, deviceHash: row.deviceHash, at: row.at })
      .execute(),

  visits: (people: readonly { appId: string; openid: string }[], since: Date) =>
    people.length === 0
      ? Promise.resolve([])
      : db
          .selectFrom('referral_visit')
          .selectAll()
          .where(eb => eb.or(people.map(one => eb.and([eb('appId', '=', one.appId), eb('openid', '=', one.openid)]))))
          .where('at', '>=', since)
          .execute(),

  forgetVisits: (before: Date) => db.deleteFrom('referral_visit').where('at', '<', before).execute(),

  /** Writes an invitation down; false when the invitee has one already. */
  async add(row: NewReferral): Promise<boolean> {
    try {
      await db.insertInto('referral').values(row).execute()
      return true
    } catch (error) {
      if (uniqueViolation(error) === null) throw error
      return false
    }
  },

  find: (inviteeId: string): Promise<ReferralRecord | undefined> =>
    db.selectFrom('referral').selectAll().where('inviteeId', '=', inviteeId).executeTakeFirst(),

  /** Moves an invitation on from one of the states; false when it is in none of them any more. */
  move: async (inviteeId: string, from: readonly string[], to: Partial<NewReferral>): Promise<boolean> =>
    affected(
      await db
        .updateTable('referral')
        .set(to)
        .where('inviteeId', '=', inviteeId)
        .where('state', 'in', from)
        .executeTakeFirstOrThrow(),
    ) === 1,

  /** What is the same elsewhere: signs that one person opens several cards. */
  async alike(row: Pick<ReferralRecord, 'inviterId' | 'deviceHash' | 'phoneHash' | 'openid'>, since: Date) {
    const rows = await db
      .selectFrom('referral')
      .select(['inviterId', 'deviceHash', 'phoneHash', 'openid', 'at'])
      .where(eb =>
        eb.or([
          eb('deviceHash', '=', row.deviceHash),
          eb('openid', '=', row.openid),
          ...(row.phoneHash === null ? [] : [eb('phoneHash', '=', row.phoneHash)]),
          eb.and([eb('inviterId', '=', row.inviterId), eb('at', '>=', since)]),
        ]),
      )
      .limit(500)
      .execute()
    return {
      device: rows.some(one => one.deviceHash === row.deviceHash),
      openid: rows.some(one => one.openid === row.openid),
      phone: row.phoneHash !== null && rows.some(one => one.phoneHash === row.phoneHash),
      recent: rows.filter(one => one.inviterId === row.inviterId && one.at >= since).length,
    }
  },

  /** Invitees among the buyers of documents who still owe a purchase. */
  waitingBuyers: async (documentIds: readonly string[]): Promise<string[]> =>
    documentIds.length === 0
      ? []
      : (
          await salesDocuments(db)
            .innerJoin('referral', 'referral.inviteeId', 'sales_document.memberId')
            .clearSelect()
            .select('referral.inviteeId')
            .distinct()
            .where('sales_document.id', 'in', documentIds)
            .where('referral.state', '=', 'waiting')
            .execute()
        ).map(row => row.inviteeId),

  /** Net yuan that a member has bought for since a day, returns taken off; '0' where there is nothing. */
  boughtSince: async (memberId: string, since: string): Promise<string> =>
    (await salesByMember(db, since).where('d.memberId', '=', memberId).executeTakeFirst())?.net ?? '0',

  due: (states: readonly string[], today: string, limit: number) =>
    db
      .selectFrom('referral')
      .select(['inviteeId', 'state'])
      .where('state', 'in', states)
      .where('dueOn', '<=', today)
      .orderBy('dueOn')
      .limit(limit)
      .execute(),

  rewardedOf: async (inviterId: string, month: string): Promise<number> =>
    Number(
      (
        await db
          .selectFrom('referral')
          .select(({ fn }) => fn.max('seq').as('seq'))
          .where('inviterId', '=', inviterId)
          .where('month', '=', month)
          .executeTakeFirst()
      )?.seq ?? 0,
    ),

  /** Takes one from the month's budget; false when it is spent. Held until the transaction ends. */
  async takeBudget(month: string, budget: number | null): Promise<boolean> {
    await db
      .insertInto('referral_month')
      .values({ month })
      .onDuplicateKeyUpdate({ month: sql<string>`month` })
      .execute()
    let query = db
      .updateTable('referral_month')
      .set(eb => ({ rewarded: eb('rewarded', '+', 1) }))
      .where('month', '=', month)
    if (budget !== null) query = query.where('rewarded', '<', budget)
    return affected(await query.executeTakeFirstOrThrow()) === 1
  },

  rewardedIn: async (month: string): Promise<number> =>
    (await db.selectFrom('referral_month').select('rewarded').where('month', '=', month).executeTakeFirst())
      ?.rewarded ?? 0,

  ofInviter: (inviterId: string, limit: number): Promise<ReferralRecord[]> =>
    db
      .selectFrom('referral')
      .selectAll()
      .where('inviterId', '=', inviterId)
      .orderBy('at', 'desc')
      .limit(limit)
      .execute(),

  page(
    scope: Scope,
    state: string | undefined,
    before: readonly [Date, string] | null,
    limit: number,
  ): Promise<ReferralRecord[]> {
    let query = db
      .selectFrom('referral')
      .selectAll()
      .where(scopeWhere(scope, 'referral.storeCode'))
      .orderBy('at', 'desc')
      .orderBy('inviteeId', 'desc')
      .limit(limit)
    if (state !== undefined) query = query.where('state', '=', state)
    if (before !== null) {
      const [at, id] = before
      query = query.where(eb => eb.or([eb('at', '<', at), eb.and([eb('at', '=', at), eb('inviteeId', '<', id)])]))
    }
    return query.execute()
  },

  /** Counts and costs by state since a moment, of the scope. */
  byState: (since: Date, scope: Scope) =>
    db
      .selectFrom('referral')
      .select(({ fn }) => [
        'state',
        fn.countAll<string>().as('count'),
        sql<string>`sum(inviterPoints + inviteePoints)`.as('points'),
        fn.sum<string>('coupons').as('coupons'),
      ])
      .where('at', '>=', since)
      .where(scopeWhere(scope, 'referral.storeCode'))
      .groupBy('state')
      .execute(),
})
