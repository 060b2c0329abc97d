import { z } from 'zod'
import type { Db } from '../../../kernel/db.ts'
import { CampaignPurpose, CampaignRoute, CampaignState, type CampaignRow, type CampaignTotals } from '../contract.ts'
import type { Campaign } from '../repository/campaigns.ts'
import { countMessages, countRecipients, keepCount } from '../repository/outcomes.ts'

type Totals = z.input<typeof CampaignTotals>

const noTotals = (): Totals => ({
  audience: 0,
  coupons: { none: 0, waiting: 0, issued: 0, failed: 0, stopped: 0 },
  messages: {
    none: 0,
    waiting: 0,
    sending: 0,
    sent: 0,
    failed: 0,
    refused: 0,
    unknown: 0,
    noRight: 0,
    skipped: 0,
    stopped: 0,
  },
})

/** What WeChat's side calls a state, in the campaign's words. */
const MESSAGE: Readonly<Record<string, keyof Totals['messages']>> = {
  planned: 'waiting',
  sending: 'sending',
  sent: 'sent',
  failed: 'failed',
  refused: 'refused',
  unknown: 'unknown',
  withdrawn: 'stopped',
}
const isCoupon = (state: string, totals: Totals): state is keyof Totals['coupons'] => state in totals.coupons
const isMessage = (state: string, totals: Totals): state is keyof Totals['messages'] => state in totals.messages

const ENDED = new Set(['done', 'stopped'])

const Counted = z.array(z.object({ coupon: z.string(), message: z.string(), count: z.number() }))
type Counted = z.output<typeof Counted>

/** An audience by outcome. After the end its rows no longer change, so they are counted once and the count is kept. */
async function countedOf(db: Db, campaign: Campaign): Promise<Counted> {
  if (campaign.frozenAt === null) return []
  if (campaign.countedJson !== null) return Counted.parse(JSON.parse(campaign.countedJson))
  const counted = (await countRecipients(db, campaign.id)).map(row => ({ ...row, count: Number(row.count) }))
  if (ENDED.has(campaign.state)) await keepCount(db, campaign.id, JSON.stringify(counted))
  return counted
}

/** What has become of everybody: coupons and messages each add up to the audience. */
async function totalsOfOne(db: Db, campaign: Campaign): Promise<Totals> {
  const totals = noTotals()
  let planned = 0
  for (const { coupon, message, count } of await countedOf(db, campaign)) {
    totals.audience += count
    if (isCoupon(coupon, totals)) totals.coupons[coupon] += count
    if (isMessage(message, totals)) totals.messages[message] += count
    else planned += count
  }
  if (planned === 0) return totals
  const ended = ENDED.has(campaign.state)
  for (const row of await countMessages(db, campaign.id, !ended)) {
    totals.messages[MESSAGE[row.state] ?? 'unknown'] += Number(row.count)
    planned -= Number(row.count)
  }
  // After the end nearly all are sent: counting the few others is enough, each planned person has exactly one message.
  if (ended) totals.messages.sent += planned
  return totals
}

/** The totals of campaigns, by id. */
export async function totalsOf(db: Db, campaigns: readonly Campaign[]): Promise<Map<string, Totals>> {
  return new Map(
    await Promise.all(campaigns.map(async campaign => [campaign.id, await totalsOfOne(db, campaign)] as const)),
  )
}

/** 0–100: how much of the audience is settled. */
export function percentOf(state: string, { audience, coupons, messages }: Totals): number {
  if (ENDED.has(state)) return 100
  if (audience === 0) return 0
  const open = Math.max(coupons.waiting, messages.waiting + messages.sending)
  return Math.floor(((audience - open) / audience) * 1000) / 10
}

/** A campaign in a list. */
export const rowOf = (campaign: Campaign, totals: Totals = noTotals()): z.input<typeof CampaignRow> => ({
  id: campaign.id,
  name: campaign.name,
  purpose: CampaignPurpose.parse(campaign.purpose),
  route: CampaignRoute.parse(campaign.route),
  state: CampaignState.parse(campaign.state),
  segmentId: campaign.segmentId,
  segmentName: campaign.segmentName,
  couponTemplateId: campaign.couponTemplateId,
  startAt: campaign.startAt,
  createdAt: campaign.createdAt,
  finishedAt: campaign.finishedAt,
  percent: percentOf(campaign.state, totals),
  totals,
})
