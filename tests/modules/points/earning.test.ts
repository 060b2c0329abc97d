import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { EarningRules } from '../../../server/modules/points/contract.ts'
import { pointsApi } from '../../../server/modules/points/contract.ts'
import { world, type World } from '../../support/world.ts'
import { addMembers } from './people.ts'
import { ledgerFaults, settle, stockShelf, writeReceipt } from './receipts.ts'
import { ruled } from './ruled.ts'

let shop: World
let ann = ''
beforeAll(async () => {
  shop = await world()
  await stockShelf(shop)
})
afterAll(() => shop.close())
beforeEach(async () => {
  await shop.db.deleteFrom('points_rules').execute()
  ;[ann = ''] = await addMembers(shop, 1)
})

let numbers = 0
const newDoc = (): string => `R${String((numbers += 1)).padStart(25, '0')}`
const usable = async (memberId = ann): Promise<number> =>
  (await shop.modules.points.balances(shop.db, [memberId])).get(memberId) ?? 0
const when = (given: object) => EarningRules.shape.multipliers.unwrap().element.shape.when.parse(given)
async function sell(lines: { product: string; net: string }[], more: object = {}): Promise<string> {
  const id = newDoc()
  await writeReceipt(shop, { id, memberId: ann, lines, ...more })
  await settle(shop, [id])
  return id
}

test('multipliers by category, product, day, store and month day; the highest counts, or they are multiplied', async () => {
  const multipliers = [
    { name: '生鲜双倍', percent: 200, when: when({ categories: ['fresh'] }) },
    { name: '大米三倍', percent: 300, when: when({ products: ['rice'] }) },
    { name: '周日', percent: 150, when: when({ weekdays: [7] }) },
    { name: '八号店', percent: 400, when: when({ stores: ['S08'] }) },
    { name: '会员日', percent: 500, when: when({ monthDays: [18] }) },
  ]
  const lines = [
    { product: 'chicken', net: '10' },
    { product: 'rice', net: '10' },
    { product: 'unknown', net: '10' },
  ]
  await ruled(shop, { multipliers })
  await sell(lines, { businessDate: '2026-11-20' })
  expect(await usable()).toBe(20 + 30 + 10)
  await sell(lines, { businessDate: '2026-11-22' })
  expect(await usable()).toBe(60 + 20 + 30 + 15)
  await sell(lines, { businessDate: '2026-11-18', storeCode: 'S08' })
  expect(await usable()).toBe(125 + 150)
  await ruled(shop, { multipliers, together: 'multiply' }, 2)
  await sell(lines, { businessDate: '2026-11-22' })
  expect(await usable()).toBe(275 + 30 + 45 + 15)
  expect(await ledgerFaults(shop)).toEqual([])
})

test('tier and birthday count as they were at the sale, and stay so whatever is edited later', async () => {
  await ruled(shop, {
    multipliers: [
      { name: '金卡', percent: 200, when: when({ tiers: ['gold'] }) },
      { name: '生日月', percent: 300, when: when({ birthday: 'month' }) },
      { name: '生日', percent: 500, when: when({ birthday: 'day' }) },
    ],
  })
  const change = { memberId: ann, reason: 'start', rulesVersion: 1, at: shop.clock.now() }
  await shop.db
    .insertInto('tier_change')
    .values({ ...change, id: shop.kernel.newId(), seq: 1, day: '2026-11-10', fromTier: null, toTier: 'gold' })
    .execute()
  await sell([{ product: 'rice', net: '10' }], { businessDate: '2026-11-09' })
  expect(await usable()).toBe(10)
  const golden = await sell([{ product: 'rice', net: '10' }], { businessDate: '2026-11-11' })
  expect(await usable()).toBe(30)
  const bornOn = (day: string) =>
    shop.db
      .updateTable('member')
      .set({ birthdaySealed: shop.kernel.vault.seal(day) })
      .where('id', '=', ann)
      .execute()
  await bornOn('1988-11-12')
  await sell([{ product: 'rice', net: '10' }], { businessDate: '2026-11-12' })
  await sell([{ product: 'rice', net: '10' }], { businessDate: '2026-11-13' })
  expect(await usable()).toBe(30 + 50 + 30)
  // The golden sale is corrected after the birthday became known: it is counted as it was then.
  await bornOn('1988-11-11')
  await writeReceipt(shop, {
    id: golden,
    memberId: ann,
    businessDate: '2026-11-11',
    lines: [{ product: 'rice', net: '20' }],
  })
  await settle(shop, [golden])
  expect(await usable()).toBe(110 + 20)
})

