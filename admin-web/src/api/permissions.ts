import type { Contract } from '../../../server/kernel/http/contract.ts'
import type { brandApi } from '../../../server/modules/brand/contract.ts'
import type { campaignsApi } from '../../../server/modules/campaigns/contract.ts'
import type { catalogApi } from '../../../server/modules/catalog/contract.ts'
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

type AccessOf<C extends Contract> = C['operations'][keyof C['operations']]['access']
type PermissionOf<A> = A extends `staff:${infer Name}` ? Name : never

/** Every permission that some operation asks for, read off the contracts: a misspelt one does not compile. */
export type Permission = PermissionOf<
  | AccessOf<typeof brandApi>
  | AccessOf<typeof campaignsApi>
  | AccessOf<typeof catalogApi>
  | AccessOf<typeof couponsApi>
  | AccessOf<typeof erpApi>
  | AccessOf<typeof membersApi>
  | AccessOf<typeof pointsApi>
  | AccessOf<typeof rewardsApi>
  | AccessOf<typeof salesApi>
  | AccessOf<typeof segmentsApi>
  | AccessOf<typeof staffApi>
  | AccessOf<typeof ticketsApi>
  | AccessOf<typeof tiersApi>
  | AccessOf<typeof tillApi>
  | AccessOf<typeof tillCodesApi>
  | AccessOf<typeof tillDeskApi>
  | AccessOf<typeof wechatApi>
>
