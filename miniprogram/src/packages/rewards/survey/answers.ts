/** A question as the page holds it, with what was answered so far. */
export interface QuestionView {
  id: string
  kind: 'nps' | 'choice' | 'text'
  title: string
  required: boolean
  many: boolean
  options: { value: string; on: boolean }[]
  /** −1 = none yet. */
  score: number
  text: string
}

const isAnswered = ({ kind, options, score, text }: QuestionView): boolean =>
  kind === 'nps' ? score >= 0 : kind === 'text' ? text.trim() !== '' : options.some(option => option.on)

/** The number of the first question that must still be answered; 0 = none. */
export const missingAnswer = (questions: readonly QuestionView[]): number =>
  questions.findIndex(question => question.required && !isAnswered(question)) + 1

/** What is sent: the answered questions alone. */
export const answersOf = (questions: readonly QuestionView[]) =>
  questions.filter(isAnswered).map(({ id, kind, options, score, text }) => ({
    questionId: id,
    ...(kind === 'nps' ? { score } : {}),
    ...(kind === 'choice' ? { options: options.filter(option => option.on).map(option => option.value) } : {}),
    ...(kind === 'text' ? { text: text.trim() } : {}),
  }))

/** A choice tapped: one of many, or the only one. */
export const chosen = (question: QuestionView, index: number): QuestionView => ({
  ...question,
  options: question.options.map((option, i) => ({
    ...option,
    on: i === index ? !option.on : question.many && option.on,
  })),
})
