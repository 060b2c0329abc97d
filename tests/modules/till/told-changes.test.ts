import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { tillApi } from '../../../server/modules/till/contract.ts'
import { tillDeskApi } from '../../../server/modules/till/contract/desk-api.ts'
import { pointsBackAfter } from '../../../server/modules/till/service/points-pay.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { ledgerFaults, stockShelf } from '../points/receipts.ts'
import { giveCoupon, line, newTill, now, today, type Till } from './tills.ts'

/** What a file changes of what was told before: a return that was another one or none, a sale with less in it or none. */
let shop: ShopWithPeople
let till: Till
beforeAll(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
  till = await newTill(shop, 'S01', '01')
})
afterAll(() => shop.close())

let numbers = 0
const number = (): string => String((numbers += 1)).padStart(5, '0')
const balance = async (memberId: string): Promise<number> =>
  (await shop.modules.points.balances(shop.db, [memberId])).get(memberId) ?? 0
const grant = (memberId: string, points: number) =>
  inTransaction(shop.db, tx => shop.modules.points.grant(tx, [{ key: `test:${number()}`, memberId, points }]))

type Goods = readonly { readonly product: string; readonly net: string; readonly quantity?: number }[]
const yuan = (fen: number): string => (fen / 100).toFixed(2)

/** A sale of ¥30 of rice and ¥20 of chicken that points pay a part of; by a member who had 3,000. */
async function sells(more: { points?: number; couponCode?: string; memberId?: string; cardNo?: string } = {}) {
  const fresh = more.memberId === undefined ? await newMember(shop) : null
  const memberId = more.memberId ?? fresh?.memberId ?? ''
  if (fresh !== null) await grant(memberId, 3_000)
  const receiptNo = number()
  const sale = await till.call(tillApi).commit({
    body: {
      key: `changes-${receiptNo}`,
      businessDate: today,
      receiptNo,
      businessAt: now,
      memberCode: more.cardNo ?? fresh?.cardNo ?? '',
      points: more.points ?? 1_000,
      lines: [line(1, '30'), line(2, '20', { productCode: 'chicken' })],
      ...(more.couponCode === undefined ? {} : { couponCode: more.couponCode }),
    },
  })
  await shop.drain()
  return { ...sale, memberId, receiptNo }
}

/** The file tells a document anew: the same receipt is replaced, whole. */
const tells = (
  document: { tillCode: string; receiptNo: string; original?: string; isVoid?: boolean },
  goods: Goods,
): Promise<unknown> =>
  inTransaction(shop.db, tx =>
    shop.modules.sales.record(tx, {
      storeCode: 'S01',
      tillCode: document.tillCode,
      businessDate: today,
      receiptNo: document.receiptNo,
      type: document.original === undefined ? 'sale' : 'return',
      status: document.isVoid === true ? 'void' : 'confirmed',
      businessAt: new Date(now),
      originalDocKey: document.original ?? null,
      lines: goods.map(({ product, net, quantity = 1 }) => ({
        productCode: product,
        name: product,
        quantity: String(document.original === undefined ? quantity : -quantity),
        unitPrice: '1',
        net: document.original === undefined ? net : `-${net}`,
      })),
    }),
  )

const pointsOf = (docKey: string) =>
  shop.db
    .selectFrom('till_sale_points')
    .select(['points', 'back', 'backFen'])
    .where('docKey', '=', docKey)
    .executeTakeFirstOrThrow()

test('a told return that was another one, and then none, moves exactly the points that it should have moved', async () => {
  const sale = await sells()
  const told = { tillCode: '07', receiptNo: number(), original: sale.docKey }
  await tells(told, [{ product: 'rice', net: '30' }])
  await shop.drain()
  expect(await balance(sale.memberId)).toBe(3_000 - 400 + 20)
  await tells(told, [{ product: 'chicken', net: '20' }])
  await shop.drain()
  expect(await balance(sale.memberId)).toBe(3_000 - 600 + 30)
  await tells({ ...told, isVoid: true }, [{ product: 'chicken', net: '20' }])
  await shop.drain()
  expect(await balance(sale.memberId)).toBe(3_000 - 1_000 + 50)
  expect(await pointsOf(sale.docKey)).toEqual({ points: 1_000, back: 0, backFen: 0 })
  // Nothing is back: all of it can still come back at the till.
  const body = { key: `changes-R${number()}`, businessDate: today, receiptNo: `R${number()}`, businessAt: now }
  const back = await till.call(tillApi).returnSale({
    body: { ...body, original: { businessDate: today, receiptNo: sale.receiptNo } },
  })
  expect(back).toMatchObject({ refund: 4_000, full: true, pointsBack: { points: 1_000, fen: 1_000 } })
  expect(await balance(sale.memberId)).toBe(3_000)
  expect(await ledgerFaults(shop)).toEqual([])
})

