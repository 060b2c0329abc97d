import { setTimeout as sleep } from 'node:timers/promises'
import type { Context, Middleware } from 'koa'
import type { z } from 'zod'
import type { ShopperCaller } from '../../kernel/http/caller.ts'
import type { Kernel, Module } from '../../kernel/module.ts'
import type { Db, Tx } from '../../kernel/db.ts'
import { fault } from '../../kernel/faults.ts'
import { wechatApi, type Purpose, type Reach } from './contract/index.ts'
import { intakeJob, wechatHandlers, wechatJobs } from './jobs.ts'
import { outcomesOf } from './repository/messages.ts'
import type { Person } from './repository/rights/ledger.ts'
import { differences, type Difference } from './repository/rights/proof.ts'
import { countReach, reachNow, type ReachCounts } from './repository/rights/reach.ts'
import { wechatRoutes } from './routes/index.ts'
import { createAccounts, type Accounts } from './service/accounts.ts'
import { createDoorLog } from './service/accounts/door-log.ts'
import { callbackDoor } from './service/callback.ts'
import { createInbox } from './service/inbox.ts'
import { createReplies } from './service/intake/reply.ts'
import { createWechatService, type WechatNeeds } from './service/index.ts'
import { keptOfPeople } from './service/kept.ts'
import { sentBefore } from './service/timeline.ts'
import { reachRules } from './service/limits.ts'
import { payDoor } from './service/pay/door.ts'
import type { ProductCoupons } from './service/pay/product-coupons.ts'
import type { Outgoing } from './service/outbound.ts'
import type { Origin } from './service/codes/touches.ts'
import type { Deliverer } from './service/deliver.ts'
import type { Shopper } from './service/sessions.ts'

export { channelCodes, codeTouches, creditHolders, followers, messagesOf } from './repository/relations.ts'
export { reasonText } from './service/reasons.ts'
export { thingField } from './service/fields.ts'
export { monthEnd, reachRules } from './service/limits.ts'
export { checkRules } from './service/rules.ts'
export { countReach, reachOfPerson } from './repository/rights/reach.ts'
export { SEND_NOW, type Outgoing } from './service/outbound.ts'
export type { Shopper } from './service/sessions.ts'
export type { ReplyValues } from './service/replies/values.ts'
export type { Origin } from './service/codes/touches.ts'
export type { WechatNeeds } from './service/index.ts'
export type { MassPeople } from './repository/mass-audience.ts'
export { productCoupons, type ProductCoupons, type RailCoupon, type RailState } from './service/pay/product-coupons.ts'
export type { Purpose } from './contract/index.ts'

/** What other modules may ask of WeChat. */
export interface WechatApi {
  readonly accounts: Pick<Accounts, 'byId' | 'official' | 'mini' | 'templateOf' | 'all'>
  /** The phone number behind the code of WeChat's phone button; throws badPhoneCode, platformDown. */
  phoneByCode(appId: string, code: string): Promise<string>
  /** The caller of a mini-program request, by its bearer token; throws unauthenticated. */
  authenticate(ctx: Context): Promise<ShopperCaller>
  /**
   * Plans messages in the caller's transaction, one per key for ever, each holding the right it needs; throws what WeChat's
   * rules forbid. Returns the keys of those for whom no right is left; in a group of the caller's own these are not kept.
   */
  plan(tx: Tx, messages: readonly Outgoing[]): Promise<Set<string>>
  /** Withdraws what a group has not sent yet and gives back what it held; returns how many. */
  withdraw(tx: Tx, group: string, reason: string, now: Date): Promise<number>
  readonly deliverer: Deliverer
  /** What has become of single messages, by key. */
  outcomes(keys: readonly string[]): Promise<Map<string, { state: string; reason: string; errorCode: number | null }>>
  /** How many messages of a template a person still allows. */
  creditOf(person: Person, templateId: string): Promise<number>
  /** What may still be written in the official account's conversation; null when the window is closed. */
  windowOf(person: Person): Promise<{ left: number; until: Date } | null>
  /** By which routes a person can be reached now for a purpose, until when, how often, and why not by the others. */
  reach(people: readonly Person[], purpose: Purpose): Promise<z.input<typeof Reach>>
  /** The same question for everybody an account knows, as counts in one statement. */
  reachCounts(official: string, template: { appId: string; templateId: string }): Promise<ReachCounts>
  /** One row for each person of an account to join with: template, conversationLeft, conversationUntil, massLeft. */
  reachNow(db: Db, appId: string): ReturnType<typeof reachNow>
  /** The channel code by which a person came first in the last 30 days; null when they came by themselves. */
  originOf(shopper: Shopper): Promise<Origin | null>
  /** The channel code whose word a person opens a card with; null for a word that is none of ours. */
  originOfScene(shopper: Shopper, scene: string): Promise<Origin | null>
  /** Puts people under a tag, in the caller's transaction; WeChat hears of it by the next run (for mass messages by tag). */
  tagPeople(tx: Tx, tagId: string, openids: readonly string[]): Promise<void>
  /** Takes people from under a tag, likewise. */
  untagPeople(tx: Tx, tagId: string, openids: readonly string[]): Promise<void>
  /** 商品券 of the brand that is set up, and where WeChat tells what becomes of them; null where there is none. */
  productCoupons(): Promise<{ readonly coupons: ProductCoupons; readonly notifyUrl: string } | null>
  /** All that WeChat carried to and from a person's addresses, in plain values: for the copy of a person's data. */
  keptOf(db: Db, people: readonly Person[]): ReturnType<typeof keptOfPeople>
  /** Messages to a person's addresses before a place, newest planned first, for the timeline of a member. */
  sentBefore: typeof sentBefore
  /** Where ledger, projection and messages contradict each other; none is the law. */
  differences(): Promise<Difference[]>
}

