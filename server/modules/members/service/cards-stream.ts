import { shopInstant } from '../../../kernel/clock.ts'
import { chunks, type Tx } from '../../../kernel/db.ts'
import { publishAll } from '../../../kernel/events/event.ts'
import type { ImportContext, Outcome, Stream } from '../../erp/index.ts'
import { cardsBound, MEMBERS_PER_EVENT } from '../events.ts'
import { cardsRepository, type CardRecord, type NewCard } from '../repository/cards.ts'
import { membersRepository } from '../repository/members.ts'
import { CARD_FIELDS, cardParser, CardRow } from './cards-row.ts'
import type { MembersDeps } from './deps.ts'
import { recordEvidence } from './evidence.ts'
import { addMembers, memberRows } from './new-member.ts'
import { plainCard } from './old-cards.ts'
import { birthdayColumns, nameHash, phoneHash } from './personal.ts'
import { TERMS } from './terms.ts'

/**
 * Card files of the ERP. Every row becomes an old card; a row whose holder has signed the terms on paper becomes a
 * member too. A card whose phone is that of a member is bound to the member where nothing has to be asked.
 */
export function cardsStream(deps: MembersDeps): Stream<CardRow, CardRow> {
  const { vault } = deps

  const cardOf = (row: CardRow, importId: string): NewCard => ({
    cardNo: row.cardNo,
    phoneSealed: row.phone === null ? null : vault.seal(row.phone),
    phoneHash: row.phone === null ? null : phoneHash(vault, row.phone),
    nameSealed: row.name === null ? null : vault.seal(row.name),
    nameHash: row.name === null ? null : nameHash(vault, row.name),
    storeCode: row.storeCode,
    issuedOn: row.issuedOn,
    balancePoints: row.balancePoints,
    lastUsedOn: row.lastUsedOn,
    lastAmount: row.lastAmount,
    state: 'open',
    memberId: null,
    boundAt: null,
    contentHash: vault.hash('card', JSON.stringify(row)),
    importId,
    importedAt: deps.clock.now(),
  })

  /** Members for those who signed: one for each phone, whatever number of cards it has. Returns which card is whose. */
  async function enrolSigned(tx: Tx, rows: readonly CardRow[]): Promise<{ cardNo: string; memberId: string }[]> {
    const owners = await membersRepository(tx).idsByPhoneHashes(
      rows.flatMap(row => (row.phone === null ? [] : [phoneHash(vault, row.phone)])),
    )
    const recruiters = await deps.recruiters.staffMeant(
      tx,
      rows.flatMap(row => (row.recruiter === null ? [] : [row.recruiter])),
    )
    const fresh: ReturnType<typeof memberRows>[] = []
    const pairs = rows.map(row => {
      const hash = row.phone === null ? '' : phoneHash(vault, row.phone)
      const owner = owners.get(hash)
      if (owner !== undefined) return { cardNo: row.cardNo, memberId: owner }
      const made = memberRows(deps, {
        phone: row.phone,
        name: row.name,
        storeCode: row.storeCode,
        recruitedBy: recruiters.get(row.recruiter ?? '') ?? null,
        // Somebody who has left, or never was on the staff here: the name is kept as it is.
        recruiterName: recruiters.has(row.recruiter ?? '') ? null : row.recruiter,
        source: 'paper',
        enrolledAt:
          (row.enrolledOn === null ? null : shopInstant(`${row.enrolledOn} 12:00`, deps.config.SHOP_ZONE)) ??
          deps.clock.now(),
        // The paper form asks for the terms only: whoever signed it has agreed to nothing else.
        consents: TERMS.consents.map(({ purpose, channel }) => ({ purpose, channel, granted: false })),
      })
      fresh.push({
        ...made,
        member: {
          ...made.member,
          gender: row.gender,
          ...birthdayColumns(vault, row.birthday),
        },
      })
      if (hash !== '') owners.set(hash, made.member.id)
      return { cardNo: row.cardNo, memberId: made.member.id }
    })
    await addMembers(tx, fresh)
    return pairs
  }

  /** Cards of phones that members have: bound where it is the only card of the phone and not a risky one. */
  async function bindKnownPhones(tx: Tx, hashes: readonly string[]): Promise<{ cardNo: string; memberId: string }[]> {
    const owners = await membersRepository(tx).idsByPhoneHashes(hashes)
    if (owners.size === 0) return []
    const byPhone = Map.groupBy(await cardsRepository(tx).ofPhones([...owners.keys()]), card => card.phoneHash ?? '')
    return [...byPhone].flatMap(([hash, cards]) => {
      const card = plainCard(deps, cards)
      const memberId = owners.get(hash)
      return card === null || memberId === undefined ? [] : [{ cardNo: card.cardNo, memberId }]
    })
  }

  async function apply(tx: Tx, rows: readonly CardRow[], { importId }: ImportContext): Promise<Outcome> {
    const cards = cardsRepository(tx)
    const known = new Map((await cards.findMany(rows.map(row => row.cardNo))).map(card => [card.cardNo, card]))
    const stated = rows.map(row => cardOf(row, importId))
    const isSame = (card: NewCard): boolean => known.get(card.cardNo)?.contentHash === card.contentHash
    const changed = stated.filter(card => !isSame(card))
    await cards.state(changed)

    const isFree = (card: CardRecord | undefined): boolean => card === undefined || card.state === 'open'
    const signed = rows.filter(row => row.enrolledOn !== null && isFree(known.get(row.cardNo)))
    const pairs = await enrolSigned(tx, signed)
    const others = new Set(
      changed.flatMap(card => (card.phoneHash === null || card.phoneHash === undefined ? [] : [card.phoneHash])),
    )
    for (const row of signed) if (row.phone !== null) others.delete(phoneHash(vault, row.phone))
    pairs.push(...(await bindKnownPhones(tx, [...others])))
    const bound = await cards.bindMany(pairs, deps.clock.now())
    await recordEvidence(
      deps,
      tx,
      bound.map(({ cardNo, memberId }) => ({ memberId, kind: 'card', value: cardNo })),
      { source: 'erp', strength: 'stated' },
    )
    await publishAll(
      tx,
      cardsBound,
      chunks(bound, MEMBERS_PER_EVENT).map(run => ({ cards: run })),
    )

    const created = changed.filter(card => !known.has(card.cardNo)).length
    return { created, changed: changed.length - created, same: stated.length - changed.length, older: 0 }
  }

  return {
    name: 'cards',
    label: { zh: '会员卡', en: 'Member cards' },
    fields: CARD_FIELDS,
    parser: cardParser,
    // Staged sealed: a staging table is no place for phones in clear.
    pack: rows => JSON.stringify(vault.seal(JSON.stringify(rows))),
    assemble(_key, packs) {
      const rows = packs.flatMap(pack => CardRow.array().parse(JSON.parse(vault.open(String(JSON.parse(pack))))))
      const last = rows.at(-1)
      return last === undefined
        ? { problems: [{ field: 'cardNo', reason: 'missingValue', value: null }] }
        : { document: last }
    },
    applier: context => ({ apply: (tx, rows) => apply(tx, rows, context) }),
  }
}
