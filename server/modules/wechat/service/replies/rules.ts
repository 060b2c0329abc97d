import type { z } from 'zod'
import { addDays, shopDay } from '../../../../kernel/clock.ts'
import { inTransaction, type Tx } from '../../../../kernel/db.ts'
import { commonErrors } from '../../../../kernel/errors.ts'
import type { StaffCaller } from '../../../../kernel/http/caller.ts'
import type { Kernel } from '../../../../kernel/module.ts'
import {
  wechatErrors,
  type ReplyRule,
  type ReplyRuleInput,
  type Tried,
  type replyOperations,
} from '../../contract/index.ts'
import {
  hitsSince,
  insertRules,
  rewriteRule,
  ruleById,
  rulesOf,
  setRule,
  turnPage,
  type StoredRule,
} from '../../repository/replies.ts'
import type { Account, Accounts } from '../accounts.ts'
import type { AuditAccounts } from '../accounts/setup.ts'
import { columnsOf, readRule, ready, rowOf, type ReplyBook } from './book.ts'
import { find, type SceneReply } from './decide.ts'
import { inTurn, patternProblem } from './match.ts'
import { checkMessages, type Bring } from './sayable.ts'
import { say } from './say.ts'
import type { ReplyValues } from './values.ts'

/** What the editor of the rules needs. */
export interface RuleNeeds {
  readonly audit: AuditAccounts
  readonly bring: Bring
  readonly sceneReply: SceneReply | null
  /** What is known of a member, as far as the caller may see them; throws notFound outside their scope. */
  valuesOfMember(memberId: string, caller: StaffCaller): Promise<ReplyValues>
}

type TryBody = z.output<(typeof replyOperations)['tryReply']['body']>
const HITS_DAYS = 30

