import type Router from '@koa/router'
import { mount } from '../../kernel/http/mount.ts'
import { couponsApi } from './contract.ts'
import { claimRoutes } from './routes/claims.ts'
import type { ClaimRoom } from './service/claim-room.ts'
import type { CouponCompensations } from './service/compensations.ts'
import type { CouponDesk } from './service/desk.ts'
import type { CouponGifts } from './service/gifts.ts'
import type { Templates } from './service/templates.ts'
import type { ReceiptCoupons } from './service/receipt.ts'
import type { CouponUses } from './service/uses.ts'
import type { Wallet } from './service/wallet.ts'

/** Operation → service call. */
export function couponsRoutes(
  router: Router,
  wallet: Wallet,
  templates: Templates,
  desk: CouponDesk,
  gifts: CouponGifts,
  room: ClaimRoom,
  uses: CouponUses,
  compensations: CouponCompensations,
  ofReceipt: ReceiptCoupons,
): void {
  mount(router, couponsApi, {
    ...claimRoutes(room),
    wallet: ({ query }, caller) => wallet.list(caller.memberId, query.tab, query.storeCode ?? null),
    myCoupon: ({ params, query }, caller) => wallet.one(caller.memberId, params.couponId, query.storeCode ?? null),
    receiptCoupons: ({ params }, caller) => ofReceipt.ofMember(caller.memberId, params.documentId),
    documentCoupons: ({ params }, caller) => ofReceipt.ofStaff(caller.scope, params.documentId),
    giveCoupon: ({ params }, caller) => gifts.give(caller.memberId, params.couponId),
    takeBackGift: ({ params }, caller) => gifts.takeBack(caller.memberId, params.giftId),
    gift: ({ params }, caller) => gifts.look(caller.memberId, params.linkCode),
    takeGift: ({ params }, caller) => gifts.take(caller.memberId, params.linkCode),
    templates: ({ query }) => templates.list(query),
    template: ({ params }) => templates.one(params.templateId),
    createTemplate: ({ body }, caller) => templates.create(caller, body),
    updateTemplate: ({ params, body }, caller) => templates.update(caller, params.templateId, body),
    activateTemplate: ({ params }, caller) => templates.activate(caller, params.templateId),
    endTemplate: ({ params }, caller) => templates.end(caller, params.templateId),
    coupons: ({ params, query }, caller) => desk.ofTemplate(params.templateId, query, caller.scope),
    memberCoupons: ({ params }, caller) => desk.ofMember(params.memberId, caller.scope),
    couponEvents: ({ params }, caller) => desk.events(params.couponId, caller.scope),
    couponUses: ({ query }, caller) => uses.list(query, caller),
    templateUses: ({ params, query }, caller) => uses.byStore(params.templateId, query, caller.scope),
    couponDay: ({ query }, caller) => uses.day(query, caller.scope),
    compensations: ({ query }, caller) => compensations.list(query, caller),
    allowance: (_input, caller) => compensations.allowance(caller),
    compensate: ({ params, body }, caller) => compensations.give(caller, params.memberId, body),
    decideCompensation: ({ params, body }, caller) =>
      compensations.decide(caller, params.compensationId, body.agree, body.note),
    voidCoupon: ({ params, body }, caller) => desk.void(caller, params.couponId, body.reason),
  })
}
