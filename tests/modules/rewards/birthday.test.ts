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

const solar = (month: number, day: number) => ({ calendar: 'solar' as const, month, day })
const lunar = (month: number, day: number) => ({ calendar: 'lunar' as const, month, day })
const night = (signal = new AbortController().signal) => shop.modules.rewards.giveBirthdays(signal)
const at = (day: string): void => shop.clock.set(`${day}T04:00:00Z`)

test('who has a birthday gets points and a coupon, once, however often the night runs', async () => {
  const template = await newTemplate(shop)
  await switchOn(shop, { birthday: { points: 88, couponTemplateIds: [template] } })
  const member = await newMember(shop)
  await member.call(rewardsApi).changeMyBirthday({ body: solar(12, 1) })
  expect(await night()).toBe(0)
  at('2026-12-01')
  expect(await Promise.all([night(), night(), night()])).toSatisfy(
    (given: number[]) => given.reduce((a, b) => a + b) === 1,
  )
  expect(await night()).toBe(0)
  expect(await pointsOf(shop, member.memberId)).toBe(88)
  expect(await couponsOf(shop, member.memberId)).toBe(1)
  expect((await member.call(rewardsApi).myBirthday({})).lastGift).toMatchObject({ givenOn: '2026-12-01', points: 88 })
  at('2027-12-01')
  expect(await night()).toBe(1)
})

test('a birthday changed after the gift does not give again, neither that year nor at once in the next', async () => {
  await switchOn(shop, { birthday: { points: 50 } })
  const member = await newMember(shop)
  const call = member.call(rewardsApi)
  at('2026-12-01')
  await call.changeMyBirthday({ body: solar(12, 1) })
  expect(await pointsOf(shop, member.memberId)).toBe(50)
  await call.changeMyBirthday({ body: solar(12, 20) })
  at('2026-12-20')
  expect(await night()).toBe(0)
  // The year after it may be changed once more, to that very day; the 300 days are not over.
  at('2027-01-05')
  await call.changeMyBirthday({ body: solar(1, 5) })
  expect(await night()).toBe(0)
  expect(await pointsOf(shop, member.memberId)).toBe(50)
})

test('it is changed once a year; telling it the first time is no change', async () => {
  const call = (await newMember(shop)).call(rewardsApi)
  await call.changeMyBirthday({ body: solar(3, 15) })
  expect(await call.changeMyBirthday({ body: lunar(8, 15) })).toMatchObject({ changeFrom: '2027-01-01' })
  expect(await codeOf(call.changeMyBirthday({ body: solar(3, 16) }))).toBe('members.birthdayThisYear')
  expect(await codeOf(call.changeMyBirthday({ body: solar(4, 31) }))).toBe('members.badBirthday')
  at('2027-01-01')
  expect(await call.changeMyBirthday({ body: solar(3, 16) })).toMatchObject({ birthday: { month: 3, day: 16 } })
})

test('two changes at once: one of them counts', async () => {
  const call = (await newMember(shop)).call(rewardsApi)
  await call.changeMyBirthday({ body: solar(3, 15) })
  const results = await Promise.allSettled([1, 2, 3, 4].map(day => call.changeMyBirthday({ body: solar(5, day) })))
  expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(1)
})

test('the lunar birthday is celebrated on its solar day, and the gift may come before and after it', async () => {
  await switchOn(shop, { birthday: { points: 10, daysBefore: 3, daysAfter: 2 } })
  const early = await newMember(shop)
  await early.call(rewardsApi).changeMyBirthday({ body: lunar(11, 1) })
  expect((await early.call(rewardsApi).myBirthday({})).next).toBe('2026-12-09')
  at('2026-12-05')
  expect(await night()).toBe(0)
  at('2026-12-06')
  expect(await night()).toBe(1)
  const late = await newMember(shop)
  at('2026-12-11')
  await late.call(rewardsApi).changeMyBirthday({ body: lunar(11, 1) })
  expect(await pointsOf(shop, late.memberId)).toBe(10)
  const tooLate = await newMember(shop)
  at('2026-12-12')
  await tooLate.call(rewardsApi).changeMyBirthday({ body: lunar(11, 1) })
  expect(await pointsOf(shop, tooLate.memberId)).toBe(0)
})

test('a night that is stopped is taken up where it was; a coupon that has ended holds up nobody else', async () => {
  const ended = await newTemplate(shop)
  await switchOn(shop, { birthday: { points: 5, couponTemplateIds: [ended] } })
  const members = [await newMember(shop), await newMember(shop), await newMember(shop)]
  for (const member of members) await member.call(rewardsApi).changeMyBirthday({ body: solar(12, 1) })
  at('2026-12-01')
  const stop = new AbortController()
  stop.abort()
  expect(await night(stop.signal)).toBe(0)
  expect(await night()).toBe(3)
  const owner = (await shop.as('owner')).call(rewardsApi)
  expect((await owner.birthdayRules({})).figures).toMatchObject({ gifts: 3, points: 15, coupons: 3 })
  expect((await owner.birthdayGifts({ query: {} })).items).toHaveLength(3)
})

test('birthdays of a card file, with their year, are found too', async () => {
  await switchOn(shop, { birthday: { points: 5 } })
  const member = await newMember(shop)
  await shop.db
    .updateTable('member')
    .set({ birthdaySealed: shop.kernel.vault.seal('1980-11-22'), birthdayHash: null })
    .where('id', '=', member.memberId)
    .execute()
  expect(await night()).toBe(1)
})
