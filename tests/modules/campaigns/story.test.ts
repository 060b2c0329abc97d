import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Person } from '../../../sandbox/state/person.ts'
import { inTransaction } from '../../../server/kernel/db.ts'
import { campaignsApi } from '../../../server/modules/campaigns/contract.ts'
import { couponsApi } from '../../../server/modules/coupons/contract.ts'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { segmentsApi } from '../../../server/modules/segments/contract.ts'
import { stage, type Stage } from '../../support/stage.ts'
import type { StaffUser } from '../../support/world.ts'
import { headIsRight } from './by-hand.ts'

let on: Stage
let marketer: StaffUser
let segmentId: string
const people: Person[] = []
const COUPON = 'tmpl_coupon_arrived'
const text = { fields: { thing1: '满39减5元', time2: '2026-12-31' } }

beforeAll(async () => {
  on = await stage({ env: { CAMPAIGN_RATE: '100000' } })
  marketer = await on.shop.as('marketer')
  // Six members: four allow one message each, one never said yes, one is only known at the counter.
  for (let i = 0; i < 5; i++) {
    const person = on.person()
    const { headers } = await on.enrols(person)
    if (i < 4) await on.allows(person, headers, COUPON)
    on.wechat.actions.follow(person, on.official)
    people.push(person)
  }
  await on.shop.db
    .insertInto('member')
    .values({
      id: on.shop.kernel.newId(),
      state: 'active',
      cardNo: '88880000000000000001',
      source: 'staff',
      termsVersion: '1',
      termsAcceptedAt: on.shop.clock.now(),
      enrolledAt: on.shop.clock.now(),
      updatedAt: on.shop.clock.now(),
    })
    .execute()
  await on.settle()
  segmentId = (await marketer.call(segmentsApi).create({ body: { name: '全部会员', rules: {} } })).id
})
beforeEach(() => {
  on.wechat.world.faults.remove(null)
  for (const person of people) {
    person.entries.length = 0
    person.credits[`${on.mini.appId} ${COUPON}`] = people.indexOf(person) < 4 ? 1 : 0
  }
})
afterAll(() => on.close())

const api = () => marketer.call(campaignsApi)

async function couponTemplate(stock = 100): Promise<string> {
  const made = await marketer
    .call(couponsApi)
    .createTemplate({ body: { name: '满39减5', amountOff: 500, threshold: 3900, validDays: 7, stock } })
  await marketer.call(couponsApi).activateTemplate({ params: { templateId: made.templateId } })
  return made.templateId
}
/** Everybody of the first four allows exactly one message again. */
const allowAgain = () =>
  on.shop.db.updateTable('wechat_credit').set({ remaining: 1 }).where('templateId', '=', COUPON).execute()
const draft = async (more: object = {}) =>
  api().create({
    body: {
      name: '周末券',
      purpose: 'marketing',
      segmentId,
      couponTemplateId: await couponTemplate(),
      route: 'subscribe',
      text,
      ...more,
    },
  })
const wallets = async (templateId: string | null) =>
  (
    await on.shop.db
      .selectFrom('coupon')
      .select('memberId')
      .where('templateId', '=', templateId ?? '')
      .execute()
  ).length
const shown = (kind: string) => people.flatMap(person => person.entries.filter(entry => entry.kind === kind))

/** What the funnel before sending is made of; it is the audience. */
const adding = (before: Awaited<ReturnType<ReturnType<typeof api>['preflight']>>): number =>
  before.hadLimit +
  before.noStock +
  before.willMessage +
  before.noIdentity +
  before.noConsent +
  before.noCredit +
  before.noMessage

