import { inTransaction } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import { publish } from '../../../kernel/events/event.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { decodeCursor, pageFrom, type PageQuery } from '../../../kernel/page.ts'
import type { Scope } from '../../../kernel/scope.ts'
import type { MembersApi } from '../../members/index.ts'
import type { Audit } from '../../staff/index.ts'
import { couponsWithdrawn } from '../events.ts'
import { couponsErrors, type CouponRow, type CouponStep } from '../contract.ts'
import { couponsRepository, type HeldCoupon } from '../repository/coupons.ts'
import { couponEdges } from '../repository/edges.ts'
import { railCouponsRepository, type RailCouponRecord } from '../repository/rail-coupons.ts'

type Wechat = NonNullable<CouponRow['wechat']>
const wechatOf = (row: RailCouponRecord | undefined): Wechat | null =>
  row === undefined ? null : { state: row.state as Wechat['state'], reason: row.reason, usedTwice: row.usedTwice === 1 }

const rowOf = (coupon: HeldCoupon, rail: readonly RailCouponRecord[]) => ({
  couponId: coupon.id,
  code: coupon.code,
  memberId: coupon.memberId,
  templateId: coupon.templateId,
  name: coupon.name,
  state: coupon.state as CouponRow['state'],
  issuedAt: coupon.issuedAt,
  validTo: coupon.validTo,
  docKey: coupon.docKey,
  redeemedAt: coupon.redeemedAt,
  redeemedStore: coupon.redeemedStore,
  discount: coupon.discount,
  wechat: wechatOf(rail.find(({ couponId }) => couponId === coupon.id)),
})

/** Coupons as the staff sees them. */
export function couponDesk(
  { db, clock, newId }: Pick<Kernel, 'db' | 'clock' | 'newId'>,
  members: Pick<MembersApi, 'inReach'>,
  audit: Audit,
) {
  async function reachable(couponId: string, scope: Scope): Promise<HeldCoupon> {
    const coupon = await couponsRepository(db).find(couponId)
    if (coupon === undefined) throw couponsErrors.noCoupon()
    if (scope.kind === 'stores' && !(coupon.redeemedStore !== null && scope.stores.includes(coupon.redeemedStore)))
      await members.inReach(coupon.memberId, scope)
    return coupon
  }

  const railOf = (ids: readonly string[]) => railCouponsRepository(db).among(ids)
  async function rowsOf(coupons: readonly HeldCoupon[]) {
    const rail = await railOf(coupons.map(({ id }) => id))
    return coupons.map(coupon => rowOf(coupon, rail))
  }
  const theRow = async (coupon: HeldCoupon) => rowOf(coupon, await railOf([coupon.id]))

  return {
    async ofTemplate(templateId: string, query: PageQuery & { state?: string | undefined }, scope: Scope) {
      const [before] = decodeCursor(query.cursor) ?? []
      const rows = await couponsRepository(db).page(
        templateId,
        query.state,
        scope,
        typeof before === 'string' ? before : null,
        query.limit + 1,
      )
      const page = pageFrom(rows, query.limit, row => [row.id])
      return { ...page, items: await rowsOf(page.items) }
    },

    async ofMember(memberId: string, scope: Scope) {
      await members.inReach(memberId, scope)
      return { items: await rowsOf(await couponsRepository(db).ofMember(memberId)) }
    },

    async events(couponId: string, scope: Scope) {
      await reachable(couponId, scope)
      const rows = await couponsRepository(db).events(couponId)
      return {
        items: rows.map(row => ({
          kind: row.kind as CouponStep,
          docKey: row.docKey,
          fen: row.fen,
          staffId: row.staffId,
          note: row.note,
          at: row.at,
        })),
      }
    },

    async void(caller: StaffCaller, couponId: string, reason: string) {
      const coupon = await reachable(couponId, caller.scope)
      await inTransaction(db, async tx => {
        if (!(await couponEdges(tx).void(couponId, clock.now()))) throw couponsErrors.notVoidable()
        await couponEdges(tx).record([
          {
            id: newId(),
            couponId,
            kind: 'void',
            docKey: null,
            fen: null,
            staffId: caller.staffId,
            note: reason,
            at: clock.now(),
          },
        ])
        await publish(tx, couponsWithdrawn, { couponIds: [couponId] })
        await audit(tx, caller, {
          action: 'coupons.void',
          subjectKind: 'member',
          subjectId: coupon.memberId,
          reason,
          details: { couponId },
        })
      })
      return theRow(await reachable(couponId, caller.scope))
    },
  }
}
export type CouponDesk = ReturnType<typeof couponDesk>
