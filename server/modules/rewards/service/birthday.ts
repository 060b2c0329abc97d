import { addDays, daysBetween, shopDay } from '../../../kernel/clock.ts'
import { inTransaction } from '../../../kernel/db.ts'
import { fault } from '../../../kernel/faults.ts'
import { AppError } from '../../../kernel/errors.ts'
import type { Log } from '../../../kernel/log.ts'
import { decodeCursor, pageFrom, type PageQuery } from '../../../kernel/page.ts'
import type { Scope } from '../../../kernel/scope.ts'
import { celebratedBetween, lunarDay, nextCelebration, type Birthday, type Celebrant } from '../../members/index.ts'
import { BirthdayRules } from '../contract/birthday.ts'
import { birthdayRepository } from '../repository/birthday.ts'
import type { Granting } from './grant.ts'
import type { RewardsKernel, RewardsNeeds } from './ports.ts'
import { couponNames, pointsCost, ruleVersions } from './rule-versions.ts'

/** Two celebrations of one birthday are never nearer than this; whoever edits it does not get a second gift sooner. */
const APART_DAYS = 300
const RUN = 200

/** The year to which a celebration belongs: that of its own calendar. */
const yearOf = (birthday: string, day: string): number =>
  birthday.startsWith('L') ? lunarDay(day).year : Number(day.slice(0, 4))

/**
 * 生日礼: once a year whatever is edited. A gift needs the member's turn (none within 300 days, one guarded update) and the
 * year of the calendar (a primary key); so neither a second run of the night, nor a changed birthday, nor a change of
 * calendar gives again.
 */