/** Coupons and messages each add up to the audience, and what is called sent is what the phones show. */
async function addsUp(campaignId: string) {
  await headIsRight(on.shop, marketer, campaignId)
  const campaign = await api().get({ params: { campaignId } })
  const { totals } = campaign
  const sum = (group: Record<string, number>) => Object.values(group).reduce((a, b) => a + b, 0)
  expect(sum(totals.coupons)).toBe(totals.audience)
  expect(sum(totals.messages)).toBe(totals.audience)
  const rows = await api().recipients({ params: { campaignId }, query: { limit: 200 } })
  expect(rows.items).toHaveLength(totals.audience)
  for (const [state, count] of Object.entries(totals.messages)) {
    expect(
      rows.items.filter(row => row.message === state),
      state,
    ).toHaveLength(count)
    expect(
      (await api().recipients({ params: { campaignId }, query: { limit: 200, message: state } })).items,
    ).toHaveLength(count)
  }
  return campaign
}

test('look before: the funnel adds up; launch: coupons in every wallet, a message for who allows one', async () => {
  await allowAgain()
  const campaign = await draft()
  const campaignId = campaign.id
  const before = await api().preflight({ params: { campaignId } })
  expect(before).toMatchObject({ audience: 6, coupons: 6, willMessage: 4, noIdentity: 1, noCredit: 1, couponFen: 3000 })
  expect(adding(before)).toBe(before.audience)
  await api().launch({ params: { campaignId } })
  await on.settle()
  const after = await addsUp(campaignId)
  expect(after).toMatchObject({
    state: 'done',
    percent: 100,
    totals: { audience: 6, coupons: { issued: 6 }, messages: { sent: 4, noRight: 2 } },
  })
  expect(await wallets(campaign.couponTemplateId)).toBe(6)
  expect(shown('subscribe')).toHaveLength(4)
  expect(shown('template')).toHaveLength(0)
  // The credits are used up on both sides.
  expect(
    (await on.shop.db.selectFrom('wechat_credit').select('remaining').where('remaining', '>', 0).execute()).length,
  ).toBe(0)
})

test('a service notice by template reaches every follower, and who has switched receiving off is reported as refused', async () => {
  const [first] = people
  if (first !== undefined)
    on.wechat.actions.mute(first, on.wechat.world.accounts.get(on.official.appId) ?? on.official, true)
  const { id: campaignId } = await draft({
    purpose: 'service',
    route: 'template',
    couponTemplateId: null,
    text: { fields: { thing1: '门店装修', thing2: '城西店周一停业' } },
  })
  await api().launch({ params: { campaignId } })
  await on.settle()
  if (first !== undefined)
    on.wechat.actions.mute(first, on.wechat.world.accounts.get(on.official.appId) ?? on.official, false)
  const after = await addsUp(campaignId)
  expect(after.totals.messages).toMatchObject({ sent: 4, refused: 1, noRight: 1 })
  expect(shown('template')).toHaveLength(4)
})

test.each([
  [
    'marketing by template',
    {
      purpose: 'marketing',
      route: 'template',
      couponTemplateId: null,
      text: { fields: { thing1: '公告', thing2: '公告' } },
    },
    'campaigns.routeLocked',
  ],
  [
    'a coupon with a template',
    { purpose: 'service', route: 'template', text: { fields: { thing1: '公告', thing2: '公告' } } },
    'campaigns.couponByTemplate',
  ],
  [
    'advertising dressed as service',
    {
      purpose: 'service',
      route: 'template',
      couponTemplateId: null,
      text: { fields: { thing1: '会员日', thing2: '全场促销八折' } },
    },
    'wechat.contentForbidden',
  ],
  [
    'a field that is too long',
    { text: { fields: { thing1: '满'.repeat(21), time2: '2026-12-31' } } },
    'campaigns.badText',
  ],
  ['a date that is none', { text: { fields: { thing1: '满39减5', time2: '月底前' } } }, 'campaigns.badDate'],
])('%s is refused by the server', async (_, more, code) => {
  await expect(draft(more)).rejects.toMatchObject({ code })
})

