import { inTransaction, type Db, type Tx } from '../../kernel/db.ts'
import { on } from '../../kernel/events/event.ts'
import type { Kernel, Module } from '../../kernel/module.ts'
import type { MembersApi } from '../members/index.ts'
import type { LedgerCheck } from '../points/index.ts'
import { memberClosed } from '../members/events.ts'
import { documentsSettled } from '../sales/events.ts'
import type { Audit } from '../staff/index.ts'
import { couponsApi, type CouponRefusal, type TemplateCounts } from './contract.ts'
import { sweepCoupons } from './jobs.ts'
import { couponsRepository, type HeldCoupon } from './repository/coupons.ts'
import { wholeReturns } from './repository/returned.ts'
import { templatesRepository } from './repository/templates.ts'
import { couponsRoutes } from './routes.ts'
import type { ClaimItem, ClaimOutcome } from './service/claim-settle.ts'
import type { ClaimAnswer } from './service/claim.ts'
import { claimRoom, type ClaimNeeds } from './service/claim-room.ts'
import { isCouponCode, plainCouponCode } from './service/code.ts'
import { couponCompensations } from './service/compensations.ts'
import { couponDesk } from './service/desk.ts'
import { apply, type Applied, type Candidate } from './service/combine.ts'
import { judge, refusalOf, type Judged, type Occasion } from './service/evaluate.ts'
import { couponChecks } from './service/check.ts'
import { couponGifts } from './service/gifts.ts'
import { givingBack, type GivingBack } from './service/giving-back.ts'
import { goodsRefusal, readTerms, type Goods } from './service/goods.ts'
import { issueCoupons, type IssueItem, type IssueResult } from './service/issue.ts'
import { receiptCoupons } from './service/receipt.ts'
import { couponReminders, type ReminderNeeds } from './service/reminders.ts'
import { railRoom, type RailNeeds } from './service/rail-room.ts'
import { couponTemplates, templateView } from './service/templates.ts'
import { couponUse, type CouponUse } from './service/use.ts'
import { couponUses } from './service/uses.ts'
import { wallet } from './service/wallet.ts'
import { worthOf } from './service/worth.ts'

export { couponsPart } from './service/member-part.ts'
export { couponsTimeline } from './service/timeline.ts'
export type { HeldCoupon } from './repository/coupons.ts'
export type { IssueItem, IssueResult } from './service/issue.ts'
export type { Applied, Candidate } from './service/combine.ts'
export { candidateOf, type HeldCandidate, type History, type Occasion } from './service/evaluate.ts'
export { spread, type Goods, type GoodsLine } from './service/goods.ts'
export { isCouponCode, plainCouponCode } from './service/code.ts'
export { refusals } from './service/refusals.ts'
export { termsOfCoupon } from './service/terms.ts'
export { couponsByMember, couponUsesByReceipt, limitReached } from './repository/relations.ts'
export { usesWindow } from './service/uses.ts'

export interface CouponsNeeds {
  readonly audit: Audit
  readonly members: Pick<MembersApi, 'inReach' | 'briefs'>
  readonly wechat: ReminderNeeds
  /** Names of stores by code. */
  readonly storeNames: (codes: readonly string[]) => Promise<ReadonlyMap<string, string>>
  /** Files, whose cards and phones they name, and the names of who brought them. */
  readonly bulk: ClaimNeeds
  /** WeChat's own coupons (商品券), for a brand that has them. */
  readonly rail: RailNeeds
}

