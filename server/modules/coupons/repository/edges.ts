import type { Tx } from '../../../kernel/db.ts'
import { affected } from '../../../kernel/db.ts'
import { insertRows } from '../../../kernel/db/bulk.ts'
import type { NewCoupon, NewCouponEvent } from './coupons.ts'

const COUPON_COLUMNS = [
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
  'docKey',
  'lockedUntil',
  'redeemedAt',
  'redeemedStore',
  'discount',
  'termsJson',
  'rulesVersion',
  'updatedAt',
] as const
const EVENT_COLUMNS = ['id', 'couponId', 'kind', 'docKey', 'fen', 'staffId', 'note', 'at'] as const

/** What a lock froze ends with it. */
const THAWED = { termsJson: null, rulesVersion: null }

/** The edges of the state machine: each one guarded UPDATE that says by its count whether it happened. */
export const couponEdges = (tx: Tx) => {
  const edge = async (query: { executeTakeFirstOrThrow(): Promise<{ numUpdatedRows: bigint }> }): Promise<boolean> =>
    affected(await query.executeTakeFirstOrThrow()) === 1
  return {
    /** Inserts what is not there by issue key, code, or the member's place in the template; returns the ids that went in. */
    async insert(coupons: readonly NewCoupon[]): Promise<Set<string>> {
      await insertRows(
        tx,
        'coupon',
        COUPON_COLUMNS,
        coupons.map(coupon => COUPON_COLUMNS.map(column => coupon[column])),
        { ignore: true },
      )
      const ids = coupons.map(coupon => coupon.id)
      const rows = ids.length === 0 ? [] : await tx.selectFrom('coupon').select('id').where('id', 'in', ids).execute()
      return new Set(rows.map(row => row.id))
    },

    /** issued (or left behind by a lock or a gift whose time is over) → locked for a sale. */
    lock: (id: string, docKey: string, until: Date, frozen: { termsJson: string; rulesVersion: number }, now: Date) =>
      edge(
        tx
          .updateTable('coupon')
          .set({ state: 'locked', docKey, lockedUntil: until, ...frozen, updatedAt: now })
          .where('id', '=', id)
          .where('validFrom', '<=', now)
          .where('validTo', '>', now)
          .where(eb =>
            eb.or([
              eb('state', '=', 'issued'),
              eb.and([eb('state', '=', 'locked'), eb.or([eb('docKey', '=', docKey), eb('lockedUntil', '<=', now)])]),
              // A gift that nobody took in time is its giver's again, swept or not.
              eb.and([eb('state', '=', 'gifting'), eb('lockedUntil', '<=', now)]),
            ]),
          ),
      ),

    /** locked for this sale → redeemed. A lock that was taken in time holds until it ends, even past the coupon's own end. */
    redeem: (id: string, docKey: string, storeCode: string, discount: number, now: Date) =>
      edge(
        tx
          .updateTable('coupon')
          .set({
            state: 'redeemed',
            lockedUntil: null,
            redeemedAt: now,
            redeemedStore: storeCode,
            discount,
            updatedAt: now,
          })
          .where('id', '=', id)
          .where('state', '=', 'locked')
          .where('docKey', '=', docKey)
          .where(eb => eb.or([eb('validTo', '>', now), eb('lockedUntil', '>', now)])),
      ),

    /** issued, locked, gifting or expired → redeemed by a use that was made at WeChat. */
    redeemThere: (id: string, docKey: string, discount: number, usedAt: Date, now: Date) =>
      edge(
        tx
          .updateTable('coupon')
          .set({
            state: 'redeemed',
            docKey,
            lockedUntil: null,
            redeemedAt: usedAt,
            discount,
            ...THAWED,
            updatedAt: now,
          })
          .where('id', '=', id)
          .where('state', 'in', ['issued', 'locked', 'gifting', 'expired']),
      ),

    /** locked for this sale → issued. */
    release: (id: string, docKey: string, now: Date) =>
      edge(
        tx
          .updateTable('coupon')
          .set({ state: 'issued', docKey: null, lockedUntil: null, ...THAWED, updatedAt: now })
          .where('id', '=', id)
          .where('state', '=', 'locked')
          .where('docKey', '=', docKey),
      ),

    /** redeemed by this sale → issued again, while it is still valid. */
    restore: (id: string, docKey: string, now: Date) =>
      edge(
        tx
          .updateTable('coupon')
          .set({
            state: 'issued',
            docKey: null,
            redeemedAt: null,
            redeemedStore: null,
            discount: null,
            ...THAWED,
            updatedAt: now,
          })
          .where('id', '=', id)
          .where('state', '=', 'redeemed')
          .where('docKey', '=', docKey)
          .where('validTo', '>', now),
      ),

    /** redeemed by this sale → lapsed: the goods came back too late for the coupon. */
    lapse: (id: string, docKey: string, now: Date) =>
      edge(
        tx
          .updateTable('coupon')
          .set({ state: 'lapsed', updatedAt: now })
          .where('id', '=', id)
          .where('state', '=', 'redeemed')
          .where('docKey', '=', docKey)
          .where('validTo', '<=', now),
      ),

    /** redeemed by this sale, and takes off less after a part of it came back. */
    reprice: (id: string, docKey: string, discount: number, now: Date) =>
      edge(
        tx
          .updateTable('coupon')
          .set({ discount, updatedAt: now })
          .where('id', '=', id)
          .where('state', '=', 'redeemed')
          .where('docKey', '=', docKey)
          .where('discount', '>', discount),
      ),

    /** issued → gifting, until a moment. */
    gift: (id: string, memberId: string, until: Date, now: Date) =>
      edge(
        tx
          .updateTable('coupon')
          .set({ state: 'gifting', lockedUntil: until, updatedAt: now })
          .where('id', '=', id)
          .where('memberId', '=', memberId)
          .where('state', '=', 'issued')
          .where('validTo', '>', now),
      ),

    /** gifting → issued: nobody took it. */
    takeBack: (id: string, now: Date) =>
      edge(
        tx
          .updateTable('coupon')
          .set({ state: 'issued', lockedUntil: null, updatedAt: now })
          .where('id', '=', id)
          .where('state', '=', 'gifting'),
      ),

    /** gifting → gifted: another member has a coupon for it. */
    give: (id: string, now: Date) =>
      edge(
        tx
          .updateTable('coupon')
          .set({ state: 'gifted', lockedUntil: null, updatedAt: now })
          .where('id', '=', id)
          .where('state', '=', 'gifting')
          .where('lockedUntil', '>', now)
          .where('validTo', '>', now),
      ),

    /** issued → void. */
    void: (id: string, now: Date) =>
      edge(
        tx
          .updateTable('coupon')
          .set({ state: 'void', updatedAt: now })
          .where('id', '=', id)
          .where('state', '=', 'issued'),
      ),

    /** issued and past its time → expired, a run of at most `limit`; returns the ids. */
    async expire(now: Date, limit: number): Promise<string[]> {
      const rows = await tx
        .selectFrom('coupon')
        .select('id')
        .where('state', '=', 'issued')
        .where('validTo', '<=', now)
        .orderBy('validTo')
        .limit(limit)
        .forUpdate()
        .execute()
      const ids = rows.map(row => row.id)
      if (ids.length > 0)
        await tx
          .updateTable('coupon')
          .set({ state: 'expired', updatedAt: now })
          .where('id', 'in', ids)
          .where('state', '=', 'issued')
          .execute()
      return ids
    },

    /** locked and its time over → issued, a run of at most `limit`; returns what was released. */
    async free(now: Date, limit: number): Promise<{ id: string; docKey: string | null }[]> {
      const rows = await tx
        .selectFrom('coupon')
        .select(['id', 'docKey'])
        .where('state', '=', 'locked')
        .where('lockedUntil', '<=', now)
        .limit(limit)
        .forUpdate()
        .execute()
      if (rows.length > 0) {
        await tx
          .updateTable('coupon')
          .set({ state: 'issued', docKey: null, lockedUntil: null, ...THAWED, updatedAt: now })
          .where(
            'id',
            'in',
            rows.map(row => row.id),
          )
          .where('state', '=', 'locked')
          .execute()
      }
      return rows
    },

    record: (events: readonly NewCouponEvent[]): Promise<void> =>
      insertRows(
        tx,
        'coupon_event',
        EVENT_COLUMNS,
        events.map(event => EVENT_COLUMNS.map(column => event[column])),
      ),
  }
}
