import { contract } from '../../../kernel/http/contract.ts'
import { accountOperations } from './accounts.ts'
import { messageOperations } from './messages.ts'
import { shopOperations } from './shop.ts'

export * from './accounts.ts'
export * from './errors.ts'
export * from './messages.ts'
export * from './rights.ts'
export * from './routes.ts'
export * from './shop.ts'

/** Every operation of the module; each of its areas declares its own. */
export const wechatApi = contract('wechat', { ...shopOperations, ...accountOperations, ...messageOperations })
