import { inTransaction, type Tx } from '../../../kernel/db.ts'
import { publish, publishAll } from '../../../kernel/events/event.ts'
import { shopDay } from '../../../kernel/clock.ts'
import { maskName, maskPhone } from '../../../kernel/vault.ts'
import { membersErrors, type ConsentAnswer } from '../contract.ts'
import { consentChanged, memberClosed } from '../events.ts'
import { cardsRepository } from '../repository/cards.ts'
import { claimsRepository } from '../repository/claims.ts'
import { codeDevicesRepository } from '../repository/code-devices.ts'
import { consentsRepository, type ConsentRecord } from '../repository/consents.ts'
import { membersRepository, type MemberRecord } from '../repository/members.ts'
import type { Caller } from '../../../kernel/http/caller.ts'
import type { MembersDeps } from './deps.ts'
import { handOn } from './household-head.ts'
import { consentRows } from './new-member.ts'
import type { OldCards } from './old-cards.ts'
import { birthdayColumns, nameColumns } from './personal.ts'

export interface ProfileChange {
  readonly name?: string | undefined
  readonly birthday?: string | undefined
  readonly gender?: 'female' | 'male' | null | undefined
  readonly homeStore?: string | null | undefined
}

/** The gender that a row states. */
export const genderOf = (text: string | null): 'female' | 'male' | null =>
  text === 'female' || text === 'male' ? text : null

/** A consent row as a reply says it. */
export const consentView = (
  row: Pick<ConsentRecord, 'purpose' | 'channel' | 'granted' | 'version' | 'source' | 'at'>,
) => ({
  purpose: row.purpose as ConsentAnswer['purpose'],
  channel: row.channel as ConsentAnswer['channel'],
  granted: row.granted === 1,
  version: row.version,
  source: row.source as 'miniprogram' | 'paper' | 'staff' | 'merge',
  at: row.at,
})

/** What else is erased when somebody leaves, in the same transaction, and is written down. */
export type Erased = (
  tx: Tx,
  caller: Caller,
  member: MemberRecord,
  seen: { note: string; evidence: string | null },
) => Promise<unknown>

