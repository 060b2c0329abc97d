import { afterAll, beforeAll, expect, test } from 'vitest'
import { addDays, shopDay } from '../../../server/kernel/clock.ts'
import { rewardsApi } from '../../../server/modules/rewards/contract/index.ts'
import { stage, type Stage } from '../../support/stage.ts'
import type { StaffUser } from '../../support/world.ts'
import { codeOf, newProduct, openStores, PNG, pointsOf, runJob, shopperWith, tap, uploadPicture } from './mall.ts'
import type { Shopper } from './mall.ts'

let on: Stage
let owner: StaffUser
let wang: Shopper
const DAY = 86_400_000

beforeAll(async () => {
  on = await stage()
  await openStores(on.shop)
  owner = await on.shop.as('owner')
  wang = await shopperWith(on, '王女士', 50_000)
})
afterAll(() => on.close())

const mall = (who: Shopper = wang) => on.shop.call(rewardsApi, who.headers)
const desk = () => owner.call(rewardsApi)
const take = (productId: string, storeCode: string, who: Shopper = wang) =>
  mall(who).exchange({ params: { productId }, body: { key: tap(), way: 'pickUp', storeCode } })
const stocksOf = async (productId: string) => (await desk().product({ params: { productId } })).storeStocks

test('a picture is kept for what its bytes are, shown to everybody, and refused when it is none or too large', async () => {
  const sent = await uploadPicture(on.shop, owner, PNG, '大米.png')
  const { imageId } = (await sent.json()) as { imageId: string }
  const productId = await newProduct(owner, { imageId })
  expect((await mall().mallProduct({ params: { productId } })).product.imageId).toBe(imageId)
  const shown = await fetch(`${on.shop.url}/api/shop/mall/pictures/${imageId}`)
  expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/png'])
  expect(Buffer.from(await shown.arrayBuffer()).equals(PNG)).toBe(true)
  const status = async (bytes: Buffer, name = '图.png', by = owner) =>
    (await uploadPicture(on.shop, by, bytes, name)).status
  expect(await status(Buffer.from('<script>alert(1)</script>'))).toBe(422)
  expect(await status(Buffer.concat([PNG, Buffer.alloc(2 * 1024 * 1024)]))).toBe(413)
  expect(await status(PNG, '图.png', await on.shop.as('cashier', { stores: ['S01'] }))).toBe(403)
  // What is no picture of the mall is not shown by this door, and no product may name it.
  const strange = '0'.repeat(26)
  expect((await fetch(`${on.shop.url}/api/shop/mall/pictures/${strange}`)).status).toBe(404)
  expect(await codeOf(newProduct(owner, { imageId: strange }))).toBe('rewards.noPicture')
})

