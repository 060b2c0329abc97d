import { on } from '../../kernel/events/event.ts'
import type { Kernel, Module } from '../../kernel/module.ts'
import { everyStore } from '../../kernel/scope.ts'
import { memberClosed } from '../members/events.ts'
import { pointsCredited, pointsExpiringSoon } from '../points/events.ts'
import { campaignsApi } from './contract.ts'
import { campaignsJobs, runJob } from './jobs.ts'
import { abandoned, campaignById, takeOver, type Campaign } from './repository/campaigns.ts'
import { forgetMember } from './repository/recipients.ts'
import { campaignsRoutes } from './routes.ts'
import { createCampaignsService } from './service/index.ts'
import { createExpiryNotices, createNotices } from './service/notices.ts'
import type { CampaignsNeeds } from './service/ports.ts'
import { createMemberReach } from './service/reach.ts'
import { createRunner } from './service/run.ts'

export { campaignsPart } from './repository/kept.ts'
export { campaignsTimeline } from './service/timeline.ts'
export type { CampaignsNeeds } from './service/ports.ts'

/** A campaign that gives no sign of work for so long is taken up by another worker. */
const SILENT_MS = 10_000

/** Campaigns: coupons and messages for a frozen audience, and the service notices that follow from events. */
export function createCampaigns(kernel: Kernel, needs: CampaignsNeeds): Module<Record<string, never>> {
  const { db, clock, newId, enqueue } = kernel
  const run = createRunner(kernel, needs)
  const notice = createNotices(kernel, needs)

  async function takeUp(campaign: Campaign, delayMs: number): Promise<void> {
    const chain = newId()
    if (!(await takeOver(db, campaign, chain, clock.now()))) return
    await enqueue(runJob, { campaignId: campaign.id, chain }, delayMs > 0 ? { delay: delayMs } : {})
  }
  const campaigns = createCampaignsService(kernel, needs, async (campaignId, delayMs) => {
    const campaign = await campaignById(db, everyStore, campaignId)
    // What starts later is taken up by the sweep when its time has come: a queue that forgets cannot lose it.
    if (campaign !== undefined && delayMs === 0) await takeUp(campaign, 0)
  })
  async function sweep(): Promise<void> {
    const now = clock.now()
    for (const campaign of await abandoned(db, new Date(now.getTime() - SILENT_MS), now)) await takeUp(campaign, 0)
  }

  return {
    name: 'campaigns',
    api: {},
    contracts: [campaignsApi],
    routes: router => campaignsRoutes(router, campaigns, createMemberReach(kernel)),
    handlers: [
      on(pointsCredited, 'campaigns.pointsNotice', notice),
      on(pointsExpiringSoon, 'campaigns.expiryNotice', createExpiryNotices(kernel, needs)),
      on(memberClosed, 'campaigns.forgetMember', async ({ memberId }) => {
        await forgetMember(db, memberId)
      }),
    ],
    jobs: campaignsJobs({ run, sweep }, enqueue),
  }
}
