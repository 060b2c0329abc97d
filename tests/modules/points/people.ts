import { inTransaction } from '../../../server/kernel/db.ts'
import { membersRepository } from '../../../server/modules/members/repository/members.ts'
import type { World } from '../../support/world.ts'

/** Puts members into the shop as they are after enrolment; their ids come back. */
export async function addMembers(
  shop: World,
  number: number,
  more: { homeStoreCode?: string; enrolledAt?: Date } = {},
): Promise<string[]> {
  const now = shop.clock.now()
  const ids = Array.from({ length: number }, () => shop.kernel.newId())
  await inTransaction(shop.db, tx =>
    membersRepository(tx).insert(
      ids.map(id => ({
        id,
        state: 'active',
        cardNo: id.slice(-20),
        homeStoreCode: more.homeStoreCode ?? 'S01',
        source: 'staff',
        termsVersion: '1',
        termsAcceptedAt: now,
        enrolledAt: more.enrolledAt ?? now,
        updatedAt: now,
      })),
    ),
  )
  return ids
}
