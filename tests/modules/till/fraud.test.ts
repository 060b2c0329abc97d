import { afterEach, beforeEach, expect, test } from 'vitest'
import { pointsApi } from '../../../server/modules/points/contract.ts'
import { DEFAULT_FRAUD_RULES, type FraudRules } from '../../../server/modules/till/contract/fraud.ts'
import { tillApi } from '../../../server/modules/till/contract.ts'
import { tillDeskApi } from '../../../server/modules/till/contract/desk-api.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { stockShelf } from '../points/receipts.ts'
import { refusalOf, sells, takesBack } from './around.ts'
import { giveCoupon, newTill, now, today, type Till } from './tills.ts'

let shop: ShopWithPeople
let till: Till
beforeEach(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
  till = await newTill(shop, 'S01', '01')
})
afterEach(() => shop.close())

async function rules(change: (limits: FraudRules) => void): Promise<void> {
  const owner = (await shop.as('owner')).call(tillDeskApi)
  const { version } = await owner.fraudRules({})
  const next = structuredClone(DEFAULT_FRAUD_RULES)
  change(next)
  await owner.changeFraudRules({ body: { version, rules: next } })
}
const watch = async (): Promise<void> => {
  const nightly = shop.modules.jobs.find(({ name }) => name === 'till.watch')
  await nightly?.run(
    {},
    { jobId: '', attempt: 1, progress: () => Promise.resolve(), signal: new AbortController().signal },
  )
}

test('over the limit of a card a sale earns nothing and says why; twelve at once pass exactly as many as may', async () => {
  await rules(next => {
    next.limits.card.receipts = 4
  })
  const member = await newMember(shop)
  const sold = await Promise.all(Array.from({ length: 12 }, () => sells(till, '10', { cardNo: member.cardNo })))
  expect(sold.filter(one => one.points?.earned === 10).length).toBe(4)
  const refused = sold.filter(one => one.points?.earned === 0)
  expect(refused.length).toBe(8)
  expect(refused[0]?.notices).toEqual([{ zh: '今日积分次数已满', en: expect.any(String) as string }])
  await shop.drain()
  expect((await member.call(pointsApi).myBalance({})).balance).toBe(40)
  const explained = await member.call(pointsApi).myReceipt({ params: { documentId: refused[0]?.documentId ?? '' } })
  expect(explained).toMatchObject({ points: 0, explanation: { zh: '今日积分次数已满' } })
  const alerts = (await shop.as('storeManager', { stores: ['S01'] })).call(tillDeskApi)
  expect((await alerts.alerts({ query: {} })).items).toMatchObject([
    { kind: 'overLimit', memberId: member.memberId, facts: { limit: 'cardReceipts' }, state: 'open' },
  ])
})

test('the points of a day, the coupons of a day and one card at one till have limits of their own', async () => {
  await rules(next => {
    next.limits.card = { receipts: null, points: 100, redemptions: 1 }
    next.limits.cardAtTill.receipts = 3
  })
  const rich = await newMember(shop)
  expect((await sells(till, '150', { cardNo: rich.cardNo })).points?.earned).toBe(150)
  expect((await sells(till, '10', { cardNo: rich.cardNo })).notices?.[0]?.zh).toBe('今日积分已达上限')

  const member = await newMember(shop)
  for (let i = 0; i < 3; i++) expect((await sells(till, '10', { cardNo: member.cardNo })).points?.earned).toBe(10)
  expect((await sells(till, '10', { cardNo: member.cardNo })).notices?.[0]?.zh).toBe('本机今日此卡已满')
  const elsewhere = await newTill(shop, 'S01', '02')
  expect((await sells(elsewhere, '10', { cardNo: member.cardNo })).points?.earned).toBe(10)

  const [one, two] = [await giveCoupon(shop, member.memberId), await giveCoupon(shop, member.memberId)]
  await sells(elsewhere, '50', { coupon: one.code })
  expect(await refusalOf(sells(elsewhere, '50', { coupon: two.code }))).toBe('till.overLimit')
  expect((await shop.modules.coupons.byCode(shop.db, two.code))?.state).toBe('issued')
})

test('a till’s receipts of a day are limited over all cards: of twelve cards at once exactly as many earn as may', async () => {
  await rules(next => {
    next.limits.till.receipts = 5
  })
  const members = []
  for (let i = 0; i < 12; i++) members.push(await newMember(shop))
  const sold = await Promise.all(members.map(({ cardNo }) => sells(till, '10', { cardNo })))
  expect(sold.filter(one => one.points?.earned === 10).length).toBe(5)
  const refused = sold.filter(one => one.points?.earned === 0)
  expect(refused.map(one => one.notices?.[0]?.zh)).toEqual(Array.from({ length: 7 }, () => '本机今日积分次数已满'))
  // The till beside it and the next day have a count of their own; a sale to nobody is not counted.
  const [beside, one] = [await newTill(shop, 'S01', '02'), members[0]?.cardNo ?? '']
  expect((await sells(beside, '10', { cardNo: one })).points?.earned).toBe(10)
  for (let i = 0; i < 6; i++) await sells(beside, '10')
  expect((await sells(beside, '10', { cardNo: one })).points?.earned).toBe(10)
  expect((await sells(till, '10', { cardNo: one, date: '2026-11-23' })).points?.earned).toBe(10)
  await shop.drain()
  const alerts = (await shop.as('storeManager', { stores: ['S01'] })).call(tillDeskApi)
  const { items } = await alerts.alerts({ query: { kind: 'overLimit' } })
  expect(items.map(({ tillCode, facts }) => [tillCode, facts.limit])).toEqual(
    Array.from({ length: 7 }, () => ['01', 'tillReceipts']),
  )
})