test('what is counted by store is sold out at one while another has some, and comes back to where it was', async () => {
  const storeStocks = [
    { storeCode: 'S01', stock: 1 },
    { storeCode: 'S02', stock: 2 },
  ]
  const productId = await newProduct(owner, { stock: 3, storeStocks })
  const first = await take(productId, 'S01')
  const before = await pointsOf(on.shop, wang.memberId)
  expect(await codeOf(take(productId, 'S01'))).toBe('rewards.storeSoldOut')
  expect(await pointsOf(on.shop, wang.memberId)).toBe(before)
  const { product } = await mall().mallProduct({ params: { productId } })
  expect(product).toMatchObject({ left: 2, stores: ['S01', 'S02'] })
  expect(product.storesLeft).toEqual([
    { storeCode: 'S01', left: 0 },
    { storeCode: 'S02', left: 2 },
  ])
  await mall().cancelMyOrder({ params: { orderId: first.orderId } })
  await take(productId, 'S01')
  await take(productId, 'S02')
  expect(await stocksOf(productId)).toEqual([
    { storeCode: 'S01', stock: 1, taken: 1 },
    { storeCode: 'S02', stock: 2, taken: 1 },
  ])
  // While it is on, a store's stock only grows; off, it still never falls below what was taken.
  const given = { name: '大米', kind: 'goods' as const, points: 500 }
  const state = (s1: number, s2: number) =>
    codeOf(
      desk().updateProduct({
        params: { productId },
        body: {
          ...given,
          stock: s1 + s2,
          storeStocks: [
            { storeCode: 'S01', stock: s1 },
            { storeCode: 'S02', stock: s2 },
          ],
        },
      }),
    )
  expect(await state(3, 1)).toBe('rewards.storeStock')
  expect(await state(2, 2)).toBe('done')
  await desk().switchProduct({ params: { productId }, body: { state: 'off' } })
  expect(await state(0, 4)).toBe('rewards.storeStock')
  // Counted as a whole for a while: when it is counted by store again, what each has given out is still counted.
  await desk().updateProduct({ params: { productId }, body: { ...given, stock: 4 } })
  expect(await stocksOf(productId)).toBe(null)
  expect(await state(2, 2)).toBe('done')
  expect((await stocksOf(productId))?.map(({ taken }) => taken)).toEqual([1, 1])
  for (const wrong of [
    { stock: 4, storeStocks },
    { stock: 3, storeStocks, canShip: true },
  ])
    expect(await codeOf(desk().createProduct({ body: { ...given, ...wrong } }))).toBe('common.invalidRequest')
})

test('twelve taps at once on three pieces of a store: three are sold there, and none of another store', async () => {
  const storeStocks = [
    { storeCode: 'S01', stock: 3 },
    { storeCode: 'S02', stock: 9 },
  ]
  const productId = await newProduct(owner, { stock: 12, points: 10, storeStocks })
  const told = await Promise.all(Array.from({ length: 12 }, () => codeOf(take(productId, 'S01'))))
  expect(told.filter(code => code === 'done')).toHaveLength(3)
  expect(new Set(told)).toEqual(new Set(['done', 'rewards.storeSoldOut']))
  expect((await stocksOf(productId))?.map(({ taken }) => taken)).toEqual([3, 0])
})

test('who asked for it is reminded once before a pick-up goes back, and not on the day it was laid ready', async () => {
  const li = await shopperWith(on, '李先生', 5000)
  // Three times yes: it is the reminder that is one, not the permission.
  await on.allows(li.person, li.headers, 'tmpl_pickup_ending', 3)
  const productId = await newProduct(owner, { claimDays: 7 })
  const order = await take(productId, 'S01', li)
  await desk().makeReady({ params: { orderId: order.orderId } })
  const start = on.shop.clock.now()
  const told = async () => {
    await Promise.all([runJob(on.shop, 'rewards.remindOfPickUps'), runJob(on.shop, 'rewards.remindOfPickUps')])
    await on.settle()
    return li.person.entries
      .filter(({ templateId }) => templateId === 'tmpl_pickup_ending')
      .map(({ fields }) => fields?.map(({ value }) => value))
  }
  on.shop.clock.set(new Date(start.getTime() + 4 * DAY))
  expect(await told()).toEqual([])
  on.shop.clock.set(new Date(start.getTime() + 6 * DAY))
  const once = [[expect.stringContaining('大米'), 'S01', addDays(shopDay(start), 7)]]
  expect(await told()).toEqual(once)
  expect(await told()).toEqual(once)
  // What has one day only is not reminded of the moment it lies ready.
  const hasty = await shopperWith(on, '赵先生', 5000)
  await on.allows(hasty.person, hasty.headers, 'tmpl_pickup_ending')
  const short = await take(await newProduct(owner, { claimDays: 1 }), 'S01', hasty)
  await desk().makeReady({ params: { orderId: short.orderId } })
  await runJob(on.shop, 'rewards.remindOfPickUps')
  await on.settle()
  expect(hasty.person.entries.filter(({ templateId }) => templateId === 'tmpl_pickup_ending')).toEqual([])
})
