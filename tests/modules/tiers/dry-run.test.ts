import { afterAll, beforeAll, expect, test } from 'vitest'
import { addDays, shopDay } from '../../../server/kernel/clock.ts'
import { chunks } from '../../../server/kernel/db.ts'
import type { StaffCaller } from '../../../server/kernel/http/caller.ts'
import { tiersApi, type TierRules } from '../../../server/modules/tiers/contract.ts'
import { decideAll } from '../../../server/modules/tiers/service/decide.ts'
import { dryRuns } from '../../../server/modules/tiers/service/dry-run.ts'
import { world, type StaffUser, type World } from '../../support/world.ts'
import { newTemplate } from '../coupons/coupons.ts'
import { addMembers } from '../points/people.ts'

/** 试算: what it says is what adopting makes, member by member and coupon by coupon. */
const MEMBERS = 1100
let shop: World
let owner: StaffUser
let people: string[]
let celebrants: Set<string>
let coupon: { ten: string; five: string; open: string }
const cardOf = new Map<string, string>()
const today = (): string => shopDay(shop.clock.now(), shop.config.SHOP_ZONE)

beforeAll(async () => {
  shop = await world()
  owner = await shop.as('owner')
  people = [
    ...(await addMembers(shop, MEMBERS - 100, { enrolledAt: new Date('2024-01-05T02:00:00.000Z') })),
    ...(await addMembers(shop, 100, { homeStoreCode: 'S02', enrolledAt: new Date('2025-03-05T02:00:00.000Z') })),
  ]
  const cards = await shop.db.selectFrom('member').select(['id', 'cardNo']).execute()
  for (const { id, cardNo } of cards) cardOf.set(cardNo, id)
  celebrants = new Set(people.filter((_, i) => i % 7 === 0))
  for (const id of celebrants)
    await shop.db
      .updateTable('member')
      .set({ birthdaySealed: shop.kernel.vault.seal('03-05') })
      .where('id', '=', id)
      .execute()
  const many = { stock: 100_000, perMemberLimit: 100 }
  coupon = {
    ten: await newTemplate(shop, { ...many, amountOff: 1000 }),
    five: await newTemplate(shop, { ...many, amountOff: 500 }),
    open: await newTemplate(shop, { ...many, amountOff: 300 }),
  }
  // Its worth is what nobody can say.
  await shop.db.updateTable('coupon_template').set({ amountOff: 0 }).where('id', '=', coupon.open).execute()
  await buyAll()
}, 60_000)
afterAll(() => shop.close())

/** Two years of receipts, some members with none, by a fixed row of numbers. */
async function buyAll(): Promise<void> {
  let seed = 7
  const draw = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below
  const now = shop.clock.now()
  const rows = people.flatMap(memberId =>
    Array.from({ length: draw(5) }, () => {
      const id = shop.kernel.newId()
      return {
        id,
        docKey: id,
        memberId,
        storeCode: 'S01',
        tillCode: '01',
        businessDate: addDays(today(), -draw(730)),
        receiptNo: id.slice(-6),
        type: 'sale',
        status: 'confirmed',
        businessAt: now,
        channel: 'store',
        cashier: null,
        corporate: 0,
        memberRefKind: 'none',
        memberRef: null,
        gross: '0',
        discount: '0',
        lineCount: 0,
        paymentsJson: '[]',
        originalDocKey: null,
        sourceId: null,
        sourceVersion: 0,
        importId: null,
        contentHash: '',
        revision: 1,
        createdAt: now,
        updatedAt: now,
        net: String(100 + draw(900)),
      }
    }),
  )
  for (const run of chunks(rows, 500)) await shop.db.insertInto('sales_document').values(run).execute()
}

const benefits = { pointsPercent: 100, arrivalCoupons: [] as string[], birthdayCoupon: null, exclusiveRewards: false }
const tier = (code: string, threshold: number, more: Partial<TierRules['tiers'][number]['benefits']> = {}) => ({
  code,
  name: { zh: `${code}卡`, en: code },
  threshold,
  benefits: { ...benefits, ...more },
  paid: null,
})
const rules = (window: TierRules['window'], ...tiers: TierRules['tiers']): TierRules => ({
  window,
  by: 'spend',
  upgrade: 'atOnce',
  downgrade: 'byValue',
  graceDays: 0,
  tiers,
})
const first = () =>
  rules({ kind: 'rolling', months: 12 }, tier('basic', 0), tier('silver', 60_000, { birthdayCoupon: coupon.ten }))
