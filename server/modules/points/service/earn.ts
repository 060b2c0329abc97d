import { decimal4, type Decimal4 } from '../../../kernel/money.ts'
import type { Base, SaleRow } from '../repository/earning.ts'
import type { CreditRecord } from '../repository/documents.ts'
import { documentRefusal, exactPoints, paidShare, wholePoints, type ReadyRules, type SaleContext } from './rule.ts'
import type { RuleBook } from './rules.ts'

/** What is true of a member at a sale: looked up once, then kept with the document. */
export interface MemberFacts {
  readonly tier: string | null
  readonly birthday: 'day' | 'month' | null
}

/** A sale with the returns that name it (in the order of the shop), or a document that stands alone. */
export interface Family {
  readonly root: SaleRow
  readonly returns: readonly SaleRow[]
}

/** What a document is to be credited with, and by which rules. */
export interface Target {
  readonly document: SaleRow
  readonly memberId: string | null
  readonly points: number
  readonly rulesVersion: number
  readonly facts: MemberFacts
  /** The receipt whose lots this document's debits take from first. */
  readonly rootId: string
}

/** The facts that were kept with a document when it was first counted. */
export const factsKept = (credit: Pick<CreditRecord, 'tier' | 'birthday'> | undefined): MemberFacts => ({
  tier: credit?.tier ?? null,
  birthday: credit?.birthday === 'day' || credit?.birthday === 'month' ? credit.birthday : null,
})

const isSale = ({ type }: SaleRow): boolean => type === 'sale' || type === 'exchange'
const inOrder = (a: SaleRow, b: SaleRow): number =>
  a.businessDate === b.businessDate
    ? a.businessAt.getTime() - b.businessAt.getTime() || (a.documentId < b.documentId ? -1 : 1)
    : a.businessDate < b.businessDate
      ? -1
      : 1

/** Sorts documents into families; a return whose sale is unknown stands alone. */
export function familiesOf(documents: readonly SaleRow[]): Family[] {
  const roots = new Map(documents.filter(isSale).map(document => [document.docKey, document]))
  const isReturnOf = (document: SaleRow): SaleRow | undefined =>
    document.originalDocKey === null || document.originalDocKey === document.docKey
      ? undefined
      : roots.get(document.originalDocKey)
  const children = Map.groupBy(
    documents.filter(document => !isSale(document) && isReturnOf(document) !== undefined),
    document => document.originalDocKey ?? '',
  )
  const adopted = new Set([...children.values()].flat())
  return documents
    .filter(document => !adopted.has(document))
    .toSorted(inOrder)
    .map(root => ({ root, returns: isSale(root) ? (children.get(root.docKey) ?? []).toSorted(inOrder) : [] }))
}

interface Inputs {
  readonly rules: RuleBook
  readonly bases: ReadonlyMap<string, readonly Base[]>
  readonly credits: ReadonlyMap<string, CreditRecord>
  readonly factsOf: (root: SaleRow) => MemberFacts
  readonly tooOld: ReadonlySet<string>
  readonly withheld: ReadonlyMap<string, unknown>
}

const sumUp = (all: Map<number, Decimal4>, bases: readonly Base[]): Map<number, Decimal4> => {
  const sum = new Map(all)
  for (const { class: bits, base } of bases)
    sum.set(Number(bits), (sum.get(Number(bits)) ?? 0n) + (base === null ? 0n : decimal4(base)))
  return sum
}

/**
 * The points of each document of one unit: a family, or all families of a member's day where the rules cap a day. Points
 * are a function of what is left of the sales; each document gets what it changed, sales first, then the returns by time.
 * So any sequence of partial returns, in any order, ends as if those lines had never been bought.
 */
export function targetsOf(unit: readonly Family[], inputs: Inputs): Target[] {
  const states = unit.map(family => stateOf(family, inputs))
  const dayCap =
    states.find(state => state.ready.rules.caps.day !== null && isSale(state.family.root))?.ready.rules.caps.day ?? null
  let before = 0
  const total = (): number => {
    const sum = states.reduce((all, state) => all + state.points(), 0)
    return dayCap === null ? sum : Math.min(sum, dayCap)
  }
  const step = (state: FamilyState, document: SaleRow): Target => {
    state.add(document)
    const after = total()
    const points = after - before
    before = after
    return {
      document,
      memberId: state.family.root.memberId,
      points: state.family.root.memberId === null ? 0 : points,
      rulesVersion: state.ready.version,
      facts: state.facts,
      rootId: state.family.root.documentId,
    }
  }
  return [
    ...states.map(state => step(state, state.family.root)),
    ...states
      .flatMap(state => state.family.returns.map(document => ({ state, document })))
      .toSorted((a, b) => inOrder(a.document, b.document))
      .map(({ state, document }) => step(state, document)),
  ]
}

interface FamilyState {
  readonly family: Family
  readonly ready: ReadyRules
  readonly facts: MemberFacts
  add(document: SaleRow): void
  points(): number
}

function stateOf(family: Family, { rules, bases, credits, factsOf, tooOld, withheld }: Inputs): FamilyState {
  const { root } = family
  const credit = credits.get(root.documentId)
  const isKnown = credit !== undefined && credit.version > 0 && credit.memberId === root.memberId
  const ready = isKnown ? rules.version(credit.rulesVersion) : rules.at(root.businessDate)
  const facts = isKnown ? factsKept(credit) : factsOf(root)
  const paid =
    ready.rules.tenders.length === 0
      ? { counts: 1n, of: 1n }
      : paidShare(ready.rules, JSON.parse(root.paymentsJson) as { method: string; amount: string }[])
  const isRefused =
    documentRefusal(root, ready.exclusions) !== null ||
    tooOld.has(root.documentId) ||
    withheld.has(root.documentId) ||
    paid === null
  const sale: SaleContext = {
    businessDate: root.businessDate,
    storeCode: root.storeCode,
    ...facts,
    paid: paid ?? { counts: 1n, of: 1n },
  }
  let left = new Map<number, Decimal4>()
  return {
    family,
    ready,
    facts,
    add(document) {
      const isVoid = documentRefusal(document, { ...ready.exclusions, channels: new Set() }) !== null
      if (!isVoid) left = sumUp(left, bases.get(document.documentId) ?? [])
    },
    points() {
      if (isRefused) return 0
      const points = wholePoints(exactPoints(ready, sale, left), ready.rules.caps.receipt)
      // No more comes back than was earned; a return that stands alone still takes.
      return family.returns.length > 0 && isSale(root) ? Math.max(0, points) : points
    },
  }
}
