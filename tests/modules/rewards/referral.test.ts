import { afterEach, beforeEach, expect, test } from 'vitest'
import { shopDay } from '../../../server/kernel/clock.ts'
import { inTransaction } from '../../../server/kernel/db.ts'
import { publish } from '../../../server/kernel/events/event.ts'
import { rewardsApi } from '../../../server/modules/rewards/contract/index.ts'
import { documentsSettled } from '../../../server/modules/sales/events.ts'
import { newMember, shopper, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { writeReceipt } from '../points/receipts.ts'
import { pointsOf, switchOn } from './activities.ts'
import { codeOf } from './mall.ts'

let shop: ShopWithPeople
beforeEach(async () => {
  shop = await shopWithPeople()
})
afterEach(() => shop.close())

const gift = (points: number) => ({ points, couponTemplateId: null })
const night = () => shop.modules.rewards.settleReferrals(new AbortController().signal)
const at = (day: string): void => shop.clock.set(`${day}T04:00:00Z`)
const docId = (n: number): string => `D${String(n).padStart(25, '0')}`

/** A member with an invitation code. */
async function inviter() {
  const member = await newMember(shop, { name: '张三' })
  return { ...member, code: (await member.call(rewardsApi).myReferral({})).code }
}

/** Somebody accepts the invitation, on a phone of their own, and opens a card. */
async function invitee(code: string, device: string = crypto.randomUUID()) {
  const person = await shopper(shop)
  const headers = { 'user-agent': device }
  await person.call(rewardsApi).acceptInvitation({ params: { code } })
  // The test's requests all come from one machine: the device is told apart by hand.
  await shop.db.updateTable('referral_visit').set({ deviceHash: headers['user-agent'] }).execute()
  const enrolled = await person.enrol({ name: '李四' })
  if (enrolled.outcome !== 'enrolled') throw new Error('not enrolled')
  await shop.drain()
  return { ...person, memberId: enrolled.member.memberId }
}

async function buys(memberId: string, id: number, net: string, type: 'sale' | 'return' = 'sale'): Promise<void> {
  const businessDate = shopDay(shop.clock.now(), shop.config.SHOP_ZONE)
  await writeReceipt(shop, { id: docId(id), memberId, type, businessDate, lines: [{ product: 'rice', net }] })
  await shop.db.updateTable('sales_document').set({ net }).where('id', '=', docId(id)).execute()
  await inTransaction(shop.db, tx => publish(tx, documentsSettled, { documentIds: [docId(id)] }))
  await shop.drain()
}

const stateOf = async (inviteeId: string): Promise<string> =>
  (await shop.db.selectFrom('referral').selectAll().where('inviteeId', '=', inviteeId).executeTakeFirstOrThrow()).state

test('a card that was opened by an accepted invitation rewards both sides, once', async () => {
  await switchOn(shop, {
    referral: { condition: 'enrolment', coolingDays: 0, inviter: gift(100), invitee: gift(20) },
  })
  const host = await inviter()
  const guest = await invitee(host.code)
  expect(await pointsOf(shop, host.memberId)).toBe(100)
  expect(await pointsOf(shop, guest.memberId)).toBe(20)
  await Promise.all([night(), night()])
  expect(await pointsOf(shop, host.memberId)).toBe(100)
  expect((await host.call(rewardsApi).myReferral({})).invited).toMatchObject([
    { state: 'rewarded', points: 100, name: expect.stringContaining('*') },
  ])
})

test('sharing, looking and accepting reward nobody: only the card does', async () => {
  await switchOn(shop, { referral: { condition: 'enrolment', coolingDays: 0, inviter: gift(100) } })
  const host = await inviter()
  const guest = await shopper(shop)
  expect(await guest.call(rewardsApi).invitation({ params: { code: host.code } })).toMatchObject({
    inviterName: '张**',
  })
  await guest.call(rewardsApi).acceptInvitation({ params: { code: host.code } })
  await night()
  expect(await pointsOf(shop, host.memberId)).toBe(0)
  // A member cannot be invited any more, least of all by themselves.
  expect(await codeOf(host.call(rewardsApi).acceptInvitation({ params: { code: host.code } }))).toBe(
    'rewards.ownInvitation',
  )
  const other = await newMember(shop)
  expect(await codeOf(other.call(rewardsApi).acceptInvitation({ params: { code: host.code } }))).toBe(
    'rewards.memberAlready',
  )
})

test('a first purchase is rewarded after the return window; what came back in it is no purchase', async () => {
  await switchOn(shop, {
    referral: { condition: 'firstPurchase', minFen: 3000, coolingDays: 7, withinDays: 30, inviter: gift(100) },
  })
  const host = await inviter()
  const [keeps, returns] = [await invitee(host.code), await invitee(host.code)]
  at('2026-11-23')
  await buys(keeps.memberId, 1, '20.00')
  expect(await stateOf(keeps.memberId)).toBe('waiting')
  await buys(keeps.memberId, 2, '10.00')
  await buys(returns.memberId, 3, '45.00')
  expect(await stateOf(keeps.memberId)).toBe('cooling')
  at('2026-11-25')
  await buys(returns.memberId, 4, '-40.00', 'return')
  at('2026-11-29')
  await night()
  expect(await pointsOf(shop, host.memberId)).toBe(0)
  at('2026-11-30')
  await night()
  expect(await pointsOf(shop, host.memberId)).toBe(100)
  expect(await stateOf(returns.memberId)).toBe('waiting')
  at('2026-12-23')
  await night()
  expect(await stateOf(returns.memberId)).toBe('refused')
})

test('an inviter’s month and the shop’s budget are never passed, however many are decided at once', async () => {
  await switchOn(shop, {
    referral: {
      condition: 'enrolment',
      coolingDays: 1,
      inviter: gift(100),
      invitee: gift(5),
      perMonth: 2,
      monthBudget: 4,
      reviewMarked: false,
    },
  })
  const host = await inviter()
  const guests = []
  for (let i = 0; i < 6; i++) guests.push(await invitee(host.code))
  at('2026-11-23')
  await Promise.all([night(), night(), night()])
  expect(await pointsOf(shop, host.memberId)).toBe(200)
  const states = await Promise.all(guests.map(guest => stateOf(guest.memberId)))
  expect(states.filter(state => state === 'rewarded')).toHaveLength(4)
  expect(states.filter(state => state === 'refused')).toHaveLength(2)
  const given = await Promise.all(guests.map(guest => pointsOf(shop, guest.memberId)))
  expect(given.reduce((a, b) => a + b)).toBe(20)
})

test('marks of fraud wait for a person, who rewards or refuses with a reason', async () => {
  await switchOn(shop, { referral: { condition: 'enrolment', coolingDays: 0, inviter: gift(100) } })
  const host = await inviter()
  await invitee(host.code, 'one phone')
  const again = await invitee(host.code, 'one phone')
  expect(await stateOf(again.memberId)).toBe('review')
  const owner = (await shop.as('owner')).call(rewardsApi)
  const [row] = (await owner.referrals({ query: { state: 'review' } })).items
  expect(row).toMatchObject({ inviteeId: again.memberId, marks: ['sameDevice'] })
  const params = { inviteeId: again.memberId }
  expect(await owner.decideReferral({ params, body: { reward: false, reason: '同一台手机' } })).toMatchObject({
    state: 'refused',
    reason: 'byStaff',
  })
  expect(await codeOf(owner.decideReferral({ params, body: { reward: true, reason: '再看' } }))).toBe(
    'rewards.notInReview',
  )
  expect(await pointsOf(shop, host.memberId)).toBe(100)
})

test('the code of an invitation is a picture that WeChat draws', async () => {
  await switchOn(shop, { referral: { inviter: gift(10) } })
  const host = await inviter()
  const { picture } = await host.call(rewardsApi).myReferralPicture({})
  expect(picture).toMatch(/^data:image\/\w+;base64,\w{20}/)
  expect(await codeOf(host.call(rewardsApi).invitation({ params: { code: 'ZZZZZZZZ' } }))).toBe('rewards.noInvitation')
})
