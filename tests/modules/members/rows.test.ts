import { afterAll, beforeAll, expect, test } from 'vitest'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { staffApi } from '../../../server/modules/staff/contract.ts'
import { importCards } from './card-file.ts'
import { newPhone, shopWithPeople, type ShopWithPeople } from './shoppers.ts'

let shop: ShopWithPeople
beforeAll(async () => {
  shop = await shopWithPeople()
})
afterAll(() => shop.close())

const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: unknown) => (error as { code: string }).code,
  )
const textOf = (file: { base64: string }): string => Buffer.from(file.base64, 'base64').toString('utf8')

test('chosen members leave as a sheet: masked, of one’s own stores, each with a line in the log; in clear only with the right and a reason', async () => {
  const [phone, far] = [newPhone(), newPhone()]
  await importCards(shop, [
    { cardNo: 'R1', phone, name: '欧阳修', storeCode: 'S01', signedOn: '2026-05-05' },
    { cardNo: 'R2', phone: far, name: '司马光', storeCode: 'S02', signedOn: '2026-05-06' },
  ])
  const owner = await shop.as('owner')
  const { items } = await owner.call(membersApi).list()
  const memberIds = items.map(row => row.memberId)
  const cashier = (await shop.as('cashier', { stores: ['S01'] })).call(membersApi)
  const manager = (await shop.as('storeManager', { stores: ['S01'] })).call(membersApi)

  const masked = await cashier.exportRows({ body: { memberIds, form: 'csv' } })
  expect([masked.rows, masked.fileName]).toEqual([1, '会员-2026-11-22.csv'])
  expect(textOf(masked)).toContain('欧**')
  for (const word of ['欧阳修', phone, '司马光', far]) expect(textOf(masked)).not.toContain(word)
  expect(await failure(cashier.exportRows({ body: { memberIds, form: 'csv', clear: '打电话通知' } }))).toBe(
    'common.forbidden',
  )

  const clear = textOf(await manager.exportRows({ body: { memberIds, form: 'csv', clear: '打电话通知' } }))
  expect([clear.includes('欧阳修'), clear.includes(phone), clear.includes(far)]).toEqual([true, true, false])
  const log = await owner.call(staffApi).audit({ query: { action: 'members.exportRows' } })
  expect(log.items.map(row => [row.reason, row.details])).toEqual([
    ['打电话通知', { form: 'csv', isClear: true, rows: 1 }],
    [null, { form: 'csv', isClear: false, rows: 1 }],
  ])

  const all = await owner
    .call(membersApi)
    .exportRows({ body: { memberIds: [...memberIds, ...memberIds], form: 'xlsx' } })
  expect([all.rows, Buffer.from(all.base64, 'base64').subarray(0, 2).toString()]).toEqual([2, 'PK'])
})
