import { Readable } from 'node:stream'
import { inTransaction } from '../../../server/kernel/db.ts'
import { campaignsApi } from '../../../server/modules/campaigns/contract.ts'
import { catalogApi } from '../../../server/modules/catalog/contract.ts'
import { couponsApi } from '../../../server/modules/coupons/contract.ts'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { rewardsApi } from '../../../server/modules/rewards/contract/index.ts'
import { segmentsApi } from '../../../server/modules/segments/contract.ts'
import { ticketsApi } from '../../../server/modules/tickets/contract.ts'
import { wechatApi } from '../../../server/modules/wechat/contract/index.ts'
import { file, importFile, line } from '../../modules/erp/shop-files.ts'
import type { Stage } from '../stage.ts'
import type { StaffUser } from '../world.ts'

/** As long as a name may be: 40 characters. */
export const longName = '禾谷生鲜超市（望江路社区旗舰店）'.repeat(3).slice(0, 40)

/** What stands for each parameter of the admin's paths: of things with usual names, and of those with long ones. */
export interface Furnished {
  readonly usual: Readonly<Record<string, string>>
  readonly long: Readonly<Record<string, string>>
}

/** Fills a shop by its own doors with one of everything, once with a usual name and once with one of 40 characters. */
export async function furnish(place: Stage, owner: StaffUser): Promise<Furnished> {
  const { shop } = place
  await shop.as('storeManager', { name: longName, stores: ['S01', 'S02'] })
  const importId = await importFile(shop, nights('S01', '长粒香米', '1000000001'), { name: 'sales-20261121-hq.csv' })
  const longImport = await importFile(
    shop,
    `${nights('S02', longName, '1000000002')}${line({ store: 'S02', date: '20150229', receipt: '9999' })}\n`,
    { name: `${'sales-20261121-'.repeat(3)}.csv` },
  )
  await owner.call(catalogApi).updateStore({ params: { code: 'S02' }, body: { name: longName } })
  const usual = await everything(place, owner, '王秀英', '生鲜满39减5', '昨天买的鸡蛋破了两个,可以换吗?')
  const long = await everything(place, owner, longName, longName, longName.repeat(5))
  return { usual: { ...usual, importId }, long: { ...long, importId: longImport } }
}

/** Some days of one store, with a product of this name and a card that nobody has bound. */
function nights(store: string, name: string, card: string): string {
  const rows = Array.from({ length: 21 }, (_, i) => {
    const date = `2026-11-${String(i + 1).padStart(2, '0')}`
    return Array.from({ length: 3 + (i % 4) }, (_unused, n) =>
      line({
        store,
        date,
        receipt: String(n + 1).padStart(4, '0'),
        name,
        card: n === 0 ? card : '',
        code: `P${store}`,
      }),
    )
  }).flat()
  return file(...rows)
}

async function everything(
  place: Stage,
  owner: StaffUser,
  person: string,
  title: string,
  says: string,
): Promise<Record<string, string>> {
  const shopper = place.person(person)
  place.wechat.actions.follow(shopper, place.official)
  const { memberId, headers } = await place.enrols(shopper)
  await place.allows(shopper, headers, place.mini.templates['couponArrived']?.templateId ?? '')
  await place.settle()
  await owner
    .call(membersApi)
    .exportMember({ params: { memberId }, body: { evidence: 'idCard', note: title.slice(0, 200) } })
  const segment = await owner.call(segmentsApi).create({
    body: {
      name: title,
      note: title,
      rules: { all: [{ kind: 'follows' }, { kind: 'points', compare: 'atMost', points: 99_999 }] },
    },
  })
  await owner.call(segmentsApi).count({ params: { segmentId: segment.id } })
  const coupons = owner.call(couponsApi)
  const { templateId } = await coupons.createTemplate({
    body: { name: title, description: title, amountOff: 500, threshold: 3900, validDays: 14, stock: 20_000 },
  })
  await coupons.activateTemplate({ params: { templateId } })
  const list = await place.shop.modules.files.store(Readable.from([`手机号\n${shopper.phone}\n13900000000\n`]), {
    name: `${title}.csv`,
  })
  const { bulkId } = await coupons.startBulk({
    body: { kind: 'issue', fileId: list.id, templateId, reason: title },
  })
  await coupons.putOffer({
    params: { templateId },
    body: { shelf: 'recommended', releases: [{ at: place.shop.clock.now().toISOString(), quantity: 500 }] },
  })
  await coupons.addPublicCode({ params: { templateId }, body: { code: memberId.slice(-8), maxUses: 1000 } })
  await makeGood(place, owner, memberId, title)
  const campaigns = owner.call(campaignsApi)
  const draft = await campaigns.create({
    body: {
      name: title,
      purpose: 'marketing',
      segmentId: segment.id,
      couponTemplateId: templateId,
      route: 'subscribe',
      text: { fields: { thing1: title.slice(0, 20), time2: '2026-12-31 22:00' } },
    },
  })
  await campaigns.create({ body: { ...draft, name: `${title.slice(0, 38)}草稿`, segmentId: segment.id } })
  await campaigns.launch({ params: { campaignId: draft.id } })
  await place.settle()
  const ticket = await shop(place, headers).submit({
    body: { key: `screens-${memberId}`, kind: 'other', text: says, storeCode: 'S02' },
  })
  await owner
    .call(ticketsApi)
    .answer({ params: { ticketId: ticket.id }, body: { text: says, key: `screens-answer-${memberId}` } })
  // Not content with the answer: it is a complaint now, and waits again.
  await shop(place, headers).submit({ body: { key: `screens-again-${memberId}`, kind: 'complaint', text: says } })
  await place.settle()
  const mass = await owner.call(wechatApi).sendMass({
    body: {
      key: `mass-of-${segment.id}`,
      title,
      purpose: 'marketing',
      target: { kind: 'all' },
      content: { type: 'text', text: says },
    },
  })
  const { codeId } = await owner.call(wechatApi).createCode({
    body: { kind: 'shelf', name: title, storeCode: 'S02', welcome: [{ type: 'text', text: says }] },
  })
  const { ruleId } = await owner.call(wechatApi).createReplyRule({
    body: {
      appId: place.official.appId,
      kind: 'text',
      name: title,
      match: { patterns: [{ how: 'contains', text: title }], keys: [] },
      messages: [{ type: 'text', text: says }],
    },
  })
  await place.settle()
  const { surveyId } = await owner.call(rewardsApi).createSurvey({
    body: {
      title,
      intro: says,
      asked: 'link',
      points: 10,
      questions: [
        { id: 'q1', kind: 'nps', title },
        { id: 'q2', kind: 'choice', title, options: [title, '价格', '新鲜'], many: true, required: false },
        { id: 'q3', kind: 'text', title, required: false },
      ],
    },
  })
  await owner.call(rewardsApi).switchSurvey({ params: { surveyId }, body: { state: 'open' } })
  await place.shop.call(rewardsApi, headers).answerSurvey({
    params: { surveyId },
    body: {
      answers: [
        { questionId: 'q1', score: 9 },
        { questionId: 'q2', options: [title] },
        { questionId: 'q3', text: says },
      ],
    },
  })
  return {
    memberId,
    surveyId,
    ...(await exchanges(place, owner, { title, says, templateId, memberId, headers })),
    segmentId: segment.id,
    templateId,
    bulkId,
    campaignId: draft.id,
    ticketId: ticket.id,
    codeId,
    massId: mass.id,
    ruleId,
    appId: place.official.appId,
  }
}

