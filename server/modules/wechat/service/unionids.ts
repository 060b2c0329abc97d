import { WechatError } from 'wechat-api-ts'
import type { Kernel } from '../../../kernel/module.ts'
import { inTransaction } from '../../../kernel/db.ts'
import { publish } from '../../../kernel/events/event.ts'
import { followed } from '../events.ts'
import { announce, countAsked, unannounced } from '../repository/followers.ts'
import type { Accounts } from './accounts.ts'

const RUN = 50
const TRIES = 5
type Follower = Awaited<ReturnType<typeof unannounced>>[number]

/** Asks WeChat who the new followers are (their unionid) and tells the other modules; returns how many were told. */
export function createAnnouncer({ db, clock, log }: Pick<Kernel, 'db' | 'clock' | 'log'>, accounts: Accounts) {
  /** The unionid; undefined when it has to be asked again later. */
  async function ask(follower: Follower): Promise<string | null | undefined> {
    const account = accounts.byId(follower.appId)
    if (account === null || follower.openid === null || follower.asked >= TRIES) return null
    try {
      return (await account.client.user(follower.openid)).unionid
    } catch (error) {
      if (!(error instanceof WechatError)) throw error
      log.warn({ appId: follower.appId, code: error.code, reason: error.en }, 'unionid not known yet')
      return undefined
    }
  }

  async function tell(follower: Follower): Promise<boolean> {
    const unionid = await ask(follower)
    const { openid, appId, openidHash, scene, changedAt } = follower
    if (unionid === undefined || openid === null) {
      await countAsked(db, appId, openidHash)
      return false
    }
    return inTransaction(db, async tx => {
      if (!(await announce(tx, follower, unionid, clock.now()))) return false
      await publish(tx, followed, { appId, openid, unionid, scene, at: changedAt.toISOString() })
      return true
    })
  }

  return async (): Promise<number> => {
    const told = await Promise.all((await unannounced(db, RUN)).map(tell))
    return told.filter(Boolean).length
  }
}
