import type { Db } from '../../../kernel/db.ts'
import type { MemberPart } from '../../members/index.ts'
import { tiersRepository } from '../repository/tiers.ts'
import { decideTiers, reading, type TiersKernel } from './decide.ts'
import { versionOn } from './history.ts'

const KEPT = 'kept:'

/**
 * The tier of a member, for merges: it is decided anew from the receipts of both. Where that would be less than either
 * had, the higher one is kept as a bought tier is, for nothing, until the day on which its holder would have been looked at.
 */
export function tiersPart(kernel: TiersKernel): MemberPart {
  const { clock, newId } = kernel

  async function standingOf(db: Db, memberId: string) {
    const tiers = tiersRepository(db)
    const member = (await tiers.members([memberId])).get(memberId)
    const rules = versionOn(await tiers.versions(), reading(kernel).today)?.rules
    const rank = rules?.tiers.findIndex(one => one.code === member?.tier) ?? -1
    return { member, rank, name: rules?.tiers[rank]?.name ?? null }
  }

  return {
    name: 'tiers',
    label: { zh: '等级', en: 'Tier' },
    async holds(db, memberId) {
      const { name, member } = await standingOf(db, memberId)
      if (member === undefined || name === null) return []
      return [
        { key: 'tier', label: { zh: '等级', en: 'Tier' }, value: name },
        { key: 'since', label: { zh: '自', en: 'Since' }, value: member.since },
      ]
    },
    async move(tx, { mergeId, from, to }) {
      const [old, kept] = [await standingOf(tx, from), await standingOf(tx, to)]
      const bought = await tx.selectFrom('tier_paid').select('id').where('memberId', '=', from).forUpdate().execute()
      await tx.updateTable('tier_paid').set({ memberId: to }).where('memberId', '=', from).execute()
      await decideTiers(kernel, tx, [to], { quietly: true })
      const items = bought.map(row => ({ ref: row.id }))
      const higher = old.rank > kept.rank ? old : kept
      const now = await standingOf(tx, to)
      const { today } = reading(kernel)
      if (higher.member === undefined || higher.rank <= now.rank || higher.member.reviewOn <= today) return items
      const id = newId()
      await tx
        .insertInto('tier_paid')
        .values({
          id,
          memberId: to,
          tier: higher.member.tier,
          fromDay: today,
          untilDay: higher.member.reviewOn,
          fen: 0,
          key: `merge:${mergeId}`,
          staffId: null,
          at: clock.now(),
        })
        .execute()
      await decideTiers(kernel, tx, [to], { quietly: true })
      return [...items, { ref: `${KEPT}${id}` }]
    },
    async moveBack(tx, { from, to }, items) {
      for (const { ref } of items) {
        if (ref.startsWith(KEPT))
          // Over, as if it had never begun: what it gave meanwhile stays given.
          await tx
            .updateTable('tier_paid')
            .set(eb => ({ untilDay: eb.ref('fromDay') }))
            .where('id', '=', ref.slice(KEPT.length))
            .execute()
        else
          await tx
            .updateTable('tier_paid')
            .set({ memberId: from })
            .where('id', '=', ref)
            .where('memberId', '=', to)
            .execute()
      }
      await decideTiers(kernel, tx, [from, to], { quietly: true })
    },
    collect: (db, memberId) =>
      db
        .selectFrom('tier_change')
        .select(['day', 'fromTier', 'toTier', 'reason'])
        .where('memberId', '=', memberId)
        .orderBy('seq')
        .execute(),
  }
}