/** The rules as staff write them. */
export function createReplyRules(
  { db, clock, newId, config }: Pick<Kernel, 'db' | 'clock' | 'newId' | 'config'>,
  accounts: Accounts,
  book: ReplyBook,
  needs: RuleNeeds,
) {
  function accountOf(appId: string | undefined): Account {
    const account = appId === undefined ? accounts.official() : accounts.byId(appId)
    if (account === null || account.kind !== 'official') throw wechatErrors.noAccount({ kind: '公众号' })
    return account
  }

  async function ruleOf(ruleId: string): Promise<StoredRule> {
    const row = await ruleById(db, ruleId)
    if (row === undefined) throw commonErrors.notFound()
    return row
  }

  function check({ kind, match, messages }: ReplyRuleInput): void {
    if (kind === 'text' && match.patterns.length === 0) throw wechatErrors.ruleWithoutWords()
    for (const { how, text } of match.patterns) {
      const problem = how === 'regex' ? patternProblem(text) : null
      if (problem !== null) throw wechatErrors.badPattern({ pattern: text, problem })
    }
    checkMessages(messages, kind)
  }

  /** Changes rules of an account in one transaction, and lets every process read them anew. */
  async function change(
    appId: string,
    caller: StaffCaller,
    note: { action: string; ruleId: string; details?: unknown },
    write: (tx: Tx) => Promise<void>,
  ): Promise<void> {
    await inTransaction(db, async tx => {
      await turnPage(tx, appId)
      await write(tx)
      await needs.audit(tx, caller, {
        action: note.action,
        subjectKind: 'replyRule',
        subjectId: note.ruleId,
        ...(note.details === undefined ? {} : { details: note.details }),
      })
    })
    await book.renew(appId)
  }

  const today = (): string => shopDay(clock.now(), config.SHOP_ZONE)

  return {
    async list(appId: string | undefined) {
      const account = accountOf(appId)
      await book.page(account.appId)
      const rows = await rulesOf(db, account.appId)
      const hits = await hitsSince(
        db,
        rows.map(({ id }) => id),
        addDays(today(), -6),
      )
      const sum = (ruleId: string, from: string): number =>
        hits.filter(one => one.ruleId === ruleId && String(one.day) >= from).reduce((all, one) => all + one.hits, 0)
      const items = rows.map((row): z.input<typeof ReplyRule> => ({
        ...readRule(row),
        ruleId: row.id,
        appId: row.appId,
        position: row.position,
        version: row.version,
        changedAt: row.changedAt,
        changedBy: row.changedBy,
        hitsToday: sum(row.id, today()),
        hitsWeek: sum(row.id, ''),
      }))
      return { appId: account.appId, name: account.name, items }
    },
    async create(appId: string, rule: ReplyRuleInput, caller: StaffCaller): Promise<{ ruleId: string }> {
      const account = accountOf(appId)
      check(rule)
      await needs.bring(account, rule.messages)
      await book.page(appId)
      const ruleId = newId()
      await change(appId, caller, { action: 'wechat.addReplyRule', ruleId, details: { name: rule.name } }, async tx => {
        const last = (await rulesOf(tx, appId)).at(-1)?.position ?? 0
        await insertRules(tx, [
          rowOf(rule, { id: ruleId, appId, position: last + 1, at: clock.now(), by: caller.name }),
        ])
      })
      return { ruleId }
    },
    async update(
      ruleId: string,
      { version, ...rule }: ReplyRuleInput & { version: number },
      caller: StaffCaller,
    ): Promise<{ version: number }> {
      const { appId } = await ruleOf(ruleId)
      check(rule)
      await needs.bring(accountOf(appId), rule.messages)
      await change(
        appId,
        caller,
        { action: 'wechat.changeReplyRule', ruleId, details: { name: rule.name } },
        async tx => {
          const written = await rewriteRule(tx, ruleId, version, columnsOf(rule, { at: clock.now(), by: caller.name }))
          if (!written) throw commonErrors.conflict()
        },
      )
      return { version: version + 1 }
    },
    async turn(ruleId: string, active: boolean, caller: StaffCaller): Promise<void> {
      const { appId, name } = await ruleOf(ruleId)
      const action = active ? 'wechat.switchReplyRuleOn' : 'wechat.switchReplyRuleOff'
      await change(appId, caller, { action, ruleId, details: { name } }, async tx => {
        await setRule(tx, ruleId, {
          active: active ? 1 : 0,
          changedAt: clock.now(),
          changedBy: caller.name.slice(0, 60),
        })
      })
    },
    async remove(ruleId: string, caller: StaffCaller): Promise<void> {
      const { appId, name } = await ruleOf(ruleId)
      await change(appId, caller, { action: 'wechat.removeReplyRule', ruleId, details: { name } }, async tx => {
        await setRule(tx, ruleId, { removedAt: clock.now() })
      })
    },
    /** Puts the rules into an order; refused when they are not the account's rules of now. */
    async order(appId: string, ruleIds: readonly string[], caller: StaffCaller): Promise<void> {
      accountOf(appId)
      await change(appId, caller, { action: 'wechat.orderReplyRules', ruleId: appId }, async tx => {
        const known = (await rulesOf(tx, appId)).map(({ id }) => id)
        if (known.toSorted().join() !== ruleIds.toSorted().join()) throw commonErrors.conflict()
        for (const [at, ruleId] of ruleIds.entries()) await setRule(tx, ruleId, { position: at + 1 })
      })
    },
    /** What would be answered; nothing is sent, stored or counted. */
    async attempt(body: TryBody, caller: StaffCaller): Promise<z.input<typeof Tried>> {
      const { appId } = accountOf(body.appId)
      const page = await book.renew(appId)
      const { draft, saying } = body
      if (draft !== undefined) check(draft.rule)
      const edited = draft === undefined ? null : ready(draft.ruleId, draft.rule)
      const known = edited !== null && page.rules.some(rule => rule.ruleId === edited.ruleId && rule.ruleId !== null)
      const rules =
        edited === null
          ? page.rules
          : inTurn(
              known ? page.rules.map(rule => (rule.ruleId === edited.ruleId ? edited : rule)) : [...page.rules, edited],
            )
      const own =
        saying.kind === 'welcome' && saying.scene !== '' && needs.sceneReply !== null
          ? await needs.sceneReply(appId, saying.scene)
          : null
      const at = body.at === undefined ? clock.now() : new Date(body.at)
      const { rule, steps } = find({ ...page, rules }, saying, at, config.SHOP_ZONE, true)
      const values = body.memberId === undefined ? {} : await needs.valuesOfMember(body.memberId, caller)
      const said = say(own?.messages ?? rule?.messages ?? [], values, page.copies)
      // A draft's pictures may not be at WeChat yet: what it says is shown all the same.
      const silent = said.shown.length === 0
      if (own !== null)
        return { ruleId: null, ruleName: own.name, messages: [...said.shown], toDesk: false, steps: [...steps] }
      return {
        ruleId: silent ? null : (rule?.ruleId ?? null),
        ruleName: rule?.name ?? '',
        messages: [...said.shown],
        toDesk: silent ? saying.kind === 'text' : (rule?.toDesk ?? false),
        steps: steps.map(step => (step.fits && silent ? { ...step, fits: false, why: 'nothingToSay' as const } : step)),
      }
    },
    async hits(ruleId: string): Promise<{ items: { day: string; hits: number }[] }> {
      await ruleOf(ruleId)
      const from = addDays(today(), 1 - HITS_DAYS)
      const counted = new Map((await hitsSince(db, [ruleId], from)).map(({ day, hits }) => [String(day), hits]))
      const days = Array.from({ length: HITS_DAYS }, (_, at) => addDays(from, at))
      return { items: days.map(day => ({ day, hits: counted.get(day) ?? 0 })) }
    },
  }
}