test('a till’s points and coupons of a day are limited over all cards; what is refused stays in the wallet', async () => {
  await rules(next => {
    next.limits.till = { receipts: null, points: 100, redemptions: 3 }
  })
  const members: Awaited<ReturnType<typeof newMember>>[] = []
  for (let i = 0; i < 12; i++) members.push(await newMember(shop))
  const cardOf = (n: number): string => members[n]?.cardNo ?? ''
  expect((await sells(till, '60', { cardNo: cardOf(0) })).points?.earned).toBe(60)
  expect((await sells(till, '60', { cardNo: cardOf(1) })).points?.earned).toBe(60)
  expect((await sells(till, '10', { cardNo: cardOf(2) })).notices?.[0]?.zh).toBe('本机今日积分已达上限')
  const beside = await newTill(shop, 'S01', '02')
  expect((await sells(beside, '10', { cardNo: cardOf(2) })).points?.earned).toBe(10)

  const coupons: string[] = []
  for (const { memberId } of members) coupons.push((await giveCoupon(shop, memberId)).code)
  const tries = await Promise.all(coupons.map(coupon => refusalOf(sells(beside, '50', { coupon }))))
  expect(tries.toSorted()).toEqual([
    ...Array.from({ length: 3 }, () => 'no refusal'),
    ...Array.from({ length: 9 }, () => 'till.overLimit'),
  ])
  const states = await Promise.all(coupons.map(async code => (await shop.modules.coupons.byCode(shop.db, code))?.state))
  expect(states.filter(state => state === 'redeemed').length).toBe(3)
  expect(states.filter(state => state === 'issued').length).toBe(9)
  const left = coupons[states.indexOf('issued')] ?? ''
  expect(await refusalOf(sells(till, '50', { coupon: left }))).toBe('no refusal')
})

test('a staff card earns less often, or nothing, as the rules say', async () => {
  const member = await newMember(shop)
  const manager = (await shop.as('storeManager', { stores: ['S01'] })).call(tillDeskApi)
  await manager.markStaffCard({ body: { cardNo: member.cardNo, storeCode: 'S01', note: '收银员小李' } })
  expect((await manager.staffCards({})).items).toMatchObject([{ memberId: member.memberId, note: '收银员小李' }])
  await rules(next => {
    next.limits.staffCard = { earns: true, receipts: 1 }
  })
  expect((await sells(till, '10', { cardNo: member.cardNo })).points?.earned).toBe(10)
  expect((await sells(till, '10', { cardNo: member.cardNo })).notices?.[0]?.zh).toBe('员工卡今日次数已满')
  await rules(next => {
    next.limits.staffCard.earns = false
  })
  expect((await sells(till, '10', { cardNo: member.cardNo })).notices?.[0]?.zh).toBe('员工卡购物不积分')
  const foreign = (await shop.as('storeManager', { stores: ['S02'] })).call(tillDeskApi)
  expect((await foreign.staffCards({})).items).toEqual([])
  expect(await refusalOf(foreign.unmarkStaffCard({ params: { memberId: member.memberId } }))).toBe('common.notFound')
})

test('who buys, earns and brings back again and again is seen the next night, once, by the own store', async () => {
  const member = await newMember(shop)
  for (let i = 0; i < 3; i++)
    await takesBack(till, await sells(till, '100', { cardNo: member.cardNo, cashier: '小李' }), { cashier: '小李' })
  await sells(till, '20')
  await watch()
  await watch()
  const west = (await shop.as('storeManager', { stores: ['S01'] })).call(tillDeskApi)
  const { items } = await west.alerts({ query: {} })
  expect(items.map(one => [one.kind, one.facts.times, one.facts.returnedFen]).toSorted()).toEqual([
    ['quickReturns', 3, 30_000],
    ['returnLoop', 3, 30_000],
  ])
  const loop = items.find(one => one.kind === 'returnLoop')
  expect(loop).toMatchObject({ memberId: member.memberId, storeCode: 'S01', facts: { soldFen: 30_000 } })
  expect(items.find(one => one.kind === 'quickReturns')).toMatchObject({ tillCode: '01', cashier: '小李' })
  expect(await west.alertCount({})).toEqual({ open: 2 })
  const east = (await shop.as('storeManager', { stores: ['S02'] })).call(tillDeskApi)
  expect((await east.alerts({ query: {} })).items).toEqual([])
  const params = { alertId: loop?.alertId ?? '' }
  expect(await refusalOf(east.closeAlert({ params, body: { note: '已核实' } }))).toBe('till.noAlert')
  const tries = await Promise.allSettled(
    Array.from({ length: 3 }, () => west.closeAlert({ params, body: { note: '已找员工谈话' } })),
  )
  expect(tries.filter(one => one.status === 'fulfilled').length).toBe(1)
  await watch()
  expect(await west.alertCount({})).toEqual({ open: 1 })
  // Somebody who looked at it is told again only when it goes on.
  shop.clock.advance(86_400_000)
  await takesBack(till, await sells(till, '100', { cardNo: member.cardNo, date: '2026-11-23' }), {
    date: '2026-11-23',
  })
  await watch()
  expect((await west.alerts({ query: { state: 'open', kind: 'returnLoop' } })).items).toMatchObject([
    { facts: { times: 4 } },
  ])
})

