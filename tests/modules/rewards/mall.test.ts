import { afterAll, beforeAll, expect, test } from 'vitest'
import { addDays, shopDay } from '../../../server/kernel/clock.ts'
import { couponsApi } from '../../../server/modules/coupons/contract.ts'
import { pointsApi } from '../../../server/modules/points/contract.ts'
import { rewardsApi } from '../../../server/modules/rewards/contract/index.ts'
import { staffApi } from '../../../server/modules/staff/contract.ts'
import { tillApi } from '../../../server/modules/till/contract.ts'
import { wechatApi } from '../../../server/modules/wechat/contract/index.ts'
import { stage, type Stage } from '../../support/stage.ts'
import type { StaffUser } from '../../support/world.ts'
import { send } from '../till/tills.ts'
import { codeOf, givePoints, newProduct, openStores, pointsOf, runJob, shopperWith, tap, type Shopper } from './mall.ts'

let on: Stage
let owner: StaffUser
let west: StaffUser
let wang: Shopper
const DAY = 86_400_000

beforeAll(async () => {
  on = await stage()
  await openStores(on.shop)
  owner = await on.shop.as('owner')
  west = await on.shop.as('storeManager', { stores: ['S01'], name: '西店店长' })
  wang = await shopperWith(on, '王女士', 5000)
})
afterAll(() => on.close())

const mall = (who: Shopper = wang) => on.shop.call(rewardsApi, who.headers)
const desk = (who: StaffUser = owner) => who.call(rewardsApi)
const stateOf = async (orderId: string): Promise<string> => (await desk().order({ params: { orderId } })).state

test('a product is drawn up, put on, seen, exchanged, laid ready, told of once, and handed over against its code once', async () => {
  const body = { name: '东北大米 5kg', kind: 'goods' as const, points: 800, stock: 3, stores: ['S01'], claimDays: 7 }
  const { productId, state } = await desk().createProduct({ body })
  expect(state).toBe('draft')
  expect((await mall().mall()).items).toEqual([])
  await desk().switchProduct({ params: { productId }, body: { state: 'on' } })
  expect((await mall().mall()).items).toMatchObject([{ productId, points: 800, left: 3, refusal: null, had: 0 }])
  // A guest may look, and is not told of points they have not got.
  const guest = await on.opens(on.person('路人'))
  expect(await on.shop.call(rewardsApi, guest).mall()).toMatchObject({ points: null, items: [{ refusal: null }] })

  await on.allows(wang.person, wang.headers, 'tmpl_pickup_ready')
  const wish = { key: tap(), way: 'pickUp' as const, storeCode: 'S01' }
  const order = await mall().exchange({ params: { productId }, body: wish })
  expect(order).toMatchObject({ state: 'ordered', points: 800, storeCode: 'S01', mayCancel: true })
  expect(await pointsOf(on.shop, wang.memberId)).toBe(4200)
  expect((await mall().mallProduct({ params: { productId } })).product).toMatchObject({ left: 2 })
  // The tap told twice is one exchange; the same key for something else is refused.
  expect((await mall().exchange({ params: { productId }, body: wish })).orderId).toBe(order.orderId)
  expect(await pointsOf(on.shop, wang.memberId)).toBe(4200)
  const other = await newProduct(owner)
  expect(await codeOf(mall().exchange({ params: { productId: other }, body: wish }))).toBe('rewards.keyReused')

  const code = order.code ?? ''
  const hand = (who: StaffUser, key = tap()) => desk(who).handOver({ body: { key, code } })
  expect(await codeOf(hand(west))).toBe('rewards.notReady')
  const params = { orderId: order.orderId }
  await desk(west).makeReady({ params })
  expect(await codeOf(desk(west).makeReady({ params }))).toBe('rewards.wrongState')
  await on.settle()
  const told = () =>
    wang.person.entries
      .filter(({ templateId }) => templateId === 'tmpl_pickup_ready')
      .map(({ fields }) => fields?.map(({ value }) => value))
  expect(told()).toEqual([['东北大米 5kg', 'S01', addDays(shopDay(on.shop.clock.now()), 7)]])

  const east = await on.shop.as('cashier', { stores: ['S02'], name: '东店收银' })
  expect(await codeOf(hand(east))).toBe('rewards.otherStore')
  expect(await codeOf(desk(east).lookUpCode({ body: { code } }))).toBe('rewards.otherStore')
  const cashier = await on.shop.as('cashier', { stores: ['S01'] })
  // As a hand types it: small letters, gaps, O for 0.
  const typed = ` ${code.toLowerCase().replaceAll('0', 'o').slice(0, 6)} ${code.slice(6)}`
  expect(await desk(cashier).lookUpCode({ body: { code: typed } })).toMatchObject({
    state: 'ready',
    memberName: '王**',
  })
  const key = tap()
  expect(await hand(cashier, key)).toMatchObject({ state: 'pickedUp' })
  expect(await hand(cashier, key)).toMatchObject({ state: 'pickedUp' })
  expect(await codeOf(hand(cashier))).toBe('rewards.pickedUp')
  expect(await codeOf(desk(cashier).lookUpCode({ body: { code: 'T00000000000' } }))).toBe('rewards.noCode')
  expect(await codeOf(mall().cancelMyOrder({ params }))).toBe('rewards.wrongState')
  // After a week nobody can say any more that it was not so.
  on.shop.clock.set(new Date(on.shop.clock.now().getTime() + 8 * DAY))
  await runJob(on.shop, 'rewards.sweep')
  expect(await stateOf(order.orderId)).toBe('done')
  expect((await owner.call(staffApi).audit({ query: { action: 'rewards.handOver' } })).items).toHaveLength(1)
})

