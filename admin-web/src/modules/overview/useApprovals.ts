import { computed, type ComputedRef } from 'vue'
import { coupons, points } from '../../api/index.ts'
import { useSession } from '../../app/session.ts'
import { type Load, useLoad } from '../../ui/useLoad.ts'

/** How many wait; `more` where there are more than were asked for. */
export interface Waiting {
  readonly count: number
  readonly more: boolean
}

const LIMIT = 50
/** A budget is nearly spent from this share on. */
const NEARLY = 0.9

const waitingOf = ({ items, next }: { items: readonly unknown[]; next: string | null }): Waiting => ({
  count: items.length,
  more: next !== null,
})

/** What waits for somebody's word, each null for whoever has none to say, and budgets that are nearly spent. */
export function useApprovals(): {
  adjustments: Load<Waiting | null>
  claims: Load<Waiting | null>
  bulks: Load<Waiting | null>
  compensations: Load<Waiting | null>
  budgets: Load<readonly { templateId: string; name: string; percent: number }[] | null>
  all: ComputedRef<readonly Load<unknown>[]>
} {
  const session = useSession()
  const query = { state: 'waiting', limit: LIMIT } as const
  const adjustments = useLoad(async () =>
    session.may('points.approve') ? waitingOf(await points.requests({ query })) : null,
  )
  const claims = useLoad(async () =>
    session.may('members.write') ? waitingOf(await points.lateClaims({ query })) : null,
  )
  const bulks = useLoad(async () => (session.may('coupons.write') ? waitingOf(await coupons.bulks({ query })) : null))
  const compensations = useLoad(async () =>
    session.may('coupons.write') ? waitingOf(await coupons.compensations({ query })) : null,
  )
  const budgets = useLoad(async () => {
    if (!session.may('coupons.read')) return null
    const { items } = await coupons.templates({ query: { state: 'active', limit: 100 } })
    return items.flatMap(({ templateId, name, spent, budget }) =>
      budget !== null && spent >= budget * NEARLY
        ? [{ templateId, name, percent: Math.floor((100 * spent) / budget) }]
        : [],
    )
  })
  const all = computed(() => [adjustments, claims, bulks, compensations, budgets])
  return { adjustments, claims, bulks, compensations, budgets, all }
}
