import { z } from 'zod'
import { addDays, shopDay } from '../../../kernel/clock.ts'
import { inTransaction, type Tx } from '../../../kernel/db.ts'
import type { Scope } from '../../../kernel/scope.ts'
import { activityErrors } from '../contract/activity-errors.ts'
import { SignInRules, type SignInCalendar } from '../contract/signin.ts'
import { signInRepository, type SignInDayRecord } from '../repository/signin.ts'
import type { Granting } from './grant.ts'
import type { RewardsKernel, RewardsNeeds } from './ports.ts'
import { couponNames, pointsCost, ruleVersions } from './rule-versions.ts'
import { bonusesDue, nextBonus, pointsOfDay, runAround, type Run, type SignedDay } from './signin-streak.ts'

const Bonuses = z.array(z.object({ days: z.int(), points: z.int(), coupon: z.boolean() }))
/** As far back as a streak is counted. */
const FARTHEST = 400
/** Days that the figures look back on. */
const FIGURE_DAYS = 30

const bonusesOf = (row: Pick<SignInDayRecord, 'bonusJson'>) =>
  row.bonusJson === null ? [] : Bonuses.parse(JSON.parse(row.bonusJson))
const signedOf = (row: SignInDayRecord): SignedDay => ({ day: row.day, bonuses: bonusesOf(row) })

/**
 * 签到: once for each member and day of the shop, by the server's clock alone; what the phone thinks the day is plays no
 * part. The member's row is held while a day is counted, so streaks and their gifts are right under any number of taps.
 */
