import { sql, type Insertable, type Selectable } from 'kysely'
import { affected, type DB, type Db, type Tx } from '../../../kernel/db.ts'
import { insertRows } from '../../../kernel/db/bulk.ts'
import { PREPARED } from '../../../kernel/db/prepared.ts'
import type { NewCoupon } from './coupons.ts'
import type { TemplateRecord } from './templates.ts'

export type OfferRecord = Selectable<DB['coupon_offer']>
export type ReleaseRecord = Selectable<DB['coupon_release']>
/** An offer with the rule of its template, as a claim needs them. */
export interface OfferRule {
  readonly offer: OfferRecord
  readonly template: TemplateRecord
}
/** What a claim writes of a coupon; the rest of the row is empty. */
export type ClaimedCoupon = Pick<
  NewCoupon,
  | 'id'
  | 'code'
  | 'templateId'
  | 'memberId'
  | 'seq'
  | 'issueKey'
  | 'state'
  | 'validFrom'
  | 'validTo'
  | 'issuedAt'
  | 'updatedAt'
>

const COLUMNS = [
  'id',
  'code',
  'templateId',
  'memberId',
  'seq',
  'issueKey',
  'state',
  'validFrom',
  'validTo',
  'issuedAt',
  'updatedAt',
] as const

/** What stands in the claim centre, and how much of it has been released. */
export const offersRepository = (db: Db) => {
  const released = (now: Date) =>
    sql<number>`(select coalesce(sum(r.quantity), 0) from coupon_release as r where r.offerId = o.id and r.at <= ${now})`
  return {
    find: (id: string): Promise<OfferRecord | undefined> =>
      db.selectFrom('coupon_offer').selectAll().where('id', '=', id).executeTakeFirst(),
    ofTemplate: (templateId: string): Promise<OfferRecord | undefined> =>
      db.selectFrom('coupon_offer').selectAll().where('templateId', '=', templateId).executeTakeFirst(),
    /** Offers that stand open with their templates, newest first. */
    async open(now: Date, limit: number): Promise<OfferRule[]> {
      const offers = await db
        .selectFrom('coupon_offer')
        .selectAll()
        .where('state', '=', 'open')
        .where(eb => eb.or([eb('closesAt', 'is', null), eb('closesAt', '>', now)]))
        .orderBy('createdAt', 'desc')
        .limit(limit)
        .execute()
      if (offers.length === 0) return []
      const templates = await db
        .selectFrom('coupon_template')
        .selectAll()
        .where(
          'id',
          'in',
          offers.map(({ templateId }) => templateId),
        )
        .where('state', '=', 'active')
        .execute()
      const byId = new Map(templates.map(template => [template.id, template]))
      return offers.flatMap(offer => {
        const template = byId.get(offer.templateId)
        return template === undefined ? [] : [{ offer, template }]
      })
    },
    /** Hot offers whose queue may still hold something: closed ones too, for a day. */
    hot: (now: Date): Promise<{ id: string }[]> =>
      db
        .selectFrom('coupon_offer')
        .select('id')
        .where('hot', '=', 1)
        .where(eb => eb.or([eb('state', '=', 'open'), eb('updatedAt', '>', new Date(now.getTime() - 86_400_000))]))
        .execute(),
    releases: (offerIds: readonly string[]): Promise<ReleaseRecord[]> =>
      offerIds.length === 0
        ? Promise.resolve([])
        : db.selectFrom('coupon_release').selectAll().where('offerId', 'in', offerIds).orderBy('at').execute(),

    insert: (row: Insertable<DB['coupon_offer']>) => db.insertInto('coupon_offer').values(row).execute(),
    change: (id: string, change: Partial<Insertable<DB['coupon_offer']>>) =>
      db.updateTable('coupon_offer').set(change).where('id', '=', id).execute(),
    async setReleases(offerId: string, releases: readonly { at: Date; quantity: number }[]): Promise<void> {
      await db.deleteFrom('coupon_release').where('offerId', '=', offerId).execute()
      if (releases.length > 0)
        await db
          .insertInto('coupon_release')
          .values(releases.map(one => ({ offerId, ...one })))
          .execute()
    },

    /**
     * Counts `count` claims of the offer and of its template's stock, all of them or none: open, in time, within what is
     * released by now, in stock, and the rules still those that the claims were written by.
     */
    take: async (
      { offer, template }: OfferRule,
      { count, releasedNow, now }: { count: number; releasedNow: number; now: Date },
    ): Promise<boolean> => {
      const { numAffectedRows } = await sql`${sql.raw(PREPARED)}
        update coupon_offer as o straight_join coupon_template as t
        set o.claimed = o.claimed + ${count}, t.issued = t.issued + ${count}
        where o.id = ${offer.id} and t.id = ${template.id}
          and o.state = 'open' and o.updatedAt = ${offer.updatedAt} and (o.closesAt is null or o.closesAt > ${now})
          and t.state = 'active' and t.updatedAt = ${template.updatedAt}
          and t.issued + ${count} <= t.stock and o.claimed + ${count} <= ${releasedNow}`.execute(db)
      return numAffectedRows === 2n
    },

    /** How many more may be claimed now; holds the offer until the transaction ends. */
    async room(id: string, now: Date): Promise<number> {
      const { rows } = await sql<{ room: number }>`
        select if(o.state = 'open' and (o.closesAt is null or o.closesAt > ${now}), ${released(now)} - o.claimed, 0) as room
        from coupon_offer as o where o.id = ${id} for update`.execute(db)
      return Math.max(0, Number(rows[0]?.room ?? 0))
    },
    /** The same for whoever only looks: also within the stock of the template, and when more comes. */
    async standing(id: string, now: Date): Promise<{ room: number; next: Date | null }> {
      const { rows } = await sql<{ room: number; next: Date | null }>`
        select if(o.state = 'open' and t.state = 'active' and (o.closesAt is null or o.closesAt > ${now}),
            least(${released(now)} - o.claimed, t.stock - t.issued), 0) as room,
          (select min(r.at) from coupon_release as r where r.offerId = o.id and r.at > ${now}) as next
        from coupon_offer as o inner join coupon_template as t on t.id = o.templateId where o.id = ${id}`.execute(db)
      const row = rows[0]
      return { room: Math.max(0, Number(row?.room ?? 0)), next: row?.next ?? null }
    },
    counted: async (id: string, count: number): Promise<boolean> =>
      affected(
        await db
          .updateTable('coupon_offer')
          .set(eb => ({ claimed: eb('claimed', '+', count) }))
          .where('id', '=', id)
          .executeTakeFirstOrThrow(),
      ) === 1,

    /** The rules of the templates of which a member has coupons, each once. */
    async rulesHeld(memberId: string): Promise<(string | null)[]> {
      const rows = await db
        .selectFrom('coupon')
        .innerJoin('coupon_template as t', 't.id', 'coupon.templateId')
        .select('t.rulesJson')
        .where('coupon.memberId', '=', memberId)
        .groupBy(['t.id', 't.rulesJson'])
        .limit(200)
        .execute()
      return rows.map(({ rulesJson }) => rulesJson)
    },
    /** How many of each template a member has had. */
    async hadOf(memberId: string, templateIds: readonly string[]): Promise<Map<string, number>> {
      if (templateIds.length === 0) return new Map()
      const rows = await db
        .selectFrom('coupon')
        .select(eb => ['templateId', eb.fn.max('seq').as('last')])
        .where('memberId', '=', memberId)
        .where('templateId', 'in', templateIds)
        .groupBy('templateId')
        .execute()
      return new Map(rows.map(row => [row.templateId, Number(row.last)]))
    },
  }
}

/** Writes claimed coupons and their first step; a key or place that is taken fails the statement. */
export async function insertClaimed(
  tx: Tx,
  coupons: readonly ClaimedCoupon[],
  eventIds: readonly string[],
): Promise<void> {
  await insertRows(
    tx,
    'coupon',
    COLUMNS,
    coupons.map(coupon => COLUMNS.map(column => coupon[column])),
  )
  await insertRows(
    tx,
    'coupon_event',
    ['id', 'couponId', 'kind', 'at'],
    coupons.map((coupon, i) => [eventIds[i] ?? '', coupon.id, 'issue', coupon.issuedAt]),
  )
}