const stories: (() => TierRules)[] = [
  // Harder: silver is lost by many, and gold is above it.
  () =>
    rules(
      { kind: 'rolling', months: 12 },
      tier('basic', 0, { birthdayCoupon: coupon.five }),
      tier('silver', 120_000, { birthdayCoupon: coupon.ten }),
      tier('gold', 150_000, { arrivalCoupons: [coupon.ten, coupon.five, coupon.open], birthdayCoupon: coupon.ten }),
    ),
  // Easier, over two years, and silver is no more: who had it arrives wherever they come to.
  () =>
    rules(
      { kind: 'rolling', months: 24 },
      tier('basic', 0, { arrivalCoupons: [coupon.five] }),
      tier('gold', 90_000, { arrivalCoupons: [coupon.ten] }),
      tier('black', 250_000, { arrivalCoupons: [coupon.ten, coupon.ten], birthdayCoupon: coupon.open }),
    ),
]

const tiersNow = async (): Promise<Map<string, string>> =>
  new Map(
    (await shop.db.selectFrom('tier_member').select(['memberId', 'tier']).execute()).map(r => [r.memberId, r.tier]),
  )
const coupons = async (): Promise<{ count: number; fen: number }> => {
  const held = await shop.db.selectFrom('coupon').select('templateId').execute()
  const worth = new Map([
    [coupon.ten, 1000],
    [coupon.five, 500],
  ])
  return { count: held.length, fen: held.reduce((sum, one) => sum + (worth.get(one.templateId) ?? 0), 0) }
}
/** The rows of the file by member: what changes. */
async function file(dryRunId: string, who = owner): Promise<Map<string, string>> {
  const reply = await fetch(`${shop.url}/api/admin/tiers/dry-runs/${dryRunId}/movers/file`, {
    headers: { cookie: who.session.cookie, 'accept-language': 'zh' },
  })
  expect(reply.status).toBe(200)
  const lines = (await reply.text()).split('\r\n').filter(Boolean)
  expect(lines[0]).toBe('会员卡号,姓名,归属门店,原等级,新等级,变动,计算值')
  const rows = lines.slice(1).map(line => line.split(','))
  const byId = new Map(rows.map(row => [cardOf.get(row[0] ?? '') ?? '', row.slice(3, 6).join(' ')]))
  expect([byId.size, byId.has('')]).toEqual([rows.length, false])
  return byId
}
/** The same dry run as its job runs it, but stopped after so many pages. */
function stopped(pages: number) {
  const { coupons: held, members, points } = shop.modules
  const needs = {
    members,
    couponWorth: held.worths,
    pointCost: async () => (await points.rules(shop.db)).cost,
    audit: async () => {},
    setTierMultipliers: async () => {},
    issueCoupon: async () => {},
  }
  const quiet = { start: async () => {}, adopted: async () => {} }
  let asked = 0
  const signal = {
    get aborted() {
      return asked++ >= pages
    },
  }
  return { runs: dryRuns(shop.kernel, needs, quiet), signal: signal as AbortSignal }
}
const never = new AbortController().signal