/** What members see and change of themselves, and the closing of a membership. */
export function memberProfile(deps: MembersDeps, cards: OldCards, erased: Erased) {
  const { db, vault, clock } = deps

  const active = async (memberId: string): Promise<MemberRecord> => {
    const member = await membersRepository(db).find(memberId)
    if (member === undefined || member.state !== 'active') throw membersErrors.notFound()
    return member
  }

  async function view(member: MemberRecord) {
    const consents = await consentsRepository(db).current(member.id)
    return {
      memberId: member.id,
      cardNo: member.cardNo,
      name: member.nameSealed === null ? '' : maskName(vault.open(member.nameSealed)),
      phone: member.phoneSealed === null ? '' : maskPhone(vault.open(member.phoneSealed)),
      birthday: member.birthdaySealed === null ? null : vault.open(member.birthdaySealed),
      gender: genderOf(member.gender),
      homeStore: member.homeStoreCode,
      enrolledStore: member.enrolledStoreCode,
      enrolledAt: member.enrolledAt,
      termsVersion: member.termsVersion,
      personalRecommendation: consents.some(row => row.purpose === 'personalRecommendation' && row.granted === 1),
      waitingCards: await cards.waiting(member),
    }
  }

  function birthdayColumn(member: MemberRecord, birthday: string): Partial<ReturnType<typeof birthdayColumns>> {
    const now = member.birthdaySealed === null ? null : vault.open(member.birthdaySealed)
    if (now === birthday) return {}
    // A birthday that moves earns a gift twice; staff may correct it.
    if (now !== null) throw membersErrors.birthdayFixed()
    const today = shopDay(clock.now(), deps.config.SHOP_ZONE)
    if (birthday > today || birthday < `${Number(today.slice(0, 4)) - 120}`) throw membersErrors.badBirthday()
    return birthdayColumns(vault, birthday)
  }

  async function consents(memberId: string) {
    const repository = consentsRepository(db)
    return {
      items: (await repository.current(memberId)).map(consentView),
      history: (await repository.history(memberId)).map(consentView),
    }
  }

  return {
    view,
    active,
    consents,

    async update(memberId: string, change: ProfileChange) {
      const member = await active(memberId)
      await inTransaction(db, async tx => {
        await membersRepository(tx).update(memberId, {
          ...(change.name === undefined ? {} : nameColumns(vault, change.name)),
          ...(change.birthday === undefined ? {} : birthdayColumn(member, change.birthday)),
          ...(change.gender === undefined ? {} : { gender: change.gender }),
          updatedAt: clock.now(),
        })
        if (change.homeStore !== undefined)
          await membersRepository(tx).moveHome(memberId, change.homeStore, clock.now())
      })
      return view(await active(memberId))
    },

    async changeConsents(memberId: string, answers: readonly ConsentAnswer[]) {
      await active(memberId)
      const now = await consentsRepository(db).current(memberId)
      const changed = answers.filter(
        answer =>
          !now.some(
            row =>
              row.purpose === answer.purpose &&
              row.channel === answer.channel &&
              (row.granted === 1) === answer.granted,
          ),
      )
      await inTransaction(db, async tx => {
        await consentsRepository(tx).record(consentRows(deps, memberId, changed, 'miniprogram', clock.now()))
        await publishAll(
          tx,
          consentChanged,
          changed.map(answer => ({ memberId, ...answer })),
        )
      })
      return consents(memberId)
    },

    /**
     * Closes a membership: personal data and identities go, the ledgers stay and name nobody. A household goes on under
     * `newHeadId`, with its wallet, or ends. Repeating it does nothing.
     */
    async close(
      caller: Caller,
      memberId: string,
      { reason, newHeadId, evidence }: { reason: string; newHeadId?: string | undefined; evidence?: string },
    ): Promise<void> {
      await inTransaction(db, async tx => {
        const member = await membersRepository(tx).find(memberId)
        if (member === undefined) throw membersErrors.notFound()
        if (!(await membersRepository(tx).erase(memberId, clock.now()))) return
        await membersRepository(tx).eraseMerged(memberId, clock.now())
        if (newHeadId !== undefined)
          await handOn(deps, tx, { headId: memberId, to: newHeadId, stays: false, by: caller, reason, evidence })
        await tx
          .deleteFrom('household_member')
          .where(eb => eb.or([eb('memberId', '=', memberId), eb('headId', '=', memberId)]))
          .execute()
        await tx.deleteFrom('household').where('headId', '=', memberId).execute()
        await erased(tx, caller, member, { note: reason, evidence: evidence ?? null })
        await membersRepository(tx).removeIdentities(memberId)
        await claimsRepository(tx).remove(memberId)
        await codeDevicesRepository(tx).revoke(memberId, 'all', clock.now())
        await cardsRepository(tx).erase(memberId)
        const granted = (await consentsRepository(tx).current(memberId))
          .filter(row => row.granted === 1)
          .map(consentView)
        await consentsRepository(tx).record(
          consentRows(
            deps,
            memberId,
            granted.map(row => ({ ...row, granted: false })),
            caller.kind === 'staff' ? 'staff' : 'miniprogram',
            clock.now(),
          ),
        )
        await deps.audit(tx, caller, {
          action: 'members.close',
          subjectKind: 'member',
          subjectId: memberId,
          storeCode: member.homeStoreCode,
          reason,
          details: {
            ...(evidence === undefined ? {} : { evidence }),
            ...(newHeadId === undefined ? {} : { newHeadId }),
          },
        })
        await publish(tx, memberClosed, { memberId })
      })
    },
  }
}
export type Profile = ReturnType<typeof memberProfile>