export interface CouponsApi extends CouponUse, GivingBack {
  /**
   * Puts coupons of an active template into wallets (a thousand a statement), in the caller's transaction. Every item has
   * a permanent key, so repeating gives nothing twice; what is refused says why (stock, limit).
   */
  issue(tx: Tx, templateId: string, items: readonly IssueItem[]): Promise<IssueResult>
  /** A template with what is left of it; throws coupons.noTemplate. */
  template(templateId: string): Promise<ReturnType<typeof templateView> & { left: number }>
  /** A coupon by its code as scanned or typed; undefined when there is none. */
  byCode(db: Db, code: string): Promise<HeldCoupon | undefined>
  /** The newest coupons of a member (at most 500). */
  ofMember(db: Db, memberId: string): Promise<HeldCoupon[]>
  /** Why a coupon cannot be used on an occasion; null = it can. The same judgement in quotes and at redemption. */
  refusalOf(coupon: HeldCoupon, occasion: Occasion): CouponRefusal | null
  /** Of coupons that are to be used together, the best combination, and why each other is refused; the order given does not matter. */
  judge(coupons: readonly HeldCoupon[], occasion: Occasion): Judged
  /** What coupons take off goods together, line by line, in the order of their working; asks no rule but the scope. */
  apply<C extends Candidate>(coupons: readonly C[], goods: Goods): Applied<C>[]
  /** The coupons that a sale has used and that did not come back. */
  usedBy(db: Db, docKey: string): Promise<HeldCoupon[]>
  /** Whether goods suffice for a coupon's terms: what is left of a sale after a return. */
  suffices(candidate: Candidate, goods: Goods): boolean
  /** Claims an offer of the centre for a member; the same tap is the same claim for ever. */
  claim(memberId: string, offerId: string, tap: string): Promise<ClaimAnswer>
  /** What has become of a claim that was queued. */
  claimStatus(memberId: string, offerId: string, tap: string): Promise<ClaimAnswer>
  /** Settles claims of an offer in the caller's transaction; every key has an outcome. */
  settleClaims(tx: Tx, offerId: string, items: readonly ClaimItem[]): Promise<ReadonlyMap<string, ClaimOutcome>>
  /** What the nightly verification asks of coupons. */
  checks: readonly LedgerCheck[]
  /** What a coupon of each template takes off at most, fen; 0 = nobody can say. */
  worths(db: Db, templateIds: readonly string[]): Promise<Map<string, number>>
  /** Counts of a template's coupons by state, and what they took off in fen. */
  counts(templateId: string): Promise<TemplateCounts>
}

/** Coupons: templates, issuing, the wallet, and their way through the till. */
export function createCoupons(kernel: Kernel, needs: CouponsNeeds): Module<CouponsApi> {
  const desk = couponDesk(kernel, needs.members, needs.audit)
  const use = couponUse(kernel)
  const back = givingBack(kernel)
  const rail = railRoom(kernel, needs.rail, back)
  const templates = couponTemplates(kernel, needs.audit, rail)
  const gifts = couponGifts(kernel)
  const uses = couponUses(kernel, needs)
  const room = claimRoom(kernel, needs.bulk, needs.audit)
  const { members, audit } = needs
  const compensations = couponCompensations(kernel, { members, audit, staffNames: needs.bulk.staffNames })
  return {
    name: 'coupons',
    api: {
      ...use,
      ...back,
      claim: room.claims.claim,
      claimStatus: room.claims.status,
      settleClaims: room.claims.settling.within,
      issue: (tx, templateId, items) => issueCoupons(kernel, tx, templateId, items),
      async template(templateId) {
        const template = templateView(await templates.find(templateId))
        return { ...template, left: template.stock - template.issued }
      },
      byCode: async (db, code) =>
        isCouponCode(plainCouponCode(code)) ? couponsRepository(db).byCode(plainCouponCode(code)) : undefined,
      ofMember: (db, memberId) => couponsRepository(db).ofMember(memberId),
      refusalOf,
      judge,
      apply,
      checks: couponChecks,
      usedBy: (db, docKey) => couponsRepository(db).redeemedFor(docKey),
      suffices: ({ terms, only }, goods) => goodsRefusal(readTerms(terms, goods, only), goods) === null,
      worths: async (db, ids) =>
        new Map(await Promise.all(ids.map(async id => [id, worthOf(await templatesRepository(db).find(id))] as const))),
      counts: async templateId => (await templates.one(templateId)).counts,
    },
    contracts: [couponsApi],
    routes: router =>
      couponsRoutes(
        router,
        wallet(kernel, needs.members, use),
        templates,
        desk,
        gifts,
        room,
        uses,
        compensations,
        receiptCoupons(kernel),
      ),
    handlers: [
      ...rail.handlers,
      on(memberClosed, 'coupons.forgetCompensations', ({ memberId }) => compensations.forget(memberId)),
      // Goods may come back to a till that does not talk to us: then the night's file tells it.
      on(documentsSettled, 'coupons.giveBack', ({ documentIds }) =>
        inTransaction(kernel.db, async tx => {
          for (const docKey of await wholeReturns(tx, documentIds)) await back.giveBack(tx, docKey)
        }),
      ),
    ],
    jobs: [...rail.jobs, sweepCoupons(kernel, gifts), couponReminders(kernel, needs.wechat), ...room.jobs],
  }
}
