import { chunks, type Tx } from '../../../kernel/db.ts'
import { publish, publishAll } from '../../../kernel/events/event.ts'
import type { ConsentAnswer } from '../contract.ts'
import { identityLinked, MEMBERS_PER_EVENT, membersEnrolled } from '../events.ts'
import { consentsRepository } from '../repository/consents.ts'
import { membersRepository, type NewIdentity, type NewMember } from '../repository/members.ts'
import { newCardNo } from './card-number.ts'
import type { MembersDeps } from './deps.ts'
import { nameColumns, phoneColumns } from './personal.ts'
import { TERMS } from './terms.ts'

/** A person in WeChat. */
export interface WechatPerson {
  readonly appId: string
  readonly openid: string
  readonly unionid: string | null
}

/** What is known of somebody who becomes a member. */
export interface NewPerson {
  readonly phone: string | null
  readonly name: string | null
  readonly storeCode: string | null
  readonly recruitedBy: string | null
  /** The recruiter as a file names them, where no member of staff has that name. */
  readonly recruiterName?: string | null
  readonly source: 'miniprogram' | 'paper' | 'staff'
  readonly enrolledAt: Date
  readonly consents: readonly ConsentAnswer[]
}

/** How well a phone is known: WeChat or a code proved it, a file states it, staff has seen it. */
const PHONE_PROOF = {
  miniprogram: { source: 'miniprogram', strength: 'proved' },
  paper: { source: 'erp', strength: 'stated' },
  staff: { source: 'staff', strength: 'shown' },
} as const

/** The rows of a new member, with a card number of its own. */
export function memberRows({ newId, vault, clock }: Pick<MembersDeps, 'newId' | 'vault' | 'clock'>, person: NewPerson) {
  const id = newId()
  const now = clock.now()
  const member: NewMember = {
    id,
    state: 'active',
    cardNo: newCardNo(),
    ...(person.phone === null
      ? { phoneSealed: null, phoneHash: null, phoneLast4Hash: null }
      : phoneColumns(vault, person.phone)),
    ...(person.name === null ? { nameSealed: null, nameHash: null } : nameColumns(vault, person.name)),
    birthdaySealed: null,
    birthdayHash: null,
    birthdayChangedOn: null,
    gender: null,
    homeStoreCode: person.storeCode,
    enrolledStoreCode: person.storeCode,
    recruitedBy: person.recruitedBy,
    recruiterName: person.recruiterName ?? null,
    source: person.source,
    termsVersion: TERMS.version,
    termsAcceptedAt: person.enrolledAt,
    enrolledAt: person.enrolledAt,
    closedAt: null,
    updatedAt: now,
  }
  const consents = consentRows({ newId }, id, person.consents, person.source, person.enrolledAt)
  const identities: NewIdentity[] =
    member.phoneHash === null || member.phoneHash === undefined
      ? []
      : [
          {
            id: newId(),
            memberId: id,
            kind: 'phone',
            appId: '',
            value: member.phoneHash,
            linkedAt: person.enrolledAt,
            ...PHONE_PROOF[person.source],
          },
        ]
  return { member, consents, identities }
}

/** Consent answers as rows of the history. */
export const consentRows = (
  { newId }: Pick<MembersDeps, 'newId'>,
  memberId: string,
  answers: readonly ConsentAnswer[],
  source: NewPerson['source'],
  at: Date,
) =>
  answers.map(answer => ({
    id: newId(),
    memberId,
    purpose: answer.purpose,
    channel: answer.channel,
    granted: answer.granted ? 1 : 0,
    version: TERMS.version,
    source,
    at,
  }))

/** Writes new members down and announces them. Their own card number is new, so no past sale can name it. */
export async function addMembers(
  tx: Tx,
  rows: readonly ReturnType<typeof memberRows>[],
  origin: { codeId: string; at: string } | null = null,
): Promise<void> {
  if (rows.length === 0) return
  await membersRepository(tx).insert(rows.map(row => row.member))
  await membersRepository(tx).addIdentities(rows.flatMap(row => row.identities))
  await consentsRepository(tx).record(rows.flatMap(row => row.consents))
  await publishAll(
    tx,
    membersEnrolled,
    chunks(rows, MEMBERS_PER_EVENT).map(run => ({
      members: run.map(row => ({ memberId: row.member.id, ...(origin === null ? {} : { origin }) })),
    })),
  )
}

/** Joins a person in WeChat to a member: the openid of this app, and the unionid that all apps share. */
export async function linkIdentity(
  deps: Pick<MembersDeps, 'newId' | 'clock'>,
  tx: Tx,
  memberId: string,
  person: WechatPerson,
): Promise<void> {
  const members = membersRepository(tx)
  const known = await members.identities(memberId)
  const linkedAt = deps.clock.now()
  const wanted: NewIdentity[] = [
    { id: deps.newId(), memberId, kind: 'openid', appId: person.appId, value: person.openid, linkedAt },
    ...(person.unionid === null
      ? []
      : [{ id: deps.newId(), memberId, kind: 'unionid', appId: '', value: person.unionid, linkedAt }]),
  ]
  const missing = wanted.filter(
    row => !known.some(have => have.kind === row.kind && have.appId === row.appId && have.value === row.value),
  )
  await members.addIdentities(missing)
  if (missing.some(row => row.kind === 'openid'))
    await publish(tx, identityLinked, { memberId, appId: person.appId, openid: person.openid })
}
