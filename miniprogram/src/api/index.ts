import { client } from '../../../server/kernel/http/client.ts'
import type { Contract } from '../../../server/kernel/http/contract.ts'
import type { brandApi } from '../../../server/modules/brand/contract.ts'
import type { catalogApi } from '../../../server/modules/catalog/contract.ts'
import type { couponsApi } from '../../../server/modules/coupons/contract.ts'
import type { membersApi } from '../../../server/modules/members/contract.ts'
import type { pointsApi } from '../../../server/modules/points/contract.ts'
import type { rewardsApi } from '../../../server/modules/rewards/contract/index.ts'
import type { salesApi } from '../../../server/modules/sales/contract.ts'
import type { ticketsApi } from '../../../server/modules/tickets/contract.ts'
import type { tiersApi } from '../../../server/modules/tiers/contract.ts'
import type { tillCodesApi } from '../../../server/modules/till/contract/codes-api.ts'
import type { tillDeskApi } from '../../../server/modules/till/contract/desk-api.ts'
import type { wechatApi } from '../../../server/modules/wechat/contract/index.ts'
import { operations } from './operations.ts'
import { send } from './session.ts'

/** Of a contract the operations that a shopper may call. */
type ForShoppers<C extends Contract> = Contract<{
  [
    K in keyof C['operations'] as C['operations'][K]['path'] extends `/shop/${string}` | `/public/${string}` ? K : never
  ]: C['operations'][K]
}>

/** The shop's server as the mini-program sees it, typed by the server's own contracts. */
export const shop = {
  brand: client<ForShoppers<typeof brandApi>>(operations.brand, send),
  catalog: client<ForShoppers<typeof catalogApi>>(operations.catalog, send),
  coupons: client<ForShoppers<typeof couponsApi>>(operations.coupons, send),
  members: client<ForShoppers<typeof membersApi>>(operations.members, send),
  points: client<ForShoppers<typeof pointsApi>>(operations.points, send),
  rewards: client<ForShoppers<typeof rewardsApi>>(operations.rewards, send),
  sales: client<ForShoppers<typeof salesApi>>(operations.sales, send),
  tickets: client<ForShoppers<typeof ticketsApi>>(operations.tickets, send),
  tiers: client<ForShoppers<typeof tiersApi>>(operations.tiers, send),
  till: client<ForShoppers<typeof tillCodesApi>>(operations.till, send),
  tillDesk: client<ForShoppers<typeof tillDeskApi>>(operations.tillDesk, send),
  wechat: client<ForShoppers<typeof wechatApi>>(operations.wechat, send),
}

export { ApiError, isOffline, messageOf } from './request.ts'
