import { maskPhone } from '../../../kernel/vault.ts'
import { inTransaction, type Tx } from '../../../kernel/db.ts'
import { publish } from '../../../kernel/events/event.ts'
import { membersErrors, type SecondProof } from '../contract.ts'
import { cardsBound } from '../events.ts'
import { cardsRepository, type CardRecord } from '../repository/cards.ts'
import { membersRepository, type MemberRecord } from '../repository/members.ts'
import type { MembersDeps } from './deps.ts'
import { recordEvidence, type Proof } from './evidence.ts'
import { isRiskyCard, PROOF_TRIES, proves, waysOf } from './second-proof.ts'

const known = (card: CardRecord) => ({ nameHash: null, cards: [card] })

/** Binds an open card to a member and announces it; false when somebody was quicker. */
export async function bindCard(
  deps: Pick<MembersDeps, 'clock' | 'newId'>,
  tx: Tx,
  memberId: string,
  cardNo: string,
  proof: Proof = { source: 'miniprogram', strength: 'proved' },
): Promise<boolean> {
  if (!(await cardsRepository(tx).bind(cardNo, memberId, deps.clock.now()))) return false
  await recordEvidence(deps, tx, [{ memberId, kind: 'card', value: cardNo }], proof)
  await publish(tx, cardsBound, { cards: [{ memberId, cardNo }] })
  return true
}

/** The one card that may be bound without asking: the only card of the phone, and not a risky one. */
export function plainCard(
  deps: Pick<MembersDeps, 'clock' | 'config'>,
  cardsOfPhone: readonly CardRecord[],
): CardRecord | null {
  const [only] = cardsOfPhone
  return only !== undefined && cardsOfPhone.length === 1 && only.state === 'open' && !isRiskyCard(deps, only)
    ? only
    : null
}

/** Old cards of a member's phone: one is bound by itself, of several the member chooses, a risky one asks for a second proof. */
export function oldCards(deps: MembersDeps) {
  const { db, vault } = deps
  const refOf = (card: CardRecord): string => vault.hash('cardRef', card.cardNo)
  const maskedNo = (cardNo: string): string =>
    cardNo.length >= 8 ? `${cardNo.slice(0, 2)}****${cardNo.slice(-4)}` : maskPhone(cardNo)

  async function cardsFor(member: MemberRecord): Promise<CardRecord[]> {
    const cards = cardsRepository(db)
    const bound = await cards.ofMember(member.id)
    const ofPhone = member.phoneHash === null ? [] : await cards.ofPhone(member.phoneHash)
    return [...bound.filter(card => card.state === 'bound'), ...ofPhone.filter(card => card.state === 'open')]
  }

  const viewOf = (card: CardRecord) => {
    const risky = isRiskyCard(deps, card)
    const ways = risky ? waysOf(known(card)) : []
    const attemptsLeft = Math.max(0, PROOF_TRIES - card.proofAttempts)
    const state =
      card.state === 'bound'
        ? 'bound'
        : !risky
          ? 'open'
          : ways.length === 0 || attemptsLeft === 0
            ? 'blocked'
            : 'proofNeeded'
    return {
      ref: refOf(card),
      cardNo: maskedNo(card.cardNo),
      storeCode: card.storeCode,
      issuedOn: card.issuedOn,
      // The balance of a card that is not proved yet is its owner's affair.
      balancePoints: state === 'bound' || state === 'open' ? card.balancePoints : 0,
      state,
      ways: state === 'proofNeeded' ? ways : [],
      attemptsLeft,
    } as const
  }

  async function prove(card: CardRecord, proof: SecondProof | undefined): Promise<void> {
    const ways = waysOf(known(card))
    if (ways.length === 0) throw membersErrors.proofBlocked()
    if (proof === undefined) throw membersErrors.proofNeeded({ ways })
    if (!(await cardsRepository(db).takeTry(card.cardNo, PROOF_TRIES))) throw membersErrors.proofBlocked()
    if (proves(deps, known(card), proof)) return
    const attemptsLeft = PROOF_TRIES - card.proofAttempts - 1
    throw attemptsLeft > 0 ? membersErrors.proofWrong({ attemptsLeft }) : membersErrors.proofBlocked()
  }

  return {
    /** The old cards of a member, bound and waiting. */
    list: async (member: MemberRecord) => (await cardsFor(member)).map(viewOf),

    /** How many of them wait for the member. */
    waiting: async (member: MemberRecord): Promise<number> =>
      (await cardsFor(member)).filter(card => card.state === 'open').length,

    /** Binds the card that the member has chosen, after a second proof where one is due. */
    async bind(memberId: string, ref: string, proof: SecondProof | undefined) {
      const member = await membersRepository(db).find(memberId)
      if (member === undefined) throw membersErrors.notFound()
      const card = (await cardsFor(member)).find(each => refOf(each) === ref)
      if (card === undefined) throw membersErrors.noSuchCard()
      if (card.state === 'open') {
        if (isRiskyCard(deps, card)) await prove(card, proof)
        const bound = await inTransaction(db, tx => bindCard(deps, tx, memberId, card.cardNo))
        if (!bound && (await cardsRepository(db).find(card.cardNo))?.memberId !== memberId)
          throw membersErrors.cardTaken()
      }
      return { items: (await cardsFor(member)).map(viewOf) }
    },
  }
}
export type OldCards = ReturnType<typeof oldCards>
