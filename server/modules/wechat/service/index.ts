import { setTimeout as sleep } from 'node:timers/promises'
import { commonErrors } from '../../../kernel/errors.ts'
import type { ShopperCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { FilesApi } from '../../files/index.ts'
import type { z } from 'zod'
import type { SendingHealth } from '../contract/index.ts'
import { purgeInbound } from '../repository/inbound.ts'
import { sendingCounts } from '../repository/messages.ts'
import type { Work } from '../jobs.ts'
import type { AccountDirectory } from './accounts.ts'
import { createAccountChecks } from './accounts/checks.ts'
import { createAccountSetup, type AccountSetup, type AuditAccounts } from './accounts/setup.ts'
import { createCodes, type CodePeople, type Codes } from './codes/index.ts'
import { createDeliverer, type Deliverer } from './deliver.ts'
import { createDesk, type Desk, type PeopleNeeds } from './desk.ts'
import { createFollowers, type Followers } from './followers.ts'
import { createIntake } from './intake.ts'
import { createMenus, type Menus } from './menus/index.ts'
import { createMenuSweep } from './menus/left.ts'
import { createMoments, type Moments } from './moments/index.ts'
import { createMass, type MassMessages } from './mass/index.ts'
import type { MassNeeds } from './mass/plan.ts'
import { createPlanner, SEND_NOW } from './outbound.ts'
import { createPace } from './pace.ts'
import { createAutoReply, type AutoReply, type AutoReplyNeeds } from './replies/index.ts'
import { createLostMaterials } from './replies/lost-materials.ts'
import { createMaterials, type Materials } from './replies/materials.ts'
import { createBringer } from './replies/sayable.ts'
import { createUsedMaterials } from './replies/used-materials.ts'
import { createPayDesk, type PayDesk } from './pay/desk.ts'
import { createReports } from './reports.ts'
import { createRetention } from './retention.ts'
import { createRevocations } from './revocations.ts'
import { createRights } from './rights.ts'
import { createSessions, SESSION_SECONDS, type Shopper } from './sessions.ts'
import { createAnnouncer } from './unionids.ts'

/** What the module needs from above, given by the composition root. */
export interface WechatNeeds extends PeopleNeeds, Omit<AutoReplyNeeds, 'bring'>, MassNeeds {
  /** Where the pictures, sounds and films of replies and menus are kept. */
  readonly files: FilesApi
  /** Whether somebody of the mini-program is a member. */
  memberIdOf(shopper: Shopper): Promise<string | null>
  readonly audit: AuditAccounts
  /** Who can be the recruiter of a channel code. */
  readonly codePeople: CodePeople
}

/** The module's use cases. */
export interface Wechat {
  readonly rights: ReturnType<typeof createRights>
  readonly sessions: ReturnType<typeof createSessions>
  readonly deliverer: Deliverer
  readonly planner: ReturnType<typeof createPlanner>
  readonly desk: Desk
  readonly mass: MassMessages
  readonly work: Work
  readonly menus: Menus
  readonly codes: Codes['codes']
  readonly touches: Codes['touches']
  readonly tags: Codes['tags']
  readonly followers: Followers
  readonly pay: PayDesk
  readonly moments: Moments
  readonly replies: AutoReply['rules']
  readonly materials: Materials
  /** What is answered to a push at once. */
  readonly replyFor: AutoReply['replyFor']
  openSession(code: string, appId?: string): Promise<{ token: string; expiresIn: number; member: boolean }>
  /** The caller behind an Authorization header; throws unauthenticated. */
  authenticate(authorization: string): Promise<ShopperCaller>
  readonly setup: AccountSetup
  readonly check: ReturnType<typeof createAccountChecks>
  sendingHealth(): Promise<z.input<typeof SendingHealth>>
}

const BATCH = 50
const DAY_MS = 86_400_000
const KEPT_DAYS = 30

export function createWechatService(kernel: Kernel, accounts: AccountDirectory, needs: WechatNeeds): Wechat {
  const { db, clock } = kernel
  const sessions = createSessions(kernel, accounts)
  const rights = createRights(kernel, accounts)
  const planner = createPlanner(kernel)
  const pace = createPace(kernel)
  const materials = createMaterials(kernel, needs.files)
  const lostMaterials = createLostMaterials(kernel, materials)
  const { withMaterials } = lostMaterials
  const bring = createBringer(kernel, lostMaterials)
  const usedMaterials = createUsedMaterials(kernel, accounts, lostMaterials)
  const deliverer = createDeliverer(kernel, accounts, pace, withMaterials)
  const channel = createCodes(kernel, accounts, needs.codePeople, bring)
  const followers = createFollowers(kernel, accounts, needs, channel.tags.ask)
  const moments = createMoments(kernel, accounts, rights, needs.codePeople.audit)
  const autoReply = createAutoReply(kernel, accounts, planner, { ...needs, bring }, channel.codes.sceneReply)
  const mass = createMass(kernel, accounts, pace, { materials, withMaterials }, needs)
  const intake = createIntake(kernel, [
    createReports(kernel, accounts),
    mass.reports,
    autoReply.work,
    channel.touches.work,
    createRevocations(kernel, needs.audit),
  ])
  const retention = createRetention(kernel)
  const endLeftMenus = createMenuSweep(kernel, accounts)
  const pay = createPayDesk(kernel, accounts, needs)
  const announce = createAnnouncer(kernel, accounts)

  async function sendNow(): Promise<void> {
    while ((await deliverer.deliver(SEND_NOW, { limit: BATCH })).claimed > 0) await sleep(0)
  }

  const work: Work = {
    async intake() {
      while ((await intake()) > 0) await sleep(0)
      while ((await announce()) > 0) await sleep(0)
    },
    sendNow,
    async sweep() {
      await deliverer.leftovers()
      await sendNow()
      await mass.work()
      await endLeftMenus()
      await pay.resolve()
    },
    async purge() {
      await purgeInbound(db, new Date(clock.now().getTime() - KEPT_DAYS * DAY_MS))
      await retention()
      await moments.purge()
    },
    makeCodes: channel.make,
    async syncTags() {
      await channel.tags.sync()
      await followers.syncBlacklist()
    },
    checkMaterials: usedMaterials.lookAtAll,
  }

  return {
    rights,
    sessions,
    deliverer,
    planner,
    mass,
    desk: createDesk(kernel, accounts, planner, rights, needs),
    work,
    menus: createMenus(kernel, accounts, { ...needs, materials, withMaterials, replies: autoReply.page }),
    codes: channel.codes,
    touches: channel.touches,
    tags: channel.tags,
    followers,
    pay,
    moments,
    replies: autoReply.rules,
    materials,
    replyFor: autoReply.replyFor,
    async openSession(code, appId) {
      const { token, shopper } = await sessions.open(code, appId)
      return { token, expiresIn: SESSION_SECONDS, member: (await needs.memberIdOf(shopper)) !== null }
    },
    async authenticate(authorization) {
      const token = /^Bearer ([\w-]{20,64})$/.exec(authorization)?.[1]
      const shopper = token === undefined ? null : await sessions.find(token)
      if (shopper === null) throw commonErrors.unauthenticated()
      return { kind: 'shopper', ...shopper, memberId: await needs.memberIdOf(shopper) }
    },
    setup: createAccountSetup(kernel, accounts, needs.audit),
    check: createAccountChecks(kernel, accounts, usedMaterials.look),
    async sendingHealth() {
      const now = clock.now()
      const { open, ended } = await sendingCounts(db, new Date(now.getTime() - DAY_MS))
      const oldest = open.find(({ state }) => state === 'planned')?.oldest ?? null
      const count = (state: string): number => Number([...open, ...ended].find(row => row.state === state)?.count ?? 0)
      return {
        planned: count('planned'),
        sending: count('sending'),
        oldestSeconds: oldest === null ? 0 : Math.max(0, Math.round((now.getTime() - oldest.getTime()) / 1000)),
        sentToday: count('sent'),
        failedToday: count('failed') + count('refused'),
        unknownToday: count('unknown'),
      }
    },
  }
}
