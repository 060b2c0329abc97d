import { inTransaction, type Tx } from '../../../kernel/db.ts'
import { codeDevicesRepository } from '../repository/code-devices.ts'
import { claimsRepository } from '../repository/claims.ts'
import { membersRepository, type MemberRecord } from '../repository/members.ts'
import type { MembersDeps } from './deps.ts'

/** What a person has taken back in WeChat; `data` in the words of wechat-api-ts, 'account' when they have closed it for good. */
interface Revoked {
  readonly appId: string
  readonly openid: string
  readonly unionid: string | null
  readonly data: readonly string[]
  readonly at: Date
}

/**
 * Deletes what a person has taken back in WeChat: the phone that the mini-program was given, or, once the WeChat account is
 * gone, what led from it to the member. The membership itself goes on: it ends when the member closes it. What was given
 * anew since, and a phone that a paper form or the ERP has told, stay. Repeating it does nothing.
 */
export function revocations(deps: Pick<MembersDeps, 'db' | 'clock' | 'audit'>) {
  const { db, clock } = deps

  /** Whether a phone was deleted. */
  async function phone(tx: Tx, member: MemberRecord, at: Date): Promise<boolean> {
    const members = membersRepository(tx)
    const told = (await members.identities(member.id)).filter(
      ({ kind, source, linkedAt }) => kind === 'phone' && source === 'miniprogram' && linkedAt <= at,
    )
    for (const { value } of told) await members.releasePhone(member.id, value, clock.now())
    return told.length > 0
  }

  /** Whether a way from WeChat to the member was deleted; the unionid and the turning codes go with the last of its accounts. */
  async function identity(tx: Tx, member: MemberRecord, { appId, openid, at }: Revoked): Promise<boolean> {
    const members = membersRepository(tx)
    if (!(await members.unlinkOpenid(member.id, { appId, openid }, at))) return false
    if (!(await members.identities(member.id)).some(({ kind }) => kind === 'openid')) {
      await members.removeIdentities(member.id, ['unionid'])
      await codeDevicesRepository(tx).revoke(member.id, 'all', clock.now())
    }
    return true
  }

  return async (revoked: Revoked): Promise<void> => {
    const { appId, openid, unionid, data, at } = revoked
    const isGone = data.includes('account')
    const takesPhone = data.includes('phone') || data.includes('everything')
    if (!isGone && !takesPhone) return
    await inTransaction(db, async tx => {
      await claimsRepository(tx).removeOfPerson(appId, openid, at)
      const found = await membersRepository(tx).byIdentity(appId, openid, unionid)
      if (found === undefined) return
      const { member } = found
      // Two accounts tell it at one moment: each would leave the unionid to the other as the last.
      await membersRepository(tx).hold(member.id)
      const deleted = [
        ...(takesPhone && (await phone(tx, member, at)) ? ['phone'] : []),
        ...(isGone && (await identity(tx, member, revoked)) ? ['wechat'] : []),
      ]
      if (deleted.length === 0) return
      await deps.audit(
        tx,
        { kind: 'system', name: 'wechat' },
        {
          action: 'members.forgetRevoked',
          subjectKind: 'member',
          subjectId: member.id,
          storeCode: member.homeStoreCode,
          details: { appId, data, deleted },
        },
      )
    })
  }
}
