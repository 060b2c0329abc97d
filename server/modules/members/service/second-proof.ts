import { daysBetween, shopDay } from '../../../kernel/clock.ts'
import { decimal4 } from '../../../kernel/money.ts'
import type { SecondProof } from '../contract.ts'
import type { CardRecord } from '../repository/cards.ts'
import type { MemberRecord } from '../repository/members.ts'
import type { MembersDeps } from './deps.ts'
import { nameHash } from './personal.ts'

/** Wrong answers before only staff can help. */
export const PROOF_TRIES = 5

export type ProofWay = SecondProof['kind']
type Known = { readonly nameHash: string | null; readonly cards: readonly CardRecord[] }

const receiptsOf = (known: Known) => known.cards.filter(card => card.lastUsedOn !== null && card.lastAmount !== null)

/** The questions that can be asked, by what is known. */
export const waysOf = (known: Known): ProofWay[] => [
  ...(receiptsOf(known).length > 0 ? (['lastReceipt'] as const) : []),
  ...(known.nameHash !== null || known.cards.some(card => card.nameHash !== null) ? (['name'] as const) : []),
]

/** Whether an answer fits what is known. */
export function proves({ vault }: Pick<MembersDeps, 'vault'>, known: Known, proof: SecondProof): boolean {
  if (proof.kind === 'name') {
    const given = nameHash(vault, proof.name)
    return known.nameHash === given || known.cards.some(card => card.nameHash === given)
  }
  const amount = decimal4(proof.amount)
  return receiptsOf(known).some(card => card.lastUsedOn === proof.date && decimal4(card.lastAmount ?? '0') === amount)
}

type Thresholds = Pick<MembersDeps, 'clock' | 'config'>

const silentSince = ({ clock, config }: Thresholds, day: string | null): boolean =>
  day !== null && daysBetween(day, shopDay(clock.now(), config.SHOP_ZONE)) > config.CARD_PROOF_DAYS

/** Numbers are sold again after a while: a rich card, or one that was silent for long, asks for more than the phone. */
export const isRiskyCard = (deps: Thresholds, card: CardRecord): boolean =>
  card.balancePoints > deps.config.CARD_PROOF_POINTS || silentSince(deps, card.lastUsedOn ?? card.issuedOn)

/** The same for a membership: its cards' opening balance, and the last day it gave a sign of life. */
export function isRiskyMember(deps: Thresholds, member: MemberRecord, cards: readonly CardRecord[]): boolean {
  const used = cards.flatMap(card => (card.lastUsedOn === null ? [] : [card.lastUsedOn])).toSorted()
  return (
    cards.reduce((sum, card) => sum + card.balancePoints, 0) > deps.config.CARD_PROOF_POINTS ||
    silentSince(deps, used.at(-1) ?? shopDay(member.enrolledAt, deps.config.SHOP_ZONE))
  )
}
