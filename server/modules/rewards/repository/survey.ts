import { sql, type Insertable, type Selectable } from 'kysely'
import { affected, uniqueViolation, type DB, type Db } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'

export type SurveyRecord = Selectable<DB['survey']>
export type AnswerRecord = Selectable<DB['survey_answer']>

/** Surveys and what members answered. */
export const surveyRepository = (db: Db) => ({
  find: (id: string): Promise<SurveyRecord | undefined> =>
    db.selectFrom('survey').selectAll().where('id', '=', id).executeTakeFirst(),

  page(before: string | null, limit: number): Promise<SurveyRecord[]> {
    let query = db.selectFrom('survey').selectAll().orderBy('id', 'desc').limit(limit)
    if (before !== null) query = query.where('id', '<', before)
    return query.execute()
  },

  /** The newest survey that is asked after receipts. */
  askedNow: (): Promise<SurveyRecord | undefined> =>
    db
      .selectFrom('survey')
      .selectAll()
      .where('state', '=', 'open')
      .where('asked', '=', 'receipt')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst(),

  insert: (survey: Insertable<DB['survey']>) => db.insertInto('survey').values(survey).execute(),

  /** Changes a survey that is still in the state; false when it is not. */
  change: async (id: string, state: string, to: Partial<Insertable<DB['survey']>>): Promise<boolean> =>
    affected(
      await db.updateTable('survey').set(to).where('id', '=', id).where('state', '=', state).executeTakeFirstOrThrow(),
    ) === 1,

  /** The answer of a member; of a survey after receipts the one to this receipt. */
  answerOf: (surveyId: string, memberId: string, receiptKey: string): Promise<AnswerRecord | undefined> =>
    db
      .selectFrom('survey_answer')
      .selectAll()
      .where('surveyId', '=', surveyId)
      .where('memberId', '=', memberId)
      .where('receiptKey', '=', receiptKey)
      .executeTakeFirst(),

  /** The survey that a member has rated a receipt with. */
  ratedWith: (memberId: string, receiptKey: string): Promise<SurveyRecord | undefined> =>
    db
      .selectFrom('survey_answer as a')
      .innerJoin('survey as s', 's.id', 'a.surveyId')
      .selectAll('s')
      .where('a.memberId', '=', memberId)
      .where('a.receiptKey', '=', receiptKey)
      .orderBy('a.id')
      .limit(1)
      .executeTakeFirst(),

  /** When answers of a member that were thanked for came in, since then. */
  thanked: async (surveyId: string, memberId: string, since: Date): Promise<Date[]> =>
    (
      await db
        .selectFrom('survey_answer')
        .select('at')
        .where('surveyId', '=', surveyId)
        .where('memberId', '=', memberId)
        .where('rewardKey', 'is not', null)
        .where('at', '>=', since)
        .execute()
    ).map(row => row.at),

  /** Keeps an answer; which of the two is taken otherwise: the member has answered, or another answer has the reward's key. */
  async answer(row: Insertable<DB['survey_answer']>): Promise<'kept' | 'answered' | 'keyTaken'> {
    try {
      await db.insertInto('survey_answer').values(row).execute()
      return 'kept'
    } catch (error) {
      const index = uniqueViolation(error)
      if (index === null) throw error
      return index.includes('rewardKey') ? 'keyTaken' : 'answered'
    }
  },

  counts: async (surveyIds: readonly string[], scope: Scope): Promise<Map<string, number>> =>
    surveyIds.length === 0
      ? new Map()
      : new Map(
          (
            await db
              .selectFrom('survey_answer')
              .select(({ fn }) => ['surveyId', fn.countAll<string>().as('count')])
              .where('surveyId', 'in', surveyIds)
              .where(scopeWhere(scope, 'survey_answer.storeCode'))
              .groupBy('surveyId')
              .execute()
          ).map(row => [row.surveyId, Number(row.count)]),
        ),

  /** Answers of the scope in runs by id, the newest first where `newest`. */
  answers(surveyId: string, scope: Scope, from: string | null, limit: number, newest: boolean) {
    let query = db
      .selectFrom('survey_answer')
      .selectAll()
      .where('surveyId', '=', surveyId)
      .where(scopeWhere(scope, 'survey_answer.storeCode'))
      .orderBy('id', newest ? 'desc' : 'asc')
      .limit(limit)
    if (from !== null) query = query.where('id', newest ? '<' : '>', from)
    return query.execute()
  },

  /** Answers with words in them, newest first. */
  withTexts(surveyId: string, scope: Scope, before: string | null, limit: number): Promise<AnswerRecord[]> {
    let query = db
      .selectFrom('survey_answer')
      .selectAll()
      .where('surveyId', '=', surveyId)
      .where('answersJson', 'like', '%"text":%')
      .where(scopeWhere(scope, 'survey_answer.storeCode'))
      .orderBy('id', 'desc')
      .limit(limit)
    if (before !== null) query = query.where('id', '<', before)
    return query.execute()
  },

  /** A member has left: what was chosen stays counted, the words go. */
  ofMember: (memberId: string) =>
    db.selectFrom('survey_answer').select(['id', 'answersJson']).where('memberId', '=', memberId).execute(),
  rewrite: (id: string, answersJson: string) =>
    db.updateTable('survey_answer').set({ answersJson }).where('id', '=', id).execute(),

  nps: (surveyId: string, scope: Scope) =>
    db
      .selectFrom('survey_answer')
      .select(({ fn }) => ['nps', fn.countAll<string>().as('count')])
      .where('surveyId', '=', surveyId)
      .where(sql<boolean>`nps is not null`)
      .where(scopeWhere(scope, 'survey_answer.storeCode'))
      .groupBy('nps')
      .execute(),

  /** How often each store of the scope was scored, and the sum. */
  scoresByStore: (surveyId: string, scope: Scope) =>
    db
      .selectFrom('survey_answer')
      .select(({ fn }) => ['storeCode', fn.countAll<string>().as('count'), fn.sum<string>('nps').as('sum')])
      .where('surveyId', '=', surveyId)
      .where('nps', 'is not', null)
      .where(scopeWhere(scope, 'survey_answer.storeCode'))
      .groupBy('storeCode')
      .orderBy('storeCode')
      .execute(),
})
