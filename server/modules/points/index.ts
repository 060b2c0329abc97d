import { shopDay } from '../../kernel/clock.ts'
import { inTransaction, type Db, type Tx } from '../../kernel/db.ts'
import type { Scope } from '../../kernel/scope.ts'
import { on } from '../../kernel/events/event.ts'
import type { Kernel, Module } from '../../kernel/module.ts'
import type { Stream } from '../erp/index.ts'
import { cardsBound, householdJoined } from '../members/events.ts'
import type { MemberPart } from '../members/index.ts'
import { documentsSettled } from '../sales/events.ts'
import { pointsCredited } from './events.ts'
import { pointsApi, type OpeningProof, type VerificationReport } from './contract.ts'
import type { EarningRules } from './contract/rules.ts'
import { retryClaims, sweepPoints, verifyPoints } from './jobs.ts'
import { creditsOf } from './repository/documents.ts'
import { ledgerRepository } from './repository/ledger.ts'
import { pointsRoutes } from './routes.ts'
import { pointsAccounts } from './service/account.ts'
import { adjustments } from './service/adjust.ts'
import { auditFile } from './service/audit-file.ts'
import { claims, receiptCode } from './service/claims.ts'
import { estimatePoints, type SaleToCome } from './service/estimate.ts'
import { pointsSweep } from './service/expire.ts'
import { ledgerDesk, type LedgerDesk } from './service/give.ts'
import { lateClaims } from './service/late-claims.ts'
import { liabilityBook } from './service/liability.ts'
import { householdWallet } from './service/household.ts'
import { pointsPart } from './service/member-part.ts'
import { openings } from './service/opening.ts'
import type { PointsNeeds } from './service/ports.ts'
import { pointsRules, ruleBook, type Rules } from './service/rules.ts'
import { settleDocuments } from './service/settle.ts'
import { verifications } from './service/verifications.ts'
import type { LedgerCheck } from './service/verify.ts'

export { pointsBalances, pointsEarned, receiptPoints } from './repository/relations.ts'
export { pointsTimeline } from './service/timeline.ts'
export type { PointsNeeds } from './service/ports.ts'
export type { LedgerCheck } from './service/verify.ts'
export type { Booked, Grant, Spend } from './service/give.ts'

export interface PointsApi extends Pick<
  LedgerDesk,
  'grant' | 'spend' | 'giveBack' | 'takeAgain' | 'moveAll' | 'moveBack'
> {
  /** Brings the points of these documents (≤ 200) to what they say now, in the caller's transaction; repeating does nothing. */
  settle(tx: Tx, documentIds: readonly string[]): Promise<void>
  /** Usable points of members by the clock, swept or not; a member without an account has 0. Below zero is a debt. */
  balances(db: Db, memberIds: readonly string[]): Promise<Map<string, number>>
  /** What a document is credited with now; 0 when nothing is. */
  creditedFor(db: Db, documentId: string): Promise<number>
  /** What a sale would be credited with if it were written down now; reads only. */
  estimate(db: Db, sale: SaleToCome): Promise<number>
  /** The rules that hold now, as data: what a point costs, the debt limit, the expiry. */
  rules(db: Db): Promise<EarningRules>
  /** Makes the multipliers of tiers part of the rules, as a version of its own, in the caller's transaction. */
  setTierMultipliers: Rules['setTierMultipliers']
  /** The code to print on a receipt, by which whoever holds it may claim its points (补积分). */
  receiptCode(docKey: string): string
  /** Derives every balance from the entries, compares, and keeps the report; what `npm run loyalty:verify` runs. */
  verify(progress?: (done: string) => void): Promise<VerificationReport>
  /** The sweep of the shop's midnight, from wherever it was left. */
  sweep(signal: AbortSignal): Promise<void>
  /** Tries claims that wait again; what the job does. */
  retryClaims(signal?: AbortSignal): Promise<void>
  /** What files of the old system stated beside what is credited and in the ledger, in all and by home store. */
  openingProof(scope: Scope): Promise<OpeningProof>
  /** What a member has of points, for merges and exports. */
  part: MemberPart
  /** The erp stream 'openingPoints'. */
  openingStream: Stream
}

/** Points: one ledger, credited from what sales documents say, and by whoever else gives and takes. */
export function createPoints(
  kernel: Kernel,
  needs: PointsNeeds,
  checks: () => readonly LedgerCheck[] = () => [],
): Module<PointsApi> {
  const { db, clock, config, vault } = kernel
  const accounts = pointsAccounts(kernel, needs.staffNames)
  const adjusting = adjustments(kernel, needs, accounts)
  const rules = pointsRules(kernel, needs.audit)
  const desk = ledgerDesk(kernel)
  const sweep = pointsSweep(kernel)
  const proofs = verifications(kernel, checks)
  const opening = openings(kernel, needs, desk)
  const wallet = householdWallet(kernel, needs.members, desk)
  const claim = claims(kernel, needs, accounts)
  const late = lateClaims(kernel, needs, claim)
  const verifyJob = verifyPoints(proofs)
  return {
    name: 'points',
    api: {
      ...desk,
      settle: (tx, documentIds) => settleDocuments(kernel, needs, tx, documentIds),
      async balances(from, memberIds) {
        const ledger = ledgerRepository(from)
        const [balances, overdue] = [
          await ledger.balances(memberIds),
          await ledger.overdue(memberIds, shopDay(clock.now(), config.SHOP_ZONE)),
        ]
        return new Map([...balances].map(([memberId, points]) => [memberId, points - (overdue.get(memberId) ?? 0)]))
      },
      creditedFor: async (from, documentId) => (await creditsOf(from, [documentId])).get(documentId)?.points ?? 0,
      estimate: (from, sale) => estimatePoints(kernel, needs, from, sale),
      rules: async from => (await ruleBook(from)).latest.rules,
      setTierMultipliers: (...given) => rules.setTierMultipliers(...given),
      receiptCode: docKey => receiptCode(vault, docKey),
      verify: progress => proofs.run(progress),
      sweep: signal => sweep.run(signal),
      retryClaims: (signal = new AbortController().signal) => late.retry(signal),
      openingProof: opening.proof,
      part: pointsPart(desk, accounts),
      openingStream: opening.stream,
    },
    contracts: [pointsApi],
    routes: router =>
      pointsRoutes(router, {
        db,
        accounts,
        adjusting,
        auditing: auditFile(kernel, needs),
        audit: needs.audit,
        rules,
        claim,
        late,
        opening,
        proofs,
        liability: liabilityBook(kernel),
        members: needs.members,
        withheld: needs.withheld,
        verifySoon: () => kernel.enqueue(verifyJob, {}, { key: 'by-hand' }),
      }),
    handlers: [
      on(documentsSettled, 'points.settle', ({ documentIds }) =>
        inTransaction(db, tx => settleDocuments(kernel, needs, tx, documentIds)),
      ),
      on(pointsCredited, 'points.toHousehold', ({ items }) => wallet.gather(items)),
      on(householdJoined, 'points.joinHousehold', ({ memberId, at }) =>
        wallet.gather([{ memberId, key: `joined:${memberId}:${at}` }]),
      ),
      on(cardsBound, 'points.creditOpening', ({ cards }) => opening.onCardsBound(cards.map(({ cardNo }) => cardNo))),
    ],
    jobs: [sweepPoints(sweep), verifyJob, retryClaims(late)],
  }
}
