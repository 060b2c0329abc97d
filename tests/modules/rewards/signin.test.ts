import { afterEach, beforeEach, expect, test } from 'vitest'
import { rewardsApi } from '../../../server/modules/rewards/contract/index.ts'
import { newTemplate } from '../coupons/coupons.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { couponsOf, pointsOf, switchOn } from './activities.ts'
import { codeOf } from './mall.ts'

let shop: ShopWithPeople
beforeEach(async () => {
  shop = await shopWithPeople()
})
afterEach(() => shop.close())

const gift = (points: number, couponTemplateId: string | null = null) => ({ points, couponTemplateId })
const tomorrow = (): void => shop.clock.advance(86_400_000)

test('seven days in a row bring the points of each day, the gift of the seventh, and a coupon', async () => {
  const couponTemplateId = await newTemplate(shop)
  await switchOn(shop, {
    signIn: { dayPoints: [1, 2], bonuses: [{ days: 7, repeats: true, gift: gift(20, couponTemplateId) }] },
  })
  const member = await newMember(shop)
  const call = member.call(rewardsApi)
  for (let day = 1; day <= 7; day++) {
    expect(await call.signIn({})).toMatchObject({ isNew: true, streak: day, points: day === 1 ? 1 : 2 })
    tomorrow()
  }
  expect(await pointsOf(shop, member.memberId)).toBe(1 + 6 * 2 + 20)
  expect(await couponsOf(shop, member.memberId)).toBe(1)
  expect(await call.mySignIn({})).toMatchObject({
    streak: 7,
    longest: 7,
    signedToday: false,
    nextBonus: { missing: 7 },
  })
})

test('twenty taps at once count once', async () => {
  await switchOn(shop, { signIn: { dayPoints: [5], bonuses: [] } })
  const member = await newMember(shop)
  const answers = await Promise.all(Array.from({ length: 20 }, () => member.call(rewardsApi).signIn({})))
  expect(answers.filter(answer => answer.isNew)).toHaveLength(1)
  expect(answers.every(answer => answer.points === 5)).toBe(true)
  expect(await pointsOf(shop, member.memberId)).toBe(5)
})

test('the day is the shop’s: it turns at midnight in Shanghai', async () => {
  await switchOn(shop, { signIn: { dayPoints: [1] } })
  const { call } = await newMember(shop)
  shop.clock.set('2026-11-22T15:59:59Z')
  expect(await call(rewardsApi).signIn({})).toMatchObject({ isNew: true, calendar: { today: '2026-11-22' } })
  shop.clock.set('2026-11-22T16:00:00Z')
  expect(await call(rewardsApi).signIn({})).toMatchObject({ isNew: true, streak: 2, calendar: { today: '2026-11-23' } })
  shop.clock.set('2026-11-24T16:00:00Z')
  expect(await call(rewardsApi).signIn({})).toMatchObject({ streak: 1 })
})

test('a missed day is made up for: it costs points, joins the streak, and only so many times a month', async () => {
  await switchOn(shop, {
    signIn: {
      dayPoints: [10],
      bonuses: [{ days: 3, repeats: false, gift: gift(100) }],
      makeUp: { perMonth: 1, withinDays: 5, costPoints: 4 },
    },
  })
  shop.clock.set('2026-11-10T04:00:00Z')
  const member = await newMember(shop)
  const call = member.call(rewardsApi)
  await call.signIn({})
  shop.clock.set('2026-11-12T04:00:00Z')
  await call.signIn({})
  expect(await codeOf(call.makeUpSignIn({ body: { day: '2026-11-12' } }))).toBe('rewards.cannotMakeUp')
  expect(await codeOf(call.makeUpSignIn({ body: { day: '2026-11-09' } }))).toBe('rewards.cannotMakeUp')
  const twice = await Promise.all([1, 2].map(() => call.makeUpSignIn({ body: { day: '2026-11-11' } })))
  expect(twice.filter(one => one.isNew)).toHaveLength(1)
  expect(twice[0]).toMatchObject({ streak: 3, bonusPoints: 100 })
  expect(await pointsOf(shop, member.memberId)).toBe(20 - 4 + 100)
  shop.clock.set('2026-11-14T04:00:00Z')
  expect(await codeOf(call.makeUpSignIn({ body: { day: '2026-11-13' } }))).toBe('rewards.makeUpsUsed')
})

test('today signed and yesterday made up for at once are one streak of three with its gift, once', async () => {
  await switchOn(shop, {
    signIn: {
      dayPoints: [0],
      bonuses: [{ days: 3, repeats: false, gift: gift(100) }],
      makeUp: { perMonth: 5, withinDays: 5, costPoints: 0 },
    },
  })
  const members = []
  for (let i = 0; i < 8; i++) members.push(await newMember(shop))
  for (const member of members) await member.call(rewardsApi).signIn({})
  shop.clock.advance(2 * 86_400_000)
  await Promise.all(
    members.flatMap(member => [
      member.call(rewardsApi).signIn({}),
      member.call(rewardsApi).makeUpSignIn({ body: { day: '2026-11-23' } }),
    ]),
  )
  for (const member of members) {
    expect(await member.call(rewardsApi).mySignIn({})).toMatchObject({ streak: 3 })
    expect(await pointsOf(shop, member.memberId)).toBe(100)
  }
})

test('who cannot pay for the day has not made it up', async () => {
  await switchOn(shop, { signIn: { dayPoints: [0], makeUp: { perMonth: 3, withinDays: 3, costPoints: 50 } } })
  const member = await newMember(shop)
  shop.clock.set('2026-11-24T04:00:00Z')
  expect(await codeOf(member.call(rewardsApi).makeUpSignIn({ body: { day: '2026-11-23' } }))).toBe('points.notEnough')
  expect((await member.call(rewardsApi).mySignIn({})).days).toEqual([])
})

test('rules are headquarters’, one version after the other, and what is off cannot be signed', async () => {
  const member = await newMember(shop)
  expect(await codeOf(member.call(rewardsApi).signIn({}))).toBe('rewards.activityOff')
  const owner = (await shop.as('owner')).call(rewardsApi)
  const { rules } = await owner.signInRules({})
  await owner.changeSignInRules({ body: { version: 0, rules: { ...rules, isOn: true } } })
  expect(await codeOf(owner.changeSignInRules({ body: { version: 0, rules } }))).toBe('rewards.rulesChanged')
  await member.call(rewardsApi).signIn({})
  expect((await owner.signInRules({})).figures).toMatchObject({ members: 1, signIns: 1, points: 1 })
})
