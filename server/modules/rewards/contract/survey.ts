import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { PageQuery, pageOf } from '../../../kernel/page.ts'

const SurveyParams = z.object({ surveyId: z.string().length(26) })

/** A question: 0–10, one or several of a list, or free words. */
export const Question = z
  .object({
    id: z.string().regex(/^[a-z0-9]{1,12}$/),
    kind: z.enum(['nps', 'choice', 'text']),
    title: z.string().trim().min(1).max(100),
    required: z.boolean().default(true),
    options: z.array(z.string().trim().min(1).max(40)).max(12).default([]),
    /** Several may be chosen. */
    many: z.boolean().default(false),
  })
  .refine(given => (given.kind === 'choice') === given.options.length >= 2, {
    error: '选择题要有两个以上选项 / a choice has two options or more',
    path: ['options'],
  })
  .refine(given => new Set(given.options).size === given.options.length, {
    error: '选项不能重复 / two options are alike',
    path: ['options'],
  })
export type Question = z.output<typeof Question>

const SurveyFields = z.object({
  title: z.string().trim().min(1).max(60),
  intro: z.string().trim().max(300).default(''),
  questions: z
    .array(Question)
    .min(1)
    .max(8)
    .refine(list => new Set(list.map(one => one.id)).size === list.length, { error: 'two questions have one id' }),
  /** After a receipt, or by its link. */
  asked: z.enum(['receipt', 'link']),
  askDays: z.int().min(1).max(90).default(7),
  points: z.int().min(0).max(10_000).default(0),
  couponTemplateId: z.string().length(26).nullable().default(null),
  /** Of a survey after a receipt: so many answers of one member are thanked for in a day, and in a month (null = any). */
  rewardsPerDay: z.int().min(1).max(20).default(1),
  rewardsPerMonth: z.int().min(1).max(100).nullable().default(null),
})
export type SurveyFields = z.output<typeof SurveyFields>

/** What was answered: a number of 0–10, options, or words. */
export const Answer = z.object({
  questionId: z.string().max(12),
  score: z.int().min(0).max(10).optional(),
  options: z.array(z.string().max(40)).max(12).optional(),
  text: z.string().trim().max(500).optional(),
})
export type Answer = z.output<typeof Answer>

/** A survey as staff sees it. */
export const SurveyView = SurveyFields.extend({
  surveyId: z.string(),
  state: z.enum(['draft', 'open', 'closed']),
  answers: z.int(),
  createdAt: Instant,
  openedAt: Instant.nullable(),
  closedAt: Instant.nullable(),
})

/** A survey as the shopper fills it in; points and coupon are what this answer would bring, by the limits. */
const ShopSurvey = z.object({
  surveyId: z.string(),
  asked: z.enum(['receipt', 'link']),
  title: z.string(),
  intro: z.string(),
  questions: z.array(Question),
  points: z.int(),
  coupon: z.string().nullable(),
  isAnswered: z.boolean(),
  isOpen: z.boolean(),
})

/** What was answered, counted. */
export const SurveyResults = z.object({
  survey: SurveyView,
  count: z.int(),
  points: z.int(),
  costFen: z.int(),
  nps: z.object({ score: z.number(), promoters: z.int(), passives: z.int(), detractors: z.int() }).nullable(),
  /** The first question of 0–10 by store, in the order of their codes; null = of no store. */
  stores: z.array(z.object({ storeCode: z.string().nullable(), count: z.int(), average: z.number() })),
  questions: z.array(
    z.object({
      questionId: z.string(),
      answered: z.int(),
      /** By option, or by score 0–10. */
      counts: z.array(z.object({ value: z.string(), count: z.int() })),
    }),
  ),
})

const TextRow = z.object({
  answerId: z.string(),
  memberId: z.string(),
  memberName: z.string(),
  storeCode: z.string().nullable(),
  nps: z.int().nullable(),
  texts: z.array(z.object({ questionId: z.string(), text: z.string() })),
  at: Instant,
})

/** Surveys: the shopper's side and the staff's. */
export const surveyOperations = operations({
  mySurvey: {
    method: 'GET',
    path: '/shop/surveys/:surveyId',
    access: 'member',
    summary: 'A survey, by its link',
    params: SurveyParams,
    reply: ShopSurvey,
  },
  surveyAfterReceipt: {
    method: 'GET',
    path: '/shop/receipts/:documentId/survey',
    access: 'member',
    summary: 'The survey that a purchase of mine is rated with, answered or not; null when there is none',
    params: z.object({ documentId: z.string().length(26) }),
    reply: z.object({ survey: ShopSurvey.nullable() }),
  },
  answerSurvey: {
    method: 'POST',
    path: '/shop/surveys/:surveyId/answers',
    access: 'member',
    summary: 'Answer a survey, one after a receipt once for each; repeating it changes nothing',
    params: SurveyParams,
    body: z.object({ answers: z.array(Answer).min(1).max(8), documentId: z.string().length(26).optional() }),
    reply: z.object({ isNew: z.boolean(), points: z.int(), hasCoupon: z.boolean() }),
  },
  surveys: {
    method: 'GET',
    path: '/admin/rewards/surveys',
    access: 'staff:rewards.read',
    summary: 'Surveys, newest first',
    query: PageQuery,
    reply: pageOf(SurveyView),
  },
  survey: {
    method: 'GET',
    path: '/admin/rewards/surveys/:surveyId',
    access: 'staff:rewards.read',
    summary: 'A survey with its results',
    params: SurveyParams,
    reply: SurveyResults,
  },
  createSurvey: {
    method: 'POST',
    path: '/admin/rewards/surveys',
    access: 'staff:rewards.write',
    summary: 'Draw up a survey (draft)',
    body: SurveyFields,
    reply: SurveyView,
  },
  updateSurvey: {
    method: 'PUT',
    path: '/admin/rewards/surveys/:surveyId',
    access: 'staff:rewards.write',
    summary: 'Change a survey that nobody has been asked yet',
    params: SurveyParams,
    body: SurveyFields,
    reply: SurveyView,
  },
  switchSurvey: {
    method: 'POST',
    path: '/admin/rewards/surveys/:surveyId/state',
    access: 'staff:rewards.write',
    summary: 'Open or close a survey',
    params: SurveyParams,
    body: z.object({ state: z.enum(['open', 'closed']) }),
    reply: SurveyView,
  },
  surveyTexts: {
    method: 'GET',
    path: '/admin/rewards/surveys/:surveyId/texts',
    access: 'staff:rewards.read',
    summary: 'What people wrote, newest first',
    params: SurveyParams,
    query: PageQuery,
    reply: pageOf(TextRow),
  },
  surveyFile: {
    method: 'GET',
    path: '/admin/rewards/surveys/:surveyId/answers.csv',
    access: 'staff:rewards.read',
    summary: 'All answers as CSV',
    params: SurveyParams,
    reply: z.string(),
    raw: true,
  },
})
