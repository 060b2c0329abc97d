import type { Tx } from '../../../kernel/db.ts'
import type { Caller } from '../../../kernel/http/caller.ts'
import { membersErrors } from '../contract.ts'
import { membersRepository } from '../repository/members.ts'
import { mergesRepository } from '../repository/merges.ts'
import type { MembersDeps } from './deps.ts'
import { maskedName } from './personal.ts'

interface NewHead {
  readonly headId: string
  readonly to: string
  /** Whether the old head stays as a member. */
  readonly stays: boolean
  /** Kept in the audit of both: who did it, why, and what was shown. */
  readonly by: Caller
  readonly reason?: string
  readonly evidence?: string | undefined
}

/**
 * Hands a household on to one of its members, in the caller's transaction: the places, the invitation and the whole wallet
 * (lots with their expiry, debts too) at once. The old head takes the place that falls free, or none. Refused when somebody
 * else was quicker.
 */
export async function handOn(
  deps: Pick<MembersDeps, 'clock' | 'newId' | 'vault' | 'moveWallet' | 'audit'>,
  tx: Tx,
  { headId, to, stays, by, reason, evidence }: NewHead,
): Promise<void> {
  // Nobody of the two is closed or merged meanwhile; then the household, as everybody who changes one holds it.
  await mergesRepository(tx).hold([headId, to])
  const household = await tx
    .selectFrom('household')
    .select('headId')
    .where('headId', '=', headId)
    .forUpdate()
    .executeTakeFirst()
  if (household === undefined) throw membersErrors.householdNoHead()
  const members = await tx.selectFrom('household_member').selectAll().where('headId', '=', headId).forUpdate().execute()
  const heir = members.find(row => row.memberId === to)
  const person = await membersRepository(tx).find(to)
  if (heir === undefined || person?.state !== 'active') throw membersErrors.householdNotMember()
  await tx.deleteFrom('household_member').where('memberId', '=', to).execute()
  await tx
    .updateTable('household')
    .set({ headId: to, code: null, codeUntil: null })
    .where('headId', '=', headId)
    .execute()
  await tx.updateTable('household_member').set({ headId: to }).where('headId', '=', headId).execute()
  if (stays)
    await tx
      .insertInto('household_member')
      .values({ memberId: headId, headId: to, place: heir.place, joinedAt: deps.clock.now() })
      .execute()
  const old = await membersRepository(tx).find(headId)
  await deps.moveWallet(tx, {
    key: `household:head:${deps.newId()}`,
    from: headId,
    to,
    note: `家庭钱包交接 ${maskedName(deps.vault, old?.nameSealed ?? null)}`.trim(),
  })
  for (const side of [old, person])
    if (side !== undefined)
      await deps.audit(tx, by, {
        action: 'members.changeHouseholdHead',
        subjectKind: 'member',
        subjectId: side.id,
        storeCode: side.homeStoreCode,
        ...(reason === undefined ? {} : { reason }),
        details: { from: headId, to, ...(evidence === undefined ? {} : { evidence }) },
      })
}
