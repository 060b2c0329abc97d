import type { Db } from './kernel/db.ts'
import { campaignsTimeline } from './modules/campaigns/index.ts'
import { couponsTimeline } from './modules/coupons/index.ts'
import type { TimelinePart } from './modules/members/index.ts'
import { pointsTimeline } from './modules/points/index.ts'
import { receiptsTimeline } from './modules/sales/index.ts'
import { addressesOf } from './modules/segments/index.ts'
import type { StaffApi } from './modules/staff/index.ts'
import { ticketsTimeline } from './modules/tickets/index.ts'
import { tiersTimeline } from './modules/tiers/index.ts'
import type { WechatApi } from './modules/wechat/index.ts'
import type { Kernel } from './kernel/module.ts'

/** What the modules above members tell of one, for the timeline of the 360° page; of one instant the later ones come last. */
export const timelineParts = (
  kernel: Pick<Kernel, 'clock' | 'config'>,
  { wechat, staff }: { readonly wechat: Pick<WechatApi, 'sentBefore'>; readonly staff: Pick<StaffApi, 'auditOf'> },
): TimelinePart[] => [
  couponsTimeline(),
  pointsTimeline(),
  receiptsTimeline(),
  tiersTimeline(kernel),
  {
    kind: 'message',
    permission: 'members.read',
    read: async (db: Db, ask) => wechat.sentBefore(db, await addressesOf(db, ask.memberId), ask),
  },
  campaignsTimeline(),
  ticketsTimeline(),
  {
    kind: 'log',
    permission: 'audit.read',
    read: async (db: Db, ask) =>
      (await staff.auditOf(db, { kind: 'member', id: ask.memberId }, ask)).map(row => ({
        id: row.id,
        at: row.at,
        what: row.action,
        note: row.reason,
        by: row.actorName,
      })),
  },
]