test('what WeChat refuses stands beside the person with the reason, and nothing is sent twice', async () => {
  await allowAgain()
  on.wechat.world.faults.add({
    match: { path: '/cgi-bin/message/subscribe/send' },
    fault: { do: 'errcode', errcode: 43101 },
    skip: 0,
    times: 1,
    chance: 1,
  })
  on.wechat.world.faults.add({
    match: { path: '/cgi-bin/message/subscribe/send' },
    fault: { do: 'errcode', errcode: 47003, errmsg: 'argument invalid!' },
    skip: 0,
    times: 1,
    chance: 1,
  })
  on.wechat.world.faults.add({
    match: { path: '/cgi-bin/message/subscribe/send' },
    fault: { do: 'drop', when: 'after' },
    skip: 0,
    times: 1,
    chance: 1,
  })
  const { id: campaignId } = await draft()
  await api().launch({ params: { campaignId } })
  await on.settle()
  const after = await addsUp(campaignId)
  // Nobody could say whether the third arrived; WeChat's report did, and it is not sent again by itself.
  expect(after.totals.messages).toMatchObject({ sent: 2, refused: 1, failed: 1, unknown: 0, noRight: 2 })
  expect(shown('subscribe')).toHaveLength(2)
  on.shop.clock.advance(600_000)
  const sweep = on.shop.modules.jobs.filter(job => job.name.endsWith('.sweep') && job.name !== 'coupons.sweep')
  for (const job of sweep)
    await job.run({}, { jobId: '', attempt: 1, progress: async () => undefined, signal: new AbortController().signal })
  await on.settle()
  expect(shown('subscribe')).toHaveLength(2)
  expect(after.reasons.map(reason => reason.outcome)).toEqual(expect.arrayContaining(['refused', 'failed', 'noRight']))
})

test('a token that dies in the middle is replaced, nobody notices', async () => {
  await allowAgain()
  on.wechat.world.faults.add({
    match: { path: '/cgi-bin/message/subscribe/send' },
    fault: { do: 'killToken' },
    skip: 1,
    times: 1,
    chance: 1,
  })
  const { id: campaignId } = await draft()
  await api().launch({ params: { campaignId } })
  await on.settle()
  expect((await addsUp(campaignId)).totals.messages).toMatchObject({ sent: 4 })
  expect(shown('subscribe')).toHaveLength(4)
})

test('who comes too late for the stock is told of as that, and gets no message about a coupon they have not', async () => {
  await allowAgain()
  const campaign = await draft({ couponTemplateId: await couponTemplate(3) })
  await api().launch({ params: { campaignId: campaign.id } })
  await on.settle()
  const after = await addsUp(campaign.id)
  expect(after.totals.coupons).toMatchObject({ issued: 3, failed: 3 })
  expect(after.totals.messages.skipped).toBe(3)
  expect(await wallets(campaign.couponTemplateId)).toBe(3)
  expect(shown('subscribe').length).toBe(after.totals.messages.sent)
})

test('a second campaign with the same coupon foresees who has had their share, and the outcome is what was foreseen', async () => {
  await allowAgain()
  const couponTemplateId = await couponTemplate(100)
  const [one] = await on.shop.db.selectFrom('member').select('id').orderBy('id').limit(1).execute()
  // One person has had it at the service desk already.
  await inTransaction(on.shop.db, tx =>
    on.shop.modules.coupons.issue(tx, couponTemplateId, [{ memberId: one?.id ?? '', key: 'given at the desk' }]),
  )
  const first = await draft({ couponTemplateId })
  const before = await api().preflight({ params: { campaignId: first.id } })
  expect(before).toMatchObject({ audience: 6, coupons: 5, hadLimit: 1, noStock: 0, couponFen: 2500, willMessage: 3 })
  expect(adding(before)).toBe(6)
  await api().launch({ params: { campaignId: first.id } })
  await on.settle()
  const { totals } = await addsUp(first.id)
  expect(totals.coupons).toMatchObject({ issued: before.coupons, failed: before.hadLimit })
  expect(totals.messages).toMatchObject({ sent: before.willMessage, skipped: before.hadLimit })

  await allowAgain()
  const second = await draft({ couponTemplateId })
  const again = await api().preflight({ params: { campaignId: second.id } })
  expect(again).toMatchObject({ audience: 6, coupons: 0, hadLimit: 6, willMessage: 0, noCredit: 0, couponFen: 0 })
  // The wallet alone: the same people, and nobody is said to be without a message who is without a coupon.
  const quiet = await draft({ couponTemplateId, route: 'none' })
  expect(await api().preflight({ params: { campaignId: quiet.id } })).toMatchObject({ hadLimit: 6, noMessage: 0 })
})