test('what is paid with points or a gift card earns nothing: only that share, or the whole receipt', async () => {
  await ruled(shop, {
    tenders: [
      { method: 'points', policy: 'share' },
      { method: 'giftCard', policy: 'receipt' },
    ],
  })
  const lines = [{ product: 'rice', net: '100' }]
  const paid = (...payments: { method: string; amount: string }[]) => sell(lines, { payments })
  await paid({ method: 'wechat', amount: '75' }, { method: 'points', amount: '25' })
  expect(await usable()).toBe(75)
  await paid({ method: 'wechat', amount: '99' }, { method: 'giftCard', amount: '1' })
  expect(await usable()).toBe(75)
})

test('rules of a day are those of its version, whenever the file comes', async () => {
  const owner = (await shop.as('owner')).call(pointsApi)
  await owner.changeRules({ body: { rate: { points: 2, fen: 100 }, validFrom: '2026-12-01' } })
  await sell([{ product: 'rice', net: '10' }], { businessDate: '2026-11-30' })
  await sell([{ product: 'rice', net: '10' }], { businessDate: '2026-12-01' })
  expect(await usable()).toBe(10 + 20)
  const { items } = await owner.ruleVersions({})
  expect(items.map(item => [item.version, item.validFrom])).toEqual([
    [1, '2026-12-01'],
    [0, null],
  ])
  const preview = await owner.previewRules({ body: { rate: { points: 5, fen: 100 } } })
  expect([preview.receipts.length > 0, preview.would > preview.earned]).toEqual([true, true])
})

