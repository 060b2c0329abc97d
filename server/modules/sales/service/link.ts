import { chunks, inTransaction, type Db, type Tx } from '../../../kernel/db.ts'
import { publish } from '../../../kernel/events/event.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { DOCUMENTS_PER_EVENT, documentsSettled } from '../events.ts'
import {
  cardsWithUnlinked,
  linkables,
  linkDocuments,
  membersOfKeys,
  orphansOf,
  unlinkedOfCard,
  type Linkable,
} from '../repository/links.ts'
import type { MemberRef } from './document.ts'

/** What sales asks of members. */
export interface MemberLookup {
  idsByCards(db: Db, cardNos: readonly string[]): Promise<Map<string, string>>
  idsByPhoneHashes(db: Db, hashes: readonly string[]): Promise<Map<string, string>>
}

const RUN = 200

/** Whose cards and phones these are now; for documents that are being written, so that most need no second touch. */
export const ownersBy =
  (members: MemberLookup) =>
  async (tx: Tx, references: readonly MemberRef[]): Promise<(reference: MemberRef) => string | null> => {
    const values = (kind: MemberRef['kind']): string[] => [
      ...new Set(references.flatMap(one => (one.kind === kind ? [one.value] : []))),
    ]
    const cards = values('card')
    const phones = values('phone')
    const byCard = cards.length === 0 ? new Map<string, string>() : await members.idsByCards(tx, cards)
    const byPhone = phones.length === 0 ? new Map<string, string>() : await members.idsByPhoneHashes(tx, phones)
    return ({ kind, value }) =>
      (kind === 'card' ? byCard.get(value) : kind === 'phone' ? byPhone.get(value) : undefined) ?? null
  }

/**
 * Links documents to members. It runs after the commit of the documents, and again after the commit of a card's
 * binding: whichever comes second finds both, so no receipt of a member stays behind.
 */
export function linker({ db }: Pick<Kernel, 'db'>, members: MemberLookup) {
  async function ownersOf(tx: Tx, documents: readonly Linkable[]): Promise<{ document: Linkable; memberId: string }[]> {
    const open = documents.filter(document => document.memberId === null)
    const refs = (kind: string): string[] => [
      ...new Set(open.flatMap(one => (one.memberRefKind === kind && one.memberRef !== null ? [one.memberRef] : []))),
    ]
    const cards = refs('card')
    const phones = refs('phone')
    const originals = open.flatMap(one =>
      one.memberRefKind === 'none' && one.originalDocKey !== null ? [one.originalDocKey] : [],
    )
    const byCard = cards.length === 0 ? new Map<string, string>() : await members.idsByCards(tx, cards)
    const byPhone = phones.length === 0 ? new Map<string, string>() : await members.idsByPhoneHashes(tx, phones)
    const byOriginal = await membersOfKeys(tx, originals)
    return open.flatMap(document => {
      const found = {
        card: byCard.get(document.memberRef ?? ''),
        phone: byPhone.get(document.memberRef ?? ''),
        none: byOriginal.get(document.originalDocKey ?? ''),
      }[document.memberRefKind]
      return found === undefined ? [] : [{ document, memberId: found }]
    })
  }

  /** Links what can be linked, with the returns that name these receipts as their original, and announces all that are somebody's. */
  async function settle(tx: Tx, documents: readonly Linkable[]): Promise<void> {
    const links = await ownersOf(tx, documents)
    await linkDocuments(tx, links)
    const owned = [...documents.filter(document => document.memberId !== null), ...links.map(link => link.document)]
    const orphans = await orphansOf(
      tx,
      owned.map(document => document.docKey),
    )
    const owners = await membersOfKeys(
      tx,
      orphans.flatMap(orphan => orphan.originalDocKey ?? []),
    )
    const adopted = orphans.flatMap(document => {
      const memberId = owners.get(document.originalDocKey ?? '')
      return memberId === undefined ? [] : [{ document, memberId }]
    })
    await linkDocuments(tx, adopted)
    const ids = [...new Set([...owned.map(document => document.id), ...adopted.map(link => link.document.id)])].sort()
    for (const run of chunks(ids, DOCUMENTS_PER_EVENT)) await publish(tx, documentsSettled, { documentIds: run })
  }

  async function linkPast(cardNo: string, memberId: string): Promise<void> {
    for (;;) {
      const more = await inTransaction(db, async tx => {
        const documents = await unlinkedOfCard(tx, cardNo, RUN)
        const owner = documents.length === 0 ? undefined : (await members.idsByCards(tx, [cardNo])).get(cardNo)
        // The card may have moved on to somebody else since: their own event links it then.
        if (owner !== memberId) return false
        await settle(tx, documents)
        return documents.length === RUN
      })
      if (!more) return
    }
  }

  return {
    /** After documents were written. */
    onApplied: (ids: readonly string[]): Promise<void> =>
      inTransaction(db, async tx => settle(tx, await linkables(tx, ids))),

    /** A receipt that nobody has becomes a member's who has shown it; its returns come along. */
    async claim(tx: Tx, documentId: string, memberId: string): Promise<boolean> {
      const documents = (await linkables(tx, [documentId])).filter(document => document.memberId === null)
      const taken = await linkDocuments(
        tx,
        documents.map(document => ({ document, memberId })),
      )
      if (taken === 1) await settle(tx, await linkables(tx, [documentId]))
      return taken === 1
    },

    /** After cards were bound: their past receipts, some hundreds at a time. */
    async onCardsBound(cards: readonly { cardNo: string; memberId: string }[]): Promise<void> {
      // Most cards are bound before they have bought anything here.
      const waiting = await cardsWithUnlinked(
        db,
        cards.map(card => card.cardNo),
      )
      for (const { cardNo, memberId } of cards) if (waiting.has(cardNo)) await linkPast(cardNo, memberId)
    },
  }
}
