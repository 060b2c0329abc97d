import { expect } from 'vitest'
import { campaignsApi } from '../../../server/modules/campaigns/contract.ts'
import type { StaffUser, World } from '../../support/world.ts'

/** What a message's row at WeChat's side is called in the campaign's report. */
const CALLED: Readonly<Record<string, string>> = { planned: 'waiting', withdrawn: 'stopped' }

/** The head of a campaign, counted person by person from the rows themselves; outcomes that nobody has are left out. */
async function countedByHand({ db }: World, campaignId: string) {
  const people = await db.selectFrom('campaign_recipient').selectAll().where('campaignId', '=', campaignId).execute()
  const messages = await db
    .selectFrom('wechat_message')
    .select(['messageKey', 'state', 'reason'])
    .where('groupKey', '=', `campaign:${campaignId}`)
    .execute()
  const byKey = new Map(messages.map(message => [message.messageKey, message]))
  const coupons: Record<string, number> = {}
  const outcomes: Record<string, number> = {}
  let withReason = 0
  for (const person of people) {
    const message = byKey.get(`campaign:${campaignId}:${person.memberId}`)
    coupons[person.coupon] = (coupons[person.coupon] ?? 0) + 1
    const outcome = person.message === 'planned' ? (message?.state ?? 'without a message') : person.message
    const called = CALLED[outcome] ?? outcome
    outcomes[called] = (outcomes[called] ?? 0) + 1
    withReason += [person.couponReason, person.reason, message?.reason ?? ''].filter(reason => reason !== '').length
  }
  return { audience: people.length, coupons, messages: outcomes, withReason }
}

const some = (counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0))

/** While nobody works: the head says what a count by hand says, outcome by outcome, and tells every reason. */
export async function headIsRight(shop: World, marketer: StaffUser, campaignId: string): Promise<void> {
  const { totals, reasons } = await marketer.call(campaignsApi).get({ params: { campaignId } })
  expect({
    audience: totals.audience,
    coupons: some(totals.coupons),
    messages: some(totals.messages),
    withReason: reasons.reduce((sum, { count }) => sum + count, 0),
  }).toEqual(await countedByHand(shop, campaignId))
}

/** At any moment, whoever works: coupons and messages each add up to the audience, and nothing is below zero. */
export async function headAddsUp(marketer: StaffUser, campaignId: string): Promise<void> {
  const { totals } = await marketer.call(campaignsApi).get({ params: { campaignId } })
  for (const counts of [Object.values(totals.coupons), Object.values(totals.messages)]) {
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(0)
    expect(counts.reduce((a, b) => a + b, 0)).toBe(totals.audience)
  }
}
