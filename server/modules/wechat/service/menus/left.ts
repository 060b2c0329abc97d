import { WechatError } from 'wechat-api-ts'
import { inTransaction } from '../../../../kernel/db.ts'
import type { Kernel } from '../../../../kernel/module.ts'
import { Menu } from '../../contract/index.ts'
import { copiesOf } from '../../repository/materials.ts'
import { endVersion, leftVersions, menuOf, setLive, takeAsDraft } from '../../repository/menus.ts'
import type { Accounts } from '../accounts.ts'
import { menuDifferences } from './differences.ts'
import { readBack } from './give.ts'

/** A menu that is being given to WeChat for longer was left behind by a fallen process. */
export const PUBLISHING_MS = 60_000

/**
 * Ends what a process that fell while publishing has left: what is in force at WeChat says whether the menu got there.
 * Where WeChat cannot be asked it stays as it is.
 */
export function createMenuSweep({ db, clock, log }: Pick<Kernel, 'db' | 'clock' | 'log'>, accounts: Accounts) {
  return async (): Promise<void> => {
    const before = new Date(clock.now().getTime() - PUBLISHING_MS)
    for (const version of await leftVersions(db, before)) {
      const { id, appId, source, menuJson, createdBy } = version
      const client = accounts.byId(appId)?.client
      if (client === undefined) continue
      const menu = Menu.parse(JSON.parse(menuJson))
      const ours = new Map((await copiesOf(db, appId)).map(copy => [copy.mediaId, copy.materialId]))
      try {
        const there = await readBack(client, mediaId => ours.get(mediaId) ?? '')
        const isThere = there !== null && menuDifferences(menu, there).length === 0
        const now = clock.now()
        await inTransaction(db, async tx => {
          const problem = isThere ? '' : '发布时中断，微信上不是这份菜单'
          await endVersion(tx, id, { state: isThere ? 'published' : 'failed', problem, finishedAt: now })
          if (!isThere) return
          if (source === 'published' && (await menuOf(tx, appId)) !== undefined) await setLive(tx, appId, id)
          else await takeAsDraft(tx, { appId, draftJson: menuJson, changedAt: now, changedBy: createdBy, liveId: id })
        })
      } catch (error) {
        if (!(error instanceof WechatError)) throw error
        log.warn({ appId, code: error.code }, 'WeChat does not tell which menu is in force')
      }
    }
  }
}
