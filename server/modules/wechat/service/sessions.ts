import { createHash, randomBytes } from 'node:crypto'
import { WechatError } from 'wechat-api-ts'
import { z } from 'zod'
import type { Kernel } from '../../../kernel/module.ts'
import { wechatErrors } from '../contract/index.ts'
import type { Accounts } from './accounts.ts'

const Shopper = z.object({ appId: z.string(), openid: z.string(), unionid: z.string().nullable() })
/** Somebody in the mini-program, as WeChat told us. */
export type Shopper = z.output<typeof Shopper>

/** How long a session lasts after its last use. */
export const SESSION_SECONDS = 7 * 86_400

const answer = (error: unknown, badCode: () => Error): Error => {
  if (!(error instanceof WechatError)) return error instanceof Error ? error : new Error(String(error))
  if (error.code === 40226) return wechatErrors.accountBlocked()
  return error.reaction === 'login' || error.code === 40029
    ? badCode()
    : wechatErrors.platformDown({ reason: error.en })
}

/** The mini-program's sessions: our own random token in Redis; WeChat's session key never leaves and is not kept. */
export function createSessions({ redis, config }: Pick<Kernel, 'redis' | 'config'>, accounts: Accounts) {
  const keyOf = (token: string): string =>
    `${config.REDIS_PREFIX}:shop:${createHash('sha256').update(token).digest('base64url')}`
  const accountOf = (appId: string | undefined) => {
    const account = appId === undefined ? accounts.mini() : accounts.byId(appId)
    if (account === null || account.kind !== 'miniprogram') throw wechatErrors.noAccount({ kind: '小程序' })
    return account
  }

  return {
    /** Exchanges wx.login's code for a session; throws badLoginCode, accountBlocked, platformDown. */
    async open(code: string, appId?: string): Promise<{ token: string; shopper: Shopper }> {
      const account = accountOf(appId)
      const { openid, unionid } = await account.client.login(code).catch((error: unknown) => {
        throw answer(error, wechatErrors.badLoginCode)
      })
      const shopper: Shopper = { appId: account.appId, openid, unionid }
      const token = randomBytes(32).toString('base64url')
      await redis.set(keyOf(token), JSON.stringify(shopper), 'EX', SESSION_SECONDS)
      return { token, shopper }
    },
    /** Whose session a token is; null when it has ended. Each use prolongs it. */
    async find(token: string): Promise<Shopper | null> {
      const text = await redis.getex(keyOf(token), 'EX', SESSION_SECONDS)
      return text === null ? null : Shopper.parse(JSON.parse(text))
    },
    /** The phone number behind the code of WeChat's phone button; throws badPhoneCode, platformDown. */
    async phoneByCode(appId: string, code: string): Promise<string> {
      const { phone } = await accountOf(appId)
        .client.phoneNumber(code)
        .catch((error: unknown) => {
          throw answer(error, wechatErrors.badPhoneCode)
        })
      return phone
    },
  }
}