export function signIns(kernel: RewardsKernel, needs: RewardsNeeds, grants: Granting) {
  const { db, clock, config } = kernel
  const today = (): string => shopDay(clock.now(), config.SHOP_ZONE)
  const rules = ruleVersions(kernel, needs, 'signIn', SignInRules, ({ bonuses }) =>
    bonuses.flatMap(({ gift }) => gift.couponTemplateId ?? []),
  )

  /** The days that may be made up for now. */
  async function openDays(memberId: string, { makeUp }: SignInRules, signed: ReadonlySet<string>): Promise<string[]> {
    if (makeUp === null) return []
    const member = (await needs.members.briefs(db, [memberId])).get(memberId)
    const since = member === undefined ? today() : shopDay(member.enrolledAt, config.SHOP_ZONE)
    return Array.from({ length: makeUp.withinDays }, (_, i) => addDays(today(), -1 - i)).filter(
      day => day >= since && !signed.has(day),
    )
  }

  async function calendar(memberId: string, month = today().slice(0, 7)): Promise<SignInCalendar> {
    const { rules: now } = await rules.read()
    const signIn = signInRepository(db)
    const days = await signIn.days(memberId, `${month}-01`, `${month}-31`)
    const recent = await signIn.days(memberId, addDays(today(), -32), today())
    const stand = await signIn.member(memberId)
    const signedToday = recent.some(row => row.day === today())
    const isGoing = stand !== undefined && stand.lastDay !== null && stand.lastDay >= addDays(today(), -1)
    const streak = isGoing ? stand.streak : 0
    const names = await couponNames(
      needs,
      now.bonuses.map(({ gift }) => gift.couponTemplateId),
    )
    const offer = (gift: SignInRules['bonuses'][number]['gift']) => ({
      points: gift.points,
      coupon: names.get(gift.couponTemplateId ?? '') ?? null,
    })
    const ahead = nextBonus(now, streak)
    return {
      isOn: now.isOn,
      today: today(),
      month,
      days: days.map(row => ({
        day: row.day,
        madeUp: row.makeUpMonth !== null,
        points: row.points,
        bonusPoints: row.bonusPoints,
      })),
      signedToday,
      streak,
      longest: stand?.longest ?? 0,
      nextPoints: pointsOfDay(now, streak + 1),
      nextBonus: ahead === null ? null : { days: ahead.bonus.days, missing: ahead.missing, ...offer(ahead.bonus.gift) },
      makeUp:
        now.makeUp === null
          ? null
          : {
              left: Math.max(0, now.makeUp.perMonth - (await signIn.madeUp(memberId, today().slice(0, 7)))),
              costPoints: now.makeUp.costPoints,
              days: await openDays(memberId, now, new Set(recent.map(row => row.day))),
            },
      bonuses: now.bonuses
        .toSorted((a, b) => a.days - b.days)
        .map(({ days: count, repeats, gift }) => ({ days: count, repeats, ...offer(gift) })),
    }
  }

  /** Gives what the run around a new day has earned, and writes down where the member stands. */
  async function settle(tx: Tx, memberId: string, day: string, now: SignInRules, before: { longest: number }) {
    const signIn = signInRepository(tx)
    const rows = await signIn.days(memberId, addDays(day, -FARTHEST), today())
    const run: Run = runAround(rows.map(signedOf), day)
    const given = []
    for (const [i, { days, gift }] of bonusesDue(run, now).entries()) {
      const { points, couponId } = await grants.grant(tx, {
        key: `signInBonus:${memberId}:${day}:${days}:${i}`,
        memberId,
        why: 'signIn',
        points: gift.points,
        couponTemplateId: gift.couponTemplateId,
        note: `连续签到 ${days} 天`,
      })
      given.push({ days, points, coupon: couponId !== null })
    }
    const bonusPoints = given.reduce((sum, one) => sum + one.points, 0)
    if (given.length > 0) await signIn.bonus(memberId, day, { bonusPoints, bonusJson: JSON.stringify(given) })
    const lastDay = rows.at(-1)?.day ?? day
    const last = runAround(rows.map(signedOf), lastDay)
    await signIn.stand(memberId, {
      streak: last.length,
      longest: Math.max(before.longest, run.length, last.length),
      lastDay,
    })
    return { bonusPoints, coupons: given.filter(one => one.coupon).length, streak: last.length }
  }

  const answer = async (memberId: string, day: string, isNew: boolean) => {
    const [row] = await signInRepository(db).days(memberId, day, day)
    const view = await calendar(memberId)
    return {
      isNew,
      points: row?.points ?? 0,
      bonusPoints: row?.bonusPoints ?? 0,
      coupons: row === undefined ? 0 : bonusesOf(row).filter(one => one.coupon).length,
      streak: view.streak,
      calendar: view,
    }
  }

  return {
    rules,
    calendar,

    /** Signs in for today of the shop; a repeat or a parallel tap answers the same with `isNew` false. */
    async signIn(memberId: string) {
      const day = today()
      const isNew = await inTransaction(db, async tx => {
        const signIn = signInRepository(tx)
        const before = await signIn.hold(memberId)
        if ((await signIn.days(memberId, day, day)).length > 0) return false
        const { rules: now } = await rules.read(tx)
        if (!now.isOn) throw activityErrors.activityOff()
        const nth = before.lastDay === addDays(day, -1) ? before.streak + 1 : 1
        const points = pointsOfDay(now, nth)
        const row = { memberId, day, points, bonusPoints: 0, bonusJson: null, at: clock.now() }
        if (!(await signIn.add({ ...row, makeUpMonth: null, makeUpNo: null }))) return false
        if (points > 0)
          await grants.grant(tx, { key: `signIn:${memberId}:${day}`, memberId, why: 'signIn', points, note: '签到' })
        await settle(tx, memberId, day, now, before)
        return true
      })
      return answer(memberId, day, isNew)
    },

    /** 补签: joins a missed day to the streak, for points and so many times a month; it earns no points of its own. */
    async makeUp(memberId: string, day: string) {
      const isNew = await inTransaction(db, async tx => {
        const signIn = signInRepository(tx)
        const before = await signIn.hold(memberId)
        const { rules: now } = await rules.read(tx)
        if (!now.isOn || now.makeUp === null) throw activityErrors.activityOff()
        const rows = await signIn.days(memberId, addDays(today(), -32), today())
        if (rows.some(row => row.day === day && row.makeUpMonth !== null)) return false
        const open = await openDays(memberId, now, new Set(rows.map(row => row.day)))
        if (!open.includes(day)) throw activityErrors.cannotMakeUp()
        const makeUpMonth = today().slice(0, 7)
        const makeUpNo = (await signIn.madeUp(memberId, makeUpMonth)) + 1
        if (makeUpNo > now.makeUp.perMonth) throw activityErrors.makeUpsUsed()
        const row = { memberId, day, points: 0, bonusPoints: 0, bonusJson: null, at: clock.now() }
        if (!(await signIn.add({ ...row, makeUpMonth, makeUpNo }))) return false
        if (now.makeUp.costPoints > 0)
          await grants.take(tx, {
            key: `signInMakeUp:${memberId}:${day}`,
            memberId,
            points: now.makeUp.costPoints,
            note: `补签 ${day}`,
          })
        await settle(tx, memberId, day, now, before)
        return true
      })
      return answer(memberId, day, isNew)
    },

    /** What signing in has brought and cost in the last 30 days, of members of the scope. */
    async figures(scope: Scope) {
      const since = addDays(today(), 1 - FIGURE_DAYS)
      const signIn = signInRepository(db)
      const rows = await signIn.byDay(since, scope)
      const counts = new Map(rows.map(row => [row.day, Number(row.count)]))
      const sum = (of: 'count' | 'points' | 'bonusPoints'): number =>
        rows.reduce((total, row) => total + Number(row[of]), 0)
      return {
        members: await signIn.members(since, scope),
        signIns: sum('count'),
        points: sum('points'),
        bonusPoints: sum('bonusPoints'),
        coupons: await signIn.coupons(since, scope),
        costFen: await pointsCost(db, needs, sum('points') + sum('bonusPoints')),
        byDay: Array.from({ length: FIGURE_DAYS }, (_, i) => addDays(since, i)).map(day => ({
          day,
          count: counts.get(day) ?? 0,
        })),
      }
    },
  }
}