test('before the first rules nobody has a tier: everybody is in the file, and nobody arrives', async () => {
  const desk = owner.call(tiersApi)
  const { dryRunId } = await desk.startDryRun({ body: first() })
  await shop.drain()
  const { result, state } = await desk.dryRun({ params: { dryRunId } })
  expect(state).toBe('done')
  expect(result).toMatchObject({ members: MEMBERS, arrivalCoupons: 0, arrivalFen: 0, asOf: today(), rulesVersion: 0 })
  expect(result.moves.reduce((sum, move) => sum + move.members, 0)).toBe(MEMBERS)
  expect(result.examples).toHaveLength(50)
  const rows = await file(dryRunId)
  expect(rows.size).toBe(MEMBERS)
  expect(new Set(rows.values())).toEqual(new Set([' basic卡 首次定级', ' silver卡 首次定级']))
  // A store sees its own members, and no others.
  const west = await shop.as('owner', { stores: ['S02'] })
  expect([...(await file(dryRunId, west)).keys()].toSorted()).toEqual(people.slice(-100).toSorted())
  await desk.adopt({ params: { dryRunId }, body: {} })
  await shop.drain()
  const after = await tiersNow()
  for (const [memberId, row] of rows) expect(row).toBe(` ${after.get(memberId) ?? ''}卡 首次定级`)
  expect((await coupons()).count).toBe(0)
  // Adopted and asked for again, the file says what was tried.
  expect(await file(dryRunId)).toEqual(rows)
}, 60_000)

test('who moves, what they get and what it costs: as adopting makes it; stopped and gone on with, it says the same', async () => {
  for (const story of stories) {
    shop.clock.advance(86_400_000)
    owner = await shop.as('owner')
    await decideAll(shop.kernel, never)
    await shop.drain()
    const desk = owner.call(tiersApi)
    const [before, had, current] = [await tiersNow(), await coupons(), (await desk.tiers({})).current?.rules]
    const { dryRunId } = await desk.startDryRun({ body: story() })
    await shop.drain()
    const { result, state } = await desk.dryRun({ params: { dryRunId } })
    expect(state).toBe('done')

    // Aborted before it began, then stopped after a page of 500, then over midnight to the end.
    const twin = await stopped(0).runs.start({ staffId: owner.staffId } as StaffCaller, story())
    const stop = async (pages: number) => {
      const { runs, signal } = stopped(pages)
      await runs.proceed(twin.dryRunId, signal)
      return runs.read(twin.dryRunId)
    }
    expect(await stop(0)).toMatchObject({ state: 'running', result: { members: 0 } })
    expect(await stop(1)).toMatchObject({ state: 'running', result: { members: 500 } })
    expect(await stop(1)).toMatchObject({ state: 'running', result: { members: 1000 } })
    expect(await stop(9)).toMatchObject({ state: 'done', result })

    const rows = await file(dryRunId)
    await desk.adopt({ params: { dryRunId }, body: {} })
    await shop.drain()
    const after = await tiersNow()
    const moved = people.filter(id => before.get(id) !== after.get(id))
    expect([...rows.keys()].toSorted()).toEqual(moved.toSorted())
    const tally = Map.groupBy(moved, id => `${before.get(id) ?? ''} ${after.get(id) ?? ''}`)
    expect(new Map(result.moves.map(move => [`${move.from ?? ''} ${move.to}`, move.members]))).toEqual(
      new Map([...tally].map(([key, ids]) => [key, ids.length])),
    )
    for (const id of moved)
      expect(rows.get(id)?.startsWith(`${before.get(id) ?? ''}卡 ${after.get(id) ?? ''}卡 `)).toBe(true)
    expect(result.down + result.up).toBeGreaterThan(20)

    const have = await coupons()
    expect([result.arrivalCoupons, result.arrivalFen]).toEqual([have.count - had.count, have.fen - had.fen])
    expect(result.arrivalCoupons).toBeGreaterThan(10)
    const fen = new Map([
      [coupon.ten, 1000],
      [coupon.five, 500],
    ])
    const birthday = (of: TierRules | undefined, code: string | undefined) =>
      of?.tiers.find(one => one.code === code)?.benefits.birthdayCoupon ?? null
    const sums = { birthdayCoupons: 0, birthdayFen: 0 }
    for (const id of celebrants) {
      const [old, fresh] = [birthday(current, before.get(id)), birthday(story(), after.get(id))]
      sums.birthdayCoupons += (fresh === null ? 0 : 1) - (old === null ? 0 : 1)
      sums.birthdayFen += (fen.get(fresh ?? '') ?? 0) - (fen.get(old ?? '') ?? 0)
    }
    expect(result).toMatchObject(sums)
    expect(result.unpriced).toBeGreaterThan(0)
  }
}, 180_000)
