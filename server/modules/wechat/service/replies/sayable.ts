import { WechatError } from 'wechat-api-ts'
import { PASSIVE_TYPES, wechatErrors, type ReplyKind, type ReplyMessage } from '../../contract/index.ts'
import type { Kernel } from '../../../../kernel/module.ts'
import { freshenBook } from '../../repository/replies.ts'
import type { Account } from '../accounts.ts'
import type { LostMaterials } from './lost-materials.ts'
import { materialsIn } from './say.ts'
import { valuesIn } from './values.ts'

/**
 * Whether messages can be said in this order (wechat-protocol §1.8, §3.3): throws handOverAlone, handOverToWords, filmFirst
 * or noPlainText. What WeChat would drop without a word is refused before it is saved.
 */
export function checkMessages(messages: readonly ReplyMessage[], occasion: ReplyKind): void {
  const handsOver = messages.some(({ type }) => type === 'handOver')
  if (handsOver && messages.length > 1) throw wechatErrors.handOverAlone()
  // WeChat's own desk takes over what somebody has written; a follow or a tap is nothing to answer there.
  if (handsOver && (occasion === 'welcome' || occasion === 'click')) throw wechatErrors.handOverToWords()
  const [first, ...later] = messages
  const behind = first !== undefined && !PASSIVE_TYPES.includes(first.type) ? messages : later
  // As a customer-service message a film needs a cover of its own, which only its passive form goes without.
  if (behind.some(({ type }) => type === 'video')) throw wechatErrors.filmFirst()
  const isBare = (message: ReplyMessage): boolean =>
    message.type === 'text' && valuesIn(message.text).length > 0 && message.plain === ''
  if (messages.some(isBare)) throw wechatErrors.noPlainText()
}

/**
 * Gives what messages are made of to an account's WeChat before they are said, and looks whether it still has what it was
 * given: a passive reply whose picture is lost tells nobody so.
 */
export function createBringer({ db, log }: Pick<Kernel, 'db' | 'log'>, { ensure }: Pick<LostMaterials, 'ensure'>) {
  /** Throws materialRefused. */
  return async (account: Account, messages: readonly ReplyMessage[]): Promise<void> => {
    const needed = new Set(messages.flatMap(materialsIn))
    for (const materialId of needed) {
      await ensure(account, materialId).catch((error: unknown) => {
        // Nobody can be asked now: what was there yesterday is taken to be there, and the regular look finds out.
        if (!(error instanceof WechatError)) throw error
        log.warn({ err: error, appId: account.appId, materialId }, 'WeChat does not say whether it has a material')
      })
    }
    if (needed.size > 0) await freshenBook(db, account.appId)
  }
}
export type Bring = ReturnType<typeof createBringer>
