import type { Db } from '../../../kernel/db.ts'
import type { Scope } from '../../../kernel/scope.ts'
import { scopeWhere } from '../../../kernel/scope.ts'
import { salesDocuments } from '../../sales/index.ts'
import type { EarningChange } from '../contract.ts'
import { EarningRules } from '../contract/rules.ts'
import { creditsOf } from '../repository/documents.ts'
import { earningRepository } from '../repository/earning.ts'
import { factsKept } from './earn.ts'
import { linesExplained } from './explain.ts'
import { ruleBook } from './rules.ts'

const LOOKED_AT = 200
const SHOWN = 20

/** What the newest receipts of members would earn by changed rules, beside what they have earned. Nothing is stored. */
export async function previewRules(db: Db, scope: Scope, change: EarningChange) {
  const now = await ruleBook(db)
  const rules = EarningRules.parse({ ...now.latest.rules, ...change })
  const then = (await ruleBook(db, [{ version: now.latest.version + 1, validFrom: '0000-01-01', rules }])).latest
  const earning = earningRepository(db)
  const newest = await db
    .selectFrom(salesDocuments(db).as('d'))
    .select(['d.documentId', 'd.net'])
    .where('d.memberId', 'is not', null)
    .where('d.type', '=', 'sale')
    .where(scopeWhere(scope, 'd.storeCode'))
    .orderBy('d.businessDate', 'desc')
    .orderBy('d.businessAt', 'desc')
    .limit(LOOKED_AT)
    .execute()
  const ids = newest.map(row => row.documentId)
  const nets = new Map(newest.map(row => [row.documentId, row.net]))
  const credits = await creditsOf(db, ids)
  const rows = []
  const methods = new Map<string, number>()
  for (const document of await earning.documents(ids)) {
    for (const { method } of JSON.parse(document.paymentsJson) as { method: string }[])
      methods.set(method, (methods.get(method) ?? 0) + 1)
    const credit = credits.get(document.documentId)
    const facts = factsKept(credit)
    const lines = await earning.lines(document.documentId)
    const earned =
      credit?.points ?? linesExplained(now.at(document.businessDate), document, lines, facts, new Map()).points
    rows.push({
      documentId: document.documentId,
      storeCode: document.storeCode,
      businessDate: document.businessDate,
      net: nets.get(document.documentId) ?? '0',
      earned,
      would: linesExplained(then, document, lines, facts, new Map()).points,
    })
  }
  const order = new Map(ids.map((id, i) => [id, i]))
  rows.sort((a, b) => (order.get(a.documentId) ?? 0) - (order.get(b.documentId) ?? 0))
  return {
    receipts: rows.slice(0, SHOWN),
    looked: rows.length,
    earned: rows.reduce((sum, row) => sum + row.earned, 0),
    would: rows.reduce((sum, row) => sum + row.would, 0),
    methods: [...methods].toSorted(([, a], [, b]) => b - a).map(([method]) => method),
  }
}
