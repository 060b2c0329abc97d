import { WechatError } from 'wechat-api-ts'
import type { Kernel } from '../../../../kernel/module.ts'
import { claimCodes, settleCode, type CodeRecord } from '../../repository/codes.ts'
import type { Accounts } from '../accounts.ts'

const RUN = 20
/** No permanent codes are left: waiting does not help. */
const USED_UP = 45029
const WAITS = new Set(['retry', 'rate', 'quota'])
/** A claim older than this belongs to a process that has fallen. */
const LEASE_MS = 60_000
/** WeChat's longest life of a temporary code (wechat-protocol §3.7). */
export const LONGEST_TEMPORARY_MS = 2_592_000_000

/**
 * Asks WeChat for the codes that are planned. Asking twice does no harm: the same word inside is the same code, so what a
 * fallen process has left is simply asked for again.
 */
export function createCodeMaker(
  { db, clock, newId, log }: Pick<Kernel, 'db' | 'clock' | 'newId' | 'log'>,
  accounts: Accounts,
) {
  async function ask(code: CodeRecord): Promise<{ ticket: string; url: string }> {
    const account = accounts.byId(code.appId)
    if (account === null)
      throw new WechatError({ kind: 'unreachable', fate: 'notDone', path: '', code: 40013, detail: 'not connected' })
    // Mini-program codes have no ticket; their picture is fetched when somebody wants to see it.
    if (code.opens === 'mini') return { ticket: '', url: '' }
    const action_info = { scene: { scene_str: code.scene } }
    const { ticket, url } = await account.client.qrcodes.create(
      code.permanent === 1
        ? { action_name: 'QR_LIMIT_STR_SCENE', action_info }
        : {
            action_name: 'QR_STR_SCENE',
            action_info,
            expire_seconds: Math.max(
              60,
              Math.ceil(
                Math.min(
                  (code.validUntil?.getTime() ?? Number.POSITIVE_INFINITY) - clock.now().getTime(),
                  LONGEST_TEMPORARY_MS,
                ) / 1000,
              ),
            ),
          },
    )
    return { ticket, url }
  }

  /** Makes one run of planned codes; returns how many were taken. */
  return async (): Promise<number> => {
    const token = newId()
    const now = clock.now()
    const codes = await claimCodes(db, token, now, new Date(now.getTime() - LEASE_MS), RUN)
    let later = 0
    for (const code of codes) {
      try {
        await settleCode(db, code.id, token, { state: 'ready', ...(await ask(code)), errorCode: null })
      } catch (error) {
        if (!(error instanceof WechatError)) throw error
        log.warn({ codeId: code.id, code: error.code, reason: error.en }, 'channel code not made')
        const again = error.code === null || (error.code !== USED_UP && WAITS.has(error.reaction))
        if (again) later++
        await settleCode(db, code.id, token, { state: again ? 'planned' : 'failed', errorCode: error.code })
      }
    }
    // Those that have to wait are left to the next run.
    return codes.length === RUN && later === 0 ? RUN : 0
  }
}
