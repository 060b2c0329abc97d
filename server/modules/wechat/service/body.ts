import { endpoints } from 'wechat-api-ts'
import { z } from 'zod'

/** What a message says. */
export const Body = z.object({
  /** customer_service and one_off: the text. */
  text: z.string().optional(),
  /** customer_service: a message of any other type, as WeChat takes it without the addressee: msgtype and what belongs to it. */
  content: z.record(z.string(), z.unknown()).optional(),
  /** template and subscribe: the values of the template's fields. */
  fields: z.record(z.string(), z.string()).optional(),
  /** The mini-program page it opens. */
  page: z.string().optional(),
  /** one_off: its heading and the scene that was agreed to. */
  title: z.string().optional(),
  scene: z.int().min(0).max(10_000).optional(),
})
export type Body = z.output<typeof Body>

/** Every text in a value, however deep. */
export const leaves = (value: unknown): string[] => {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : []
}

/** Everything a person will read of a message. */
export const readableText = (body: Body): string =>
  [body.title ?? '', body.text ?? '', ...Object.values(body.fields ?? {}), ...leaves(body.content)].join('\n')

/** What is wrong with a message's content, in WeChat's own terms; null when it can be sent. */
export function contentProblem({ content }: Body): string | null {
  if (content === undefined) return null
  const read = endpoints.service.send.body.safeParse({ ...content, touser: 'o' })
  return read.success ? null : read.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; ')
}
