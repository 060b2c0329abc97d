import { inTransaction } from '../../../kernel/db.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { LedgerDesk } from './give.ts'
import type { PointsNeeds } from './ports.ts'

/**
 * 家庭账户: what a member of a household earns, and what a return takes from them, goes to the head's account by an entry
 * that says whose it was. Lots keep their expiry; a key is used once, so a repeat moves nothing.
 */
export function householdWallet(
  { db }: Pick<Kernel, 'db'>,
  members: Pick<PointsNeeds['members'], 'headsOf' | 'briefs'>,
  desk: Pick<LedgerDesk, 'moveAll'>,
) {
  async function gather(items: readonly { memberId: string; key: string }[]): Promise<void> {
    const heads = await members.headsOf(
      db,
      items.map(item => item.memberId),
    )
    if (heads.size === 0) return
    const names = await members.briefs(db, [...heads.keys()])
    for (const { memberId, key } of items) {
      if (!heads.has(memberId)) continue
      await inTransaction(db, async tx => {
        // Asked again and held: a household that gets another head meanwhile takes its wallet along.
        const headId = (await members.headsOf(tx, [memberId], { held: true })).get(memberId)
        if (headId === undefined) return
        await desk.moveAll(tx, {
          key: `household:${key}`,
          from: memberId,
          to: headId,
          note: `家人 ${names.get(memberId)?.name ?? ''}`.trim(),
          reason: 'household',
        })
      })
    }
  }
  return { gather }
}
