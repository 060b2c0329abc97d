import type { z } from 'zod'
import type { Db } from '../../../kernel/db.ts'
import { CampaignPurpose, CampaignRoute, CampaignState, type CampaignRow, type CampaignTotals } from '../contract.ts'
import type { Campaign } from '../repository/campaigns.ts'
import { standings } from '../repository/tally.ts'

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

/** What has become of everybody: coupons and messages each add up to the audience. */
function addUp(standing: Awaited<ReturnType<typeof standings>>): Totals {
  const totals = noTotals()
  let planned = 0
  for (const { about, outcome, people } of standing) {
    if (about === 'wechat') {
      totals.messages[MESSAGE[outcome] ?? 'unknown'] += people
      planned -= people
    } else if (about === 'coupon') {
      totals.audience += people
      if (isCoupon(outcome, totals)) totals.coupons[outcome] += people
    } else if (isMessage(outcome, totals)) totals.messages[outcome] += people
    else planned += people
  }
  totals.messages.sent += planned
  return totals
}

/** What has become of everybody, and why not what should have: each reason with how often it occurs, most frequent first. */
export async function headOf(
  db: Db,
  campaign: Pick<Campaign, 'id'>,
): Promise<{ totals: Totals; reasons: { outcome: string; reason: string; count: number }[] }> {
  const standing = await standings(db, campaign.id, { reasons: true })
  const reasons = standing
    .filter(({ reason }) => reason !== '')
    .map(({ outcome, reason, people }) => ({ outcome, reason, count: people }))
    .toSorted((a, b) => b.count - a.count)
  return { totals: addUp(standing), reasons }
}

/** The totals of campaigns, by id. */
export async function totalsOf(db: Db, campaigns: readonly Campaign[]): Promise<Map<string, Totals>> {
  return new Map(
    await Promise.all(
      campaigns.map(async ({ id }) => [id, addUp(await standings(db, id, { reasons: false }))] as const),
    ),
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
