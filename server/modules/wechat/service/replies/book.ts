import { z } from 'zod'
import { inTransaction } from '../../../../kernel/db.ts'
import type { Kernel } from '../../../../kernel/module.ts'
import { ReplyHours, ReplyKind, ReplyMatch, ReplyMessage, type ReplyRuleInput } from '../../contract/index.ts'
import { copiesOf } from '../../repository/materials.ts'
import { beginBook, bookVersion, insertRules, rulesOf, type StoredRule } from '../../repository/replies.ts'
import { inTurn, listenerOf, type Listener } from './match.ts'
import type { Copies } from './say.ts'

/** A rule as it is asked. */
export interface ReadyRule {
  readonly ruleId: string | null
  readonly name: string
  readonly kind: ReplyKind
  readonly messages: readonly ReplyMessage[]
  readonly toDesk: boolean
  readonly listener: Listener
}

/** The rules of an account, in the order in which they are asked, and what its WeChat has of our materials. */
export interface Page {
  readonly rules: readonly ReadyRule[]
  readonly copies: Copies
}

const Messages = z.array(ReplyMessage)

/** A stored rule, read again. */
export const readRule = (row: StoredRule): ReplyRuleInput => ({
  kind: ReplyKind.parse(row.kind),
  name: row.name,
  active: row.active === 1,
  match: ReplyMatch.parse(JSON.parse(row.matchJson)),
  hours: row.hoursJson === null ? null : ReplyHours.parse(JSON.parse(row.hoursJson)),
  messages: Messages.parse(JSON.parse(row.messagesJson)),
  toDesk: row.toDesk === 1,
})

/** Makes a rule ready to be asked. */
export const ready = (ruleId: string | null, rule: ReplyRuleInput): ReadyRule => ({
  ruleId,
  name: rule.name,
  kind: rule.kind,
  messages: rule.messages,
  toDesk: rule.toDesk,
  listener: listenerOf(rule),
})

/** What a new account says until somebody writes something better. */
const STARTERS: readonly ReplyRuleInput[] = [
  {
    kind: 'welcome',
    name: '关注欢迎语',
    active: true,
    match: { patterns: [], keys: [] },
    hours: null,
    messages: [
      {
        type: 'text',
        text: '欢迎光临。点下方「会员码」免费开卡，买菜攒积分；有问题直接在这里留言，客服会回复您。',
        plain: '',
      },
    ],
    toDesk: false,
  },
  {
    kind: 'click',
    name: '其他菜单',
    active: true,
    match: { patterns: [], keys: [] },
    hours: null,
    messages: [{ type: 'text', text: '请直接在这里留言：想问什么、是哪家门店。客服会尽快回复您。', plain: '' }],
    toDesk: false,
  },
]

/** How soon another process sees a change; asked for when a message comes, never by a clock of its own. */
const FRESH_MS = 1_500
/** Older than that is not answered from: then the message waits for the database. */
const STALE_MS = 60_000

/** The rules in memory: the callback door reads them a thousand times a second. */
export function createReplyBook({ db, clock, newId, log }: Pick<Kernel, 'db' | 'clock' | 'newId' | 'log'>) {
  interface Kept {
    readonly version: number
    readonly page: Page
    readonly readAt: number
  }
  const kept = new Map<string, Kept>()
  const reading = new Map<string, Promise<Kept>>()

  const begin = (appId: string): Promise<void> =>
    inTransaction(db, async tx => {
      if (!(await beginBook(tx, appId))) return
      await insertRules(
        tx,
        STARTERS.map((rule, at) => rowOf(rule, { id: newId(), appId, position: at + 1, at: clock.now(), by: '' })),
      )
    })

  async function read(appId: string): Promise<Kept> {
    const readAt = performance.now()
    let version = await bookVersion(db, appId)
    const known = kept.get(appId)
    if (known !== undefined && known.version === version) {
      const again = { ...known, readAt }
      kept.set(appId, again)
      return again
    }
    if (version === 0) {
      await begin(appId)
      version = await bookVersion(db, appId)
    }
    const rules = await rulesOf(db, appId)
    const copies = new Map((await copiesOf(db, appId)).map(copy => [copy.materialId, copy]))
    const page = { rules: inTurn(rules.map(row => ready(row.id, readRule(row)))), copies }
    const fresh = { version, page, readAt }
    kept.set(appId, fresh)
    return fresh
  }

  function readOnce(appId: string): Promise<Kept> {
    const under = reading.get(appId)
    if (under !== undefined) return under
    const started = read(appId).finally(() => reading.delete(appId))
    reading.set(appId, started)
    return started
  }

  return {
    /** The rules of an account as they were at most two seconds ago; starters for an account that has none. */
    async page(appId: string): Promise<Page> {
      const known = kept.get(appId)
      const age = known === undefined ? Infinity : performance.now() - known.readAt
      if (known === undefined || age > STALE_MS) return (await readOnce(appId)).page
      if (age > FRESH_MS)
        void readOnce(appId).catch((error: unknown) => log.warn({ err: error, appId }, 'reply rules not read anew'))
      return known.page
    },
    /** Reads them now: after a change of one's own. */
    async renew(appId: string): Promise<Page> {
      await reading.get(appId)
      return (await readOnce(appId)).page
    },
  }
}
export type ReplyBook = ReturnType<typeof createReplyBook>

/** A rule as it is stored. */
export const rowOf = (
  rule: ReplyRuleInput,
  about: { id: string; appId: string; position: number; at: Date; by: string },
) => ({
  id: about.id,
  appId: about.appId,
  position: about.position,
  version: 1,
  ...columnsOf(rule, about),
})

/** What of a rule its editor writes. */
export const columnsOf = (rule: ReplyRuleInput, { at, by }: { at: Date; by: string }) => ({
  kind: rule.kind,
  name: rule.name,
  active: rule.active ? (1 as const) : (0 as const),
  matchJson: JSON.stringify(rule.match),
  hoursJson: rule.hours === null ? null : JSON.stringify(rule.hours),
  messagesJson: JSON.stringify(rule.messages),
  toDesk: rule.toDesk ? (1 as const) : (0 as const),
  changedAt: at,
  changedBy: by.slice(0, 60),
})
