import { z } from 'zod'
import { addDays, shopDay } from '../../../kernel/clock.ts'
import { inTransaction, Overtaken, type Db } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import { decodeCursor, pageFrom, type PageQuery } from '../../../kernel/page.ts'
import type { Scope } from '../../../kernel/scope.ts'
import { csvOf } from '../../../kernel/sheet.ts'
import { salesDocuments } from '../../sales/index.ts'
import { activityErrors } from '../contract/activity-errors.ts'
import { rewardsErrors } from '../contract/errors.ts'
import { Answer, Question, type SurveyFields } from '../contract/survey.ts'
import { surveyRepository, type AnswerRecord, type SurveyRecord } from '../repository/survey.ts'
import type { Granting } from './grant.ts'
import type { RewardsKernel, RewardsNeeds } from './ports.ts'
import { couponNames, pointsCost } from './rule-versions.ts'
import { badAnswer, countAnswers, keptAnswers, npsOf } from './survey-answers.ts'

const RUN = 1000
const DAY = 86_400_000
const questionsOf = (survey: SurveyRecord): Question[] => z.array(Question).parse(JSON.parse(survey.questionsJson))
const answersOf = (row: Pick<AnswerRecord, 'answersJson'>): Answer[] =>
  z.array(Answer).parse(JSON.parse(row.answersJson))
const askedOf = (row: SurveyRecord) => (row.asked === 'receipt' ? ('receipt' as const) : ('link' as const))
const STATES = ['draft', 'open', 'closed'] as const

const columnsOf = (given: SurveyFields) => ({
  title: given.title,
  intro: given.intro,
  questionsJson: JSON.stringify(given.questions),
  asked: given.asked,
  askDays: given.askDays,
  points: given.points,
  couponTemplateId: given.couponTemplateId,
  rewardsPerDay: given.rewardsPerDay,
  rewardsPerMonth: given.rewardsPerMonth,
})

/** What can be rated: what was bought, not what came back. */
const PURCHASES = new Set(['sale', 'exchange'])

