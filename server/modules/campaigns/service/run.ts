import type { Kernel } from '../../../kernel/module.ts'
import { everyStore } from '../../../kernel/scope.ts'
import { inTransaction, type Tx } from '../../../kernel/db.ts'
import { AppError } from '../../../kernel/errors.ts'
import { fault } from '../../../kernel/faults.ts'
import type { IssueItem, IssueResult } from '../../coupons/index.ts'
import type { Outgoing } from '../../wechat/index.ts'
import { CampaignPurpose, CampaignText } from '../contract.ts'
import { beat, campaignById, moveCampaign, storesOf, type Campaign } from '../repository/campaigns.ts'
import { groupOf, keyOf } from '../repository/keys.ts'
import { freeze, setCoupon, setMessage, waitingForCoupon, waitingForMessage } from '../repository/recipients.ts'
import { allowedOf, reachOf, scopeOf, willingFor } from './audience.ts'
import { addressOf } from './messages.ts'
import type { CampaignsNeeds } from './ports.ts'

/** What is to be done next: the next piece (after so many ms), or nothing, because the campaign is finished, held or another's. */
export type Next = { readonly again: true; readonly afterMs: number } | { readonly again: false }

const DONE: Next = { again: false }
const NOW: Next = { again: true, afterMs: 0 }
const RUN = 500
const BATCH = 100
/** So long one piece of sending lasts; a pause is heeded before each batch. */
const PIECE_MS = 3_000
/** Planning beside it begins nothing new after that: the next piece would wait for it, and turns would go unused. */
const PLAN_MS = PIECE_MS / 2
const WAIT_MS = 2_000

/**
 * The worker of a campaign: one call does one piece and says what comes next. Every piece is one transaction behind the
 * campaign's own row, so that a fall loses nothing and a second worker, a pause or a stop cannot come in between.
 */
