import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addDays } from '../../../server/kernel/clock.ts'
import { salesApi } from '../../../server/modules/sales/contract.ts'
import { file, importFile, line } from '../erp/shop-files.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { stockShelf } from '../points/receipts.ts'

let shop: ShopWithPeople
beforeAll(async () => {
  shop = await shopWithPeople()
  shop.clock.set('2026-11-22T04:00:00.000Z')
  await stockShelf(shop)
})
afterAll(() => shop.close())

const two = (n: number): string => String(n).padStart(2, '0')
const receipt = fc.record({
  mine: fc.integer({ min: 0, max: 4 }).map(n => n > 0),
  daysAgo: fc.integer({ min: 1, max: 380 }),
  hour: fc.integer({ min: 7, max: 21 }),
  store: fc.constantFrom('S01', 'S02'),
  isReturn: fc.nat(5).map(n => n === 0),
  lines: fc.array(
    fc.record({
      code: fc.constantFrom('chicken', 'rice', 'bag'),
      fen: fc.integer({ min: 1, max: 9000 }),
      off: fc.integer({ min: 0, max: 300 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
})
type Receipt = typeof receipt extends fc.Arbitrary<infer T> ? T : never
const yuan = (fen: number): string => (fen / 100).toFixed(2)
let numbers = 0

/** The night's file of these receipts. */
const nightOf = (receipts: readonly Receipt[], cardNo: string): string =>
  file(
    ...receipts.flatMap(({ mine, daysAgo, hour, store, isReturn, lines }) => {
      const no = String((numbers += 1)).padStart(6, '0')
      const sign = isReturn ? '-' : ''
      return lines.map(({ code, fen, off }) =>
        line({
          store,
          date: addDays('2026-11-22', -daysAgo),
          receipt: no,
          time: `${two(hour)}:30:00`,
          type: isReturn ? '退货' : '销售',
          card: mine ? cardNo : '',
          code,
          name: code,
          quantity: `${sign}1`,
          price: yuan(fen + off),
          discount: off === 0 ? '0' : `${sign}${yuan(off)}`,
          net: `${sign}${yuan(fen)}`,
        }),
      )
    }),
  )

/** The same portrait by plain counting. */
function byHand(receipts: readonly Receipt[], stores: readonly string[]) {
  const mine = receipts.filter(one => one.mine && one.daysAgo <= 364 && stores.includes(one.store))
  const bought = mine.filter(one => !one.isReturn)
  const fenOf = (one: Receipt, of = (_code: string): boolean => true): number =>
    one.lines.reduce((sum, { code, fen }) => sum + (of(code) ? fen : 0), 0) * (one.isReturn ? -1 : 1)
  const sum = (of?: (code: string) => boolean): number => mine.reduce((all, one) => all + fenOf(one, of), 0)
  const fresh = sum(code => code === 'chicken')
  const other = sum(code => code === 'rice')
  const all = Math.max(0, fresh) + Math.max(0, other)
  const counted = (of: (one: Receipt) => boolean): number => bought.filter(of).length
  return {
    purchases: bought.length,
    net: yuan(sum()),
    categories: [
      { code: 'fresh', name: '生鲜', net: fresh },
      { code: null, name: '', net: other },
    ]
      .filter(({ net }) => net > 0)
      .map(({ code, name, net }) => ({ code, name, net: `${yuan(net)}00`, share: net / all })),
    products: ['chicken', 'rice']
      .map(code => ({ code, purchases: counted(one => one.lines.some(each => each.code === code)) }))
      .filter(({ purchases }) => purchases > 0),
    weekdays: [1, 2, 3, 4, 5, 6, 0].map(day =>
      counted(({ daysAgo }) => new Date(`${addDays('2026-11-22', -daysAgo)}T12:00:00Z`).getUTCDay() === day),
    ),
    hours: Array.from({ length: 24 }, (_, hour) => counted(one => one.hour === hour)),
    stores: stores.map(code => ({ code, purchases: counted(({ store }) => store === code) })).filter(one => one.purchases > 0), // prettier-ignore
  }
}

test('a portrait counts what was bought in a year, when and where, within the caller’s stores, as plain counting does', async () => {
  const [all, some] = [
    (await shop.as('owner')).call(salesApi),
    (await shop.as('storeManager', { stores: ['S02'] })).call(salesApi),
  ]
  await fc.assert(
    fc.asyncProperty(fc.array(receipt, { minLength: 1, maxLength: 14 }), async receipts => {
      const { memberId, cardNo } = await newMember(shop)
      await importFile(shop, nightOf(receipts, cardNo), { name: `night-${numbers}.csv` })
      for (const [api, stores] of [
        [all, ['S01', 'S02']],
        [some, ['S02']],
      ] as const) {
        const told = await api.portrait({ params: { memberId } })
        const plain = byHand(receipts, stores)
        expect(told).toMatchObject({ from: '2025-11-23', purchases: plain.purchases, net: `${plain.net}00` })
        const shares = (rows: readonly { code: string | null; name: string; net: string; share: number }[]) =>
          rows.map(({ code, name, net, share }) => `${code} ${name} ${net} ${share.toFixed(9)}`)
        expect(shares(told.categories).toSorted()).toEqual(shares(plain.categories).toSorted())
        expect(told.categories.map(({ net }) => Number(net))).toEqual(
          plain.categories.map(({ net }) => Number(net)).toSorted((a, b) => b - a),
        )
        const counts = (rows: readonly { code: string; purchases: number }[]) =>
          rows.map(({ code, purchases }) => `${code} ${purchases}`).toSorted()
        expect(counts(told.products)).toEqual(counts(plain.products))
        expect([told.weekdays, told.hours]).toEqual([plain.weekdays, plain.hours])
        expect(counts(told.stores)).toEqual(counts(plain.stores))
      }
    }),
    { numRuns: 12 },
  )
}, 120_000)

test('what tills only drafted or took back is no part of it, and who may not see sales sees no portrait', async () => {
  const { memberId, cardNo } = await newMember(shop)
  await importFile(shop, nightOf([{ mine: true, daysAgo: 3, hour: 9, store: 'S01', isReturn: false, lines: [{ code: 'rice', fen: 500, off: 100 }] }], cardNo)) // prettier-ignore
  const owner = (await shop.as('owner')).call(salesApi)
  expect(await owner.portrait({ params: { memberId } })).toMatchObject({ purchases: 1, discountShare: 1 / 6 })
  await shop.db.updateTable('sales_document').set({ type: 'void' }).where('memberId', '=', memberId).execute()
  expect(await owner.portrait({ params: { memberId } })).toMatchObject({
    purchases: 0,
    net: '0.0000',
    discountShare: null,
    categories: [],
    products: [],
    stores: [],
  })
  const cashier = (await shop.as('cashier')).call(salesApi)
  await expect(cashier.portrait({ params: { memberId } })).rejects.toMatchObject({ code: 'common.forbidden' })
})
