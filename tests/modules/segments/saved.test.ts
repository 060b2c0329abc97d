import { afterAll, beforeAll, expect, test } from 'vitest'
import { segmentsApi } from '../../../server/modules/segments/contract.ts'
import { world, type World } from '../../support/world.ts'
import type { Household } from './brute-force.ts'
import { furnish } from './furnish.ts'

let shop: World
const one = (homeStore: string, points: number): Household => ({
  homeStore,
  points,
  closed: false,
  follows: 'no',
  receipts: [],
})
const rich = { all: [{ kind: 'points' as const, compare: 'atLeast' as const, points: 10 }] }

beforeAll(async () => {
  shop = await world()
  await furnish(shop, [one('S1', 20), one('S1', 5), one('S2', 30)], '2026-11-22')
})
afterAll(() => shop.close())

test('a segment is saved, counted, changed and deleted, and the log says who did it', async () => {
  const marketer = await shop.as('marketer')
  const api = marketer.call(segmentsApi)
  // Who saves it has just read the number; whoever chooses it next reads the same.
  const saved = await api.create({ body: { name: '积分多的', rules: rich } })
  expect(saved).toMatchObject({ lastCount: 2 })
  expect(saved.countedAt).not.toBeNull()
  const counted = await api.count({ params: { segmentId: saved.id } })
  expect(counted).toMatchObject({ count: 2, total: 3, reach: { walletOnly: 2 } })
  expect((await api.list()).items).toMatchObject([{ name: '积分多的', lastCount: 2, stores: [] }])
  await expect(api.create({ body: { name: '积分多的', rules: {} } })).rejects.toMatchObject({
    code: 'segments.nameTaken',
  })
  const renamed = await api.update({ params: { segmentId: saved.id }, body: { name: '攒分的', rules: {} } })
  expect(renamed).toMatchObject({ name: '攒分的', lastCount: 3 })
  await api.remove({ params: { segmentId: saved.id } })
  await expect(api.get({ params: { segmentId: saved.id } })).rejects.toMatchObject({ code: 'segments.notFound' })
  const log = await shop.db
    .selectFrom('audit_entry')
    .select('action')
    .where('subjectId', '=', saved.id)
    .orderBy('id')
    .execute()
  expect(log.map(row => row.action)).toEqual(['segments.create', 'segments.update', 'segments.remove'])
})

test('a store’s marketer sees and counts the own stores only, headquarters sees all', async () => {
  const hq = await shop.as('marketer')
  const s1 = await shop.as('marketer', { stores: ['S1'] })
  const s2 = await shop.as('marketer', { stores: ['S2'] })
  const chain = await hq.call(segmentsApi).create({ body: { name: '全部会员', rules: {} } })
  const own = await s1.call(segmentsApi).create({ body: { name: '一店会员', rules: {} } })
  expect(own.stores).toEqual(['S1'])
  expect((await s1.call(segmentsApi).list()).items.map(row => row.id)).toEqual([own.id])
  expect((await s2.call(segmentsApi).list()).items).toEqual([])
  await expect(s2.call(segmentsApi).get({ params: { segmentId: own.id } })).rejects.toMatchObject({
    code: 'segments.notFound',
  })
  expect((await hq.call(segmentsApi).list()).items.map(row => row.id).toSorted()).toEqual([chain.id, own.id].toSorted())
  expect((await s1.call(segmentsApi).count({ params: { segmentId: own.id } })).count).toBe(2)
  expect((await s2.call(segmentsApi).preview({ body: { rules: {} } })).count).toBe(1)
  // A store's segment is counted within the store, and headquarters, who counts everybody, does not put its number there.
  expect(own.lastCount).toBe(2)
  const changed = await hq
    .call(segmentsApi)
    .update({ params: { segmentId: own.id }, body: { name: '一店会员', rules: rich } })
  expect(changed.lastCount).toBeNull()
})

test('an agent may not look at segments at all', async () => {
  const agent = await shop.as('agent')
  await expect(agent.call(segmentsApi).list()).rejects.toMatchObject({ status: 403 })
})
