import { addDays, shopDay } from '../../../kernel/clock.ts'
import type { Db, Tx } from '../../../kernel/db.ts'
import { publish } from '../../../kernel/events/event.ts'
import { birthdayAt } from '../../members/index.ts'
import { pointsCredited } from '../events.ts'
import { creditsOf, holdDocuments, rememberCredits, type CreditRecord } from '../repository/documents.ts'
import { earningRepository, type Base, type SaleRow } from '../repository/earning.ts'
import type { Reason } from '../contract/words.ts'
import { familiesOf, targetsOf, type Family, type MemberFacts, type Target } from './earn.ts'
import type { LedgerKernel, PointsNeeds } from './ports.ts'
import { expiresOn } from './rule.ts'
import { ruleBook, type RuleBook } from './rules.ts'
import { openBooks } from './session.ts'

type Needs = Pick<PointsNeeds, 'members' | 'tiersOn' | 'withheld'>

/** One movement of a document's credit: who loses or gains how much. */
interface Move {
  readonly memberId: string
  readonly amount: number
  readonly reason: Reason
  readonly target: Target
  readonly version: number
}

/**
 * Brings the points of a batch of documents (≤ 200) to what the documents say now: for each, the target of today's
 * content and member less what has been credited. It looks at the documents only, not at what the event says of them,
 * so events may come twice, late or in any order. About fifteen statements for the batch, however many documents.
 *
 * Two things keep it exact: each document's row is held before the document is read, and an entry's key counts the
 * changes of its document, so that a second writer who has not seen the first one's change runs into the unique index.
 */
export async function settleDocuments(
  kernel: LedgerKernel,
  needs: Needs,
  tx: Tx,
  documentIds: readonly string[],
): Promise<void> {
  const rules = await ruleBook(tx)
  const ids = await concerned(tx, [...new Set(documentIds)], rules)
  if (ids.length === 0) return
  const at = kernel.clock.now()
  const held = await holdDocuments(tx, ids, at)
  const documents = await earningRepository(tx).documents(ids)
  const units = unitsOf(familiesOf(documents), rules).filter(unit => !unit.every(family => isSettled(family, held)))
  if (units.length === 0) return

  const families = units.flat()
  const roots = families.map(family => family.root)
  const inputs = {
    rules,
    bases: await basesOf(tx, families, held, rules),
    credits: held,
    factsOf: await factsOf(needs, tx, roots, rules),
    tooOld: await beforeBackCredit(kernel, tx, roots),
    withheld: await needs.withheld(
      tx,
      roots.map(root => root.documentId),
    ),
  }
  const targets = units.flatMap(unit => targetsOf(unit, inputs))
  const credits: CreditRecord[] = []
  const moves: Move[] = []
  for (const target of targets) {
    const old = held.get(target.document.documentId)
    if (old === undefined || isAsTargeted(old, target)) continue
    const version = old.version + 1
    credits.push({
      documentId: target.document.documentId,
      memberId: target.memberId,
      points: target.points,
      revision: target.document.revision,
      version,
      rulesVersion: target.rulesVersion,
      tier: target.facts.tier,
      birthday: target.facts.birthday,
      settledAt: at,
    })
    moves.push(...movesOf(target, old, version))
  }
  if (credits.length === 0) return
  await rememberCredits(tx, credits)
  await book(kernel, tx, moves, rules)
}

