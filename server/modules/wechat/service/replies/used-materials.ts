import { WechatError } from 'wechat-api-ts'
import { z } from 'zod'
import { AppError } from '../../../../kernel/errors.ts'
import type { Kernel } from '../../../../kernel/module.ts'
import { ReplyMessage } from '../../contract/index.ts'
import { welcomesOf } from '../../repository/codes.ts'
import { rulesOf } from '../../repository/replies.ts'
import type { Account, Accounts } from '../accounts.ts'
import { entriesWithoutMaterial, menuInForce, showingMaterial } from '../menus/materials.ts'
import { readRule } from './book.ts'
import type { LostMaterials } from './lost-materials.ts'
import { materialsIn } from './say.ts'

const Messages = z.array(ReplyMessage)

/** What WeChat has of the materials that an account answers with. */
export interface UsedMaterials {
  readonly used: number
  /** Lost at WeChat, and uploaded anew now. */
  readonly renewed: number
  /** Lost, and not to be uploaded now: WeChat refused it, or lost it again within the hour. */
  readonly lost: number
  /** Entries of the menu in force that show nothing until the menu is given to WeChat again. */
  readonly menuEntries: number
}

/**
 * Looks whether WeChat still has what the rules and codes in use answer with, and what the menu shows. WeChat answers nothing to a passive reply, so a
 * picture that it has lost would fail the shopper for months without anybody knowing; a tap on the menu shows nothing likewise.
 */
export function createUsedMaterials(
  { db, log }: Pick<Kernel, 'db' | 'log'>,
  accounts: Accounts,
  { ensure }: Pick<LostMaterials, 'ensure'>,
) {
  async function usedBy(appId: string): Promise<Set<string>> {
    const rules = (await rulesOf(db, appId)).map(readRule).filter(({ active }) => active)
    const welcomes = (await welcomesOf(db, appId)).map(welcome => Messages.parse(JSON.parse(welcome)))
    const menu = (await menuInForce(db, appId))?.menu
    return new Set([
      ...[...rules.map(({ messages }) => messages), ...welcomes].flat().flatMap(materialsIn),
      ...(menu === undefined ? [] : showingMaterial(menu).map(({ materialId }) => materialId)),
    ])
  }

  /** Throws WechatError when WeChat cannot be asked. */
  async function look(account: Account): Promise<UsedMaterials> {
    const count = { there: 0, renewed: 0, lost: 0 }
    for (const materialId of await usedBy(account.appId)) {
      const found = await ensure(account, materialId).catch((error: unknown) => {
        // WeChat would not take this one: the others are looked at all the same.
        if (!(error instanceof AppError)) throw error
        log.warn({ err: error, appId: account.appId, materialId }, 'a material in use is not at WeChat')
        return 'lost' as const
      })
      count[found]++
    }
    const menuEntries = (await entriesWithoutMaterial(db, account.appId)).length
    if (menuEntries > 0)
      log.warn({ appId: account.appId, menuEntries }, 'entries of the menu show nothing: publish it again')
    return { used: count.there + count.renewed + count.lost, renewed: count.renewed, lost: count.lost, menuEntries }
  }

  return {
    look,
    /** Looks at every official account; one that cannot be reached waits for the next time. */
    async lookAtAll(): Promise<void> {
      for (const account of accounts.all.filter(({ kind }) => kind === 'official')) {
        try {
          await look(account)
        } catch (error) {
          if (!(error instanceof WechatError)) throw error
          log.warn({ err: error, appId: account.appId }, 'WeChat does not say which materials it has')
        }
      }
    },
  }
}
