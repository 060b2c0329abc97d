import type { Answer, Question } from '../contract/survey.ts'

/** The number of the first question that is not answered as it asks to be; null = all are. */
export function badAnswer(questions: readonly Question[], answers: readonly Answer[]): number | null {
  const index = questions.findIndex(question => {
    const answer = answers.find(one => one.questionId === question.id)
    return !isAnswered(question, answer) && (question.required || hasContent(answer))
  })
  return index === -1 ? null : index + 1
}

const hasContent = (answer: Answer | undefined): boolean =>
  answer !== undefined &&
  (answer.score !== undefined || (answer.options?.length ?? 0) > 0 || (answer.text ?? '') !== '')

function isAnswered(question: Question, answer: Answer | undefined): boolean {
  if (answer === undefined) return false
  if (question.kind === 'nps') return answer.score !== undefined
  if (question.kind === 'text') return (answer.text ?? '') !== ''
  const chosen = new Set(answer.options ?? [])
  return (
    chosen.size > 0 &&
    chosen.size === answer.options?.length &&
    (question.many || chosen.size === 1) &&
    [...chosen].every(option => question.options.includes(option))
  )
}

/** What is kept of answers: of each question that was asked and answered, what it asked for and nothing else. */
export const keptAnswers = (questions: readonly Question[], answers: readonly Answer[]): Answer[] =>
  questions.flatMap((question): Answer[] => {
    const answer = answers.find(one => one.questionId === question.id)
    if (answer === undefined || !isAnswered(question, answer)) return []
    const questionId = question.id
    if (question.kind === 'nps') return [{ questionId, score: answer.score }]
    if (question.kind === 'text') return [{ questionId, text: answer.text }]
    return [{ questionId, options: answer.options }]
  })

/** Promoters (9–10) less detractors (0–6) in per cent of all scores, to one decimal; null without a score. */
export function npsOf(scores: ReadonlyMap<number, number>) {
  const sum = (from: number, to: number): number =>
    [...scores].reduce((total, [score, count]) => total + (score >= from && score <= to ? count : 0), 0)
  const [promoters, passives, detractors] = [sum(9, 10), sum(7, 8), sum(0, 6)]
  const all = promoters + passives + detractors
  if (all === 0) return null
  return { score: Math.round(((promoters - detractors) * 1000) / all) / 10, promoters, passives, detractors }
}

/** How often each option or score of a question was given. */
export function countAnswers(question: Question, answers: readonly (readonly Answer[])[]) {
  const values =
    question.kind === 'nps' ? Array.from({ length: 11 }, (_, score) => String(score)) : [...question.options]
  const counts = new Map(values.map(value => [value, 0]))
  let answered = 0
  for (const list of answers) {
    const answer = list.find(one => one.questionId === question.id)
    if (answer === undefined) continue
    answered++
    const given = question.kind === 'nps' ? [String(answer.score)] : (answer.options ?? [])
    for (const value of given) counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return { questionId: question.id, answered, counts: [...counts].map(([value, count]) => ({ value, count })) }
}
