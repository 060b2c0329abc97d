import type { z } from 'zod'
import type { Kernel } from '../../../kernel/module.ts'
import { inTransaction } from '../../../kernel/db.ts'
import type { Closed, Purpose, Reach, Route, Way } from '../contract/index.ts'
import { grantCredit } from '../repository/rights/grants.ts'
import type { Person } from '../repository/rights/ledger.ts'
import { creditsOf, reachOfPerson } from '../repository/rights/reach.ts'
import type { Account, Accounts } from './accounts.ts'
import { reachRules } from './limits.ts'
import { purposeMayUse } from './rules.ts'

type OneWay = z.input<typeof Way>
type OneClosed = z.input<typeof Closed>

/** What a person lets us send: subscribe credits, windows in the conversation, mass messages of the month. */
export function createRights(
  { db, clock, newId, config }: Pick<Kernel, 'db' | 'clock' | 'newId' | 'config'>,
  accounts: Accounts,
) {
  const rules = () => reachRules(config.WECHAT_LIMITS, clock.now(), config.SHOP_ZONE)

  /** The mini-program's subscribe templates with what the person still allows. */
  async function templates(person: Person): Promise<{ name: string; templateId: string; remaining: number }[]> {
    const named = Object.entries(accounts.byId(person.appId)?.templates ?? {})
    const credits = await creditsOf(db, person)
    return named.map(([name, templateId]) => ({ name, templateId, remaining: credits.get(templateId) ?? 0 }))
  }

  /** The ways of one account to one person, open and closed. */
  async function waysOf(account: Account, openid: string, purpose: Purpose): Promise<[OneWay[], OneClosed[]]> {
    const { appId, kind } = account
    const open: OneWay[] = []
    const closed: OneClosed[] = []
    const offer = (route: Route, way: Partial<OneWay>, whyNot: OneClosed['why'] | null): void => {
      const why = purposeMayUse(purpose, route) ? whyNot : 'purpose'
      if (why === null)
        open.push({ route, appId, openid, templateId: '', template: '', left: null, until: null, ...way })
      else closed.push({ route, appId, template: way.template ?? '', why })
    }
    const row = await reachOfPerson(db, { appId, openid }, rules())
    const blocked = row?.blocked === 1 ? 'blocked' : null
    const absent = kind === 'official' && row?.following !== 1 ? 'notFollowing' : blocked
    const left = Number(row?.conversationLeft ?? 0)
    offer(
      'customer_service',
      { left, until: row?.conversationUntil ?? null },
      blocked ?? (left > 0 ? null : 'windowClosed'),
    )
    if (kind === 'official') {
      offer('template', {}, absent)
      const slots = Number(row?.massLeft ?? 0)
      offer('mass', { left: slots }, absent ?? (slots > 0 ? null : 'massUsedUp'))
    }
    const credits = await creditsOf(db, { appId, openid })
    const names = new Map(Object.entries(account.templates).map(([name, id]) => [id, name]))
    const asked = kind === 'miniprogram' ? [...names.keys()] : [...credits.keys()]
    for (const templateId of asked) {
      const count = credits.get(templateId) ?? 0
      const template = names.get(templateId) ?? templateId
      offer('subscribe', { templateId, template, left: count }, count > 0 ? null : 'noCredit')
    }
    return [open, closed]
  }

  return {
    templates,
    /**
     * By which routes a person can be reached now for a purpose, until when and how often, and why not by the others.
     * `people` are the person's addresses, at most one for each account; `willing` = has agreed to marketing messages.
     */
    async reach(people: readonly Person[], purpose: Purpose, willing = true): Promise<z.input<typeof Reach>> {
      const ways: OneWay[] = []
      const closed: OneClosed[] = []
      for (const account of accounts.all) {
        const openid = people.find(({ appId }) => appId === account.appId)?.openid
        if (openid === undefined) {
          const why = account.kind === 'official' ? 'notFollowing' : 'neverSeen'
          const routes: Route[] = account.kind === 'official' ? ['template', 'customer_service', 'mass'] : ['subscribe']
          for (const route of routes) {
            const because = purposeMayUse(purpose, route) ? why : 'purpose'
            closed.push({ route, appId: account.appId, template: '', why: because })
          }
          continue
        }
        const [open, shut] = await waysOf(account, openid, purpose)
        ways.push(...open)
        closed.push(...shut)
      }
      if (purpose === 'service' || willing) return { purpose, ways, closed }
      const unwilling = ways.map(
        ({ route, appId, template }) => ({ route, appId, template, why: 'noConsent' }) as const,
      )
      return { purpose, ways: [], closed: [...unwilling, ...closed] }
    },
    /** Records an answer to the subscribe pop-up; the same key counts once. */
    async record(person: Person, answer: { key: string; accepted: readonly string[]; rejected: readonly string[] }) {
      const known = new Set(Object.values(accounts.byId(person.appId)?.templates ?? {}))
      const pen = { newId, now: clock.now() }
      await inTransaction(db, async tx => {
        for (const templateId of new Set(answer.accepted.filter(id => known.has(id)))) {
          await grantCredit(tx, person, templateId, `${person.openid}:${templateId.slice(-24)}:${answer.key}`, pen)
        }
        // "Reject" in the pop-up takes nothing back that was accepted before; WeChat tells of that by a push.
      })
      return templates(person)
    },
    /** How many messages of one of our templates a person still allows. */
    async creditOf(person: Person, templateId: string): Promise<number> {
      return (await creditsOf(db, person)).get(templateId) ?? 0
    },
    /** What may still be written in the conversation, and until when; null when the window is closed. */
    async windowOf(person: Person): Promise<{ left: number; until: Date } | null> {
      const row = await reachOfPerson(db, person, rules())
      const left = Number(row?.conversationLeft ?? 0)
      const until = row?.conversationUntil ?? null
      return left === 0 || until === null ? null : { left, until }
    },
  }
}
