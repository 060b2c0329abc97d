import { expect, test } from 'vitest'
import { bodyOfSurvey, draftOfSurvey, emptySurvey } from '../../admin-web/src/modules/rewards/survey/survey-draft.ts'

test('a survey after purchases is thanked for once a day unless it says otherwise; an emptied month is any number', () => {
  expect(bodyOfSurvey(emptySurvey())).toMatchObject({ asked: 'receipt', rewardsPerDay: 1, rewardsPerMonth: null })
  const kept = { surveyId: 's', state: 'draft' as const, answers: 0, createdAt: '', openedAt: null, closedAt: null }
  const survey = {
    ...kept,
    title: '评价本次购物',
    intro: '',
    questions: [],
    asked: 'receipt' as const,
    askDays: 7,
    points: 10,
    couponTemplateId: null,
    rewardsPerDay: 2,
    rewardsPerMonth: 5,
  }
  const draft = draftOfSurvey(survey)
  expect(bodyOfSurvey(draft)).toMatchObject({ rewardsPerDay: 2, rewardsPerMonth: 5 })
  expect(bodyOfSurvey({ ...draft, rewardsPerDay: undefined, rewardsPerMonth: undefined })).toMatchObject({
    rewardsPerDay: 1,
    rewardsPerMonth: null,
  })
})