test('who goes from store to store to bring things back is seen too, where it was the last time', async () => {
  const member = await newMember(shop)
  const others = [await newTill(shop, 'S02', '01'), await newTill(shop, 'S03', '01'), till]
  for (const [index, other] of others.entries()) {
    const { receiptNo } = await sells(till, '100', { cardNo: member.cardNo })
    const original = { storeCode: 'S01', tillCode: '01', businessDate: today, receiptNo }
    await other.call(tillApi).returnSale({
      body: {
        key: `loop-over-stores-${index}`,
        // The last of them on the day after: it is known where it ended.
        businessDate: index === 2 ? '2026-11-23' : today,
        receiptNo: `loop-${index}`,
        businessAt: now,
        original,
      },
    })
  }
  shop.clock.advance(86_400_000)
  await watch()
  const loops = async (stores: string[]) =>
    (await (await shop.as('storeManager', { stores })).call(tillDeskApi).alerts({ query: { kind: 'returnLoop' } }))
      .items
  expect(await loops(['S01'])).toMatchObject([
    { memberId: member.memberId, facts: { times: 3, soldFen: 30_000, returnedFen: 30_000 } },
  ])
  expect(await loops(['S02', 'S03'])).toEqual([])
})

test('many receipts on one card, and returns of sales that nobody knows, come to light', async () => {
  await rules(next => {
    next.alerts.manyReceipts = { times: 4 }
    next.alerts.manyPoints = { points: 400, days: 30 }
    next.alerts.returnWithoutSale = { times: 2 }
  })
  const member = await newMember(shop)
  for (let i = 0; i < 4; i++) await sells(till, '100', { cardNo: member.cardNo })
  for (const receiptNo of ['R1', 'R2'])
    await shop.db.transaction().execute(tx =>
      shop.modules.sales.record(tx, {
        storeCode: 'S01',
        tillCode: '09',
        businessDate: '2026-11-22',
        receiptNo,
        type: 'return',
        businessAt: shop.clock.now(),
        cashier: '小赵',
        lines: [{ productCode: 'rice', name: '米', quantity: '-1', unitPrice: '50' }],
      }),
    )
  await shop.drain()
  await watch()
  const owner = (await shop.as('owner')).call(tillDeskApi)
  expect((await owner.alerts({ query: {} })).items.map(one => [one.kind, one.facts.times]).toSorted()).toEqual([
    ['manyPoints', 4],
    ['manyReceipts', 4],
    ['returnWithoutSale', 2],
  ])
})

test('a staff card that is shown again and again comes to light; the same of a guest’s card does not', async () => {
  await rules(next => {
    next.alerts.manyReceipts = null
    next.alerts.staffCard = { times: 3 }
  })
  const [staff, guest] = [await newMember(shop), await newMember(shop)]
  const manager = (await shop.as('storeManager', { stores: ['S01'] })).call(tillDeskApi)
  await manager.markStaffCard({ body: { cardNo: staff.cardNo, storeCode: 'S01', note: '收银员小李' } })
  const sellsBoth = async (): Promise<void> => {
    for (const { cardNo } of [staff, guest]) await sells(till, '20', { cardNo })
  }
  await sellsBoth()
  await sellsBoth()
  await watch()
  expect((await manager.alerts({ query: {} })).items).toEqual([])
  await sellsBoth()
  await watch()
  await watch()
  expect((await manager.alerts({ query: {} })).items).toMatchObject([
    { kind: 'staffCard', memberId: staff.memberId, storeCode: 'S01', facts: { times: 3, soldFen: 6_000 } },
  ])
})

test('of two who change the rules at once one is told so', async () => {
  const owner = (await shop.as('owner')).call(tillDeskApi)
  const body = { version: 0, rules: DEFAULT_FRAUD_RULES }
  const tries = await Promise.allSettled([owner.changeFraudRules({ body }), owner.changeFraudRules({ body })])
  expect(tries.map(one => one.status).toSorted()).toEqual(['fulfilled', 'rejected'])
})
