import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { salesApi } from '../../../server/modules/sales/contract.ts'
import type { RecordedSale } from '../../../server/modules/sales/index.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'

let shop: ShopWithPeople
let cardNo: string
beforeAll(async () => {
  shop = await shopWithPeople()
  const ann = await newMember(shop, { name: '王秀英', storeCode: 'S01' })
  cardNo = ann.cardNo
  for (const [receiptNo, more] of Object.entries({
    R1: { memberRef: { kind: 'card', value: cardNo } },
    R2: { businessDate: '2026-11-20', businessAt: new Date('2026-11-20T09:00:00Z') },
    R3: { storeCode: 'S02', memberRef: { kind: 'card', value: cardNo } },
    R4: { type: 'return', lines: [{ productCode: 'R5', name: '长粒香米', quantity: '-1', unitPrice: '32.90' }] },
  } satisfies Record<string, Partial<RecordedSale>>))
    await sells({ receiptNo, ...more })
  await shop.drain()
})
afterAll(() => shop.close())

const sells = (more: Partial<RecordedSale> & { receiptNo: string }) =>
  inTransaction(shop.db, tx =>
    shop.modules.sales.record(tx, {
      storeCode: 'S01',
      tillCode: '01',
      businessDate: '2026-11-21',
      type: 'sale',
      businessAt: new Date('2026-11-21T09:42:05Z'),
      memberRef: null,
      lines: [{ productCode: 'R5', name: '长粒香米', quantity: '2', unitPrice: '32.90' }],
      ...more,
    }),
  )

test('the list behind the overview’s numbers: by day, store, kind and buyer, newest or oldest first', async () => {
  const api = (await shop.as('owner')).call(salesApi)
  const numbers = async (query: NonNullable<NonNullable<Parameters<typeof api.documents>[0]>['query']>) =>
    (await api.documents({ query })).items.map(row => row.receiptNo)
  expect((await numbers({})).toSorted()).toEqual(['R1', 'R2', 'R3', 'R4'])
  expect((await numbers({})).at(-1)).toBe('R2')
  expect((await numbers({ sort: 'businessAt' }))[0]).toBe('R2')
  expect(await numbers({ from: '2026-11-20', to: '2026-11-20' })).toEqual(['R2'])
  expect((await numbers({ buyer: 'member' })).toSorted()).toEqual(['R1', 'R3'])
  expect((await numbers({ buyer: 'guest' })).toSorted()).toEqual(['R2', 'R4'])
  expect(await numbers({ buyer: 'member', storeCode: 'S02' })).toEqual(['R3'])
  expect(await numbers({ type: 'return' })).toEqual(['R4'])
  expect(await numbers({ search: 'S01|01|2026-11-21|R1' })).toEqual(['R1'])
  const paged: string[] = []
  for (let cursor: string | undefined, more = true; more;) {
    const page = await api.documents({
      query: { sort: 'businessAt', limit: 1, ...(cursor === undefined ? {} : { cursor }) },
    })
    paged.push(...page.items.map(row => row.receiptNo))
    cursor = page.next ?? undefined
    more = cursor !== undefined
  }
  expect(paged).toEqual(await numbers({ sort: 'businessAt' }))
})

test('a receipt says whose it is, masked, to who may read members; the page of another store’s member stays shut', async () => {
  const as = async (...who: Parameters<typeof shop.as>) => (await shop.as(...who)).call(salesApi)
  const one = async (api: Awaited<ReturnType<typeof as>>, search: string) =>
    (await api.documents({ query: { search } })).items[0]
  expect(await one(await as('owner'), 'R1')).toMatchObject({
    memberId: expect.any(String),
    member: { name: '王**', inReach: true },
  })
  expect((await one(await as('owner'), 'R1'))?.member?.phone).toMatch(/^\d{3}\*{4}\d{4}$/)
  expect((await one(await as('owner'), 'R2'))?.member).toBeNull()
  // S02 has sold to a member of S01: it sees the receipt and a masked name, and no way into the member's page.
  const far = await as('storeManager', { stores: ['S02'] })
  const row = await one(far, 'R3')
  expect(row?.member).toMatchObject({ name: '王**', inReach: false })
  expect((await far.document({ params: { documentId: row?.id ?? '' } })).member).toEqual(row?.member)
  // Finance may read sales and no members.
  expect(await one(await as('finance'), 'R1')).toMatchObject({ member: null, memberId: expect.any(String) })
})