/** 问卷: short, asked by a link and answered once by each member, or after a receipt and answered once for each; thanked for by a key. */
export function surveys(kernel: RewardsKernel, needs: RewardsNeeds, grants: Granting) {
  const { db, clock, newId, config } = kernel

  async function find(surveyId: string): Promise<SurveyRecord> {
    const survey = await surveyRepository(db).find(surveyId)
    if (survey === undefined) throw activityErrors.noSurvey()
    return survey
  }

  const view = (row: SurveyRecord, answers: number) => ({
    surveyId: row.id,
    title: row.title,
    intro: row.intro,
    questions: questionsOf(row),
    asked: askedOf(row),
    askDays: row.askDays,
    points: row.points,
    couponTemplateId: row.couponTemplateId,
    rewardsPerDay: row.rewardsPerDay,
    rewardsPerMonth: row.rewardsPerMonth,
    state: STATES.find(one => one === row.state) ?? ('closed' as const),
    answers,
    createdAt: row.createdAt,
    openedAt: row.openedAt,
    closedAt: row.closedAt,
  })

  async function one(surveyId: string, scope: Scope) {
    const row = await find(surveyId)
    return view(row, (await surveyRepository(db).counts([surveyId], scope)).get(surveyId) ?? 0)
  }

  /** The key that a member's next answer is thanked under; null where the day's or the month's limit is reached. */
  async function rewardKey(on: Db, row: SurveyRecord, memberId: string): Promise<string | null> {
    const key = `survey:${row.id}:${memberId}`
    if (row.asked !== 'receipt') return key
    const today = shopDay(clock.now(), config.SHOP_ZONE)
    const since = new Date(clock.now().getTime() - 32 * DAY)
    const days = (await surveyRepository(on).thanked(row.id, memberId, since)).map(at => shopDay(at, config.SHOP_ZONE))
    const inDay = days.filter(day => day === today).length
    const inMonth = days.filter(day => day.slice(0, 7) === today.slice(0, 7)).length
    const isFull = inDay >= row.rewardsPerDay || (row.rewardsPerMonth !== null && inMonth >= row.rewardsPerMonth)
    return isFull ? null : `${key}:${today}:${inDay + 1}`
  }

  async function ofShopper(row: SurveyRecord, memberId: string, receiptKey: string) {
    const answer = await surveyRepository(db).answerOf(row.id, memberId, receiptKey)
    const key = answer === undefined ? await rewardKey(db, row, memberId) : answer.rewardKey
    const names = key === null ? new Map<string, string>() : await couponNames(needs, [row.couponTemplateId])
    return {
      surveyId: row.id,
      asked: askedOf(row),
      title: row.title,
      intro: row.intro,
      questions: questionsOf(row),
      points: key === null ? 0 : row.points,
      coupon: names.get(row.couponTemplateId ?? '') ?? null,
      isAnswered: answer !== undefined,
      isOpen: row.state === 'open' && (row.asked === 'receipt') === (receiptKey !== ''),
    }
  }

  /** A receipt of the member; throws notYourReceipt. */
  async function receiptOf(memberId: string, documentId: string) {
    const row = await salesDocuments(db)
      .where('sales_document.id', '=', documentId)
      .where('memberId', '=', memberId)
      .executeTakeFirst()
    if (row === undefined) throw activityErrors.notYourReceipt()
    return row
  }

  const mayRate = (
    { type, businessDate }: { type: string; businessDate: string },
    { askDays }: SurveyRecord,
  ): boolean => PURCHASES.has(type) && addDays(businessDate, askDays) >= shopDay(clock.now(), config.SHOP_ZONE)

  async function check(caller: StaffCaller, given: SurveyFields): Promise<void> {
    if (caller.scope.kind !== 'all') throw rewardsErrors.wholeChain()
    if (given.couponTemplateId !== null && (await needs.coupons.template(given.couponTemplateId)).state !== 'active')
      throw rewardsErrors.templateNotActive()
  }

  /** All answers of the scope, in runs. */
  async function allAnswers(surveyId: string, scope: Scope): Promise<AnswerRecord[]> {
    const all: AnswerRecord[] = []
    for (let after: string | null = null; ;) {
      const run: AnswerRecord[] = await surveyRepository(db).answers(surveyId, scope, after, RUN, false)
      all.push(...run)
      const last = run.at(-1)
      if (last === undefined || run.length < RUN) return all
      after = last.id
    }
  }

  return {
    one,

    async list(scope: Scope, query: PageQuery) {
      const [before] = decodeCursor(query.cursor) ?? []
      const rows = await surveyRepository(db).page(typeof before === 'string' ? before : null, query.limit + 1)
      const page = pageFrom(rows, query.limit, row => [row.id])
      const counts = await surveyRepository(db).counts(
        page.items.map(row => row.id),
        scope,
      )
      return { ...page, items: page.items.map(row => view(row, counts.get(row.id) ?? 0)) }
    },

    async create(caller: StaffCaller, given: SurveyFields) {
      await check(caller, given)
      const id = newId()
      await inTransaction(db, async tx => {
        await surveyRepository(tx).insert({
          id,
          ...columnsOf(given),
          state: 'draft',
          createdBy: caller.staffId,
          createdAt: clock.now(),
        })
        await needs.audit(tx, caller, {
          action: 'rewards.createSurvey',
          subjectKind: 'survey',
          subjectId: id,
          details: { title: given.title },
        })
      })
      return one(id, caller.scope)
    },

    async update(caller: StaffCaller, surveyId: string, given: SurveyFields) {
      await check(caller, given)
      await find(surveyId)
      if (!(await surveyRepository(db).change(surveyId, 'draft', columnsOf(given)))) throw activityErrors.surveyFixed()
      return one(surveyId, caller.scope)
    },

    async switch(caller: StaffCaller, surveyId: string, state: 'open' | 'closed') {
      if (caller.scope.kind !== 'all') throw rewardsErrors.wholeChain()
      const row = await find(surveyId)
      if (row.state !== state)
        await inTransaction(db, async tx => {
          const now = clock.now()
          const [from, to] =
            state === 'open'
              ? (['draft', { state, openedAt: now }] as const)
              : (['open', { state, closedAt: now }] as const)
          if (!(await surveyRepository(tx).change(surveyId, from, to))) throw rewardsErrors.wrongState()
          await needs.audit(tx, caller, {
            action: state === 'open' ? 'rewards.openSurvey' : 'rewards.closeSurvey',
            subjectKind: 'survey',
            subjectId: surveyId,
            details: { title: row.title },
          })
        })
      return one(surveyId, caller.scope)
    },

    mine: async (memberId: string, surveyId: string) => {
      const row = await find(surveyId)
      if (row.state === 'draft') throw activityErrors.noSurvey()
      return ofShopper(row, memberId, '')
    },

    /** The survey that a receipt is or was rated with; null when there is none, or it came too late. */
    async afterReceipt(memberId: string, documentId: string) {
      const receipt = await receiptOf(memberId, documentId)
      const rated = await surveyRepository(db).ratedWith(memberId, documentId)
      const row = rated ?? (await surveyRepository(db).askedNow())
      if (row === undefined || (rated === undefined && !mayRate(receipt, row))) return null
      return ofShopper(row, memberId, documentId)
    },

    /**
     * Keeps the first answer of a member, of a survey after receipts the first to each receipt, and thanks for it within
     * the limits; a repeat answers what was given then.
     */
    async answer(
      memberId: string,
      surveyId: string,
      { answers, documentId }: { answers: readonly Answer[]; documentId?: string | undefined },
    ) {
      const row = await find(surveyId)
      const questions = questionsOf(row)
      const receipt = documentId === undefined ? null : await receiptOf(memberId, documentId)
      const brief = (await needs.members.briefs(db, [memberId])).get(memberId)
      const receiptKey = row.asked === 'receipt' ? (documentId ?? '') : ''
      return inTransaction(db, async tx => {
        const repository = surveyRepository(tx)
        const thank = async (isNew: boolean, key: string | null) => {
          if (key === null || (row.points === 0 && row.couponTemplateId === null))
            return { isNew, points: 0, hasCoupon: false }
          const { points, couponTemplateId, title: note } = row
          const reward = { key, memberId, why: 'survey' as const, points, couponTemplateId, note }
          const given = await grants.grant(tx, reward)
          return { isNew, points: given.points, hasCoupon: given.couponId !== null }
        }
        const before = await repository.answerOf(surveyId, memberId, receiptKey)
        if (before !== undefined) return thank(false, before.rewardKey)
        if (row.state !== 'open') throw activityErrors.surveyNotOpen()
        if (row.asked === 'receipt' && (receipt === null || !mayRate(receipt, row)))
          throw activityErrors.surveyNotOpen()
        const number = badAnswer(questions, answers)
        if (number !== null) throw activityErrors.badAnswer({ number })
        const kept = keptAnswers(questions, answers)
        const npsId = questions.find(question => question.kind === 'nps')?.id
        const answer = {
          id: newId(),
          surveyId,
          memberId,
          documentId: documentId ?? null,
          receiptKey,
          storeCode: receipt?.storeCode ?? brief?.homeStore ?? null,
          nps: kept.find(answer => answer.questionId === npsId)?.score ?? null,
          answersJson: JSON.stringify(kept),
          at: clock.now(),
        }
        // An answer to another receipt that is sent at the same moment may take the day's key first: then it is counted anew.
        for (;;) {
          const key = await rewardKey(tx, row, memberId)
          const outcome = await repository.answer({ ...answer, rewardKey: key })
          if (outcome === 'kept') return thank(true, key)
          const twin = await repository.answerOf(surveyId, memberId, receiptKey)
          if (twin !== undefined) return thank(false, twin.rewardKey)
          if (outcome === 'answered') throw new Overtaken()
        }
      })
    },

    async results(surveyId: string, scope: Scope) {
      const row = await find(surveyId)
      const rows = await allAnswers(surveyId, scope)
      const answers = rows.map(answersOf)
      const scores = await surveyRepository(db).nps(surveyId, scope)
      const byStore = await surveyRepository(db).scoresByStore(surveyId, scope)
      const points = rows.filter(answer => answer.rewardKey !== null).length * row.points
      return {
        survey: view(row, answers.length),
        count: answers.length,
        points,
        costFen: await pointsCost(db, needs, points),
        nps: npsOf(new Map(scores.map(one => [one.nps ?? 0, Number(one.count)]))),
        stores: byStore.map(({ storeCode, count, sum }) => ({
          storeCode,
          count: Number(count),
          average: Math.round((Number(sum) * 10) / Number(count)) / 10,
        })),
        questions: questionsOf(row).map(question => countAnswers(question, answers)),
      }
    },

    async texts(surveyId: string, scope: Scope, query: PageQuery) {
      await find(surveyId)
      const [before] = decodeCursor(query.cursor) ?? []
      const rows = await surveyRepository(db).withTexts(
        surveyId,
        scope,
        typeof before === 'string' ? before : null,
        query.limit + 1,
      )
      const page = pageFrom(rows, query.limit, row => [row.id])
      const briefs = await needs.members.briefs(
        db,
        page.items.map(row => row.memberId),
      )
      return {
        ...page,
        items: page.items.map(row => ({
          answerId: row.id,
          memberId: row.memberId,
          memberName: briefs.get(row.memberId)?.name ?? '',
          storeCode: row.storeCode,
          nps: row.nps,
          texts: answersOf(row).flatMap(({ questionId, text }) => (text === undefined ? [] : [{ questionId, text }])),
          at: row.at,
        })),
      }
    },

    /** All answers of the scope as a table: one row each, one column a question; nobody is named. */
    async file(surveyId: string, scope: Scope, language: 'zh' | 'en'): Promise<string> {
      const questions = questionsOf(await find(surveyId))
      const head = language === 'zh' ? ['日期', '门店'] : ['Day', 'Store']
      const rows = (await allAnswers(surveyId, scope)).map(row => {
        const answers = answersOf(row)
        return [
          shopDay(row.at, config.SHOP_ZONE),
          row.storeCode ?? '',
          ...questions.map(question => {
            const answer = answers.find(one => one.questionId === question.id)
            return (
              answer?.text ?? answer?.options?.join(' / ') ?? (answer?.score === undefined ? '' : `${answer.score}`)
            )
          }),
        ]
      })
      return csvOf([[...head, ...questions.map(question => question.title)], ...rows])
    },

    /** A member has left: what was written goes, what was chosen stays counted. */
    async forget(memberId: string): Promise<void> {
      const repository = surveyRepository(db)
      for (const row of await repository.ofMember(memberId)) {
        const kept = answersOf(row).filter(answer => answer.text === undefined)
        await repository.rewrite(row.id, JSON.stringify(kept))
      }
    },
  }
}
