import type { z } from 'zod'
import { inTransaction, uniqueViolation } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import { tiersErrors } from '../contract.ts'
import type { tierChanged } from '../events.ts'
import { tiersRepository } from '../repository/tiers.ts'
import { decideTiers, reading, type TiersKernel } from './decide.ts'
import { versionOn } from './history.ts'
import { addMonths } from './periods.ts'
import type { TiersNeeds } from './ports.ts'

/** Coupons on arrival: each once for each way up, by the key of the member, the tier, the day and its place. */
export const welcome =
  (kernel: TiersKernel, needs: TiersNeeds) =>
  async ({ items }: z.output<typeof tierChanged.payload>): Promise<void> => {
    const { today } = reading(kernel)
    const rules = versionOn(await tiersRepository(kernel.db).versions(), today)?.rules
    const arrived = items.filter(item => item.reason === 'upgrade' || item.reason === 'paid' || item.reason === 'rules')
    for (const [code, own] of Map.groupBy(arrived, item => item.to)) {
      const rank = (tier: string | null): number => rules?.tiers.findIndex(one => one.code === tier) ?? -1
      const up = own.filter(item => rank(item.to) > rank(item.from))
      const templates = [...new Set(rules?.tiers[rank(code)]?.benefits.arrivalCoupons ?? [])]
      for (const [i, templateId] of templates.entries())
        await inTransaction(kernel.db, tx =>
          needs.issueCoupon(
            tx,
            templateId,
            // Each coupon of an arrival has a key of its own: one for all of them would give the first alone.
            up.map(({ memberId, to, day }) => ({
              memberId,
              key: `tier:${to}:${day}:${memberId}${i === 0 ? '' : `:${i}`}`,
            })),
          ),
        )
    }
  }

/** Sells a tier: it holds from today for the months of the rules, once for each key. */
export function tierSales(kernel: TiersKernel, needs: TiersNeeds) {
  const { db, clock, newId } = kernel
  return async (caller: StaffCaller, memberId: string, { key, tier }: { key: string; tier: string }): Promise<void> => {
    const member = await needs.members.inReach(memberId, caller.scope)
    const { today } = reading(kernel)
    const rules = versionOn(await tiersRepository(db).versions(), today)?.rules
    const paid = rules?.tiers.find(one => one.code === tier)?.paid
    if (paid === undefined || paid === null) throw tiersErrors.notSold()
    const fullKey = `paid:${memberId}:${key}`
    try {
      await inTransaction(db, async tx => {
        await tx
          .insertInto('tier_paid')
          .values({
            id: newId(),
            memberId,
            tier,
            fromDay: today,
            untilDay: addMonths(today, paid.months),
            fen: paid.fen,
            key: fullKey,
            staffId: caller.staffId,
            at: clock.now(),
          })
          .execute()
        await needs.audit(tx, caller, {
          action: 'tiers.sell',
          subjectKind: 'member',
          subjectId: memberId,
          storeCode: member.homeStore,
          details: { tier, fen: paid.fen },
        })
        await decideTiers(kernel, tx, [memberId])
      })
    } catch (error) {
      if (uniqueViolation(error) === null) throw error
      const before = await db.selectFrom('tier_paid').select('tier').where('key', '=', fullKey).executeTakeFirst()
      if (before?.tier !== tier) throw tiersErrors.keyReused()
    }
  }
}
