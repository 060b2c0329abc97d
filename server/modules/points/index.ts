import { inTransaction, type Db, type Tx } from '../../kernel/db.ts'
import { on } from '../../kernel/events/event.ts'
import type { Kernel, Module } from '../../kernel/module.ts'
import type { MembersApi } from '../members/index.ts'
import { documentsSettled } from '../sales/events.ts'
import type { Audit } from '../staff/index.ts'
import { pointsApi } from './contract.ts'
import { ledgerRepository } from './repository/ledger.ts'
import { pointsRoutes } from './routes.ts'
import { pointsAccounts } from './service/account.ts'
import { lineRefusal, type Exclusions } from './service/rule.ts'
import { pointsRules, readExclusions } from './service/rules.ts'
import { settleDocuments } from './service/settle.ts'

export { pointsBalances } from './repository/relations.ts'

export interface PointsNeeds {
  readonly audit: Audit
  readonly members: Pick<MembersApi, 'inReach'>
}

export interface PointsApi {
  /** Brings the points of these documents (≤ 200) to what they say now, in the caller's transaction; repeating does nothing. */
  settle(tx: Tx, documentIds: readonly string[]): Promise<void>
  /** Balances of members; a member without an account has 0. Below zero is a debt. */
  balances(db: Db, memberIds: readonly string[]): Promise<Map<string, number>>
  /** What a document is credited with now; 0 when nothing is. */
  creditedFor(db: Db, documentId: string): Promise<number>
  /** What earns nothing, and the rule by which a line is judged. */
  exclusions(db: Db): Promise<Exclusions>
  earns(line: { kind: string | null; categoryCode: string | null }, exclusions: Exclusions): boolean
}

/** Points: one ledger, credited from what sales documents say. */
export function createPoints(kernel: Kernel, needs: PointsNeeds): Module<PointsApi> {
  const { db } = kernel
  const accounts = pointsAccounts(kernel, needs.members, needs.audit)
  const rules = pointsRules(kernel, needs.audit)
  return {
    name: 'points',
    api: {
      settle: (tx, documentIds) => settleDocuments(kernel, tx, documentIds),
      balances: (from, memberIds) => ledgerRepository(from).balances(memberIds),
      creditedFor: async (from, documentId) =>
        (await ledgerRepository(from).credits([documentId])).get(documentId)?.points ?? 0,
      exclusions: readExclusions,
      earns: (line, exclusions) => lineRefusal(line, exclusions) === null,
    },
    contracts: [pointsApi],
    routes: router => pointsRoutes(router, db, accounts, rules, needs.members),
    handlers: [
      on(documentsSettled, 'points.settle', ({ documentIds }) =>
        inTransaction(db, tx => settleDocuments(kernel, tx, documentIds)),
      ),
    ],
  }
}
