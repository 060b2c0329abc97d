import { acknowledged, type Inbound, type Received, type Reply } from 'wechat-api-ts'
import { z } from 'zod'
import type { Log } from '../../../../kernel/log.ts'
import type { Account } from '../accounts.ts'

const optional = z.string().exactOptional()
/** What goes back in the answer to a push (wechat-protocol §1.8), as it is stored; mini-programs take `handOver` only. */
const StoredReply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: z.string() }),
  z.object({ kind: z.literal('image'), mediaId: z.string() }),
  z.object({ kind: z.literal('voice'), mediaId: z.string() }),
  z.object({ kind: z.literal('video'), mediaId: z.string(), title: optional, description: optional }),
  z.object({
    kind: z.literal('music'),
    thumbMediaId: z.string(),
    title: optional,
    description: optional,
    url: optional,
    hqUrl: optional,
  }),
  z.object({
    kind: z.literal('news'),
    articles: z.array(z.object({ title: z.string(), description: optional, pictureUrl: optional, url: z.string() })),
  }),
  z.object({ kind: z.literal('handOver'), deskAccount: optional }),
])

/** What was decided for a push. */
export interface Decided {
  readonly reply: Reply | null
  /** Whoever decided may leave a word for the work that follows, e.g. the rule that fitted, to be counted then. */
  readonly note: string | null
  /** True when nobody decided in time: what was wanted may still be sent as a customer-service message. */
  readonly late: boolean
}
/** The same as it is stored with the push. */
const Stored = z.object({ reply: StoredReply.nullable(), note: z.string().nullable(), late: z.boolean() })

/** What is stored of a decision; null when there is nothing to keep. */
export const storedText = (decided: Decided): string | null =>
  decided.reply === null && decided.note === null && !decided.late ? null : JSON.stringify(decided)
/** Reads what was stored; null when nothing was decided. */
export const readDecided = (text: string | null): Decided | null =>
  text === null ? null : Stored.parse(JSON.parse(text))

/**
 * Decides what is answered at once to a message. Reads only: it may run twice for one push, and what it decided counts
 * only when it is stored. Whatever follows from it (hits, tags) belongs to the work of the stored push.
 */
export type ReplyFor = (
  account: Account,
  message: Inbound,
) => Omit<Decided, 'late'> | null | Promise<Omit<Decided, 'late'> | null>

/** WeChat waits five seconds, a person less, and a thousand others stand behind: then the push goes on without a reply. */
export const REPLY_BUDGET_MS = 200

const NOTHING: Decided = { reply: null, note: null, late: false }
const LATE: Decided = { reply: null, note: null, late: true }

/** Asks for the reply within a hard budget; an error or a late answer is none, and never costs the push. */
export function createReplies(replyFor: ReplyFor, log: Log, budgetMs = REPLY_BUDGET_MS) {
  return (account: Account, message: Inbound): Decided | Promise<Decided> => {
    const failed = (error: unknown): Decided => {
      log.error({ err: error, appId: account.appId, type: message.type }, 'no passive reply: its rule failed')
      return LATE
    }
    try {
      const decided = replyFor(account, message)
      if (!(decided instanceof Promise)) return decided === null ? NOTHING : { ...decided, late: false }
      const answered = decided.then(value => (value === null ? NOTHING : { ...value, late: false }), failed)
      let timer: NodeJS.Timeout
      const tooLate = new Promise<Decided>(resolve => {
        timer = setTimeout(() => {
          log.warn({ appId: account.appId, type: message.type, budgetMs }, 'passive reply came too late')
          resolve(LATE)
        }, budgetMs)
      })
      return Promise.race([answered, tooLate]).finally(() => clearTimeout(timer))
    } catch (error) {
      return failed(error)
    }
  }
}

/** The body that carries a reply; stamped with the time of the first delivery, so that a repeat reads the same. */
export const bodyOf = (received: Received, reply: Decided['reply'], at: Date): string =>
  reply === null ? acknowledged : received.reply(reply, { timestamp: Math.floor(at.getTime() / 1000) })