test('a return turns out to be none after the member has used its points: they are owed, and owed no more when it comes back again', async () => {
  const sale = await sells()
  const told = { tillCode: '07', receiptNo: number(), original: sale.docKey }
  const goods = [
    { product: 'rice', net: '30' },
    { product: 'chicken', net: '20' },
  ]
  await tells(told, goods)
  await shop.drain()
  expect(await balance(sale.memberId)).toBe(3_000)
  await inTransaction(shop.db, tx =>
    shop.modules.points.spend(tx, { key: `test:all:${sale.memberId}`, memberId: sale.memberId, points: 3_000 }),
  )
  await tells({ ...told, isVoid: true }, goods)
  await shop.drain()
  expect(await balance(sale.memberId)).toBe(50 - 1_000)
  expect(await ledgerFaults(shop)).toEqual([])
  await tells(told, goods)
  await shop.drain()
  expect(await balance(sale.memberId)).toBe(0)
  expect(await ledgerFaults(shop)).toEqual([])
})

test('a file that voids a sale gives back what paid for it; one that leaves a line out gives back that line’s part; one that only writes it otherwise, nothing', async () => {
  const voided = await sells()
  const at = (sale: { receiptNo: string }) => ({ tillCode: '01', receiptNo: sale.receiptNo })
  const whole = [
    { product: 'rice', net: '30' },
    { product: 'chicken', net: '20' },
  ]
  await tells({ ...at(voided), isVoid: true }, whole)
  await shop.drain()
  expect(await balance(voided.memberId)).toBe(3_000)
  await tells(at(voided), whole)
  await shop.drain()
  expect(await balance(voided.memberId)).toBe(3_000 - 1_000 + 50)

  const less = await sells()
  await tells(at(less), [{ product: 'rice', net: '30' }])
  await shop.drain()
  expect(await balance(less.memberId)).toBe(3_000 - 600 + 30)

  const otherwise = await sells()
  // Points written as a discount, and other names of the goods: nothing was left out.
  await tells(at(otherwise), [
    { product: 'rice', net: '24' },
    { product: 'chicken', net: '16' },
  ])
  await shop.drain()
  expect(await pointsOf(otherwise.docKey)).toMatchObject({ back: 0 })
  const renamed = await sells()
  await tells(at(renamed), [{ product: 'R-5KG', net: '30' }])
  await shop.drain()
  expect(await pointsOf(renamed.docKey)).toMatchObject({ back: 0 })
  expect(await ledgerFaults(shop)).toEqual([])
})

test('a coupon that a told return gave back is used again when there was none; one that is used elsewhere by then is a recorded loss', async () => {
  const goods = [
    { product: 'rice', net: '30' },
    { product: 'chicken', net: '20' },
  ]
  for (const isGone of [false, true]) {
    const member = await newMember(shop)
    await grant(member.memberId, 3_000)
    const coupon = await giveCoupon(shop, member.memberId)
    const sale = await sells({ ...member, couponCode: coupon.code })
    const told = { tillCode: '07', receiptNo: number(), original: sale.docKey }
    await tells(told, goods)
    await shop.drain()
    const state = async () => (await shop.modules.coupons.byCode(shop.db, coupon.code))?.state
    expect(await state()).toBe('issued')
    if (isGone) await sells({ ...member, points: 0, couponCode: coupon.code })
    await tells({ ...told, isVoid: true }, goods)
    await shop.drain()
    expect(await state()).toBe('redeemed')
    const losses = await shop.db.selectFrom('till_loss').select('amount').where('docKey', '=', sale.docKey).execute()
    expect(losses).toEqual(isGone ? [{ amount: 500 }] : [])
    expect(await pointsOf(sale.docKey)).toMatchObject({ back: 0 })
  }
  expect(await ledgerFaults(shop)).toEqual([])
})

