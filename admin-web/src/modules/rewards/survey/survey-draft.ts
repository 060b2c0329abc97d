import type { rewards } from '../../../api/index.ts'

type Body = NonNullable<Parameters<typeof rewards.createSurvey>[0]>['body']
export type Survey = Awaited<ReturnType<typeof rewards.survey>>['survey']

/** A question as the form holds it: its options one a line. */
export interface QuestionDraft {
  id: string
  kind: 'nps' | 'choice' | 'text'
  title: string
  required: boolean
  many: boolean
  lines: string
}

/** A survey as the form holds it. */
export interface SurveyDraft {
  title: string
  intro: string
  asked: 'receipt' | 'link'
  askDays: number | undefined
  gift: { points: number; couponTemplateId: string | null }
  rewardsPerDay: number | undefined
  /** none = any number */
  rewardsPerMonth: number | undefined
  questions: QuestionDraft[]
}

/** A question of a kind with a name that no other one has. */
export function newQuestion(kind: QuestionDraft['kind'], others: readonly QuestionDraft[]): QuestionDraft {
  const last = Math.max(0, ...others.map(one => Number(one.id.slice(1))))
  return { id: `q${last + 1}`, kind, title: '', required: kind !== 'text', many: false, lines: '' }
}

export const emptySurvey = (): SurveyDraft => ({
  title: '',
  intro: '',
  asked: 'receipt',
  askDays: 7,
  gift: { points: 10, couponTemplateId: null },
  rewardsPerDay: 1,
  rewardsPerMonth: undefined,
  questions: [newQuestion('nps', [])],
})

export const draftOfSurvey = (survey: Survey): SurveyDraft => ({
  title: survey.title,
  intro: survey.intro,
  asked: survey.asked,
  askDays: survey.askDays,
  gift: { points: survey.points, couponTemplateId: survey.couponTemplateId },
  rewardsPerDay: survey.rewardsPerDay,
  rewardsPerMonth: survey.rewardsPerMonth ?? undefined,
  questions: survey.questions.map(({ options, ...question }) => ({ ...question, lines: options.join('\n') })),
})

const optionsOf = (lines: string): string[] => [
  ...new Set(
    lines
      .split('\n')
      .map(line => line.trim())
      .filter(line => line !== ''),
  ),
]

/** Whether a question can be asked as it stands. */
export const isWhole = ({ kind, title, lines }: QuestionDraft): boolean =>
  title.trim() !== '' && (kind !== 'choice' || optionsOf(lines).length >= 2)

export const bodyOfSurvey = (draft: SurveyDraft): Body => ({
  title: draft.title.trim(),
  intro: draft.intro.trim(),
  asked: draft.asked,
  askDays: draft.askDays ?? 7,
  points: draft.gift.points,
  couponTemplateId: draft.gift.couponTemplateId,
  rewardsPerDay: draft.rewardsPerDay ?? 1,
  rewardsPerMonth: draft.rewardsPerMonth ?? null,
  questions: draft.questions.map(({ lines, ...question }) => ({
    ...question,
    title: question.title.trim(),
    options: question.kind === 'choice' ? optionsOf(lines) : [],
    many: question.kind === 'choice' && question.many,
  })),
})