test('what is left of the stock is foreseen too: the first by number get it, and they alone are written to', async () => {
  await allowAgain()
  const campaign = await draft({ couponTemplateId: await couponTemplate(2) })
  const before = await api().preflight({ params: { campaignId: campaign.id } })
  expect(before).toMatchObject({ audience: 6, coupons: 2, noStock: 4, hadLimit: 0, couponFen: 1000 })
  expect(adding(before)).toBe(6)
  await api().launch({ params: { campaignId: campaign.id } })
  await on.settle()
  const { totals } = await addsUp(campaign.id)
  expect(totals.coupons).toMatchObject({ issued: 2, failed: 4 })
  expect(totals.messages.sent).toBe(before.willMessage)
})

test('later is later; pause holds, resume goes on, stop ends', async () => {
  await allowAgain()
  const startAt = new Date(on.shop.clock.now().getTime() + 3_600_000).toISOString()
  const { id: campaignId } = await draft({ startAt })
  expect((await api().launch({ params: { campaignId } })).state).toBe('scheduled')
  await on.settle()
  expect((await api().get({ params: { campaignId } })).state).toBe('scheduled')
  expect((await api().pause({ params: { campaignId } })).state).toBe('paused')
  await expect(api().launch({ params: { campaignId } })).rejects.toMatchObject({ code: 'campaigns.wrongState' })
  on.shop.clock.advance(3_600_001)
  await on.settle()
  expect((await api().get({ params: { campaignId } })).state).toBe('paused')
  await api().resume({ params: { campaignId } })
  await on.settle()
  expect((await addsUp(campaignId)).state).toBe('done')

  const second = await draft({ startAt: new Date(on.shop.clock.now().getTime() + 3_600_000).toISOString() })
  await api().launch({ params: { campaignId: second.id } })
  expect((await api().stop({ params: { campaignId: second.id } })).state).toBe('stopped')
  await expect(api().resume({ params: { campaignId: second.id } })).rejects.toMatchObject({
    code: 'campaigns.wrongState',
  })
  await expect(
    api().update({
      params: { campaignId: second.id },
      body: { name: 'x', purpose: 'marketing', segmentId, route: 'subscribe' },
    }),
  ).rejects.toMatchObject({ code: 'campaigns.notDraft' })
})

test('a store manager of another store does not see it', async () => {
  const far = await on.shop.as('storeManager', { stores: ['S9'] })
  expect((await far.call(campaignsApi).list()).items).toEqual([])
  const { items } = await api().list({ query: { q: '周末' } })
  expect(items.length).toBeGreaterThan(3)
  await expect(far.call(campaignsApi).recipients({ params: { campaignId: items[0]?.id ?? '' } })).rejects.toMatchObject(
    { code: 'campaigns.notFound' },
  )
})

test('who takes the consent to marketing back keeps the coupon and is not written to', async () => {
  await allowAgain()
  const person = on.person()
  const { memberId, headers } = await on.enrols(person)
  await on.allows(person, headers, COUPON)
  await on.shop
    .call(membersApi, headers)
    .changeConsents({ body: { consents: [{ purpose: 'marketing', channel: 'wechat', granted: false }] } })
  const campaign = await draft()
  const campaignId = campaign.id
  expect(await api().preflight({ params: { campaignId } })).toMatchObject({ willMessage: 4, noConsent: 1, noCredit: 1 })
  await api().launch({ params: { campaignId } })
  await on.settle()
  await addsUp(campaignId)
  const { items } = await api().recipients({ params: { campaignId }, query: { limit: 200 } })
  expect(items.find(row => row.memberId === memberId)).toMatchObject({ coupon: 'issued', message: 'noRight' })
  expect(person.entries.filter(entry => entry.kind === 'subscribe')).toHaveLength(0)
})