test('of a return that the file tells, the red-letter note is over the money only, and over nothing when it is void', async () => {
  const sale = await sells()
  const owner = (await shop.as('owner')).call(tillDeskApi)
  const params = { documentId: sale.documentId }
  expect(await owner.markInvoiced({ params, body: { invoiceNo: `F${sale.receiptNo}` } })).toMatchObject({
    amount: 4_000,
  })
  const told = { tillCode: '07', receiptNo: number(), original: sale.docKey }
  await tells(told, [{ product: 'chicken', net: '20' }])
  await shop.drain()
  // ¥20 came back: ¥16 in money and 400 points.
  expect(await owner.invoice({ params })).toMatchObject({ invoiceable: 2_400, state: 'redNeeded', redAmount: 1_600 })
  await tells({ ...told, isVoid: true }, [{ product: 'chicken', net: '20' }])
  await shop.drain()
  expect(await owner.invoice({ params })).toMatchObject({ invoiceable: 4_000, state: 'issued', redAmount: 0 })
})

/** What may be told of a sale, in any order: returns that are corrected or void, the sale void or not, again and again. */
const telling = fc.oneof(
  fc.record({
    kind: fc.constant('return' as const),
    which: fc.integer({ min: 0, max: 1 }),
    rice: fc.integer({ min: 0, max: 3 }),
    chicken: fc.integer({ min: 0, max: 1 }),
    isVoid: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('sale' as const), isVoid: fc.boolean() }),
  fc.record({ kind: fc.constant('drain' as const) }),
)

test('return-exact: whatever a file tells, corrects and voids in whatever order, the points that paid end as what stands says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(telling, { minLength: 1, maxLength: 7 }), async tellings => {
      const { memberId, cardNo } = await newMember(shop)
      await grant(memberId, 3_000)
      const receiptNo = number()
      const lines = [line(1, '27.99', { quantity: '3', unitPrice: '9.33' }), line(2, '20', { productCode: 'chicken' })]
      const { docKey } = await till.call(tillApi).commit({
        body: { key: `law-${receiptNo}`, businessDate: today, receiptNo, businessAt: now, memberCode: cardNo, points: 1_100, lines }, // prettier-ignore
      })
      const numbersOf = [number(), number()]
      const stands = new Map<number, { rice: number; chicken: number }>()
      let isSaleVoid = false
      for (const one of tellings) {
        if (one.kind === 'drain') await shop.drain()
        else if (one.kind === 'sale') {
          isSaleVoid = one.isVoid
          await tells({ tillCode: '01', receiptNo, isVoid: one.isVoid }, [
            { product: 'rice', quantity: 3, net: '27.99' },
            { product: 'chicken', net: '20' },
          ])
        } else {
          // Nobody brings back more than was bought.
          const other = stands.get(1 - one.which) ?? { rice: 0, chicken: 0 }
          const rice = Math.min(one.rice, 3 - other.rice)
          const chicken = Math.min(one.chicken, 1 - other.chicken)
          if (rice + chicken === 0) continue
          const goods = [
            ...(rice === 0 ? [] : [{ product: 'rice', quantity: rice, net: yuan(933 * rice) }]),
            ...(chicken === 0 ? [] : [{ product: 'chicken', net: '20' }]),
          ]
          const receipt = numbersOf[one.which] ?? ''
          await tells({ tillCode: '07', receiptNo: receipt, original: docKey, isVoid: one.isVoid }, goods)
          if (one.isVoid) stands.delete(one.which)
          else stands.set(one.which, { rice, chicken })
        }
      }
      await shop.drain()
      await shop.drain()
      const back = [...stands.values()].reduce((sum, { rice, chicken }) => sum + 933 * rice + 2_000 * chicken, 0)
      const expected = isSaleVoid ? 1_100 : pointsBackAfter(1_100, back, 4_799)
      expect((await pointsOf(docKey)).back).toBe(expected)
      const earned = isSaleVoid ? 0 : Math.floor((4_799 - back) / 100)
      expect(await balance(memberId)).toBe(3_000 - 1_100 + expected + earned)
    }),
    { numRuns: 12 },
  )
  expect(await ledgerFaults(shop)).toEqual([])
}, 120_000)
