import { shopDay } from '../../../kernel/clock.ts'
import type { Db } from '../../../kernel/db.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { membersErrors } from '../contract.ts'
import { birthdaysRepository } from '../repository/birthdays.ts'
import { membersRepository } from '../repository/members.ts'
import { birthdayText, isPossible, readBirthday, type Birthday } from './birthday.ts'
import { birthdayColumns, birthdayHash } from './personal.ts'

/** A birthday as its member sees it. */
export interface OwnBirthday {
  readonly birthday: Birthday | null
  /** The first day on which it may be changed; null = now. */
  readonly changeFrom: string | null
}

/** Somebody who celebrates: the birthday as kept, and the last day on which it was changed. */
export interface Celebrant {
  readonly memberId: string
  readonly birthday: string
  readonly changedOn: string | null
  readonly enrolledAt: Date
  readonly homeStore: string | null
}

/** Birthdays of members: told once, changed once a year (每年限改一次), and found by day without opening a seal. */
export function memberBirthdays({ db, vault, clock, config }: Pick<Kernel, 'db' | 'vault' | 'clock' | 'config'>) {
  const today = (): string => shopDay(clock.now(), config.SHOP_ZONE)

  async function own(memberId: string) {
    const member = await membersRepository(db).find(memberId)
    if (member === undefined || member.state !== 'active') throw membersErrors.notFound()
    const kept = member.birthdaySealed === null ? null : vault.open(member.birthdaySealed)
    const year = today().slice(0, 4)
    const changed = member.birthdayChangedOn
    return {
      member,
      birthday: kept === null ? null : readBirthday(kept),
      changeFrom: changed === null || changed < `${year}-01-01` ? null : `${Number(year) + 1}-01-01`,
    }
  }

  return {
    /** The member's own, and when it may be changed again. */
    async birthdayOf(memberId: string): Promise<OwnBirthday> {
      const { birthday, changeFrom } = await own(memberId)
      return { birthday, changeFrom }
    },

    /** Tells it for the first time, or changes it: that once in a calendar year. The same once more does nothing. */
    async changeBirthday(memberId: string, to: Birthday): Promise<OwnBirthday> {
      if (!isPossible(to)) throw membersErrors.badBirthday()
      const { member, birthday, changeFrom } = await own(memberId)
      if (birthday !== null && birthdayText(birthday) === birthdayText(to)) return { birthday, changeFrom }
      const first = birthday === null
      const changed = await birthdaysRepository(db).change(
        memberId,
        { ...birthdayColumns(vault, birthdayText(to)), birthdayChangedOn: first ? member.birthdayChangedOn : today() },
        { sealed: member.birthdaySealed, changedBefore: first ? '9999-12-31' : `${today().slice(0, 4)}-01-01` },
      )
      if (!changed) throw membersErrors.birthdayThisYear()
      const now = await own(memberId)
      return { birthday: now.birthday, changeFrom: now.changeFrom }
    },

    /** A run of active members, by id, who celebrate one of these birthdays (as birthday.ts writes them). */
    async celebrating(from: Db, birthdays: readonly string[], after: string, limit: number): Promise<Celebrant[]> {
      const texts = new Map(birthdays.map(text => [birthdayHash(vault, text), text]))
      const rows = await birthdaysRepository(from).having([...texts.keys()], after, limit)
      return rows.map(row => ({
        memberId: row.memberId,
        birthday: texts.get(row.birthdayHash ?? '') ?? '',
        changedOn: row.birthdayChangedOn,
        enrolledAt: row.enrolledAt,
        homeStore: row.homeStoreCode,
      }))
    },

    /** One active member as a celebrant; null when there is none, or the birthday was never told. */
    async celebrant(from: Db, memberId: string): Promise<Celebrant | null> {
      const member = await membersRepository(from).find(memberId)
      if (member === undefined || member.state !== 'active' || member.birthdaySealed === null) return null
      const birthday = readBirthday(vault.open(member.birthdaySealed))
      if (birthday === null) return null
      return {
        memberId,
        birthday: birthdayText(birthday),
        changedOn: member.birthdayChangedOn,
        enrolledAt: member.enrolledAt,
        homeStore: member.homeStoreCode,
      }
    },

    /** Makes birthdays findable that were kept before they could be; in runs, from wherever it was left. */
    async learnBirthdays(signal: AbortSignal): Promise<void> {
      for (let after = ''; !signal.aborted;) {
        const rows = await birthdaysRepository(db).unknown(after, 500)
        for (const { id, birthdaySealed } of rows) {
          const birthday = readBirthday(vault.open(birthdaySealed))
          if (birthday !== null) await birthdaysRepository(db).learn(id, birthdayHash(vault, birthdayText(birthday)))
        }
        const last = rows.at(-1)
        if (last === undefined) return
        after = last.id
      }
    },
  }
}
export type MemberBirthdays = ReturnType<typeof memberBirthdays>
