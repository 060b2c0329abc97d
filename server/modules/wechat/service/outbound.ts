import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Kernel } from '../../../kernel/module.ts'
import type { Tx } from '../../../kernel/db.ts'
import { publish } from '../../../kernel/events/event.ts'
import type { Purpose, Route } from '../contract/index.ts'
import { messagesPlanned } from '../events.ts'
import { insertMessages, type MessageRow } from '../repository/messages.ts'
import { checkRules } from './rules.ts'

/** What a message says. */
export const Body = z.object({
  /** customer_service: the text. */
  text: z.string().optional(),
  /** template and subscribe: the values of the template's fields. */
  fields: z.record(z.string(), z.string()).optional(),
  /** The mini-program page it opens. */
  page: z.string().optional(),
})
export type Body = z.output<typeof Body>

/** A message that somebody wants to be sent. */
export interface Outgoing {
  /** The permanent business key: whatever happens, one message per key. */
  readonly key: string
  /** SEND_NOW, or a group that its owner delivers. */
  readonly group: string
  readonly appId: string
  readonly openid: string
  readonly route: Route
  readonly purpose: Purpose
  /** '' for customer_service. */
  readonly templateId: string
  readonly body: Body
  /** It answers something the person has written. */
  readonly asked?: boolean
}

/** The group whose messages go out by themselves as soon as they are planned. */
export const SEND_NOW = 'now'

/** Under this id a repeated template message is shown once. */
const clientMsgIdOf = (key: string): string => createHash('sha256').update(key).digest('base64url').slice(0, 32)

/** Plans messages within the caller's transaction; throws routeForbidden or contentForbidden for what WeChat's rules forbid. */
export function createPlanner({ clock, newId }: Pick<Kernel, 'clock' | 'newId'>) {
  return async (tx: Tx, messages: readonly Outgoing[]): Promise<void> => {
    if (messages.length === 0) return
    const now = clock.now()
    let judged = ''
    const rows = messages.map((message): MessageRow => {
      const { body, route, purpose } = message
      const bodyJson = JSON.stringify(body)
      // The messages of a campaign say the same: one look is enough.
      const sameAgain = `${route} ${purpose} ${message.asked === true} ${bodyJson}`
      if (sameAgain !== judged) {
        const text = [body.text ?? '', ...Object.values(body.fields ?? {})].join('\n')
        checkRules({ route, purpose, text, asked: message.asked === true })
        judged = sameAgain
      }
      return {
        id: newId(),
        messageKey: message.key,
        groupKey: message.group,
        appId: message.appId,
        openid: message.openid,
        route,
        purpose,
        templateId: message.templateId,
        clientMsgId: route === 'template' ? clientMsgIdOf(message.key) : null,
        bodyJson,
        state: 'planned',
        notBefore: now,
        plannedAt: now,
      }
    })
    await insertMessages(tx, rows)
    if (messages.some(message => message.group === SEND_NOW)) await publish(tx, messagesPlanned, { group: SEND_NOW })
  }
}