/** Pushes that come within so many ms of the last request are asked for together. */
const GATHER_MS = 25

/** Two doors as one: what is not the first's is the second's. */
const inTurn =
  (first: Middleware, second: Middleware): Middleware =>
  (ctx, next) =>
    first(ctx, () => second(ctx, next))

/** WeChat: accounts, what comes in, what goes out, and what people allow us to send. */
export function createWechat(kernel: Kernel, needs: WechatNeeds): Module<WechatApi> {
  const accounts = createAccounts(kernel)
  const wechat = createWechatService(kernel, accounts, needs)

  const rules = () => reachRules(kernel.config.WECHAT_LIMITS, kernel.clock.now(), kernel.config.SHOP_ZONE)

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
        fault('wechat.afterStoreBeforeQueue')
        await kernel.enqueue(intakeJob, {})
      } catch (error) {
        // Redis may be away: the push is stored, and the regular run finds it.
        kernel.log.warn({ err: error }, 'intake not asked for; the regular run will do it')
      }
      // Whoever takes this up works whatever is there by then: a thousand pushes a second need no hundred jobs.
      await sleep(GATHER_MS, undefined, { ref: false })
    }
  }

  return {
    name: 'wechat',
    contracts: [wechatApi],
    api: {
      accounts,
      phoneByCode: (appId, code) => wechat.sessions.phoneByCode(appId, code),
      authenticate: ctx => wechat.authenticate(ctx.get('authorization')),
      plan: wechat.planner.plan,
      withdraw: wechat.planner.withdraw,
      deliverer: wechat.deliverer,
      outcomes: keys => outcomesOf(kernel.db, keys),
      creditOf: (person, templateId) => wechat.rights.creditOf(person, templateId),
      windowOf: person => wechat.rights.windowOf(person),
      reach: wechat.rights.reach,
      reachCounts: (official, template) => countReach(kernel.db, official, template, rules()),
      reachNow: (db, appId) => reachNow(db, appId, rules()),
      originOf: shopper => wechat.touches.originOf(shopper),
      originOfScene: (shopper, scene) => wechat.touches.originOfScene(shopper, scene),
      tagPeople: (tx, tagId, openids) => wechat.tags.tagPeople(tx, tagId, openids),
      untagPeople: (tx, tagId, openids) => wechat.tags.untagPeople(tx, tagId, openids),
      async productCoupons() {
        const coupons = await wechat.pay.coupons()
        return coupons === null ? null : { coupons, notifyUrl: wechat.pay.notifyUrl }
      },
      keptOf: keptOfPeople,
      sentBefore,
      differences: () => differences(kernel.db),
    },
    routes: router => wechatRoutes(router, wechat),
    door: inTurn(
      payDoor(kernel, wechat.pay),
      callbackDoor(kernel, {
        accounts,
        inbox: createInbox(kernel.db, nudge),
        decide: createReplies(wechat.replyFor, kernel.log),
        seen: createDoorLog(kernel),
      }),
    ),
    start: accounts.start,
    stop: accounts.stop,
    handlers: wechatHandlers(wechat.work),
    jobs: wechatJobs(wechat.work),
  }
}
