import type { Contract } from './kernel/http/contract.ts'
import { brandApi } from './modules/brand/contract.ts'
import { campaignsApi } from './modules/campaigns/contract.ts'
import { catalogApi } from './modules/catalog/contract.ts'
import { channelsApi } from './modules/channels/contract.ts'
import { couponsApi } from './modules/coupons/contract.ts'
import { erpApi } from './modules/erp/contract.ts'
import { filesApi } from './modules/files/contract.ts'
import { membersApi } from './modules/members/contract.ts'
import { pointsApi } from './modules/points/contract.ts'
import { rewardsApi } from './modules/rewards/contract/index.ts'
import { salesApi } from './modules/sales/contract.ts'
import { segmentsApi } from './modules/segments/contract.ts'
import { staffApi } from './modules/staff/contract.ts'
import { ticketsApi } from './modules/tickets/contract.ts'
import { tiersApi } from './modules/tiers/contract.ts'
import { tillApi } from './modules/till/contract.ts'
import { tillCodesApi } from './modules/till/contract/codes-api.ts'
import { tillDeskApi } from './modules/till/contract/desk-api.ts'
import { wechatApi } from './modules/wechat/contract/index.ts'

/** Every contract of the product: what /openapi.json prints and the clients' tables are made from. */
export const contracts: readonly Contract[] = [
  staffApi,
  wechatApi,
  filesApi,
  brandApi,
  erpApi,
  membersApi,
  catalogApi,
  salesApi,
  pointsApi,
  tiersApi,
  couponsApi,
  rewardsApi,
  tillApi,
  tillCodesApi,
  tillDeskApi,
  channelsApi,
  segmentsApi,
  campaignsApi,
  ticketsApi,
]
