import type { CouponsApi } from '../../coupons/index.ts'
import type { MembersApi } from '../../members/index.ts'
import type { SegmentsApi } from '../../segments/index.ts'
import type { Audit } from '../../staff/index.ts'
import type { WechatApi } from '../../wechat/index.ts'

/** What campaigns needs of the modules below it. */
export interface CampaignsNeeds {
  readonly wechat: WechatApi
  readonly members: Pick<MembersApi, 'briefs'>
  readonly segments: SegmentsApi
  readonly coupons: Pick<CouponsApi, 'issue' | 'template'>
  readonly audit: Audit
  /** Names of stores by code, for messages. */
  readonly storeNames: (codes: readonly string[]) => Promise<ReadonlyMap<string, string>>
}
