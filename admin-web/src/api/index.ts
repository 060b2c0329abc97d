import type { brandApi } from '../../../server/modules/brand/contract.ts'
import type { campaignsApi } from '../../../server/modules/campaigns/contract.ts'
import type { catalogApi } from '../../../server/modules/catalog/contract.ts'
import type { channelsApi } from '../../../server/modules/channels/contract.ts'
import type { couponsApi } from '../../../server/modules/coupons/contract.ts'
import type { erpApi } from '../../../server/modules/erp/contract.ts'
import type { membersApi } from '../../../server/modules/members/contract.ts'
import type { pointsApi } from '../../../server/modules/points/contract.ts'
import type { rewardsApi } from '../../../server/modules/rewards/contract/index.ts'
import type { salesApi } from '../../../server/modules/sales/contract.ts'
import type { segmentsApi } from '../../../server/modules/segments/contract.ts'
import type { staffApi } from '../../../server/modules/staff/contract.ts'
import type { ticketsApi } from '../../../server/modules/tickets/contract.ts'
import type { tiersApi } from '../../../server/modules/tiers/contract.ts'
import type { tillApi } from '../../../server/modules/till/contract.ts'
import type { tillCodesApi } from '../../../server/modules/till/contract/codes-api.ts'
import type { tillDeskApi } from '../../../server/modules/till/contract/desk-api.ts'
import type { wechatApi } from '../../../server/modules/wechat/contract/index.ts'
import { operations } from './operations.ts'
import { send } from './send.ts'
import { api } from './wire.ts'

export const brand = api<typeof brandApi>(operations.brand, send)
export const campaigns = api<typeof campaignsApi>(operations.campaigns, send)
export const catalog = api<typeof catalogApi>(operations.catalog, send)
export const channels = api<typeof channelsApi>(operations.channels, send)
export const coupons = api<typeof couponsApi>(operations.coupons, send)
export const erp = api<typeof erpApi>(operations.erp, send)
export const members = api<typeof membersApi>(operations.members, send)
export const points = api<typeof pointsApi>(operations.points, send)
export const rewards = api<typeof rewardsApi>(operations.rewards, send)
export const sales = api<typeof salesApi>(operations.sales, send)
export const segments = api<typeof segmentsApi>(operations.segments, send)
export const staff = api<typeof staffApi>(operations.staff, send)
export const tickets = api<typeof ticketsApi>(operations.tickets, send)
export const tiers = api<typeof tiersApi>(operations.tiers, send)
export const till = api<typeof tillApi>(operations.till, send)
export const tillCodes = api<typeof tillCodesApi>(operations.till, send)
export const tillDesk = api<typeof tillDeskApi>(operations.tillDesk, send)
export const wechat = api<typeof wechatApi>(operations.wechat, send)