/** Two coupons to make something good: one that waits for a second person, and one that was refused. */
async function makeGood(place: Stage, owner: StaffUser, memberId: string, title: string): Promise<void> {
  const agent = (await place.shop.as('agent', { name: title })).call(couponsApi)
  const { templateId } = await owner.call(couponsApi).createTemplate({
    body: { name: title, description: title, amountOff: 3000, threshold: 3900, validDays: 14, stock: 20_000 },
  })
  await owner.call(couponsApi).activateTemplate({ params: { templateId } })
  const ask = (n: number) =>
    agent.compensate({
      params: { memberId },
      body: { key: `screens-${n}-${memberId}`, templateId, reason: 'quality', note: title },
    })
  await ask(1)
  const { compensationId } = await ask(2)
  await owner.call(couponsApi).decideCompensation({ params: { compensationId }, body: { agree: false, note: title } })
}

const shop = (place: Stage, headers: Record<string, string>) => place.shop.call(ticketsApi, headers)

/** A product of the mall and a lottery, each exchanged and drawn once. */
async function exchanges(
  place: Stage,
  owner: StaffUser,
  {
    title,
    says,
    templateId,
    memberId,
    headers,
  }: Record<'title' | 'says' | 'templateId' | 'memberId', string> & {
    headers: Record<string, string>
  },
): Promise<Record<string, string>> {
  const desk = owner.call(rewardsApi)
  const mine = place.shop.call(rewardsApi, headers)
  const now = place.shop.clock.now().getTime()
  await inTransaction(place.shop.db, tx =>
    place.shop.modules.points.grant(tx, [{ key: `screens-${memberId}`, memberId, points: 5000 }]),
  )
  const { productId } = await desk.createProduct({
    body: { name: title, kind: 'goods', description: says, points: 800, fen: 990, stock: 200, memberLimit: 2 },
  })
  await desk.switchProduct({ params: { productId }, body: { state: 'on' } })
  await mine.exchange({
    params: { productId },
    body: { key: `screens-${memberId}`, way: 'pickUp', storeCode: 'S02' },
  })
  const { lotteryId } = await desk.createLottery({
    body: {
      name: title,
      organiser: title,
      rules: says.padEnd(12, '。'),
      opensAt: new Date(now - 3_600_000).toISOString(),
      closesAt: new Date(now + 7 * 86_400_000).toISOString(),
      budgetFen: 2_000_000,
      prizes: [
        { name: title, kind: 'coupon', couponTemplateId: templateId, worthFen: 500, odds: 50_000, stock: 1000 },
        { name: '10 积分', kind: 'points', points: 10, odds: 200_000, stock: 5000, isConsolation: true },
      ],
    },
  })
  await desk.publishLottery({ params: { lotteryId } })
  await mine.draw({ params: { lotteryId }, body: { key: `screens-${memberId}`, way: 'free' } })
  return { productId, lotteryId }
}
