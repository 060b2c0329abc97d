import type { Kernel } from '../../../kernel/module.ts'
import { deleteMessages, emptyMessages } from '../repository/messages.ts'
import { unblockOld } from '../repository/rights/grants.ts'
import { differences } from '../repository/rights/proof.ts'
import { carryOver, expireWindows } from '../repository/rights/retention.ts'

const DAY_MS = 86_400_000

/**
 * The nightly work on messages and rights: closed windows are struck out, old refusals forgotten, old entries carried over, old texts emptied, old rows
 * deleted; then the ledger is compared with its projections, and a difference is loud in the log.
 */
export function createRetention({
  db,
  clock,
  newId,
  config,
  log,
}: Pick<Kernel, 'db' | 'clock' | 'newId' | 'config' | 'log'>) {
  const until = (days: number): Date => new Date(clock.now().getTime() - days * DAY_MS)
  const whileSome = async (piece: () => Promise<number>): Promise<void> => {
    while ((await piece()) > 0);
  }
  return async (): Promise<void> => {
    const pen = { newId, now: clock.now() }
    for (const kind of ['message', 'touch'] as const) await whileSome(() => expireWindows(db, kind, pen))
    await whileSome(() => unblockOld(db, until(config.WECHAT_LIMITS.blockDays)))
    await whileSome(() => carryOver(db, until(config.WECHAT_RIGHTS_KEPT_DAYS), pen))
    await whileSome(() => emptyMessages(db, until(config.WECHAT_CONTENT_KEPT_DAYS)))
    await whileSome(() => deleteMessages(db, until(config.WECHAT_MESSAGES_KEPT_DAYS)))
    const found = await differences(db)
    if (found.length > 0)
      log.error({ count: found.length, what: found[0]?.what }, 'the ledger of message rights and its projection differ')
  }
}
