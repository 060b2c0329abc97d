import type { Kernel } from '../../../kernel/module.ts'
import type { Tx } from '../../../kernel/db.ts'
import { endUnknown, isKnownId, lockUnknownOf } from '../repository/messages.ts'
import { grantCredit } from '../repository/rights/grants.ts'
import type { Accounts } from './accounts.ts'
import type { Push, PushWork } from './intake/push.ts'
import { settleMessages } from './settle.ts'

const DAY_MS = 86_400_000

/**
 * What WeChat's own events say about messages and rights: an accept on one of the official account's pages is a credit, and
 * the report that a subscribe message arrived resolves one of which we did not know it.
 */
export function createReports({ clock, newId }: Pick<Kernel, 'clock' | 'newId'>, accounts: Accounts): PushWork {
  const pen = () => ({ newId, now: clock.now() })

  /** The mini-program tells of its own pop-ups itself: counted here too they would count twice. */
  async function accepts(tx: Tx, pushes: readonly Push[]): Promise<void> {
    for (const { id, appId, openid, content } of pushes) {
      if (content.kind !== 'subscribeAnswered' || accounts.byId(appId)?.kind !== 'official') continue
      for (const { templateId, accepted } of content.entries)
        if (accepted) await grantCredit(tx, { appId, openid }, templateId, `${id}:${templateId}`.slice(-160), pen())
    }
  }

  async function arrived(tx: Tx, pushes: readonly Push[]): Promise<void> {
    const told = pushes.flatMap(({ appId, openid, content }) =>
      content.kind === 'subscribeSent'
        ? content.results.filter(({ ok }) => ok).map(({ templateId, msgId }) => ({ appId, openid, templateId, msgId }))
        : [],
    )
    for (const [appId, reports] of Map.groupBy(told, one => one.appId)) {
      const openids = [...new Set(reports.map(({ openid }) => openid))]
      const since = new Date(clock.now().getTime() - DAY_MS)
      const unknown = await lockUnknownOf(tx, appId, openids, since)
      for (const { openid, templateId, msgId } of unknown.length === 0 ? [] : reports) {
        const meant = unknown.filter(row => row.openid === openid && row.templateId === templateId)
        const [message] = meant
        // Of two like ones nobody can say which is meant, and one that we know needs no guess.
        if (message === undefined || meant.length > 1 || (await isKnownId(tx, appId, msgId))) continue
        const now = clock.now()
        if (!(await endUnknown(tx, message.id, { state: 'sent', reason: '', platformId: msgId, settledAt: now })))
          continue
        await settleMessages(tx, [message], new Map([[message.id, { state: 'sent', errorCode: null }]]), pen())
        unknown.splice(unknown.indexOf(message), 1)
      }
    }
  }

  return async (tx, pushes) => {
    await accepts(tx, pushes)
    await arrived(tx, pushes)
  }
}