export function createRunner(
  kernel: Pick<Kernel, 'db' | 'clock' | 'config'>,
  { wechat, segments, coupons }: Pick<CampaignsNeeds, 'wechat' | 'segments' | 'coupons'>,
) {
  const { db, clock, config } = kernel
  // What leaves in a quarter of a second: a pause is soon heeded.
  const batch = Math.min(BATCH, Math.max(Math.floor(config.CAMPAIGN_RATE / 4), 1))

  /** Freezes the audience and begins: scheduled → issuing. */
  async function begin(campaign: Campaign, chain: string): Promise<Next> {
    const now = clock.now()
    const waitMs = (campaign.startAt?.getTime() ?? 0) - now.getTime()
    if (waitMs > 0) return DONE
    const scope = scopeOf(campaign, await storesOf(db, campaign.id))
    await inTransaction(db, async tx => {
      if (!(await beat(tx, campaign.id, chain, 'scheduled', now))) return
      const reach = reachOf(tx, wechat, segments, campaign, campaign.rulesJson ?? '{}', scope)
      const first = {
        coupon: campaign.couponTemplateId === null ? 'none' : 'waiting',
        message: campaign.route === 'none' ? 'none' : 'waiting',
      } as const
      await freeze(tx, campaign.id, reach.audience, reach, first)
      fault('campaigns.afterFreezeBeforeMark')
      await moveCampaign(tx, campaign.id, ['scheduled'], { state: 'issuing', frozenAt: now })
    })
    return NOW
  }

  /** Issues; a template that was ended meanwhile gives nobody anything, which is an outcome and not a failure. */
  async function issueWhileActive(
    tx: Tx,
    templateId: string,
    items: readonly IssueItem[],
  ): Promise<Pick<IssueResult, 'refused'> & { issued: ReadonlyMap<string, unknown> }> {
    try {
      return await coupons.issue(tx, templateId, items)
    } catch (error) {
      if (error instanceof AppError && error.code === 'coupons.notActive')
        return { issued: new Map(), refused: new Map() }
      throw error
    }
  }

  /** Puts the next coupons into wallets, silently; when there are none left: issuing → sending. */
  async function issue({ id, couponTemplateId }: Campaign, chain: string): Promise<Next> {
    const goOn = await inTransaction(db, async tx => {
      if (!(await beat(tx, id, chain, 'issuing', clock.now()))) return false
      const people = couponTemplateId === null ? [] : await waitingForCoupon(tx, id, RUN)
      if (couponTemplateId === null || people.length === 0) {
        await moveCampaign(tx, id, ['issuing'], { state: 'sending' })
        return true
      }
      const items = people.map(({ memberId }) => ({ memberId, key: keyOf(id, memberId) }))
      const { issued, refused } = await issueWhileActive(tx, couponTemplateId, items)
      fault('campaigns.afterIssueBeforeRecord')
      const got = people.filter(({ memberId }) => issued.has(keyOf(id, memberId))).map(({ memberId }) => memberId)
      await setCoupon(tx, id, got, 'issued', '')
      const without = Map.groupBy(
        people.filter(({ memberId }) => !issued.has(keyOf(id, memberId))),
        ({ memberId }) => refused.get(keyOf(id, memberId)) ?? 'ended',
      )
      for (const [reason, list] of without) {
        await setCoupon(
          tx,
          id,
          list.map(({ memberId }) => memberId),
          'failed',
          reason,
        )
      }
      return true
    })
    return goOn ? NOW : DONE
  }

  /** Who of these members may be written to for the purpose, as they have last decided. */
  async function willingOf(tx: Tx, purpose: string, memberIds: readonly string[]): Promise<Set<string>> {
    const willing = willingFor(tx, purpose)
    if (willing === null || memberIds.length === 0) return new Set(memberIds)
    return new Set((await willing.where('memberId', 'in', memberIds).execute()).map(row => row.memberId))
  }

  /** Plans the next messages for those who may be written to; returns how many people were looked at, null when not allowed to go on. */
  async function plan(campaign: Campaign, chain: string): Promise<number | null> {
    const { id } = campaign
    const route = campaign.route === 'template' ? 'template' : 'subscribe'
    const { appId, templateId } = addressOf(wechat, route)
    const text = CampaignText.parse(JSON.parse(campaign.textJson))
    return inTransaction(db, async tx => {
      if (!(await beat(tx, id, chain, 'sending', clock.now()))) return null
      const people = await waitingForMessage(tx, id, RUN)
      if (people.length === 0) return 0
      const known = people.flatMap(({ memberId, openid }) =>
        openid === null || openid === '' ? [] : [{ memberId, openid }],
      )
      const ids = (list: readonly { memberId: string }[]) => list.map(({ memberId }) => memberId)
      const openids = known.map(({ openid }) => openid)
      const allowed = await allowedOf(tx, wechat, route, { appId, templateId }, openids)
      const willing = await willingOf(tx, campaign.purpose, ids(known))
      const mayReceive = known.filter(({ memberId, openid }) => willing.has(memberId) && allowed.has(openid))
      const messages = mayReceive.map(({ memberId, openid }): Outgoing => ({
        key: keyOf(id, memberId),
        group: groupOf(id),
        appId,
        openid,
        route,
        purpose: CampaignPurpose.parse(campaign.purpose),
        templateId,
        body: { fields: text.fields, page: text.page },
      }))
      // Another campaign may have taken a credit since it was read: who got none has no right after all.
      const late = await wechat.plan(tx, messages)
      const planned = mayReceive.filter(({ memberId }) => !late.has(keyOf(id, memberId)))
      const unknown = people.filter(({ openid }) => openid === null || openid === '')
      await setMessage(tx, id, ids(planned), 'planned', '')
      await setMessage(tx, id, ids(unknown), 'noRight', route === 'template' ? 'noFollower' : 'noMini')
      const unwilling = known.filter(({ memberId }) => !willing.has(memberId))
      const spent = known.filter(
        ({ memberId, openid }) => willing.has(memberId) && (!allowed.has(openid) || late.has(keyOf(id, memberId))),
      )
      await setMessage(tx, id, ids(unwilling), 'noRight', 'noConsent')
      await setMessage(tx, id, ids(spent), 'noRight', route === 'template' ? 'blocked' : 'noCredit')
      fault('campaigns.afterPlanBeforeCommit')
      return people.length
    })
  }

  /** Plans for a few seconds ahead of what leaves meanwhile; null when not allowed to go on. */
  async function planAhead(campaign: Campaign, chain: string): Promise<number | null> {
    if (campaign.route === 'none') return (await beat(db, campaign.id, chain, 'sending', clock.now())) ? 0 : null
    let planned = 0
    for (const until = performance.now() + PLAN_MS; performance.now() < until;) {
      const more = await plan(campaign, chain)
      if (more === null) return null
      planned += more
      if (more < RUN || planned >= (config.CAMPAIGN_RATE * PIECE_MS) / 1000) break
    }
    return planned
  }

  /** Sends what is planned while it plans on; when nothing is left to plan, send or wait for: sending → done. */
  async function send(campaign: Campaign, chain: string): Promise<Next> {
    const { id } = campaign
    if (!(await beat(db, id, chain, 'sending', clock.now()))) return DONE
    const [planned, { claimed }] = await Promise.all([
      planAhead(campaign, chain),
      wechat.deliverer.deliver(groupOf(id), {
        limit: batch,
        own: { name: 'campaigns', perSecond: config.CAMPAIGN_RATE },
        forMs: PIECE_MS,
        goOn: () => beat(db, id, chain, 'sending', clock.now()),
      }),
    ])
    if (planned === null) return DONE
    if (claimed > 0 || planned > 0) return NOW
    await wechat.deliverer.leftovers()
    const next = await wechat.deliverer.next(groupOf(id))
    if (next.planned === null && next.sending === 0) {
      await moveCampaign(db, id, ['sending'], { state: 'done', finishedAt: clock.now(), changedAt: clock.now() })
      return DONE
    }
    const dueMs = next.planned === null ? WAIT_MS : next.planned.getTime() - clock.now().getTime()
    return { again: true, afterMs: Math.min(Math.max(dueMs, 0), WAIT_MS) }
  }

  return async (campaignId: string, chain: string): Promise<Next> => {
    const campaign = await campaignById(db, everyStore, campaignId)
    if (campaign === undefined || campaign.chain !== chain) return DONE
    if (campaign.state === 'scheduled') return begin(campaign, chain)
    if (campaign.state === 'issuing') return issue(campaign, chain)
    if (campaign.state === 'sending') return send(campaign, chain)
    return DONE
  }
}
