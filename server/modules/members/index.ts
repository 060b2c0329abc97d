import type { Db } from '../../kernel/db.ts'
import { on } from '../../kernel/events/event.ts'
import type { Kernel, Module } from '../../kernel/module.ts'
import type { Scope } from '../../kernel/scope.ts'
import type { Stream } from '../erp/index.ts'
import { dataRevoked } from '../wechat/events.ts'
import { membersApi } from './contract.ts'
import { cardsRepository } from './repository/cards.ts'
import { membersRepository } from './repository/members.ts'
import { findCases, gatherLate, prepareExport, tidyRequests } from './jobs.ts'
import { membersRoutes } from './routes.ts'
import { memberBirthdays, type MemberBirthdays } from './service/birthdays.ts'
import { kindOfDigits } from './service/card-number.ts'
import type { CardRow } from './service/cards-row.ts'
import { cardsStream } from './service/cards-stream.ts'
import type { MembersDeps, MembersNeeds } from './service/deps.ts'
import { memberCases } from './service/cases.ts'
import { memberDesk } from './service/desk.ts'
import { enrolment } from './service/enrol.ts'
import { headsOf, households } from './service/household.ts'
import { identityDesk } from './service/identity-desk.ts'
import { memberMerges } from './service/merge.ts'
import { oldCards } from './service/old-cards.ts'
import { memberRows } from './service/export-rows.ts'
import { ownPart } from './service/own-part.ts'
import { ownTimeline } from './service/own-timeline.ts'
import { maskedName, maskedPhone, phoneHash } from './service/personal.ts'
import { memberProfile } from './service/profile.ts'
import { requestDesk } from './service/request-desk.ts'
import { personRequests } from './service/requests.ts'
import { revocations } from './service/revoked.ts'
import { smsCodes } from './service/sms-codes.ts'
import { smsProofs, type SmsProofs } from './service/sms-proof.ts'
import { httpSms } from './service/sms-gateway.ts'
import { memberTimeline } from './service/timeline.ts'
import { turningCodes, type Turning } from './service/turning.ts'

export type { MembersNeeds, Origin, SmsPort } from './service/deps.ts'
export { isCardNo, kindOfDigits } from './service/card-number.ts'
export { birthdayAt, celebratedBetween, lunarDay, nextCelebration, type Birthday } from './service/birthday.ts'
export type { Celebrant } from './service/birthdays.ts'
export { isTurningCode, turningCode, windowOf } from './service/turning-code.ts'
export { plainPhone } from './service/personal.ts'
export {
  activeMembers,
  boundCards,
  consenting,
  memberEntries,
  memberOpenids,
  memberUnionids,
  mergedMembers,
  personIds,
} from './repository/relations.ts'
export { happenedBefore, newestOf, type TimelinePart } from './service/timeline.ts'
export type { Holding, KeptPart, MemberPart, Move, MovedItem } from './service/parts.ts'

/** A member as other modules and their screens may see it: personal data masked. */
export interface MemberBrief {
  readonly memberId: string
  readonly state: 'active' | 'closed'
  readonly name: string
  readonly phone: string
  readonly cardNo: string
  readonly homeStore: string | null
  readonly enrolledAt: Date
}

export interface MembersApi extends MemberBirthdays {
  /** The member of a WeChat person (the openid of the app, else the unionid); null for a guest. */
  memberIdOf(appId: string, openid: string, unionid: string | null): Promise<string | null>
  /** Members by id, closed ones too; ids that are none are left out. */
  briefs(db: Db, memberIds: readonly string[]): Promise<Map<string, MemberBrief>>
  /** The member if it exists and lies within the scope; else throws members.notFound. */
  inReach(memberId: string, scope: Scope): Promise<MemberBrief>
  /** Whose card each number is, our 20 digits or a bound old card: cardNo → memberId. */
  idsByCards(db: Db, cardNos: readonly string[]): Promise<Map<string, string>>
  /** Whose phone each is, given in clear: phone → memberId of an active member. */
  idsByPhones(db: Db, phones: readonly string[]): Promise<Map<string, string>>
  /** The keyed hash by which a phone is looked up everywhere; keep this instead of the phone. */
  phoneHash(phone: string): string
  /** Whose phone each hash is: hash → memberId of an active member. */
  idsByPhoneHashes(db: Db, hashes: readonly string[]): Promise<Map<string, string>>
  /** The openids of members: one row for each app. */
  openidsOf(db: Db, memberIds: readonly string[]): Promise<{ memberId: string; appId: string; openid: string }[]>
  /** Birthdays of members who have told theirs, as kept: ask `birthdayAt` what they say. */
  birthdays(db: Db, memberIds: readonly string[]): Promise<Map<string, string>>
  /** Turning member codes of phones. */
  turning: Turning
  /** A code sent to the member's own phone, that proves to a till who stands there. */
  smsProof: SmsProofs
  /** Who heads each member’s household; members without one, and heads, are left out. `held`: until the transaction ends. */
  headsOf(db: Db, memberIds: readonly string[], options?: { held?: boolean }): Promise<Map<string, string>>
  /** What came to merged members since goes to who was kept; how many members that were. What the job does. */
  gather(): Promise<number>
  /** Queues pairs of members who may be one person. What the nightly job does. */
  findCases(): Promise<void>
  /** The erp stream 'cards'. */
  cards: Stream<CardRow, CardRow>
}

