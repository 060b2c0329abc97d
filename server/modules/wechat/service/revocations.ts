import type { Tx } from '../../../kernel/db.ts'
import { publish } from '../../../kernel/events/event.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { dataRevoked } from '../events.ts'
import { emptyPushes, forgetAsks, forgetPlaces } from '../repository/revocations.ts'
import type { AuditAccounts } from './accounts/setup.ts'
import type { PushWork } from './intake/push.ts'

/**
 * A person takes back in WeChat what they had let an account know (wechat-protocol §1.6, §4.4): what this room keeps of it is
 * deleted, the other rooms are told, and that it was done is written down without naming the person. Of a closed WeChat
 * account nothing stays here; the intake forgets the rest of it as it does of somebody who unfollows.
 */
export function createRevocations({ vault, log }: Pick<Kernel, 'vault' | 'log'>, audit: AuditAccounts): PushWork {
  async function forget(tx: Tx, person: { appId: string; openid: string }, data: readonly string[]): Promise<number> {
    const all = data.includes('everything') || data.includes('account')
    let rows = 0
    if (all || data.includes('location')) rows += await forgetPlaces(tx, person)
    if (data.includes('account')) rows += await forgetAsks(tx, person)
    return rows
  }

  return async (tx, pushes) => {
    for (const { id, appId, sentAt, content } of pushes) {
      if (content.kind !== 'authorizationRevoked' && content.kind !== 'accountClosed') continue
      const { openid, unionid } = content
      if (openid === '') {
        log.warn({ appId, inboundId: id }, 'a revocation that names nobody')
        continue
      }
      const data = content.kind === 'accountClosed' ? ['account'] : content.data
      const info = content.kind === 'accountClosed' ? '' : content.info
      // A number newer than our list: somebody has to look what it means.
      if (data.includes('unknown')) log.error({ appId, info }, 'WeChat names a kind of data that we do not know')
      const rows = await forget(tx, { appId, openid }, data)
      await audit(
        tx,
        { kind: 'system', name: 'wechat' },
        {
          action: 'wechat.dataRevoked',
          subjectKind: 'follower',
          subjectId: vault.hash('openid', `${appId}:${openid}`),
          details: { appId, data, rows, ...(data.includes('unknown') ? { info } : {}) },
        },
      )
      // WeChat tells the second: what was given within it was given before.
      const at = new Date(sentAt.getTime() + 999).toISOString()
      await publish(tx, dataRevoked, { appId, openid, unionid, data, at })
      // The push names the person as well.
      if (data.includes('account')) await emptyPushes(tx, [id])
    }
  }
}
