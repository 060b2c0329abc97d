import type { Context } from 'koa'
import type { ShopperCaller } from '../../kernel/http/caller.ts'
import type { Kernel, Module } from '../../kernel/module.ts'
import type { Tx } from '../../kernel/db.ts'
import { wechatApi } from './contract/index.ts'
import { intakeJob, wechatHandlers, wechatJobs } from './jobs.ts'
import { outcomesOf, withdraw } from './repository/messages.ts'
import type { Person } from './repository/rights.ts'
import { wechatRoutes } from './routes/index.ts'
import { createAccounts, type Accounts } from './service/accounts.ts'
import { callbackDoor } from './service/callback.ts'
import { createInbox } from './service/inbox.ts'
import { createWechatService, type WechatNeeds } from './service/index.ts'
import { createPlanner, type Outgoing } from './service/outbound.ts'
import type { Deliverer } from './service/deliver.ts'

export { creditHolders, followers, messagesOf } from './repository/relations.ts'
export { reasonText } from './service/reasons.ts'
export { thingField } from './service/fields.ts'
export { checkRules } from './service/rules.ts'
export { SEND_NOW, type Outgoing } from './service/outbound.ts'
export type { Shopper } from './service/sessions.ts'
export type { WechatNeeds } from './service/index.ts'

/** What other modules may ask of WeChat. */
export interface WechatApi {
  readonly accounts: Pick<Accounts, 'byId' | 'official' | 'mini' | 'templateOf' | 'all'>
  /** The phone number behind the code of WeChat's phone button; throws badPhoneCode, platformDown. */
  phoneByCode(appId: string, code: string): Promise<string>
  /** The caller of a mini-program request, by its bearer token; throws unauthenticated. */
  authenticate(ctx: Context): Promise<ShopperCaller>
  /** Plans messages in the caller's transaction, one per key for ever; throws what WeChat's rules forbid. */
  plan(tx: Tx, messages: readonly Outgoing[]): Promise<void>
  /** Withdraws what a group has not sent yet; returns how many. */
  withdraw(tx: Tx, group: string, reason: string, now: Date): Promise<number>
  readonly deliverer: Deliverer
  /** What has become of single messages, by key. */
  outcomes(keys: readonly string[]): Promise<Map<string, { state: string; reason: string; errorCode: number | null }>>
  /** How many messages of a template a person still allows. */
  creditOf(person: Person, templateId: string): Promise<number>
  /** What may still be written in the official account's conversation; null when the window is closed. */
  windowOf(person: Person): Promise<{ left: number; until: Date } | null>
}

/** WeChat: accounts, what comes in, what goes out, and what people allow us to send. */
export function createWechat(kernel: Kernel, needs: WechatNeeds): Module<WechatApi> {
  const accounts = createAccounts(kernel.config, kernel.redis)
  const wechat = createWechatService(kernel, accounts, needs)

  let asked: Promise<void> | null = null
  let again = false
  /** Asks for the intake job; one request at a time, because a job works everything that is stored before it begins. */
  const nudge = (): void => {
    again = true
    asked ??= ask().finally(() => {
      asked = null
    })
  }
  async function ask(): Promise<void> {
    while (again) {
      again = false
      try {
        await kernel.enqueue(intakeJob, {})
      } catch (error) {
        // Redis may be away: the push is stored, and the regular run finds it.
        kernel.log.warn({ err: error }, 'intake not asked for; the regular run will do it')
      }
    }
  }

  return {
    name: 'wechat',
    contracts: [wechatApi],
    api: {
      accounts,
      phoneByCode: (appId, code) => wechat.sessions.phoneByCode(appId, code),
      authenticate: ctx => wechat.authenticate(ctx.get('authorization')),
      plan: createPlanner(kernel),
      withdraw,
      deliverer: wechat.deliverer,
      outcomes: keys => outcomesOf(kernel.db, keys),
      creditOf: (person, templateId) => wechat.rights.creditOf(person, templateId),
      windowOf: person => wechat.rights.windowOf(person),
    },
    routes: router => wechatRoutes(router, wechat),
    door: callbackDoor(kernel, accounts, createInbox(kernel.db, nudge)),
    handlers: wechatHandlers(wechat.work),
    jobs: wechatJobs(wechat.work),
  }
}
