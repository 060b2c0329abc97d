import { z } from 'zod'
import { inTransaction, uniqueViolation, type Tx } from '../../../kernel/db.ts'
import type { ShopperCaller } from '../../../kernel/http/caller.ts'
import { maskName } from '../../../kernel/vault.ts'
import { ConsentAnswer, membersErrors, type EnrolBody, type SecondProof } from '../contract.ts'
import { cardsRepository } from '../repository/cards.ts'
import { claimsRepository, type ClaimRecord } from '../repository/claims.ts'
import { consentsRepository } from '../repository/consents.ts'
import { membersRepository, type MemberRecord } from '../repository/members.ts'
import { casesRepository } from '../repository/merges.ts'
import { queueConflicts } from './cases.ts'
import type { MembersDeps, MembersNeeds } from './deps.ts'
import { addMembers, consentRows, linkIdentity, memberRows, type WechatPerson } from './new-member.ts'
import { bindCard, plainCard, type OldCards } from './old-cards.ts'
import { phoneHash, plainPhone } from './personal.ts'
import type { Profile } from './profile.ts'
import { isRiskyMember, PROOF_TRIES, proves, waysOf } from './second-proof.ts'
import type { SmsCodes } from './sms-codes.ts'
import { completeConsents, TERMS } from './terms.ts'

const CLAIM_LASTS_MS = 30 * 60_000

/** What is kept of a request while its claim is open. */
const Wish = z.object({
  name: z.string().nullable(),
  storeCode: z.string().nullable(),
  recruitedBy: z.string().nullable(),
  /** The channel code they came by. */
  origin: z.object({ codeId: z.string(), at: z.iso.datetime() }).nullable().default(null),
  consents: z.array(ConsentAnswer),
})
type Wish = z.output<typeof Wish>
type Outcome = { readonly memberId: string } | { readonly claim: ClaimRecord; readonly owner: MemberRecord }

