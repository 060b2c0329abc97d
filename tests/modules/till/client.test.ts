import { afterAll, beforeAll, expect, test } from 'vitest'
import { tillClient, TillError } from 'till-client'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { stockShelf } from '../points/receipts.ts'
import { line, newTill, now, today } from './tills.ts'

let shop: ShopWithPeople
beforeAll(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
})
afterAll(() => shop.close())

test('a till of somebody else’s making sells with the client: signed, and said again when the answer was lost', async () => {
  const { tillId, key } = await newTill(shop, 'S01', '31')
  const member = await newMember(shop)
  const clock = () => shop.clock.now()
  const till = tillClient({ baseUrl: shop.url, tillId, key, now: clock })
  expect(await till.identify({ body: { code: member.cardNo } })).toMatchObject({ kind: 'member' })
  expect((await till.offlineKit()).windowSeconds).toBe(30)
  const body = {
    key: 'client-sale-1',
    businessDate: today,
    receiptNo: 'C1',
    businessAt: now,
    memberCode: member.cardNo,
    lines: [line(1, '20')],
  }
  // The network swallows the first answer: the sale is made all the same, once.
  let swallowed = 0
  const deaf = tillClient({
    baseUrl: shop.url,
    tillId,
    key,
    now: clock,
    fetch: async (...asked) => {
      const reply = await fetch(...asked)
      if (swallowed++ === 0) throw new TypeError('the network is gone')
      return reply
    },
  })
  const sold = await deaf.commit({ body })
  expect([swallowed, sold.payable]).toEqual([2, 2000])
  expect(await till.commit({ body })).toEqual(sold)
  expect(await till.holds()).toMatchObject({ items: [] })

  const refused = await till.commit({ body: { ...body, key: 'client-sale-2' } }).catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'till.alreadyCommitted', status: 409, zh: '这张小票已入账' })
  expect(refused).toBeInstanceOf(TillError)
  const nobody = tillClient({ baseUrl: 'http://127.0.0.1:9', tillId, key, retries: 1, timeout: 500 })
  expect(await nobody.offlineKit().catch((error: unknown) => error)).toMatchObject({ code: 'offline', status: 0 })
})
