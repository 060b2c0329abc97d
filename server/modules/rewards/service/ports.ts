import type { Db } from '../../../kernel/db.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { CouponsApi } from '../../coupons/index.ts'
import type { FilesApi } from '../../files/index.ts'
import type { MembersApi } from '../../members/index.ts'
import type { PointsApi } from '../../points/index.ts'
import type { Audit } from '../../staff/index.ts'
import type { TiersApi } from '../../tiers/index.ts'
import type { WechatApi } from '../../wechat/index.ts'

/** What rewards is made from beside the kernel: the front doors of the modules below and beside it. */
export interface RewardsNeeds {
  readonly audit: Audit
  readonly files: Pick<FilesApi, 'receive' | 'pathOf' | 'read' | 'get'>
  readonly members: MembersApi
  readonly points: Pick<PointsApi, 'grant' | 'spend' | 'giveBack' | 'balances' | 'rules'>
  readonly coupons: Pick<CouponsApi, 'issue' | 'template'>
  readonly tiers: Pick<TiersApi, 'benefitsOf' | 'ladder'>
  readonly wechat: Pick<WechatApi, 'accounts' | 'plan'>
  /** Names of stores by code; codes that are none are left out. */
  readonly storeNames: (db: Db, codes: readonly string[]) => Promise<Map<string, string>>
}

export type RewardsKernel = Pick<Kernel, 'db' | 'clock' | 'newId' | 'config' | 'vault' | 'log'>
