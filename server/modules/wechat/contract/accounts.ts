import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'

export const WechatAccountRow = z.object({
  appId: z.string(),
  kind: z.enum(['official', 'miniprogram']),
  mode: z.enum(['plain', 'compatible', 'safe']),
  /** The address to enter in WeChat's console. */
  callbackUrl: z.string(),
  followers: z.int().nullable(),
  lastInboundAt: Instant.nullable(),
})

/** The connected accounts, for staff. */
export const accountOperations = operations({
  accounts: {
    method: 'GET',
    path: '/admin/wechat/accounts',
    access: 'staff:wechat.read',
    summary: 'The connected WeChat accounts',
    reply: z.object({ items: z.array(WechatAccountRow) }),
  },
})
