import { REPLY_VALUES, type ReplyValue } from '../../contract/replies.ts'

/** What is known of a person for the texts of replies; what is not known is left out. */
export type ReplyValues = Partial<Record<ReplyValue, string>>

const HOLE = new RegExp(`\\{(${REPLY_VALUES.join('|')})\\}`, 'g')

/** The values that a text asks for. */
export const valuesIn = (text: string): ReplyValue[] => [
  ...new Set([...text.matchAll(HOLE)].map(([, name]) => name as ReplyValue)),
]

/** A text with its values in place; null where one is not known. */
export function filled(text: string, values: ReplyValues): string | null {
  if (valuesIn(text).some(name => (values[name] ?? '') === '')) return null
  return text.replace(HOLE, (_, name: ReplyValue) => values[name] ?? '')
}

/** How long values may take: then the text without them is said. */
export const VALUES_BUDGET_MS = 120

/** What is known in time; nothing, when asking fails or takes too long. */
export async function inTime(asking: Promise<ReplyValues>, budgetMs = VALUES_BUDGET_MS): Promise<ReplyValues> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<ReplyValues>(resolve => {
    timer = setTimeout(() => resolve({}), budgetMs)
  })
  try {
    return await Promise.race([asking.catch(() => ({})), tooLate])
  } finally {
    clearTimeout(timer)
  }
}