/** The documents that must be looked at together: those of the batch that are or were somebody's, with their families. */
async function concerned(tx: Tx, wanted: readonly string[], rules: RuleBook): Promise<string[]> {
  const earning = earningRepository(tx)
  const own = await earning.documents(wanted)
  const originals = own.flatMap(one => (one.originalDocKey === null ? [] : [one.originalDocKey]))
  const roots = await earning.byKeys([...new Set(originals)])
  const returns = await earning.returnsOf([...new Set([...own, ...roots].map(one => one.docKey))])
  const seen = new Map([...own, ...roots, ...returns].map(one => [one.documentId, one]))
  if (rules.versions.some(version => version.rules.caps.day !== null)) {
    const owned = [...seen.values()].filter(one => one.memberId !== null)
    const sameDays = await earning.ofDays(
      [...new Set(owned.flatMap(one => one.memberId ?? []))],
      [...new Set(owned.map(one => one.businessDate))],
    )
    const more = await earning.returnsOf(sameDays.map(one => one.docKey))
    for (const one of [...sameDays, ...more]) seen.set(one.documentId, one)
  }
  const unowned = [...seen.values()].filter(one => one.memberId === null).map(one => one.documentId)
  const credited = await creditsOf(tx, unowned)
  const isConcerned = (one: SaleRow): boolean => one.memberId !== null || credited.has(one.documentId)
  const docKeys = new Set([...seen.values()].filter(isConcerned).map(one => one.docKey))
  return [...seen.values()]
    .filter(one => isConcerned(one) || docKeys.has(one.originalDocKey ?? ''))
    .map(one => one.documentId)
}

/** Families one by one, or, where a cap of a day counts, all of a member's day together. */
export function unitsOf(families: readonly Family[], rules: RuleBook): Family[][] {
  if (rules.versions.every(version => version.rules.caps.day === null)) return families.map(family => [family])
  return [
    ...Map.groupBy(families, ({ root }) =>
      root.memberId === null ? root.documentId : `${root.memberId} ${root.businessDate}`,
    ).values(),
  ]
}

const isSettled = (family: Family, held: ReadonlyMap<string, CreditRecord>): boolean =>
  [family.root, ...family.returns].every(({ documentId, revision }) => {
    const credit = held.get(documentId)
    return (
      credit !== undefined &&
      credit.version > 0 &&
      credit.revision === revision &&
      credit.memberId === family.root.memberId
    )
  })

const isAsTargeted = (old: CreditRecord, target: Target): boolean =>
  old.version > 0 &&
  old.revision === target.document.revision &&
  old.memberId === target.memberId &&
  old.points === target.points

/** What counts of the documents of families, each by the rules that it was counted by, or that hold on its day. */
export async function basesOf(
  tx: Db,
  families: readonly Family[],
  held: ReadonlyMap<string, CreditRecord>,
  rules: RuleBook,
): Promise<Map<string, Base[]>> {
  const byVersion = Map.groupBy(families, ({ root }) => {
    const credit = held.get(root.documentId)
    return credit !== undefined && credit.version > 0 && credit.memberId === root.memberId
      ? rules.version(credit.rulesVersion)
      : rules.at(root.businessDate)
  })
  const all: Base[] = []
  for (const [ready, own] of byVersion) {
    const ids = own.flatMap(({ root, returns }) => [root, ...returns].map(one => one.documentId))
    all.push(...(await earningRepository(tx).bases(ids, ready)))
  }
  return Map.groupBy(all, base => base.documentId)
}

/** Tier and birthday of the members at their sales, looked up only where a rule asks for them. */
export async function factsOf(
  needs: Pick<PointsNeeds, 'members' | 'tiersOn'>,
  tx: Db,
  roots: readonly SaleRow[],
  rules: RuleBook,
): Promise<(root: SaleRow) => MemberFacts> {
  const whens = rules.versions.flatMap(version => version.rules.multipliers.map(one => one.when))
  const owned = roots.filter(root => root.memberId !== null)
  const members = [...new Set(owned.flatMap(root => root.memberId ?? []))]
  const tiers = new Map<string, string>()
  if (whens.some(when => when.tiers.length > 0)) {
    for (const [day, own] of Map.groupBy(owned, root => root.businessDate)) {
      const found = await needs.tiersOn(tx, [...new Set(own.flatMap(root => root.memberId ?? []))], day)
      for (const [memberId, tier] of found) tiers.set(`${memberId} ${day}`, tier)
    }
  }
  const birthdays = whens.some(when => when.birthday !== null)
    ? await needs.members.birthdays(tx, members)
    : new Map<string, string>()
  return ({ memberId, businessDate }) => {
    const birthday = birthdays.get(memberId ?? '')
    return {
      tier: tiers.get(`${memberId ?? ''} ${businessDate}`) ?? null,
      birthday: birthday === undefined ? null : birthdayAt(birthday, businessDate),
    }
  }
}