/** 开卡: makes a member of a person in WeChat, or joins them to the membership that has their phone. */
export function enrolment(
  deps: MembersDeps,
  needs: Pick<MembersNeeds, 'phoneByCode' | 'originOf'>,
  codes: SmsCodes,
  profile: Profile,
  cards: OldCards,
) {
  const { db, vault, clock, newId } = deps

  async function answer(memberId: string) {
    const member = await membersRepository(db).find(memberId)
    if (member === undefined) throw membersErrors.notFound()
    return { outcome: 'enrolled', member: await profile.view(member), oldCards: await cards.list(member) } as const
  }

  async function provedPhone(caller: ShopperCaller, phone: EnrolBody['phone']): Promise<string> {
    if (phone.by === 'sms') {
      await codes.take(phone.phone, phone.code)
      return phone.phone
    }
    const plain = plainPhone(await needs.phoneByCode(caller.appId, phone.code))
    if (plain === null) throw membersErrors.smsWrong()
    return plain
  }

  /** What a link says of the recruiter is believed only when there is such a person on the staff. */
  const recruiter = async (staffId: string | null): Promise<string | null> =>
    staffId !== null && (await deps.recruiters.staffNames(db, [staffId])).has(staffId) ? staffId : null

  async function create(tx: Tx, person: WechatPerson, phone: string, wish: Wish): Promise<string> {
    const rows = memberRows(deps, { ...wish, phone, source: 'miniprogram', enrolledAt: clock.now() })
    await addMembers(tx, [rows], wish.origin)
    await linkIdentity(deps, tx, rows.member.id, person)
    const card = plainCard(deps, await cardsRepository(tx).ofPhone(phoneHash(vault, phone)))
    if (card !== null) await bindCard(deps, tx, rows.member.id, card.cardNo)
    return rows.member.id
  }

  async function join(tx: Tx, member: MemberRecord, person: WechatPerson, wish: Wish): Promise<void> {
    const members = membersRepository(tx)
    const isSomebodyElse = (await members.identities(member.id)).some(
      one => one.kind === 'openid' && one.appId === person.appId && one.value !== person.openid,
    )
    // A new WeChat account: nothing may go to the old one any more, by whatever app it was known.
    if (isSomebodyElse) await members.removeIdentities(member.id, ['openid', 'unionid'])
    await linkIdentity(deps, tx, member.id, person)
    await consentsRepository(tx).record(consentRows(deps, member.id, wish.consents, 'miniprogram', clock.now()))
  }

  async function openClaim(
    tx: Tx,
    owner: MemberRecord,
    person: WechatPerson,
    phone: string,
    wish: Wish,
  ): Promise<ClaimRecord> {
    const claims = claimsRepository(tx)
    const now = clock.now()
    const kept = {
      phoneSealed: vault.seal(phone),
      phoneHash: phoneHash(vault, phone),
      requestJson: JSON.stringify(wish),
      expiresAt: new Date(now.getTime() + CLAIM_LASTS_MS),
    }
    const old = await claims.ofPerson(owner.id, person.appId, person.openid)
    if (old !== undefined) {
      await claims.renew(old.id, kept)
      return { ...old, ...kept }
    }
    const claim: ClaimRecord = {
      id: newId(),
      memberId: owner.id,
      appId: person.appId,
      openid: person.openid,
      unionid: person.unionid,
      state: 'open',
      attempts: 0,
      createdAt: now,
      ...kept,
    }
    await claims.insert(claim)
    return claim
  }

  async function enter(tx: Tx, person: WechatPerson, phone: string, wish: Wish): Promise<Outcome> {
    const members = membersRepository(tx)
    const already = await members.byIdentity(person.appId, person.openid, person.unionid)
    if (already !== undefined) {
      await linkIdentity(deps, tx, already.member.id, person)
      return { memberId: already.member.id }
    }
    const owner = await members.byPhoneHash(phoneHash(vault, phone))
    if (owner === undefined) return { memberId: await create(tx, person, phone, wish) }
    const openids = (await members.identities(owner.id)).filter(
      one => one.kind === 'openid' && one.appId === person.appId,
    )
    // A twin of this request has enrolled the person between the two questions above.
    if (openids.some(one => one.value === person.openid)) return { memberId: owner.id }
    const hasAnother = openids.length > 0
    if (hasAnother || isRiskyMember(deps, owner, await cardsRepository(tx).ofMember(owner.id))) {
      return { claim: await openClaim(tx, owner, person, phone, wish), owner }
    }
    await join(tx, owner, person, wish)
    return { memberId: owner.id }
  }

  /** Two requests at once meet in a unique index; the later one then finds what the first has made. */
  async function once<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await inTransaction(db, work)
      } catch (error) {
        if (uniqueViolation(error) === null || attempt >= 3) throw error
      }
    }
  }

  async function claimed(caller: ShopperCaller, claimId: string) {
    const claim = await claimsRepository(db).open(claimId, caller.appId, caller.openid, clock.now())
    const owner = claim === undefined ? undefined : await membersRepository(db).find(claim.memberId)
    const holder = claim === undefined ? undefined : await membersRepository(db).byPhoneHash(claim.phoneHash)
    if (claim === undefined || owner === undefined || holder?.id !== owner.id) throw membersErrors.noClaim()
    const known = { nameHash: owner.nameHash, cards: await cardsRepository(db).ofMember(owner.id) }
    return { claim, owner, known, wish: Wish.parse(JSON.parse(claim.requestJson)) }
  }

  /** One person in WeChat, two members: queued once for somebody to look at. */
  async function noteTwins(member: MemberRecord, other: string): Promise<void> {
    if ((await casesRepository(db).ofPair('unionid', member.id, other)) !== undefined) return
    const conflict = { kind: 'unionid', a: member.id, b: other, storeCode: member.homeStoreCode } as const
    await inTransaction(db, tx => queueConflicts(deps, tx, [{ ...conflict, note: 'oneWechat' }]))
  }

  return {
    /**
     * The member of a person in WeChat; null for a guest. Who followed before enrolling is known by openid first and by
     * unionid once the accounts share a platform: what is new is joined to the member on the way.
     */
    async recognise(person: WechatPerson): Promise<string | null> {
      const known = await membersRepository(db).byIdentity(person.appId, person.openid, person.unionid)
      if (known === undefined) return null
      if (known.other !== null) await noteTwins(known.member, known.other)
      if (!known.isWhole) await once(tx => linkIdentity(deps, tx, known.member.id, person))
      return known.member.id
    },

    async enrol(caller: ShopperCaller, body: EnrolBody) {
      const already = await membersRepository(db).byIdentity(caller.appId, caller.openid, caller.unionid)
      if (already !== undefined) {
        await once(tx => linkIdentity(deps, tx, already.member.id, caller))
        return answer(already.member.id)
      }
      if (body.termsVersion !== TERMS.version) throw membersErrors.termsOutdated({ version: TERMS.version })
      const origin = await needs.originOf(caller, body.scene ?? null)
      const wish: Wish = {
        name: body.name ?? null,
        storeCode: origin?.storeCode ?? body.storeCode ?? null,
        recruitedBy: origin === null ? await recruiter(body.recruitedBy ?? null) : origin.staffId,
        origin: origin === null ? null : { codeId: origin.codeId, at: origin.at.toISOString() },
        consents: [...completeConsents(body.consents)],
      }
      const phone = await provedPhone(caller, body.phone)
      const outcome = await once(tx => enter(tx, caller, phone, wish))
      if ('memberId' in outcome) return answer(outcome.memberId)
      const { claim, owner } = outcome
      const ways = waysOf({ nameHash: owner.nameHash, cards: await cardsRepository(db).ofMember(owner.id) })
      return {
        outcome: 'proofNeeded',
        claimId: claim.id,
        ways,
        attemptsLeft: Math.max(0, PROOF_TRIES - claim.attempts),
        memberName: owner.nameSealed === null ? '' : maskName(vault.open(owner.nameSealed)),
      } as const
    },

    async prove(caller: ShopperCaller, claimId: string, proof: SecondProof) {
      const { claim, owner, known, wish } = await claimed(caller, claimId)
      if (!(await claimsRepository(db).takeTry(claim.id, PROOF_TRIES))) throw membersErrors.proofBlocked()
      if (!proves(deps, known, proof)) {
        const attemptsLeft = PROOF_TRIES - claim.attempts - 1
        throw attemptsLeft > 0 ? membersErrors.proofWrong({ attemptsLeft }) : membersErrors.proofBlocked()
      }
      await once(async tx => {
        if (await claimsRepository(tx).settle(claim.id, 'proved')) await join(tx, owner, caller, wish)
      })
      return answer(owner.id)
    },

    async decline(caller: ShopperCaller, claimId: string) {
      const { claim, owner, wish } = await claimed(caller, claimId)
      const phone = vault.open(claim.phoneSealed)
      const memberId = await once(async tx => {
        if (!(await claimsRepository(tx).settle(claim.id, 'declined'))) throw membersErrors.noClaim()
        await membersRepository(tx).releasePhone(owner.id, claim.phoneHash, clock.now())
        await deps.audit(tx, caller, {
          action: 'members.releasePhone',
          subjectKind: 'member',
          subjectId: owner.id,
          storeCode: owner.homeStoreCode,
          reason: 'claimDeclined',
        })
        return create(tx, caller, phone, wish)
      })
      return answer(memberId)
    },
  }
}
