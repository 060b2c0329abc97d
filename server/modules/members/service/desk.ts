import { addDays, shopDay, shopInstant } from '../../../kernel/clock.ts'
import { inTransaction, type Db } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import { decodeCursor, pageFrom } from '../../../kernel/page.ts'
import { inScope, type Scope } from '../../../kernel/scope.ts'
import { membersErrors, type EvidenceKind, type MemberListQuery } from '../contract.ts'
import { cardsRepository } from '../repository/cards.ts'
import { consentsRepository } from '../repository/consents.ts'
import { memberList, type After, type MemberFilter } from '../repository/list.ts'
import { membersRepository, type MemberRecord } from '../repository/members.ts'
import { tallyRepository } from '../repository/tally.ts'
import { queueConflicts } from './cases.ts'
import type { MembersDeps } from './deps.ts'
import { bindCard } from './old-cards.ts'
import { maskedName, maskedPhone, nameHash, phoneHash, plainPhone } from './personal.ts'
import { identityView } from './evidence.ts'
import { consentView, genderOf, type Profile } from './profile.ts'

/** Seconds that a screen shows what was revealed. */
const REVEAL_SECONDS = 30

/** 口径 of the number of new members. */
const NEW_MEMBERS = {
  zh: '新增会员：当日开卡的人数，之后注销或合并的也计；按归属门店和门店所在时区计',
  en: 'New members: enrolled on the day, also those who closed or were merged since; by home store',
} as const

