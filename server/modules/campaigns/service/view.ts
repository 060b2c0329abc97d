import type { z } from 'zod'
import type { Db } from '../../../kernel/db.ts'
import { CampaignPurpose, CampaignRoute, CampaignState, type CampaignRow, type CampaignTotals } from '../contract.ts'
import type { Campaign } from '../repository/campaigns.ts'
import { countMessages, countRecipients } from '../repository/recipients.ts'

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

/** What has become of everybody, counted from the rows at this moment: coupons and messages each add up to the audience. */
export async function totalsOf(db: Db, campaigns: readonly Campaign[]): Promise<Map<string, Totals>> {
  const totals = new Map(campaigns.map(({ id }) => [id, noTotals()]))
  for (const row of await countRecipients(db, [...totals.keys()])) {
    const one = totals.get(row.campaignId)
    if (one === undefined) continue
    const count = Number(row.count)
    one.audience += count
    if (isCoupon(row.coupon, one)) one.coupons[row.coupon] += count
    if (isMessage(row.message, one)) one.messages[row.message] += count
  }
  const writing = campaigns.filter(({ route, frozenAt }) => route !== 'none' && frozenAt !== null)
  for (const { id } of writing) {
    const one = totals.get(id)
    if (one === undefined) continue
    for (const row of await countMessages(db, id)) one.messages[MESSAGE[row.state] ?? 'unknown'] += Number(row.count)
  }
  return totals
}

const ENDED = new Set(['done', 'stopped'])

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