test('cancelled before it is handed over, the points go back to the lots they came from, and place and stock are free', async () => {
  const li = await shopperWith(on, '李先生', 0)
  const today = shopDay(on.shop.clock.now())
  await givePoints(on.shop, li.memberId, 300, addDays(today, 40))
  await givePoints(on.shop, li.memberId, 400, addDays(today, 200))
  const productId = await newProduct(owner, { stock: 1, memberLimit: 1 })
  const lots = () =>
    on.shop.db
      .selectFrom('points_lot')
      .select(['expiresOn', 'remaining'])
      .where('memberId', '=', li.memberId)
      .orderBy('expiresOn')
      .execute()
  const before = await lots()
  for (let round = 0; round < 3; round++) {
    const order = await mall(li).exchange({
      params: { productId },
      body: { key: tap(), way: 'pickUp', storeCode: 'S02' },
    })
    expect((await lots()).map(({ remaining }) => remaining)).toEqual([0, 200])
    expect((await mall(li).mallProduct({ params: { productId } })).product).toMatchObject({
      left: 0,
      refusal: 'soldOut',
      had: 1,
    })
    await mall(li).cancelMyOrder({ params: { orderId: order.orderId } })
    await mall(li).cancelMyOrder({ params: { orderId: order.orderId } })
    expect(await lots()).toEqual(before)
    expect((await mall(li).mallProduct({ params: { productId } })).product).toMatchObject({ left: 1, refusal: null })
  }
  expect((await mall(li).myOrders()).items.map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled'])
  // Nobody cancels what is somebody else's.
  const mine = await mall(li).exchange({ params: { productId }, body: { key: tap(), way: 'pickUp', storeCode: 'S02' } })
  expect(await codeOf(mall().cancelMyOrder({ params: { orderId: mine.orderId } }))).toBe('rewards.noOrder')
  expect((await on.shop.modules.points.verify()).differences).toEqual([])
})

test('what nobody picks up in time goes back by itself, once, and is not handed over after its day even before the sweep', async () => {
  const zhao = await shopperWith(on, '赵先生', 500)
  const productId = await newProduct(owner, { isReadyAtOnce: true, claimDays: 3 })
  const order = await mall(zhao).exchange({
    params: { productId },
    body: { key: tap(), way: 'pickUp', storeCode: 'S01' },
  })
  expect(order).toMatchObject({ state: 'ready' })
  on.shop.clock.set(new Date(Date.parse(order.claimUntil ?? '') - 1000))
  await runJob(on.shop, 'rewards.sweep')
  expect(await stateOf(order.orderId)).toBe('ready')
  on.shop.clock.set(new Date(Date.parse(order.claimUntil ?? '') + 1000))
  expect(await codeOf(desk().handOver({ body: { key: tap(), code: order.code ?? '' } }))).toBe('rewards.over')
  await Promise.all([runJob(on.shop, 'rewards.sweep'), runJob(on.shop, 'rewards.sweep')])
  await runJob(on.shop, 'rewards.sweep')
  expect(await mall(zhao).myOrder({ params: { orderId: order.orderId } })).toMatchObject({
    state: 'returned',
    code: null,
    reason: 'unclaimed',
  })
  expect(await pointsOf(on.shop, zhao.memberId)).toBe(500)
  expect((await desk().product({ params: { productId } })).taken).toBe(0)
})

test('what is sent keeps its address sealed: masked in lists, in clear only with a reason that is audited', async () => {
  const productId = await newProduct(owner, { canPickUp: false, canShip: true })
  const address = { name: '王秀英', phone: '13812341234', place: '杭州市西湖区文三路 100 号 3 幢 502 室' }
  const wish = (more: object) => ({ params: { productId }, body: { key: tap(), way: 'ship' as const, ...more } })
  expect(await codeOf(mall().exchange(wish({})))).toBe('rewards.addressNeeded')
  expect(await codeOf(mall().exchange(wish({ way: 'pickUp', storeCode: 'S01' })))).toBe('rewards.wayNotOffered')
  const order = await mall().exchange(wish({ address }))
  expect(order).toMatchObject({ address, code: null })
  const params = { orderId: order.orderId }
  const row = await on.shop.db
    .selectFrom('reward_order')
    .selectAll()
    .where('id', '=', order.orderId)
    .executeTakeFirstOrThrow()
  expect(JSON.stringify(row)).not.toMatch(/王秀英|13812341234|文三路/)
  expect((await desk().order({ params })).address).toEqual({
    name: '王**',
    phone: '138****1234',
    place: '杭州市西湖区…',
  })
  // Headquarters sends: a store sees nothing of it.
  expect(await codeOf(desk(west).order({ params }))).toBe('rewards.noOrder')
  expect((await desk(west).orders()).items.map(({ orderId }) => orderId)).not.toContain(order.orderId)
  const reveal = desk().revealAddress({ params, body: { reason: '打印快递单' } })
  expect(await reveal).toEqual(address)
  expect((await owner.call(staffApi).audit({ query: { action: 'rewards.revealAddress' } })).items).toMatchObject([
    { reason: '打印快递单', subjectId: wang.memberId },
  ])
  await desk().ship({ params, body: { parcel: '顺丰 SF1234567' } })
  expect(await codeOf(mall().cancelMyOrder({ params }))).toBe('rewards.wrongState')
  expect(await mall().received({ params })).toMatchObject({ state: 'done', parcel: '顺丰 SF1234567' })
})

test('headquarters cancels what it cannot deliver, with a reason the member reads; a store may not', async () => {
  const productId = await newProduct(owner)
  const before = await pointsOf(on.shop, wang.memberId)
  const order = await mall().exchange({ params: { productId }, body: { key: tap(), way: 'pickUp', storeCode: 'S01' } })
  const params = { orderId: order.orderId }
  const reason = '供应商断货'
  expect(await codeOf(desk(west).cancelOrder({ params, body: { reason } }))).toBe('common.forbidden')
  await desk().cancelOrder({ params, body: { reason } })
  expect(await mall().myOrder({ params })).toMatchObject({ state: 'cancelled', reason })
  expect(await pointsOf(on.shop, wang.memberId)).toBe(before)
})

test('what is to be paid is paid before it is handed over; a till does it too, in its own store, once per key', async () => {
  const productId = await newProduct(owner, { fen: 1990, isReadyAtOnce: true })
  const exchange = () =>
    mall().exchange({ params: { productId }, body: { key: tap(), way: 'pickUp', storeCode: 'S01' } })
  const [first, second] = [await exchange(), await exchange()]
  const take = (code: string | null, paidFen?: number) =>
    desk(west).handOver({
      body: { key: tap(), code: code ?? '', ...(paidFen === undefined ? {} : { paidFen }) },
    })
  expect(await codeOf(take(first.code))).toBe('rewards.toPay')
  expect(await codeOf(take(first.code, 1000))).toBe('rewards.toPay')
  expect(await take(first.code, 1990)).toMatchObject({ state: 'pickedUp', paidFen: 1990 })

  const till = async (storeCode: string) => {
    const made = await owner.call(tillApi).registerTill({ body: { storeCode, tillCode: '1', name: '1 号机' } })
    return { tillId: made.till.tillId, key: made.key }
  }
  const [here, elsewhere] = [await till('S01'), await till('S02')]
  const code = second.code ?? ''
  expect(await send(on.shop, here, 'POST', '/till/rewards/look', { code })).toMatchObject({ toPayFen: 1990 })
  expect(await codeOf(send(on.shop, elsewhere, 'POST', '/till/rewards/look', { code }))).toBe('rewards.otherStore')
  const body = { key: 'sale-of-the-till-1', code, paidFen: 1990 }
  const done = await send(on.shop, here, 'POST', '/till/rewards/pick-up', body)
  expect(done).toMatchObject({ state: 'pickedUp' })
  expect(await send(on.shop, here, 'POST', '/till/rewards/pick-up', body)).toEqual(done)
  expect(
    await codeOf(send(on.shop, here, 'POST', '/till/rewards/pick-up', { ...body, key: 'sale-of-the-till-2' })),
  ).toBe('rewards.pickedUp')
})

test('a product opens and closes, and has a limit by month; who has too few points is told how many', async () => {
  const now = on.shop.clock.now().getTime()
  const productId = await newProduct(owner, {
    opensAt: new Date(now + DAY).toISOString(),
    closesAt: new Date(now + 60 * DAY).toISOString(),
    memberLimit: 1,
    limitPeriod: 'month',
    points: 100,
  })
  const take = (who: Shopper = wang) =>
    codeOf(mall(who).exchange({ params: { productId }, body: { key: tap(), way: 'pickUp', storeCode: 'S01' } }))
  expect(await take()).toBe('rewards.notOpen')
  expect((await mall().mallProduct({ params: { productId } })).product.refusal).toBe('notYet')
  on.shop.clock.set(new Date(now + 2 * DAY))
  expect(await take()).toBe('done')
  expect(await take()).toBe('rewards.limit')
  const poor = await shopperWith(on, '钱先生', 99)
  expect(await take(poor)).toBe('rewards.notEnough')
  on.shop.clock.set(new Date(now + 35 * DAY))
  expect(await take()).toBe('done')
  on.shop.clock.set(new Date(now + 61 * DAY))
  expect(await take()).toBe('rewards.notOpen')
})

test('a coupon for points lies in the wallet at once; is the coupon gone, no points are taken', async () => {
  const coupons = owner.call(couponsApi)
  const { templateId } = await coupons.createTemplate({
    body: { name: '满39减5', amountOff: 500, threshold: 3900, validDays: 7, stock: 1 },
  })
  const body = { name: '5 元券', kind: 'coupon' as const, couponTemplateId: templateId, points: 100, stock: 5 }
  expect(await codeOf(desk().createProduct({ body }))).toBe('rewards.templateNotActive')
  await coupons.activateTemplate({ params: { templateId } })
  const productId = await newProduct(owner, body)
  const before = await pointsOf(on.shop, wang.memberId)
  const take = (who: Shopper) => mall(who).exchange({ params: { productId }, body: { key: tap(), way: 'wallet' } })
  expect(await take(wang)).toMatchObject({ state: 'done', kind: 'coupon' })
  expect(await pointsOf(on.shop, wang.memberId)).toBe(before - 100)
  expect((await on.shop.call(couponsApi, wang.headers).wallet()).items).toMatchObject([{ name: '满39减5' }])
  const sun = await shopperWith(on, '孙女士', 100)
  expect(await codeOf(take(sun))).toBe('rewards.noCoupon')
  expect(await pointsOf(on.shop, sun.memberId)).toBe(100)
  expect((await on.shop.call(pointsApi, sun.headers).myEntries()).items).toHaveLength(1)
  expect((await desk().product({ params: { productId } })).taken).toBe(1)
})

test('of a product that is on nothing that was promised changes; only headquarters changes products', async () => {
  const body = { name: '抽纸', kind: 'goods' as const, points: 300, stock: 5 }
  const { productId } = await desk().createProduct({ body })
  const params = { productId }
  await desk().updateProduct({ params, body: { ...body, points: 200 } })
  await desk().switchProduct({ params, body: { state: 'on' } })
  expect(await codeOf(desk().updateProduct({ params, body }))).toBe('rewards.productIsOn')
  expect(await codeOf(desk().updateProduct({ params, body: { ...body, points: 200, stock: 4 } }))).toBe(
    'rewards.productIsOn',
  )
  const better = { ...body, points: 200, stock: 9, name: '抽纸 3 层', description: '每包 120 抽' }
  expect(await desk().updateProduct({ params, body: better })).toMatchObject({ stock: 9, name: '抽纸 3 层' })
  const marketer = await on.shop.as('marketer', { stores: ['S01'] })
  expect(await codeOf(desk(marketer).createProduct({ body }))).toBe('rewards.wholeChain')
  expect(await codeOf(desk(marketer).switchProduct({ params, body: { state: 'off' } }))).toBe('rewards.wholeChain')
  for (const wrong of [
    { ...body, canPickUp: false },
    { ...body, fen: 100, canShip: true },
    { ...body, kind: 'coupon' as const },
    { ...body, opensAt: '2026-12-02T00:00:00Z', closesAt: '2026-12-01T00:00:00Z' },
  ])
    expect(await codeOf(desk().createProduct({ body: wrong }))).toBe('common.invalidRequest')
})

test('at the exchange the mini-program asks whether to tell when it is ready', async () => {
  const { items } = await on.shop.call(wechatApi, wang.headers).shopMoments()
  expect(items.find(({ moment }) => moment === 'exchange')).toMatchObject({
    templates: [{ templateId: 'tmpl_pickup_ready' }, { templateId: 'tmpl_pickup_ending' }],
  })
})
