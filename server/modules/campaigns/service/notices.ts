import type { z } from 'zod'
import { addDays, shopDay } from '../../../kernel/clock.ts'
import { inTransaction } from '../../../kernel/db.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { pointsCredited, pointsExpiringSoon } from '../../points/events.ts'
import { followingMembers } from '../../segments/index.ts'
import { SEND_NOW, thingField, type Outgoing } from '../../wechat/index.ts'
import type { CampaignsNeeds } from './ports.ts'

type Credited = z.output<typeof pointsCredited.payload>
type Expiring = z.output<typeof pointsExpiringSoon.payload>

/**
 * The service notice 积分到账: one template message for each credit of a member who follows the official account. It says
 * what was bought where and nothing that sells; sales of long ago say nothing.
 */
export function createNotices(
  { db, clock, config }: Pick<Kernel, 'db' | 'clock' | 'config'>,
  { wechat, storeNames }: Pick<CampaignsNeeds, 'wechat' | 'storeNames'>,
) {
  return async ({ items }: Credited): Promise<void> => {
    const templateId = wechat.accounts.templateOf('official', 'pointsArrived')
    if (templateId === null) return
    const { appId } = wechat.accounts.official()
    const oldest = addDays(shopDay(clock.now(), config.SHOP_ZONE), -config.POINTS_NOTICE_DAYS)
    const fresh = items.filter(item => item.amount > 0 && item.latestBusinessDate >= oldest)
    if (fresh.length === 0) return
    const followers = await followingMembers(
      db,
      appId,
      fresh.map(item => item.memberId),
    ).execute()
    const openids = new Map(followers.map(row => [row.memberId, row.openid]))
    const told = fresh.filter(item => openids.has(item.memberId))
    if (told.length === 0) return
    const names = await storeNames([...new Set(told.map(item => item.storeCode))])
    const messages = told.map((item): Outgoing => ({
      key: `points:${item.key}`.slice(0, 120),
      group: SEND_NOW,
      appId,
      openid: openids.get(item.memberId) ?? '',
      route: 'template',
      purpose: 'service',
      templateId,
      body: {
        fields: {
          thing1: thingField(names.get(item.storeCode) ?? item.storeCode),
          number2: String(item.amount),
          number3: String(item.balance),
          time4: item.latestBusinessDate,
        },
        page: 'packages/shopping/points/points',
      },
    }))
    await inTransaction(db, tx => wechat.plan(tx, messages))
  }
}

/**
 * The service notice before points expire: one for each member, month of expiry and notice of the rules (30 days before,
 * 7 days before), however many lots and days it has. It says how many go when, and nothing that sells.
 */
export function createExpiryNotices({ db }: Pick<Kernel, 'db'>, { wechat }: Pick<CampaignsNeeds, 'wechat'>) {
  return async ({ items }: Expiring): Promise<void> => {
    const templateId = wechat.accounts.templateOf('official', 'pointsExpiring')
    if (templateId === null || items.length === 0) return
    const { appId } = wechat.accounts.official()
    const followers = await followingMembers(db, appId, [...new Set(items.map(item => item.memberId))]).execute()
    const openids = new Map(followers.map(row => [row.memberId, row.openid]))
    // Days of one month that come in one event are told together; a later event of that month and notice finds its key taken.
    const months = Map.groupBy(
      items.filter(item => openids.has(item.memberId)),
      item => `${item.memberId}:${item.expiresOn.slice(0, 7)}:${item.days}`,
    )
    const messages = [...months].map(([key, days]): Outgoing => {
      const first = days.map(day => day.expiresOn).toSorted()[0] ?? ''
      return {
        key: `points:expiring:${key}`,
        group: SEND_NOW,
        appId,
        openid: openids.get(days[0]?.memberId ?? '') ?? '',
        route: 'template',
        purpose: 'service',
        templateId,
        body: {
          fields: { number1: String(days.reduce((sum, day) => sum + day.points, 0)), time2: addDays(first, -1) },
          page: 'packages/shopping/points/points',
        },
      }
    })
    if (messages.length > 0) await inTransaction(db, tx => wechat.plan(tx, messages))
  }
}