export function birthdays(kernel: RewardsKernel & { readonly log: Log }, needs: RewardsNeeds, grants: Granting) {
  const { db, clock, config, log } = kernel
  const today = (): string => shopDay(clock.now(), config.SHOP_ZONE)
  const rules = ruleVersions(kernel, needs, 'birthday', BirthdayRules, ({ couponTemplateIds }) => couponTemplateIds)

  /** Templates of the coupons in a member's gift as of now: everybody's, and that of the member's tier; each once. */
  async function couponsFor(memberId: string, now: BirthdayRules): Promise<string[]> {
    const benefits = now.withTierCoupon ? (await needs.tiers.benefitsOf(db, [memberId])).get(memberId) : undefined
    return [...new Set([...now.couponTemplateIds, benefits?.birthdayCoupon ?? null])].filter(id => id !== null)
  }

  /** Gives one member the gift of this celebration; false when it is not the member's turn. */
  async function give(who: Celebrant, day: string, { version, rules: now }: { version: number; rules: BirthdayRules }) {
    const coupons = await couponsFor(who.memberId, now)
    const year = yearOf(who.birthday, day)
    return inTransaction(db, async tx => {
      const repository = birthdayRepository(tx)
      if (await repository.yearGiven(who.memberId, year)) return false
      if (!(await repository.takeTurn(who.memberId, today(), addDays(today(), -APART_DAYS)))) return false
      const key = `birthday:${who.memberId}:${year}`
      const reward = { memberId: who.memberId, why: 'birthday' as const, note: '生日礼' }
      if (now.points > 0) await grants.grant(tx, { ...reward, key, points: now.points })
      fault('rewards.amidBirthdayGift')
      let given = 0
      for (const couponTemplateId of coupons) {
        const { couponId } = await grants.grant(tx, { ...reward, key: `${key}:${given}:c`, couponTemplateId })
        if (couponId !== null) given++
      }
      await repository.insert({
        memberId: who.memberId,
        year,
        birthday: day,
        givenOn: today(),
        points: now.points,
        coupons: given,
        storeCode: who.homeStore,
        version,
        at: clock.now(),
      })
      return true
    })
  }

  const isMemberLongEnough = (who: Pick<Celebrant, 'enrolledAt'>, { memberDays }: BirthdayRules): boolean =>
    daysBetween(shopDay(who.enrolledAt, config.SHOP_ZONE), today()) >= memberDays

  /** The window of today: celebrations whose gift may be given now. */
  const window = ({ daysBefore, daysAfter }: BirthdayRules): Map<string, string> =>
    celebratedBetween(addDays(today(), -daysAfter), addDays(today(), daysBefore))

  async function mine(memberId: string) {
    const { birthday, changeFrom } = await needs.members.birthdayOf(memberId)
    const { rules: now } = await rules.read()
    const coupons = now.isOn ? await couponsFor(memberId, now) : []
    const names = await couponNames(needs, coupons)
    const last = await birthdayRepository(db).last(memberId)
    return {
      birthday,
      changeFrom,
      next: birthday === null ? null : nextCelebration(birthday, today()),
      gift: now.isOn
        ? {
            points: now.points,
            coupons: coupons.flatMap(id => names.get(id) ?? []),
            daysBefore: now.daysBefore,
            daysAfter: now.daysAfter,
          }
        : null,
      lastGift: last === undefined ? null : { givenOn: last.givenOn, points: last.points, coupons: last.coupons },
    }
  }

  /** All who celebrate in the window, in runs by id: what a killed run has left is found again by the next. */
  async function run(signal: AbortSignal): Promise<number> {
    await needs.members.learnBirthdays(signal)
    const version = await rules.read()
    if (!version.rules.isOn) return 0
    const days = window(version.rules)
    let given = 0
    for (let after = ''; !signal.aborted;) {
      const people = await needs.members.celebrating(db, [...days.keys()], after, RUN)
      const last = people.at(-1)
      if (last === undefined) break
      after = last.memberId
      const had = await birthdayRepository(db).hadSince(
        people.map(who => who.memberId),
        addDays(today(), -APART_DAYS),
      )
      for (const who of people) {
        if (signal.aborted) break
        const day = days.get(who.birthday)
        if (day === undefined || had.has(who.memberId) || !isMemberLongEnough(who, version.rules)) continue
        try {
          if (await give(who, day, version)) given++
          fault('rewards.afterBirthdayGift')
        } catch (error) {
          // A coupon that has ended meanwhile must not hold up the gifts of all others; the next night tries again.
          if (!(error instanceof AppError)) throw error
          log.warn({ memberId: who.memberId, code: error.code }, 'birthday gift not given')
        }
      }
    }
    return given
  }

  return {
    rules,
    mine,
    run,

    /** Tells or changes the birthday, and gives at once what its window says. */
    async change(memberId: string, to: Birthday) {
      await needs.members.changeBirthday(memberId, to)
      const version = await rules.read()
      if (version.rules.isOn) {
        const who = await needs.members.celebrant(db, memberId)
        const day = who === null ? undefined : window(version.rules).get(who.birthday)
        if (who !== null && day !== undefined && isMemberLongEnough(who, version.rules)) await give(who, day, version)
      }
      return mine(memberId)
    },

    async gifts(scope: Scope, query: PageQuery) {
      const [day, id] = decodeCursor(query.cursor) ?? []
      const before = typeof day === 'string' && typeof id === 'string' ? ([day, id] as const) : null
      const rows = await birthdayRepository(db).page(scope, before, query.limit + 1)
      const page = pageFrom(rows, query.limit, row => [row.givenOn, row.memberId])
      const briefs = await needs.members.briefs(
        db,
        page.items.map(row => row.memberId),
      )
      return {
        ...page,
        items: page.items.map(row => ({
          ...row,
          memberName: briefs.get(row.memberId)?.name ?? '',
          cardNo: briefs.get(row.memberId)?.cardNo ?? '',
        })),
      }
    },

    /** What birthdays have cost this year, of members of the scope. */
    async figures(scope: Scope) {
      const rows = await birthdayRepository(db).byMonth(today().slice(0, 4), scope)
      const sum = (of: 'count' | 'points' | 'coupons'): number => rows.reduce((all, row) => all + Number(row[of]), 0)
      return {
        gifts: sum('count'),
        points: sum('points'),
        coupons: sum('coupons'),
        costFen: await pointsCost(db, needs, sum('points')),
        byMonth: rows.map(row => ({ month: row.month, count: Number(row.count) })),
      }
    },
  }
}
export type Birthdays = ReturnType<typeof birthdays>
