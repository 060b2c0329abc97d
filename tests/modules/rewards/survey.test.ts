import { afterEach, beforeEach, expect, test } from 'vitest'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { rewardsApi } from '../../../server/modules/rewards/contract/index.ts'
import type { SurveyFields } from '../../../server/modules/rewards/contract/survey.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { writeReceipt } from '../points/receipts.ts'
import { pointsOf } from './activities.ts'
import { codeOf } from './mall.ts'

let shop: ShopWithPeople
beforeEach(async () => {
  shop = await shopWithPeople()
})
afterEach(() => shop.close())

const FIELDS: SurveyFields = {
  title: '这次购物怎么样',
  intro: '',
  questions: [
    { id: 'nps', kind: 'nps', title: '愿意推荐给朋友吗', required: true, options: [], many: false },
    { id: 'why', kind: 'choice', title: '为什么', required: false, options: ['价格', '新鲜', '服务'], many: true },
    { id: 'say', kind: 'text', title: '还想说', required: false, options: [], many: false },
  ],
  asked: 'link',
  askDays: 7,
  points: 10,
  couponTemplateId: null,
  rewardsPerDay: 1,
  rewardsPerMonth: null,
}

async function open(more: Partial<SurveyFields> = {}): Promise<string> {
  const owner = (await shop.as('owner')).call(rewardsApi)
  const { surveyId } = await owner.createSurvey({ body: { ...FIELDS, ...more } })
  await owner.switchSurvey({ params: { surveyId }, body: { state: 'open' } })
  return surveyId
}

test('a member answers once and is thanked once, however often and parallel it is sent', async () => {
  const surveyId = await open()
  const member = await newMember(shop)
  const body = { answers: [{ questionId: 'nps', score: 9 }] }
  const all = await Promise.all(
    Array.from({ length: 8 }, () => member.call(rewardsApi).answerSurvey({ params: { surveyId }, body })),
  )
  expect(all.filter(one => one.isNew)).toHaveLength(1)
  expect(all.every(one => one.points === 10)).toBe(true)
  expect(await pointsOf(shop, member.memberId)).toBe(10)
  expect((await member.call(rewardsApi).mySurvey({ params: { surveyId } })).isAnswered).toBe(true)
})

test('what does not answer the question is refused with its number', async () => {
  const surveyId = await open()
  const call = (await newMember(shop)).call(rewardsApi)
  const send = (...answers: { questionId: string; score?: number; options?: string[]; text?: string }[]) =>
    codeOf(call.answerSurvey({ params: { surveyId }, body: { answers } }))
  expect(await send({ questionId: 'say', text: '好' })).toBe('rewards.badAnswer')
  expect(await send({ questionId: 'nps', score: 9 }, { questionId: 'why', options: ['没有的'] })).toBe(
    'rewards.badAnswer',
  )
  expect(await send({ questionId: 'nps', score: 11 })).toBe('common.invalidRequest')
})

test('the results count scores, options and words of the caller’s stores, and leave as a table', async () => {
  const surveyId = await open()
  const scores = [10, 9, 8, 3]
  for (const [i, score] of scores.entries()) {
    const member = await newMember(shop, { storeCode: i < 3 ? 'S01' : 'S02' })
    const answers = [
      { questionId: 'nps', score },
      { questionId: 'why', options: i === 3 ? ['服务'] : ['价格', '新鲜'] },
      ...(i === 3 ? [{ questionId: 'say', text: '=排队太久' }] : []),
    ]
    await member.call(rewardsApi).answerSurvey({ params: { surveyId }, body: { answers } })
  }
  const owner = (await shop.as('owner')).call(rewardsApi)
  const results = await owner.survey({ params: { surveyId } })
  expect(results).toMatchObject({ count: 4, points: 40, nps: { score: 25, promoters: 2, passives: 1, detractors: 1 } })
  expect(results.questions[1]?.counts).toEqual([
    { value: '价格', count: 3 },
    { value: '新鲜', count: 3 },
    { value: '服务', count: 1 },
  ])
  expect((await owner.surveyTexts({ params: { surveyId }, query: {} })).items).toMatchObject([
    { texts: [{ text: '=排队太久' }], storeCode: 'S02', nps: 3 },
  ])
  const manager = (await shop.as('storeManager', { stores: ['S01'] })).call(rewardsApi)
  expect(await manager.survey({ params: { surveyId } })).toMatchObject({ count: 3 })
  expect((await manager.surveyTexts({ params: { surveyId }, query: {} })).items).toEqual([])
})

test('a survey after a receipt is asked of its buyer alone, for some days', async () => {
  const surveyId = await open({ asked: 'receipt' })
  const [buyer, other] = [await newMember(shop), await newMember(shop)]
  const documentId = 'D'.padEnd(26, '1')
  await writeReceipt(shop, {
    id: documentId,
    memberId: buyer.memberId,
    businessDate: '2026-11-20',
    lines: [{ product: 'rice', net: '10' }],
  })
  const params = { documentId }
  expect(await codeOf(other.call(rewardsApi).surveyAfterReceipt({ params }))).toBe('rewards.notYourReceipt')
  expect((await buyer.call(rewardsApi).surveyAfterReceipt({ params })).survey?.surveyId).toBe(surveyId)
  const answers = [{ questionId: 'nps', score: 10 }]
  const answering = { params: { surveyId }, body: { answers } }
  expect(await codeOf(buyer.call(rewardsApi).answerSurvey(answering))).toBe('rewards.surveyNotOpen')
  await buyer.call(rewardsApi).answerSurvey({ params: { surveyId }, body: { answers, documentId } })
  expect((await buyer.call(rewardsApi).surveyAfterReceipt({ params })).survey).toMatchObject({ isAnswered: true })
  shop.clock.advance(8 * 86_400_000)
  // Rated stays rated when its days are over.
  expect((await buyer.call(rewardsApi).surveyAfterReceipt({ params })).survey).toMatchObject({ isAnswered: true })
  expect(await pointsOf(shop, buyer.memberId)).toBe(10)
})

test('an opened survey stays as it was asked; a closed one takes no more', async () => {
  const surveyId = await open()
  const owner = (await shop.as('owner')).call(rewardsApi)
  const params = { surveyId }
  expect(await codeOf(owner.updateSurvey({ params, body: FIELDS }))).toBe('rewards.surveyFixed')
  await owner.switchSurvey({ params, body: { state: 'closed' } })
  const member = await newMember(shop)
  const body = { answers: [{ questionId: 'nps', score: 9 }] }
  expect(await codeOf(member.call(rewardsApi).answerSurvey({ params, body }))).toBe('rewards.surveyNotOpen')
})

test('who leaves takes the words along, the choices stay counted', async () => {
  const surveyId = await open()
  const member = await newMember(shop)
  const answers = [
    { questionId: 'nps', score: 2 },
    { questionId: 'say', text: '我叫王小明' },
  ]
  await member.call(rewardsApi).answerSurvey({ params: { surveyId }, body: { answers } })
  await member.call(membersApi).closeMe({ body: { confirm: true } })
  await shop.drain()
  const owner = (await shop.as('owner')).call(rewardsApi)
  expect(await owner.survey({ params: { surveyId } })).toMatchObject({ count: 1, nps: { detractors: 1 } })
  expect((await owner.surveyTexts({ params: { surveyId }, query: {} })).items).toEqual([])
})