/** Members: enrolment, old cards, consents, the members' desk of the staff. */
export function createMembers(kernel: Kernel, needs: MembersNeeds): Module<MembersApi> {
  const deps: MembersDeps = {
    ...kernel,
    audit: needs.audit,
    recruiters: needs.recruiters,
    accountOf: needs.accountOf,
    moveWallet: needs.moveWallet,
  }
  const sms = needs.sms ?? (kernel.config.SMS_URL === '' ? null : httpSms(kernel.config.SMS_URL))
  const codes = smsCodes(kernel, sms)
  const cards = oldCards(deps)
  // What leaves with a member is known once the modules above are made.
  const profile = memberProfile(deps, cards, (...given) => requests.erased(...given))
  const desk = memberDesk(deps, profile)
  const cases = memberCases(deps, desk)
  const own = ownPart(deps)
  const prepare = prepareExport(() => requests)
  const kept = () => [...needs.parts(), ...needs.kept()]
  const requests = personRequests(deps, desk, needs.files, kept, requestId =>
    kernel.enqueue(prepare, { requestId }, { key: requestId }),
  )
  const identity = identityDesk(deps, desk)
  const household = households(deps, desk)
  const merges = memberMerges(deps, desk, () => [own, ...needs.parts()])
  const ownStory = ownTimeline(deps)
  const timeline = memberTimeline(deps, desk, () => [...ownStory, ...needs.timeline()])
  const rows = memberRows(deps, desk, needs.storeNames)
  const forget = revocations(deps)
  const entry = enrolment(deps, needs, codes, profile, cards)

  const briefOf = (member: Awaited<ReturnType<typeof desk.inReach>>): MemberBrief => ({
    memberId: member.id,
    // Who was taken into another is nobody to write to, or to give anything.
    state: member.state === 'active' ? 'active' : 'closed',
    name: maskedName(kernel.vault, member.nameSealed),
    phone: maskedPhone(kernel.vault, member.phoneSealed),
    cardNo: member.cardNo,
    homeStore: member.homeStoreCode,
    enrolledAt: member.enrolledAt,
  })
  const idsByPhoneHashes = (db: Db, hashes: readonly string[]) => membersRepository(db).idsByPhoneHashes(hashes)

  const api: MembersApi = {
    ...memberBirthdays(kernel),
    memberIdOf: (appId, openid, unionid) => entry.recognise({ appId, openid, unionid }),
    briefs: async (db, memberIds) =>
      new Map((await membersRepository(db).findMany(memberIds)).map(member => [member.id, briefOf(member)])),
    inReach: async (memberId, scope) => briefOf(await desk.inReach(memberId, scope)),
    async idsByCards(db, cardNos) {
      const ours = cardNos.filter(cardNo => kindOfDigits(cardNo) === 'member')
      const [own, old] = [
        await membersRepository(db).idsByCardNos(ours),
        await cardsRepository(db).memberIdsByCardNos(cardNos.filter(cardNo => !ours.includes(cardNo))),
      ]
      return new Map([...old, ...own])
    },
    async idsByPhones(db, phones) {
      const hashes = new Map(phones.map(phone => [phoneHash(kernel.vault, phone), phone]))
      return new Map(
        [...(await idsByPhoneHashes(db, [...hashes.keys()]))].map(([hash, id]) => [hashes.get(hash) ?? '', id]),
      )
    },
    phoneHash: phone => phoneHash(kernel.vault, phone),
    idsByPhoneHashes,
    birthdays: async (db, memberIds) =>
      new Map(
        (await membersRepository(db).findMany(memberIds)).flatMap(({ id, birthdaySealed }) =>
          birthdaySealed === null ? [] : [[id, kernel.vault.open(birthdaySealed)] as const],
        ),
      ),
    openidsOf: async (db, memberIds) =>
      memberIds.length === 0
        ? []
        : db
            .selectFrom('member_identity')
            .select(['memberId', 'appId', 'value as openid'])
            .where('memberId', 'in', memberIds)
            .where('kind', '=', 'openid')
            .execute(),
    turning: turningCodes(kernel),
    smsProof: smsProofs(kernel, codes),
    headsOf,
    gather: () => merges.gather(),
    findCases: () => cases.find(),
    cards: cardsStream(deps),
  }

  return {
    name: 'members',
    api,
    contracts: [membersApi],
    routes: router =>
      membersRoutes(router, {
        codes,
        entry,
        profile,
        cards,
        desk,
        cases,
        merges,
        identity,
        requests,
        requestDesk: requestDesk(deps, desk, kept),
        household,
        timeline,
        rows,
      }),
    handlers: [
      on(dataRevoked, 'members.forgetRevoked', ({ at, ...revoked }) => forget({ ...revoked, at: new Date(at) })),
    ],
    jobs: [prepare, tidyRequests(requests), gatherLate(merges), findCases(cases)],
  }
}
