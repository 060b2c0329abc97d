import { afterEach, beforeEach, expect, test } from 'vitest'
import { rewardsApi } from '../../../server/modules/rewards/contract/index.ts'
import type { SurveyFields } from '../../../server/modules/rewards/contract/survey.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { writeReceipt, type Receipt } from '../points/receipts.ts'
import { pointsOf } from './activities.ts'
import { codeOf } from './mall.ts'

// 评价本次购物: a survey after purchases is answered once for each receipt, and thanked for within its limits.

let shop: ShopWithPeople
beforeEach(async () => {
  shop = await shopWithPeople()
})
afterEach(() => shop.close())

type Member = Awaited<ReturnType<typeof newMember>>

const nps = { id: 'nps', kind: 'nps' as const, title: '满意吗', required: true, options: [], many: false }
const DAY = 86_400_000

async function open(more: Partial<SurveyFields> = {}): Promise<string> {
  const owner = (await shop.as('owner')).call(rewardsApi)
  const { surveyId } = await owner.createSurvey({
    body: { title: '评价本次购物', questions: [nps], asked: 'receipt', points: 10, ...more },
  })
  await owner.switchSurvey({ params: { surveyId }, body: { state: 'open' } })
  return surveyId
}

async function receiptOf(member: Member, mark: string, more: Partial<Receipt> = {}): Promise<string> {
  const id = mark.padEnd(26, '0')
  await writeReceipt(shop, { id, memberId: member.memberId, lines: [{ product: 'rice', net: '10' }], ...more })
  return id
}

const rate = (member: Member, surveyId: string, documentId: string, score = 9) =>
  member.call(rewardsApi).answerSurvey({
    params: { surveyId },
    body: { answers: [{ questionId: 'nps', score }], documentId },
  })
const asked = async (member: Member, documentId: string) =>
  (await member.call(rewardsApi).surveyAfterReceipt({ params: { documentId } })).survey

test('every purchase can be rated; of one day the first is thanked for, and the next one is told so beforehand', async () => {
  const surveyId = await open()
  const member = await newMember(shop)
  const [first, second] = [await receiptOf(member, 'A'), await receiptOf(member, 'B')]
  expect(await asked(member, first)).toMatchObject({ surveyId, asked: 'receipt', isAnswered: false, points: 10 })
  expect(await rate(member, surveyId, first)).toEqual({ isNew: true, points: 10, hasCoupon: false })
  expect(await asked(member, second)).toMatchObject({ surveyId, isAnswered: false, isOpen: true, points: 0 })
  expect(await rate(member, surveyId, second)).toEqual({ isNew: true, points: 0, hasCoupon: false })
  // Said again, both answer what was given then.
  expect(await rate(member, surveyId, first)).toEqual({ isNew: false, points: 10, hasCoupon: false })
  expect(await rate(member, surveyId, second)).toEqual({ isNew: false, points: 0, hasCoupon: false })
  expect(await pointsOf(shop, member.memberId)).toBe(10)
  shop.clock.advance(DAY)
  expect((await rate(member, surveyId, await receiptOf(member, 'C'))).points).toBe(10)
  const owner = (await shop.as('owner')).call(rewardsApi)
  expect(await owner.survey({ params: { surveyId } })).toMatchObject({ count: 3, points: 20 })
})

test('a receipt is rated once, however often and parallel it is sent', async () => {
  const surveyId = await open({ rewardsPerDay: 20 })
  const member = await newMember(shop)
  const receipt = await receiptOf(member, 'A')
  const all = await Promise.all(Array.from({ length: 8 }, () => rate(member, surveyId, receipt)))
  expect(all.filter(one => one.isNew)).toHaveLength(1)
  expect(all.every(one => one.points === 10)).toBe(true)
  expect(await pointsOf(shop, member.memberId)).toBe(10)
})

test('several receipts rated at once are all kept, and thanked for no oftener than a day and a month allow', async () => {
  const surveyId = await open({ rewardsPerDay: 2, rewardsPerMonth: 3 })
  const member = await newMember(shop)
  const some = async (marks: string[]) => {
    const receipts = []
    for (const mark of marks) receipts.push(await receiptOf(member, mark))
    return (await Promise.all(receipts.map(receipt => rate(member, surveyId, receipt)))).map(one => one.points)
  }
  expect((await some(['A', 'B', 'C', 'D', 'E', 'F'])).toSorted()).toEqual([0, 0, 0, 0, 10, 10])
  shop.clock.advance(DAY)
  expect((await some(['G', 'H', 'J'])).toSorted()).toEqual([0, 0, 10])
  expect(await pointsOf(shop, member.memberId)).toBe(30)
  const answers = await shop.db.selectFrom('survey_answer').select('id').where('surveyId', '=', surveyId).execute()
  expect(answers).toHaveLength(9)
})

test('an answer of before receipts had answers of their own stays: its receipt is rated, its thanks are not given again', async () => {
  const surveyId = await open()
  const member = await newMember(shop)
  const [old, fresh] = [await receiptOf(member, 'A'), await receiptOf(member, 'B')]
  await shop.db
    .insertInto('survey_answer')
    .values({
      id: shop.kernel.newId(),
      surveyId,
      memberId: member.memberId,
      documentId: old,
      receiptKey: old,
      rewardKey: `survey:${surveyId}:${member.memberId}`,
      storeCode: 'S01',
      nps: 7,
      answersJson: JSON.stringify([{ questionId: 'nps', score: 7 }]),
      at: new Date(shop.clock.now().getTime() - 2 * DAY),
    })
    .execute()
  expect(await asked(member, old)).toMatchObject({ isAnswered: true })
  expect((await rate(member, surveyId, fresh)).points).toBe(10)
})

test('what came back is not rated, and a survey of receipts is not answered without one', async () => {
  const surveyId = await open()
  const member = await newMember(shop)
  const sale = await receiptOf(member, 'A')
  const back = await receiptOf(member, 'B', { type: 'return' })
  expect(await asked(member, back)).toBeNull()
  expect(await codeOf(rate(member, surveyId, back))).toBe('rewards.surveyNotOpen')
  expect((await member.call(rewardsApi).mySurvey({ params: { surveyId } })).isOpen).toBe(false)
  expect((await rate(member, surveyId, sale)).isNew).toBe(true)
})

test('the average and the count of each store are those of the caller’s stores', async () => {
  const surveyId = await open()
  for (const [store, scores] of [
    ['S01', [10, 9]],
    ['S02', [3]],
  ] as const)
    for (const [i, score] of scores.entries()) {
      const member = await newMember(shop)
      await rate(member, surveyId, await receiptOf(member, `${store}-${i}`, { storeCode: store }), score)
    }
  const params = { surveyId }
  const owner = (await shop.as('owner')).call(rewardsApi)
  expect((await owner.survey({ params })).stores).toEqual([
    { storeCode: 'S01', count: 2, average: 9.5 },
    { storeCode: 'S02', count: 1, average: 3 },
  ])
  const manager = (await shop.as('storeManager', { stores: ['S02'] })).call(rewardsApi)
  expect((await manager.survey({ params })).stores).toEqual([{ storeCode: 'S02', count: 1, average: 3 }])
})
