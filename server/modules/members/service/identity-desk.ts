import { inTransaction, type Tx } from '../../../kernel/db.ts'
import { publishAll } from '../../../kernel/events/event.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import { membersErrors, type ConsentAnswer } from '../contract.ts'
import { consentChanged } from '../events.ts'
import { codeDevicesRepository } from '../repository/code-devices.ts'
import { consentsRepository } from '../repository/consents.ts'
import { membersRepository, type MemberRecord } from '../repository/members.ts'
import { queueConflicts } from './cases.ts'
import type { MembersDeps } from './deps.ts'
import type { Desk } from './desk.ts'
import { recordEvidence } from './evidence.ts'
import type { Evidence } from './merge.ts'
import { consentRows } from './new-member.ts'
import { phoneColumns, phoneHash } from './personal.ts'

/** 服务台: who a member is changes by staff only, with what was shown, each in an operation and an audit line of its own. */
export function identityDesk(deps: MembersDeps, desk: Desk) {
  const { db, vault, clock } = deps

  async function reach(caller: StaffCaller, memberId: string): Promise<MemberRecord> {
    const member = await desk.inReach(memberId, caller.scope)
    if (member.state !== 'active') throw membersErrors.notActive()
    return member
  }

  const audited = (
    tx: Tx,
    caller: StaffCaller,
    action: string,
    member: Pick<MemberRecord, 'id' | 'homeStoreCode'>,
    { evidence, reason: why, note }: Evidence,
    details: Record<string, unknown> = {},
  ) =>
    deps.audit(tx, caller, {
      action,
      subjectKind: 'member',
      subjectId: member.id,
      storeCode: member.homeStoreCode,
      reason: note,
      details: { evidence, ...(why === undefined ? {} : { why }), ...details },
    })

  async function takePhone(
    tx: Tx,
    caller: StaffCaller,
    holder: MemberRecord,
    hash: string,
    seen: Evidence,
  ): Promise<void> {
    await membersRepository(tx).releasePhone(holder.id, hash, clock.now())
    await audited(tx, caller, 'members.releasePhone', holder, seen, { recycled: true })
  }

  return {
    /**
     * Another phone for a member. One that is another member's is refused and queued for review, unless the number was
     * sold again (`recycled`): then that member keeps everything but the phone.
     */
    async changePhone(caller: StaffCaller, memberId: string, seen: Evidence & { phone: string; recycled: boolean }) {
      const member = await reach(caller, memberId)
      const hash = phoneHash(vault, seen.phone)
      if (member.phoneHash === hash) return desk.head(memberId, caller.scope)
      const holder = await membersRepository(db).byPhoneHash(hash)
      if (holder !== undefined && holder.id !== memberId && !seen.recycled) {
        const conflict = { kind: 'phone', a: memberId, b: holder.id, storeCode: member.homeStoreCode } as const
        await inTransaction(db, tx => queueConflicts(deps, tx, [{ ...conflict, note: 'phoneChange' }]))
        throw membersErrors.phoneTaken()
      }
      await inTransaction(db, async tx => {
        if (holder !== undefined) await takePhone(tx, caller, holder, hash, seen)
        if (member.phoneHash !== null)
          await tx
            .deleteFrom('member_identity')
            .where('memberId', '=', memberId)
            .where('kind', '=', 'phone')
            .where('value', '=', member.phoneHash)
            .execute()
        const changed = await membersRepository(tx).update(memberId, {
          ...phoneColumns(vault, seen.phone),
          updatedAt: clock.now(),
        })
        if (!changed) throw membersErrors.notActive()
        await recordEvidence(deps, tx, [{ memberId, kind: 'phone', value: hash }], {
          source: 'staff',
          strength: 'shown',
          linkedBy: caller.staffId,
          note: seen.note,
        })
        await audited(tx, caller, 'members.changePhone', member, seen)
      })
      return desk.head(memberId, caller.scope)
    },

    /** 二次放号: the number is somebody else's now. */
    async releasePhone(caller: StaffCaller, memberId: string, seen: Evidence) {
      const member = await reach(caller, memberId)
      if (member.phoneHash !== null) {
        const hash = member.phoneHash
        await inTransaction(db, tx => takePhone(tx, caller, member, hash, seen))
      }
      return desk.head(memberId, caller.scope)
    },

    /** 换微信: nothing goes to the old WeChat any more, and its turning codes end. */
    async unlinkWechat(caller: StaffCaller, memberId: string, seen: Evidence) {
      const member = await reach(caller, memberId)
      await inTransaction(db, async tx => {
        await membersRepository(tx).removeIdentities(memberId, ['openid', 'unionid'])
        await codeDevicesRepository(tx).revoke(memberId, 'all', clock.now())
        await audited(tx, caller, 'members.unlinkWechat', member, seen)
      })
      return desk.head(memberId, caller.scope)
    },

    /**
     * Consents that a member takes back at the desk or by phone. What is not given now is left alone, so repeating it
     * writes nothing. Staff cannot give one in a member's name.
     */
    async withdrawConsents(
      caller: StaffCaller,
      memberId: string,
      seen: Evidence & { consents: readonly Omit<ConsentAnswer, 'granted'>[] },
    ) {
      const member = await reach(caller, memberId)
      await inTransaction(db, async tx => {
        const given = await consentsRepository(tx).granted(memberId)
        const withdrawn = seen.consents
          .filter(({ purpose, channel }) => given.some(row => row.purpose === purpose && row.channel === channel))
          .map(({ purpose, channel }) => ({ purpose, channel, granted: false }))
        if (withdrawn.length === 0) return
        await consentsRepository(tx).record(consentRows(deps, memberId, withdrawn, 'staff', clock.now()))
        await publishAll(
          tx,
          consentChanged,
          withdrawn.map(answer => ({ memberId, ...answer })),
        )
        await audited(tx, caller, 'members.withdrawConsents', member, seen, {
          consents: withdrawn.map(({ purpose, channel }) => `${purpose}:${channel}`),
        })
      })
      return desk.head(memberId, caller.scope)
    },

    /** A customer number of the ERP. */
    async linkNumber(caller: StaffCaller, memberId: string, seen: Evidence & { value: string }) {
      const member = await reach(caller, memberId)
      const held = await db
        .selectFrom('member_identity')
        .select('memberId')
        .where('kind', '=', 'erp')
        .where('appId', '=', '')
        .where('value', '=', seen.value)
        .executeTakeFirst()
      if (held !== undefined && held.memberId !== memberId) {
        const conflict = { kind: 'card', a: memberId, b: held.memberId, storeCode: member.homeStoreCode } as const
        await inTransaction(db, tx => queueConflicts(deps, tx, [{ ...conflict, note: 'erpNumber' }]))
        throw membersErrors.numberTaken()
      }
      await inTransaction(db, async tx => {
        await recordEvidence(deps, tx, [{ memberId, kind: 'erp', value: seen.value }], {
          source: 'staff',
          strength: 'shown',
          linkedBy: caller.staffId,
          note: seen.note,
        })
        await audited(tx, caller, 'members.linkNumber', member, seen)
      })
      return desk.head(memberId, caller.scope)
    },
  }
}
export type IdentityDesk = ReturnType<typeof identityDesk>