// The law of returns: any way of bringing lines back, in parts and in any order, told before or after the sale, ends as if
// those lines had never been bought; under any rules.
const rules = fc.record({
  rate: fc.record({ points: fc.integer({ min: 1, max: 3 }), fen: fc.constantFrom(100, 150, 1000) }),
  caps: fc.record({ receipt: fc.constantFrom(null, 40, 100), day: fc.constantFrom(null, null, 60) }),
  together: fc.constantFrom('highest' as const, 'multiply' as const),
  multipliers: fc.subarray([
    { name: 'a', percent: 150, when: when({ categories: ['fresh'] }) },
    { name: 'b', percent: 133, when: when({ products: ['rice'] }) },
    { name: 'c', percent: 250, when: when({ weekdays: [5] }) },
  ]),
})
const shopping = fc.record({
  lines: fc.array(
    fc.record({
      product: fc.constantFrom('rice', 'chicken', 'bag', 'unknown'),
      fen: fc.integer({ min: 1, max: 9_999 }),
      kept: fc.boolean(),
      parts: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
})

test('invariants 8 and 9, return-exact: partial returns in any order end as if those lines had never been bought', async () => {
  await fc.assert(
    fc.asyncProperty(
      rules,
      fc.array(shopping, { minLength: 1, maxLength: 2 }),
      fc.infiniteStream(fc.nat()),
      async (given, sales, dice) => {
        await shop.db.deleteFrom('points_rules').execute()
        await ruled(shop, given)
        const [returner = '', plain = ''] = await addMembers(shop, 2)
        const yuan = (fen: number): string => (fen / 100).toFixed(2)
        const told: (() => Promise<string>)[] = []
        for (const { lines } of sales) {
          const id = newDoc()
          const bought = lines.map(line => ({ product: line.product, net: yuan(line.fen) }))
          told.push(async () => {
            await writeReceipt(shop, { id, memberId: returner, lines: bought })
            return id
          })
          for (const line of lines.filter(one => !one.kept)) {
            let rest = line.fen
            for (let part = 1; part <= line.parts; part++) {
              const fen = part === line.parts ? rest : Math.floor(line.fen / line.parts)
              rest -= fen
              const back = newDoc()
              told.push(async () => {
                const returned = [{ product: line.product, net: yuan(-fen) }]
                await writeReceipt(shop, {
                  id: back,
                  memberId: returner,
                  type: 'return',
                  original: id,
                  lines: returned,
                })
                return back
              })
            }
          }
          const never = newDoc()
          const kept = lines.filter(line => line.kept).map(line => ({ product: line.product, net: yuan(line.fen) }))
          await writeReceipt(shop, { id: never, memberId: plain, lines: kept })
          await settle(shop, [never])
        }
        const order = told.map(tell => ({ tell, at: dice.next().value as number })).toSorted((a, b) => a.at - b.at)
        for (const { tell, at } of order) {
          const id = await tell()
          if (at % 3 !== 0) await settle(shop, [id])
        }
        const all = await shop.db.selectFrom('sales_document').select('id').where('memberId', '=', returner).execute()
        const ids = all.map(row => row.id)
        await Promise.all([settle(shop, ids), settle(shop, ids.toReversed())])
        expect(await usable(returner)).toBe(await usable(plain))
      },
    ),
    { numRuns: 15 },
  )
  expect(await ledgerFaults(shop)).toEqual([])
}, 120_000)

test('what a receipt is credited with is what its explanation says, line by line, and shares sum to it', async () => {
  const owner = (await shop.as('owner')).call(pointsApi)
  await fc.assert(
    fc.asyncProperty(rules, shopping, async (given, { lines }) => {
      await shop.db.deleteFrom('points_rules').execute()
      await ruled(shop, { ...given, caps: { receipt: given.caps.receipt, day: null } })
      const id = await sell(lines.map(line => ({ product: line.product, net: (line.fen / 100).toFixed(2) })))
      const explained = await owner.receipt({ params: { documentId: id } })
      expect(explained.lines.reduce((sum, line) => sum + line.points, 0)).toBe(explained.points)
      expect(explained.points).toBe(await shop.modules.points.creditedFor(shop.db, id))
    }),
    { numRuns: 15 },
  )
}, 60_000)

test('补积分: a receipt nobody has is claimed by its code, or by store, time and amount; once, and not a stranger’s', async () => {
  const member = (await shop.as('storeManager', { stores: ['S01'] })).call(pointsApi)
  const params = { memberId: ann }
  const id = newDoc()
  await writeReceipt(shop, {
    id,
    memberId: null,
    businessDate: '2026-11-22',
    lines: [{ product: 'rice', net: '45.60' }],
  })
  await shop.db.updateTable('sales_document').set({ net: '45.60' }).where('id', '=', id).execute()
  const code = shop.modules.points.receiptCode(id)
  const claim = (body: Parameters<typeof member.claimReceipt>[0]['body']) =>
    member.claimReceipt({ params, body }).then(
      done => String(done.points),
      (error: unknown) => (error as { code: string }).code,
    )
  expect(await claim({ code: `${id}|AAAAAAAA` })).toBe('points.noReceipt')
  expect(await claim({ storeCode: 'S01', businessDate: '2026-11-22', amount: 4561, time: '12:10' })).toBe(
    'points.noReceipt',
  )
  const twice = await Promise.all([claim({ code }), claim({ code }), claim({ code })])
  expect(twice).toEqual(['45', '45', '45'])
  expect(await usable()).toBe(45)
  const [bob = ''] = await addMembers(shop, 1)
  const other = newDoc()
  await writeReceipt(shop, { id: other, memberId: bob, lines: [{ product: 'rice', net: '10' }] })
  expect(await claim({ code: shop.modules.points.receiptCode(other) })).toBe('points.claimed')
  const old = newDoc()
  await writeReceipt(shop, {
    id: old,
    memberId: null,
    businessDate: '2026-10-01',
    lines: [{ product: 'rice', net: '10' }],
  })
  expect(await claim({ code: shop.modules.points.receiptCode(old) })).toBe('points.claimTooLate')
})