/** Documents that are older than a binding pays for, where the shop has set a limit. */
export async function beforeBackCredit(
  { config }: Pick<LedgerKernel, 'config'>,
  tx: Db,
  roots: readonly SaleRow[],
): Promise<Set<string>> {
  const days = config.POINTS_BACKCREDIT_DAYS
  if (days === 'all') return new Set()
  const since = await earningRepository(tx).since(roots)
  return new Set(
    roots
      .filter(({ documentId, businessDate }) => {
        const from = since.get(documentId)
        return from !== undefined && businessDate < addDays(shopDay(from, config.SHOP_ZONE), -days)
      })
      .map(root => root.documentId),
  )
}

/** A first credit is a sale or a return; whatever changes it afterwards is a correction. */
function movesOf(target: Target, old: CreditRecord, version: number): Move[] {
  const { memberId, points } = target
  const move = (whose: string, amount: number, reason: Reason): Move[] =>
    amount === 0 ? [] : [{ memberId: whose, amount, reason, target, version }]
  const first = (amount: number): Reason => (amount < 0 ? 'return' : 'sale')
  if (old.memberId === memberId || old.memberId === null || old.points === 0) {
    const amount = points - (old.memberId === null ? 0 : old.points)
    const reason = old.version > 0 && old.memberId === memberId ? 'correction' : first(amount)
    return memberId === null ? [] : move(memberId, amount, reason)
  }
  return [
    ...move(old.memberId, -old.points, 'correction'),
    ...(memberId === null ? [] : move(memberId, points, first(points))),
  ]
}

/** Books the moves, credits of a member's older sales first, and announces what was credited. */
async function book(kernel: LedgerKernel, tx: Tx, moves: readonly Move[], rules: RuleBook): Promise<void> {
  if (moves.length === 0) return
  const byMember = Map.groupBy(moves, move => move.memberId)
  const takers = new Set(moves.filter(move => move.amount < 0).map(move => move.memberId))
  const books = await openBooks(kernel, tx, [...byMember.keys()], takers)
  const credited = [...byMember].map(([memberId, own]) => {
    const account = books.account(memberId)
    const inOrder = own.toSorted((a, b) =>
      a.target.document.businessDate < b.target.document.businessDate
        ? -1
        : a.target.document.businessDate > b.target.document.businessDate
          ? 1
          : b.amount - a.amount,
    )
    let last = ''
    for (const { amount, reason, target, version } of inOrder) {
      const { document, rootId, rulesVersion } = target
      const posting = {
        key: `doc:${document.documentId}:${version}:${memberId}`,
        reason,
        contra: 'issued',
        documentId: document.documentId,
      } as const
      if (amount < 0) last = books.debit(account, -amount, posting, { first: rootId, mayOwe: true }).id
      else {
        const { pendingDays, expiry } = rules.version(rulesVersion).rules
        const earnedOn = document.businessDate
        const terms = {
          earnedOn,
          activeFrom: pendingDays === 0 ? null : addDays(earnedOn, pendingDays),
          expiresOn: expiresOn(expiry, earnedOn),
        }
        // What a corrected return gives back was earned by the receipt, and is the first to go with its next return.
        last = books.credit(account, amount, terms, posting, rootId).id
      }
    }
    const latest = inOrder.at(-1)?.target.document
    return {
      memberId,
      amount: own.reduce((sum, move) => sum + move.amount, 0),
      balance: account.balance,
      documents: own.length,
      key: `points:${last}`,
      latestBusinessDate: latest?.businessDate ?? '',
      storeCode: latest?.storeCode ?? '',
    }
  })
  await books.close()
  await publish(tx, pointsCredited, { items: credited })
}
