import { afterAll, beforeAll, expect, test } from 'vitest'
import { pointsApi } from '../../../server/modules/points/contract.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { ledgerFaults, linkReceipt, settle, stockShelf, writeReceipt } from './receipts.ts'

let shop: ShopWithPeople
beforeAll(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
})
afterAll(() => shop.close())

const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: unknown) => (error as { code: string }).code,
  )
const receipts = (n: number): string => `R${n}`.padEnd(26, '0')

test('points given by hand count once for each key, are audited, and stay within the stores of whoever gives', async () => {
  const member = await newMember(shop, { storeCode: 'S01' })
  const params = { memberId: member.memberId }
  const agent = (await shop.as('agent')).call(pointsApi)
  const body = { key: 'complaint-17', amount: 200, reason: '鸡蛋破损,顾客投诉' }
  const answers = await Promise.all(Array.from({ length: 8 }, () => agent.adjust({ params, body })))
  expect(new Set(answers.map(answer => answer.balance))).toEqual(new Set([200]))
  expect(await failure(agent.adjust({ params, body: { ...body, amount: 300 } }))).toBe('points.keyReused')
  expect(await agent.adjust({ params, body: { key: 'taken-back-1', amount: -500, reason: '误发冲正' } })).toMatchObject(
    {
      balance: -300,
      active: 0,
      debt: 300,
    },
  )
  const elsewhere = (await shop.as('agent', { stores: ['S02'] })).call(pointsApi)
  expect(await failure(elsewhere.adjust({ params, body: { ...body, key: 'from-afar-1' } }))).toBe('members.notFound')
  expect(await failure(elsewhere.entries({ params, query: {} }))).toBe('members.notFound')
  const analyst = (await shop.as('analyst')).call(pointsApi)
  expect(await failure(analyst.adjust({ params, body }))).toBe('common.forbidden')
  const notes = await shop.db.selectFrom('audit_entry').select('reason').where('action', '=', 'points.adjust').execute()
  expect(notes.map(note => note.reason)).toEqual(['鸡蛋破损,顾客投诉', '误发冲正'])
  expect(await ledgerFaults(shop)).toEqual([])
})

test('how far one may go alone is told beforehand, and it is what is held to', async () => {
  const params = { memberId: (await newMember(shop, { storeCode: 'S01' })).memberId }
  const agent = (await shop.as('agent')).call(pointsApi)
  const adjust = (key: string, amount: number) => agent.adjust({ params, body: { key, amount, reason: '小票未到账' } })
  expect(await agent.adjustRoom({ params })).toEqual({ limit: 1000, left: 1000 })
  expect((await adjust('alone-0001', 400)).waiting).toBe(false)
  expect(await agent.adjustRoom({ params })).toEqual({ limit: 1000, left: 600 })
  expect((await adjust('alone-0002', 601)).waiting).toBe(true)
  // What waits counts too, and another person has their own.
  expect(await agent.adjustRoom({ params })).toEqual({ limit: 1000, left: 0 })
  expect(await (await shop.as('owner')).call(pointsApi).adjustRoom({ params })).toEqual({ limit: 1000, left: 1000 })
  const elsewhere = (await shop.as('agent', { stores: ['S02'] })).call(pointsApi)
  expect(await failure(elsewhere.adjustRoom({ params }))).toBe('members.notFound')
})

test('points are not given or taken by hand without a reason in words', async () => {
  const member = await newMember(shop, { storeCode: 'S01' })
  const params = { memberId: member.memberId }
  const agent = (await shop.as('agent')).call(pointsApi)
  for (const reason of ['', '  ', ' 错 ']) {
    const refused: unknown = await agent
      .adjust({ params, body: { key: 'no-reason-1', amount: 100, reason } })
      .catch((error: unknown) => error)
    expect(refused).toMatchObject({
      code: 'common.invalidRequest',
      reply: { details: { fields: [{ where: 'body.reason' }] } },
    })
  }
  expect((await agent.balance({ params })).balance).toBe(0)
})

test('a receipt explains itself to its member and to nobody else', async () => {
  const member = await newMember(shop)
  const stranger = await newMember(shop)
  const id = receipts(1)
  await writeReceipt(shop, {
    id,
    memberId: null,
    lines: [
      { product: 'rice', net: '19.99' },
      { product: 'bag', net: '0.30' },
    ],
  })
  const mine = () => member.call(pointsApi).myReceipt({ params: { documentId: id } })
  expect(await failure(mine())).toBe('points.noReceipt')
  await linkReceipt(shop, id, member.memberId)
  expect(await mine()).toMatchObject({ state: 'pending', points: 19, base: '19.9900' })
  await settle(shop, [id])
  expect(await mine()).toMatchObject({
    state: 'credited',
    points: 19,
    lines: [
      { earns: true, reason: null },
      { earns: false, reason: { zh: '购物袋不积分', en: 'Bags earn no points' } },
    ],
  })
  expect(await failure(stranger.call(pointsApi).myReceipt({ params: { documentId: id } }))).toBe('points.noReceipt')
  const { items, next } = await member.call(pointsApi).myEntries({ query: { limit: 1 } })
  expect([items.map(entry => [entry.amount, entry.balanceAfter, entry.reason, entry.documentId]), next]).toEqual([
    [[19, 19, 'sale', id]],
    null,
  ])
})

test('where the shop has set a limit of days, older receipts earn nothing', async () => {
  const limited = await shopWithPeople({ POINTS_BACKCREDIT_DAYS: '30' })
  try {
    const member = await newMember(limited)
    for (const [n, businessDate] of [
      [1, '2026-10-22'],
      [2, '2026-10-23'],
      [3, '2026-11-22'],
    ] as const) {
      await writeReceipt(limited, {
        id: receipts(n),
        memberId: member.memberId,
        businessDate,
        lines: [{ product: 'unknown', net: String(10 ** (n - 1)) }],
      })
    }
    await settle(limited, [1, 2, 3].map(receipts))
    expect((await member.call(pointsApi).myBalance({})).balance).toBe(110)
  } finally {
    await limited.close()
  }
})
