import { contract } from '../../../kernel/http/contract.ts'
import { accountOperations } from './accounts.ts'
import { codeOperations } from './codes.ts'
import { followerOperations } from './followers.ts'
import { menuOperations } from './menus.ts'
import { massOperations } from './mass.ts'
import { messageOperations } from './messages.ts'
import { momentOperations } from './moments.ts'
import { payOperations } from './pay.ts'
import { replyOperations } from './replies.ts'
import { shopOperations } from './shop.ts'
import { tagOperations } from './tags.ts'

export * from './accounts.ts'
export * from './codes.ts'
export * from './errors.ts'
export * from './followers.ts'
export * from './menus.ts'
export * from './mass.ts'
export * from './messages.ts'
export * from './moments.ts'
export * from './pay.ts'
export * from './replies.ts'
export * from './rights.ts'
export * from './routes.ts'
export * from './shop.ts'
export * from './tags.ts'

/** Every operation of the module; each of its areas declares its own. */
export const wechatApi = contract('wechat', {
  ...shopOperations,
  ...codeOperations,
  ...tagOperations,
  ...followerOperations,
  ...momentOperations,
  ...accountOperations,
  ...massOperations,
  ...messageOperations,
  ...payOperations,
  ...replyOperations,
  ...menuOperations,
})