/** What the staff sees and does: lists within their stores, personal data masked unless asked for with a reason. */
export function memberDesk(deps: MembersDeps, profile: Profile) {
  const { db, vault, clock, config } = deps
  /** The moment a shop day begins; a day that is none began before everything. */
  const startOf = (day: string): Date => shopInstant(`${day} 00:00`, config.SHOP_ZONE) ?? new Date(0)

  const namesOf = (members: readonly MemberRecord[]): Promise<Map<string, string>> =>
    deps.recruiters.staffNames(
      db,
      members.flatMap(({ recruitedBy }) => (recruitedBy === null ? [] : [recruitedBy])),
    )

  const rowOf = (member: MemberRecord, names: ReadonlyMap<string, string>) => ({
    memberId: member.id,
    state:
      member.state === 'closed'
        ? ('closed' as const)
        : member.state === 'merged'
          ? ('merged' as const)
          : ('active' as const),
    mergedInto: member.mergedInto,
    name: maskedName(vault, member.nameSealed),
    phone: maskedPhone(vault, member.phoneSealed),
    cardNo: member.cardNo,
    homeStore: member.homeStoreCode,
    enrolledStore: member.enrolledStoreCode,
    recruitedBy: member.recruitedBy,
    recruiterName: names.get(member.recruitedBy ?? '') ?? member.recruiterName,
    source: member.source as 'miniprogram' | 'paper' | 'staff',
    enrolledAt: member.enrolledAt,
  })

  async function inReach(memberId: string, scope: Scope, from: Db = db): Promise<MemberRecord> {
    const member = await membersRepository(from).find(memberId)
    if (member === undefined || !inScope(scope, member.homeStoreCode)) throw membersErrors.notFound()
    return member
  }

  /** A search is exact by one of the keyed hashes: phone, last four, card number, old card, or the full name. */
  async function searched(search: string): Promise<Partial<MemberFilter>> {
    const phone = plainPhone(search)
    if (phone !== null) return { phoneHash: phoneHash(vault, phone) }
    if (/^\d{4}$/.test(search)) return { phoneLast4Hash: vault.hash('phone4', search) }
    if (/^\d{20}$/.test(search)) return { cardNo: search }
    if (/^[\w-]*\d[\w-]*$/.test(search))
      return { memberIds: [...(await cardsRepository(db).memberIdsByCardNos([search])).values()] }
    return { nameHash: nameHash(vault, search) }
  }

  const afterOf = (cursor: string | undefined): After | null => {
    const [at, id] = decodeCursor(cursor) ?? []
    return typeof at === 'number' && typeof id === 'string' ? { at: new Date(at), id } : null
  }

  async function head(memberId: string, scope: Scope) {
    const member = await inReach(memberId, scope)
    const [names, consents, identities, cards] = await Promise.all([
      namesOf([member]),
      consentsRepository(db).current(memberId),
      membersRepository(db).identities(memberId),
      cardsRepository(db).ofMember(memberId),
    ])
    const phones = await membersRepository(db).phonesOf(
      identities.flatMap(row => (row.kind === 'phone' ? [row.value] : [])),
    )
    return {
      ...rowOf(member, names),
      birthday: member.birthdaySealed === null ? '' : '****-**-**',
      gender: genderOf(member.gender),
      closedAt: member.closedAt,
      termsVersion: member.termsVersion,
      termsAcceptedAt: member.termsAcceptedAt,
      consents: consents.map(consentView),
      identities: identities.map(row =>
        identityView(row, maskedPhone(vault, phones.get(row.value) ?? null), deps.accountOf),
      ),
      oldCards: cards.map(card => ({
        cardNo: card.cardNo,
        state: card.state as 'open' | 'bound' | 'void',
        storeCode: card.storeCode,
        balancePoints: card.balancePoints,
        lastUsedOn: card.lastUsedOn,
        boundAt: card.boundAt,
      })),
    }
  }

  return {
    head,
    inReach,
    /** A member as a row of a list. */
    row: async (member: MemberRecord) => rowOf(member, await namesOf([member])),
    async rows(members: readonly MemberRecord[]) {
      const names = await namesOf(members)
      return members.map(member => ({ ...rowOf(member, names), member }))
    },

    async list(query: MemberListQuery, scope: Scope) {
      const { search, state, homeStore, recruitedBy, enrolledFrom, enrolledTo, limit } = query
      const filter: MemberFilter = {
        state,
        homeStore,
        recruitedBy,
        ...(enrolledFrom === undefined ? {} : { enrolledFrom: startOf(enrolledFrom) }),
        ...(enrolledTo === undefined ? {} : { enrolledBefore: startOf(addDays(enrolledTo, 1)) }),
        ...(search === undefined || search === '' ? {} : await searched(search)),
      }
      const rows = await memberList(db).page(
        filter,
        scope,
        query.sort === '-enrolledAt',
        afterOf(query.cursor),
        limit + 1,
      )
      const page = pageFrom(rows, limit, row => [row.enrolledAt.getTime(), row.id])
      const names = await namesOf(page.items)
      return { ...page, items: page.items.map(member => rowOf(member, names)) }
    },

    /** Who can be a recruiter, by name. */
    async recruiters(scope: Scope) {
      const people = await deps.recruiters.colleagues(scope)
      return { items: people.map(({ staffId, name }) => ({ staffId, name })) }
    },

    async consentHistory(memberId: string, scope: Scope) {
      await inReach(memberId, scope)
      return { items: (await consentsRepository(db).history(memberId)).map(consentView) }
    },

    async reveal(caller: StaffCaller, memberId: string, field: 'phone' | 'name' | 'birthday', reason: string) {
      const member = await inReach(memberId, caller.scope)
      const sealed = { phone: member.phoneSealed, name: member.nameSealed, birthday: member.birthdaySealed }[field]
      // Written before it is shown: a reading that cannot be audited does not happen.
      await inTransaction(db, tx =>
        deps.audit(tx, caller, {
          action: 'members.reveal',
          subjectKind: 'member',
          subjectId: memberId,
          storeCode: member.homeStoreCode,
          reason,
          details: { field },
        }),
      )
      return { value: sealed === null ? '' : vault.open(sealed), seconds: REVEAL_SECONDS }
    },

    async bindCard(caller: StaffCaller, memberId: string, cardNo: string, reason: string) {
      const member = await inReach(memberId, caller.scope)
      const card = await cardsRepository(db).find(cardNo)
      if (card === undefined) throw membersErrors.noSuchCard()
      if (card.state === 'bound' && card.memberId !== null && card.memberId !== memberId) {
        // Two members, one card: a person decides whether they are one.
        const conflict = { kind: 'card', a: memberId, b: card.memberId, storeCode: member.homeStoreCode } as const
        await inTransaction(db, tx => queueConflicts(deps, tx, [{ ...conflict, note: 'cardClaimedTwice' }]))
        throw membersErrors.cardTaken()
      }
      await inTransaction(db, async tx => {
        if (card.state === 'bound' && card.memberId === memberId) return
        const proof = { source: 'staff', strength: 'shown', linkedBy: caller.staffId, note: reason } as const
        if (!(await bindCard(deps, tx, memberId, cardNo, proof))) throw membersErrors.cardTaken()
        await deps.audit(tx, caller, {
          action: 'members.bindCard',
          subjectKind: 'member',
          subjectId: memberId,
          storeCode: member.homeStoreCode,
          reason,
          details: { cardNo },
        })
      })
      return head(memberId, caller.scope)
    },

    async changeHomeStore(caller: StaffCaller, memberId: string, storeCode: string | null) {
      const member = await inReach(memberId, caller.scope)
      await inTransaction(db, async tx => {
        await membersRepository(tx).moveHome(memberId, storeCode, clock.now())
        await deps.audit(tx, caller, {
          action: 'members.changeHomeStore',
          subjectKind: 'member',
          subjectId: memberId,
          storeCode,
          details: { from: member.homeStoreCode, to: storeCode },
        })
      })
      // Moved out of one's own stores it is no longer one's own to see, but this one answer is still due.
      return head(memberId, { kind: 'all' })
    },

    async close(
      caller: StaffCaller,
      memberId: string,
      { reason, evidence, newHeadId }: { reason: string; evidence: EvidenceKind; newHeadId?: string | undefined },
    ): Promise<void> {
      const member = await inReach(memberId, caller.scope)
      if (member.state === 'merged') throw membersErrors.notActive()
      if (newHeadId !== undefined) await inReach(newHeadId, caller.scope)
      await profile.close(caller, memberId, { reason, newHeadId, evidence })
    },

    async summary(scope: Scope, from: string, to: string) {
      const zone = config.SHOP_ZONE
      const [fresh, totals] = await Promise.all([
        memberList(db).fresh(scope, startOf(from), startOf(addDays(to, 1))),
        tallyRepository(db).totals(scope),
      ])
      const byDay = new Map<string, number>()
      const byRecruiter = new Map<string | null, number>()
      const byStore = new Map<string | null, { total: number; fresh: number }>()
      const store = (code: string | null) => {
        const counts = byStore.get(code) ?? { total: 0, fresh: 0 }
        byStore.set(code, counts)
        return counts
      }
      for (const row of totals) store(row.homeStoreCode).total += row.members
      for (const row of fresh) {
        const count = Number(row.members)
        const day = shopDay(new Date(Number(row.quarter) * 900_000), zone)
        byDay.set(day, (byDay.get(day) ?? 0) + count)
        byRecruiter.set(row.recruitedBy, (byRecruiter.get(row.recruitedBy) ?? 0) + count)
        store(row.homeStoreCode).fresh += count
      }
      const names = await deps.recruiters.staffNames(
        db,
        [...byRecruiter.keys()].filter(id => id !== null),
      )
      return {
        total: totals.reduce((sum, row) => sum + row.members, 0),
        fresh: fresh.reduce((sum, row) => sum + Number(row.members), 0),
        byDay: [...byDay].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, count]) => ({ day, count })),
        byRecruiter: [...byRecruiter]
          .sort(([, a], [, b]) => b - a)
          .map(([recruitedBy, count]) => ({ recruitedBy, name: names.get(recruitedBy ?? '') ?? null, count })),
        byStore: [...byStore]
          .sort(([, a], [, b]) => b.total - a.total)
          .map(([storeCode, counts]) => ({ storeCode, ...counts })),
        definition: NEW_MEMBERS,
      }
    },
  }
}
export type Desk = ReturnType<typeof memberDesk>
