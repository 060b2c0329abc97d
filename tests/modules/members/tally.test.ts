import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { world, type StaffUser, type World } from '../../support/world.ts'
import { addMembers } from '../points/people.ts'

let shop: World
let owner: StaffUser
beforeAll(async () => {
  shop = await world()
  owner = await shop.as('owner')
})
afterAll(() => shop.close())

const STORES = ['S01', 'S02', 'S03']
const seen = { evidence: 'idCard', note: '证件已核对' } as const

/** Active members by store, counted one by one. */
async function counted(): Promise<Record<string, number>> {
  const rows = await shop.db.selectFrom('member').select('homeStoreCode').where('state', '=', 'active').execute()
  const byStore: Record<string, number> = {}
  for (const { homeStoreCode } of rows) byStore[homeStoreCode ?? ''] = (byStore[homeStoreCode ?? ''] ?? 0) + 1
  return byStore
}
async function told(): Promise<Record<string, number>> {
  const { byStore } = await owner.call(membersApi).summary({ query: { from: '2026-11-01', to: '2026-11-22' } })
  return Object.fromEntries(byStore.flatMap(({ storeCode, total }) => (total === 0 ? [] : [[storeCode ?? '', total]])))
}

test('law: the overview’s members of each store are those that one would count, after any enrolling, moving, leaving, merging and undoing, many at once too', async () => {
  const step = fc.record({
    do: fc.constantFrom('enrol', 'move', 'leave', 'merge', 'undo'),
    a: fc.nat(30),
    b: fc.nat(30),
    store: fc.constantFrom(...STORES),
  })
  const people: string[] = []
  const merges: string[] = []
  const one = (n: number): string => people[n % people.length] ?? ''
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 10 }), async steps => {
      if (people.length === 0) people.push(...(await addMembers(shop, 6)))
      const api = owner.call(membersApi)
      // Each step at the same time as the others: whoever is refused has changed nothing.
      await Promise.allSettled(
        steps.map(async ({ do: act, a, b, store }) => {
          const memberId = one(a)
          if (act === 'enrol') people.push(...(await addMembers(shop, 1 + (b % 3), { homeStoreCode: store })))
          if (act === 'move')
            await api.changeHomeStore({ params: { memberId }, body: { storeCode: b % 4 === 0 ? null : store } })
          if (act === 'leave' && b % 3 === 0)
            await api.close({ params: { memberId }, body: { reason: '本人要求', evidence: 'idCard' } })
          if (act === 'merge')
            merges.push((await api.merge({ params: { memberId }, body: { ...seen, otherId: one(b) } })).mergeId)
          if (act === 'undo')
            await api.undoMerge({
              params: { mergeId: merges[a % Math.max(1, merges.length)] ?? ''.padEnd(26, '0') },
              body: { note: '合并错了人' },
            })
        }),
      )
      expect(await told()).toEqual(await counted())
    }),
    { numRuns: 12 },
  )
  expect(people.length).toBeGreaterThan(10)
}, 240_000)
