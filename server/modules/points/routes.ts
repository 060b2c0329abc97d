import type Router from '@koa/router'
import type { Context } from 'koa'
import { inTransaction, type Db } from '../../kernel/db.ts'
import type { StaffCaller } from '../../kernel/http/caller.ts'
import { languageOf } from '../../kernel/http/language.ts'
import { mount } from '../../kernel/http/mount.ts'
import { commonErrors } from '../../kernel/errors.ts'
import { csvOf, xlsxOf } from '../../kernel/sheet.ts'
import type { MembersApi } from '../members/index.ts'
import type { Audit, AuditNote } from '../staff/index.ts'
import { pointsApi } from './contract.ts'
import type { Accounts } from './service/account.ts'
import type { Adjustments } from './service/adjust.ts'
import type { AuditFile } from './service/audit-file.ts'
import type { Claims } from './service/claims.ts'
import { debtorsOf } from './service/debts.ts'
import { explainReceipt } from './service/explain.ts'
import type { LateClaims } from './service/late-claims.ts'
import { liabilityTable, type LiabilityBook } from './service/liability.ts'
import { openingTable } from './service/opening-proof.ts'
import type { Openings } from './service/opening.ts'
import type { PointsNeeds } from './service/ports.ts'
import { previewRules } from './service/preview.ts'
import type { Rules } from './service/rules.ts'
import type { Verifications } from './service/verifications.ts'

interface Parts {
  readonly db: Db
  readonly accounts: Accounts
  readonly adjusting: Adjustments
  readonly auditing: AuditFile
  readonly audit: Audit
  readonly rules: Rules
  readonly claim: Claims
  readonly late: LateClaims
  readonly opening: Openings
  readonly proofs: Verifications
  readonly liability: LiabilityBook
  readonly members: Pick<MembersApi, 'inReach' | 'briefs'>
  readonly verifySoon: () => Promise<void>
  readonly withheld: PointsNeeds['withheld']
}

/** The proof is of the whole ledger: only staff of the whole chain may ask for it. */
function wholeChain(caller: StaffCaller): void {
  if (caller.scope.kind !== 'all') throw commonErrors.forbidden({ permission: 'points.audit' })
}

/** A table as the file that was asked for. */
function sendTable(ctx: Context, name: string, form: 'csv' | 'xlsx', table: string[][]): void {
  ctx.attachment(`${name}.${form}`)
  ctx.type =
    form === 'csv' ? 'text/csv; charset=utf-8' : 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
  ctx.body = form === 'csv' ? csvOf(table) : xlsxOf(table)
}

/** Operation → service call. */
export function pointsRoutes(
  router: Router,
  {
    db,
    accounts,
    adjusting,
    auditing,
    audit,
    rules,
    claim,
    late,
    opening,
    proofs,
    liability,
    members,
    verifySoon,
    withheld,
  }: Parts,
): void {
  const reach = async (memberId: string, caller: StaffCaller): Promise<string> =>
    (await members.inReach(memberId, caller.scope)).memberId
  /** Written down before it leaves: whose ledger was taken along, by whom. */
  const note = (caller: StaffCaller, what: Pick<AuditNote, 'subjectKind' | 'subjectId' | 'details'>): Promise<void> =>
    inTransaction(db, tx => audit(tx, caller, { action: 'points.ledgerFile', ...what }))
  const debts = debtorsOf({ db }, { members })
  mount(router, pointsApi, {
    myBalance: (_, caller) => accounts.balance(caller.memberId),
    myEntries: ({ query }, caller) => accounts.entries(caller.memberId, query),
    myReceipt: ({ params }, caller) =>
      explainReceipt(db, params.documentId, { kind: 'member', memberId: caller.memberId }, { withheld }),
    myReceiptsPoints: ({ query }, caller) => accounts.receipts(caller.memberId, query.documentIds),
    claimMyReceipt: ({ body }, caller) => claim(caller.memberId, body, 'member'),
    balance: async ({ params }, caller) => accounts.balance(await reach(params.memberId, caller)),
    entries: async ({ params, query }, caller) => accounts.entries(await reach(params.memberId, caller), query),
    lots: async ({ params }, caller) => accounts.lots(await reach(params.memberId, caller)),
    explainEntry: async ({ params }, caller) =>
      accounts.explainEntry(await reach(params.memberId, caller), params.entryId),
    receipt: ({ params }, caller) =>
      explainReceipt(db, params.documentId, { kind: 'staff', scope: caller.scope }, { withheld }),
    adjustRoom: ({ params }, caller) => adjusting.room(caller, params.memberId),
    adjust: ({ params, body }, caller) => adjusting.adjust(caller, params.memberId, body),
    writeOff: ({ params, body }, caller) => adjusting.writeOff(caller, params.memberId, body),
    debts: ({ query }, caller) => debts(caller.scope, query),
    requests: ({ query }, caller) => adjusting.requests(caller, query),
    approve: ({ params, body }, caller) => adjusting.approve(caller, params.requestId, body.note),
    refuse: ({ params, body }, caller) => adjusting.refuse(caller, params.requestId, body.note),
    claimReceipt: async ({ params, body }, caller) =>
      claim(await reach(params.memberId, caller), body, { scope: caller.scope }),
    askForReceipt: ({ body }, caller) => late.ask(caller.memberId, body),
    myLateClaims: (_, caller) => late.mine(caller.memberId),
    lateClaims: ({ query }, caller) => late.list(caller.scope, query),
    claimCandidates: ({ params }, caller) => late.candidates(caller.scope, params.claimId),
    creditClaim: ({ params, body }, caller) => late.credit(caller, params.claimId, body.documentId),
    refuseClaim: ({ params, body }, caller) => late.refuse(caller, params.claimId, body.note),
    earningRate: () => rules.rate(),
    rules: () => rules.read(),
    ruleVersions: async () => ({ items: await rules.versions() }),
    changeRules: ({ body: { validFrom, note, ...change } }, caller) =>
      rules.change(caller, { rules: change, validFrom, note }),
    previewRules: ({ body }, caller) => previewRules(db, caller.scope, body),
    verifications: (_, caller) => proofs.list(caller.scope),
    verify: async (_, caller) => {
      wholeChain(caller)
      await verifySoon()
    },
    liability: (_, caller) => liability(caller.scope),
    liabilityFile: async ({ query }, caller, ctx) => {
      const book = await liability(caller.scope)
      sendTable(ctx, `points-liability-${book.asOf}`, query.form, liabilityTable(book, languageOf(ctx)))
    },
    ledgerFile: async ({ params, query }, caller, ctx) => {
      const { memberId, cardNo } = await members.inReach(params.memberId, caller.scope)
      const table = await auditing.ofMember(memberId, languageOf(ctx))
      await note(caller, { subjectKind: 'member', subjectId: memberId, details: { rows: table.length - 1 } })
      sendTable(ctx, `points-${cardNo}`, query.form, table)
    },
    sampleFile: async ({ query }, caller, ctx) => {
      wholeChain(caller)
      const table = await auditing.sample(query.word, query.members, languageOf(ctx))
      const details = { word: query.word, members: query.members, rows: table.length - 1 }
      await note(caller, { subjectKind: 'pointsRules', subjectId: 'sample', details })
      sendTable(ctx, 'points-sample', query.form, table)
    },
    openingProof: (_, caller) => opening.proof(caller.scope),
    openingProofFile: async ({ query }, caller, ctx) =>
      sendTable(ctx, 'opening-points', query.form, openingTable(await opening.proof(caller.scope), languageOf(ctx))),
  })
}
