import { z } from 'zod'
import type { Kernel } from '../../../../kernel/module.ts'
import { shopDay } from '../../../../kernel/clock.ts'
import type { Tx } from '../../../../kernel/db.ts'
import type { ReplyMessage, Tried } from '../../contract/index.ts'
import { addHits } from '../../repository/replies.ts'
import { Body, contentProblem } from '../body.ts'
import type { Push, PushWork } from '../intake/push.ts'
import type { ReplyFor } from '../intake/reply.ts'
import { SEND_NOW, type Outgoing } from '../outbound.ts'
import type { Page, ReadyRule, ReplyBook } from './book.ts'
import { ask, regexBudget, sayingOf, wallOf, type Saying, type Wall } from './match.ts'
import { say, type Said } from './say.ts'
import { inTime, valuesIn, type ReplyValues } from './values.ts'

/** Somebody who is answered. */
export interface Listening {
  readonly appId: string
  readonly openid: string
}

/** What a channel code says to those who come by it, instead of the welcome; null when it says nothing of its own. */
export type SceneReply = (
  appId: string,
  scene: string,
) => Promise<{ readonly name: string; readonly messages: readonly ReplyMessage[] } | null>

/** What replies need of the rest. */
export interface ReplyNeeds {
  /** What is known of a person for the texts; may be slow or fail, then it is not waited for. */
  valuesOf(person: Listening): Promise<ReplyValues>
  /** Looked at before the welcome rules. */
  readonly sceneReply: SceneReply | null
  /** Plans what follows the answer. */
  plan(tx: Tx, messages: readonly Outgoing[]): Promise<Set<string>>
}

/** The word left with a stored push for its work. */
const Note = z.object({
  /** The rule that answered; null for a channel code's own welcome. */
  rule: z.string().nullable(),
  /** The people at the desk get it although it is answered. */
  desk: z.boolean(),
  later: z.array(Body),
})
type Note = z.output<typeof Note>

const noteOf = (push: Push): Note | null => {
  const note = push.decided?.note ?? null
  if (note === null) return null
  const parsed = Note.safeParse(JSON.parse(note))
  return parsed.success ? parsed.data : null
}

/** Whether a rule has answered a push for good: then it opens no ticket. */
export const isAnswered = (push: Push): boolean => noteOf(push)?.desk === false

type Step = z.input<typeof Tried>['steps'][number]
interface Found {
  readonly rule: ReadyRule | null
  readonly steps: readonly Step[]
}

/** Asks the rules of a page in turn; the first that fits answers. `explain` asks those behind it too. */
export function find(page: Page, saying: Saying, at: Date, zone: string, explain = false): Found {
  // Most pages have no rule with hours, and a wall clock is dear at a thousand pushes a second.
  let read: Wall | null = null
  const wall = (): Wall => (read ??= wallOf(at, zone))
  const mayAsk = regexBudget()
  const steps: Step[] = []
  let rule: ReadyRule | null = null
  for (const one of page.rules) {
    const asked = ask(one.listener, saying, wall, mayAsk)
    const fits = 'by' in asked
    if (rule === null && fits) rule = one
    if (!explain && rule !== null) break
    if (explain)
      steps.push({
        ruleId: one.ruleId,
        name: one.name,
        kind: one.kind,
        fits: fits && rule === one,
        why: fits ? (rule === one ? null : 'earlier') : asked.why,
        by: fits ? asked.by : '',
      })
  }
  return { rule, steps }
}

/** Decides what is answered to a push, and does what follows once the push is stored. */
export function createReplyWork(
  { clock, config, log }: Pick<Kernel, 'clock' | 'config' | 'log'>,
  book: ReplyBook,
  needs: ReplyNeeds,
) {
  const wantsValues = (messages: readonly ReplyMessage[]): boolean =>
    messages.some(message => message.type === 'text' && valuesIn(message.text).length > 0)

  async function speak(
    messages: readonly ReplyMessage[],
    page: Page,
    person: Listening,
    atOnce: boolean,
  ): Promise<Said> {
    const values = wantsValues(messages) ? await inTime(needs.valuesOf(person)) : {}
    return say(messages, values, page.copies, atOnce)
  }

  interface Decision {
    readonly said: Said
    readonly note: Note
  }

  async function decide(saying: Saying, person: Listening, at: Date, atOnce: boolean): Promise<Decision | null> {
    const page = await book.page(person.appId)
    if ((saying.kind === 'welcome' || saying.kind === 'scan') && saying.scene !== '' && needs.sceneReply !== null) {
      const own = await needs.sceneReply(person.appId, saying.scene)
      if (own !== null) {
        const said = await speak(own.messages, page, person, atOnce)
        return { said, note: { rule: null, desk: false, later: [...said.later] } }
      }
    }
    const { rule } = find(page, saying, at, config.SHOP_ZONE)
    if (rule === null) return null
    const said = await speak(rule.messages, page, person, atOnce)
    // A rule that has nothing to say to this person leaves it to people.
    if (said.reply === null && said.later.length === 0) return null
    return { said, note: { rule: rule.ruleId, desk: rule.toDesk, later: [...said.later] } }
  }

  /** The answer to a push of an official account; null when no rule fits, and then it is for people. */
  const replyFor: ReplyFor = async (account, message) => {
    if (account.kind !== 'official' || message.fromUser === message.toUser) return null
    const saying = sayingOf(message.content)
    if (saying === null) return null
    const person = { appId: account.appId, openid: message.fromUser }
    const decision = await decide(saying, person, clock.now(), true)
    return decision === null ? null : { reply: decision.said.reply, note: JSON.stringify(decision.note) }
  }

  /** What nobody decided in time is decided now, and goes as customer-service messages altogether. */
  async function decideLate(push: Push): Promise<Note | null> {
    if (push.decided?.late !== true) return noteOf(push)
    const saying = sayingOf(push.content)
    if (saying === null) return null
    return (await decide(saying, push, push.sentAt, false))?.note ?? null
  }

  const sendable = (push: Push, body: Body): boolean => {
    const problem = contentProblem(body)
    if (problem !== null) log.error({ inboundId: push.id, problem }, 'a reply is not as WeChat wants it')
    return problem === null
  }

  /** Counts the hits and plans the messages that follow; once for each push, in its transaction. */
  const work: PushWork = async (tx, pushes) => {
    const hits = new Map<string, number>()
    const messages: Outgoing[] = []
    for (const push of pushes) {
      const note = await decideLate(push)
      if (note === null) continue
      if (note.rule !== null) hits.set(note.rule, (hits.get(note.rule) ?? 0) + 1)
      for (const [at, body] of note.later.filter(one => sendable(push, one)).entries())
        messages.push({
          key: `reply:${push.id}:${at}`,
          group: SEND_NOW,
          appId: push.appId,
          openid: push.openid,
          route: 'customer_service',
          purpose: 'service',
          templateId: '',
          body,
          asked: true,
        })
    }
    await addHits(tx, shopDay(clock.now(), config.SHOP_ZONE), hits)
    if (messages.length > 0) await needs.plan(tx, messages)
  }

  return { replyFor, work }
}
