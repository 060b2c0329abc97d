import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { pointsApi } from '../../../server/modules/points/contract.ts'
import { world, type World } from '../../support/world.ts'
import { addMembers } from './people.ts'
import { ledgerFaults, settle, stockShelf, writeReceipt } from './receipts.ts'

let shop: World
beforeAll(async () => {
  shop = await world()
  await stockShelf(shop)
})
afterAll(() => shop.close())

const points = () => shop.modules.points

test('期初积分: what the file states is credited or waits for its card; stated again it is corrected; the proof is zero', async () => {
  const [ann = '', bob = ''] = await addMembers(shop, 2)
  const cards = await shop.db.selectFrom('member').select(['id', 'cardNo']).where('id', 'in', [ann, bob]).execute()
  const cardOf = new Map(cards.map(row => [row.id, row.cardNo]))
  // Our own card numbers are twenty digits; these stand for cards of the old system, bound to their members.
  const bind = (cardNo: string, memberId: string | null) => ({
    cardNo,
    state: memberId === null ? 'open' : 'bound',
    memberId,
    boundAt: memberId === null ? null : shop.clock.now(),
    contentHash: '',
    importedAt: shop.clock.now(),
  })
  const stranger = 'OLD3'
  await shop.db
    .insertInto('card')
    .values([bind('OLD1', ann), bind('OLD2', bob), bind(stranger, null)])
    .execute()
  expect(cardOf.size).toBe(2)
  const applier = points().openingStream.applier({
    importId: 'I'.padEnd(26, '0'),
    sourceId: 'S'.padEnd(26, '0'),
    version: 1,
    arrivedAt: shop.clock.now(),
    mapping: {} as never,
  })
  const row = (cardNo: string, amount: number, expiresOn = '9999-12-31') => ({
    cardNo,
    points: amount,
    earnedOn: '2026-01-01',
    expiresOn,
  })
  const load = (...rows: ReturnType<typeof row>[]) => inTransaction(shop.db, tx => applier.apply(tx, rows))
  const first = [row('OLD1', 300), row('OLD1', 50, '2027-01-01'), row('OLD2', -20), row(stranger, 1000)]
  expect(await load(...first)).toMatchObject({ created: 4 })
  expect(await load(...first)).toMatchObject({ created: 0, same: 4 })
  const proof = async () => (await shop.as('owner')).call(pointsApi).openingProof({})
  const sums = { rows: 4, stated: 1330, credited: 330, waiting: 1000, ledger: 330, difference: 0 }
  expect(await proof()).toEqual({
    ...sums,
    stores: [
      { storeCode: 'S01', ...sums, rows: 3, stated: 330, waiting: 0 },
      { storeCode: null, rows: 1, stated: 1000, credited: 0, waiting: 1000, ledger: 0, difference: 0 },
    ],
  })
  expect(await points().balances(shop.db, [ann, bob])).toEqual(
    new Map([
      [ann, 350],
      [bob, -20],
    ]),
  )
  await load(row('OLD1', 280))
  await shop.db.updateTable('card').set(bind(stranger, bob)).where('cardNo', '=', stranger).execute()
  const opening = points().openingStream.applier({
    importId: 'J'.padEnd(26, '0'),
    sourceId: 'S'.padEnd(26, '0'),
    version: 2,
    arrivedAt: shop.clock.now(),
    mapping: {} as never,
  })
  await inTransaction(shop.db, tx => opening.apply(tx, [row(stranger, 1001)]))
  const after = { rows: 4, stated: 1311, credited: 1311, waiting: 0, ledger: 1311, difference: 0 }
  expect(await proof()).toEqual({ ...after, stores: [{ storeCode: 'S01', ...after }] })
  // The same as a sheet, to lay beside the old system's.
  const { session } = await shop.as('owner')
  const sheet = await fetch(`${shop.url}/api/admin/points/openings/proof/file?form=csv`, {
    headers: { cookie: session.cookie },
  })
  expect((await sheet.text()).split('\r\n').slice(1, 3)).toEqual([
    'S01,4,1311,1311,0,1311,0',
    '合计,4,1311,1311,0,1311,0',
  ])
  expect(await ledgerFaults(shop)).toEqual([])
})

test('积分负债: outstanding by month of expiry, what became of each month’s points, and the same as CSV and Excel', async () => {
  const owner = await shop.as('owner')
  const before = await owner.call(pointsApi).liability({})
  const [ann = ''] = await addMembers(shop, 1)
  const grant = (key: string, amount: number, expiresOn: string) =>
    inTransaction(shop.db, tx => points().grant(tx, [{ key, memberId: ann, points: amount, expiresOn }]))
  await grant('liability:1', 100, '2026-12-01')
  await grant('liability:2', 40, '2027-02-01')
  await inTransaction(shop.db, tx => points().spend(tx, { key: 'liability:3', memberId: ann, points: 30 }))
  const book = await owner.call(pointsApi).liability({})
  expect(book.outstanding - before.outstanding).toBe(110)
  expect(
    book.months
      .filter(month => month.month !== null && month.month < '2027-06')
      .map(month => [month.month, month.points]),
  ).toEqual([
    ['2026-11', 70],
    ['2026-12', 30],
    ['2027-01', 40],
  ])
  expect(book.liability).toBe(book.outstanding)
  expect(book.months.reduce((sum, month) => sum + month.points, 0)).toBe(book.outstanding)
  const file = async (form: string) => {
    const reply = await fetch(`${shop.url}/api/admin/points/liability/file?form=${form}`, {
      headers: { cookie: owner.session.cookie, 'accept-language': 'zh' },
    })
    return Buffer.from(await reply.arrayBuffer())
  }
  const csv = (await file('csv')).toString('utf8')
  expect(csv.split('\r\n').slice(0, 2)).toEqual(['\uFEFF到期月份,积分,会员数,成本(元)', '2026-11,70,1,0.70'])
  const { default: readExcel } = await import('read-excel-file/node')
  const sheet = await readExcel(await file('xlsx'))
  const rows = Array.isArray(sheet[0]) ? sheet : (sheet as unknown as { data: unknown[][] }[])[0]?.data
  expect(JSON.stringify(rows?.slice(0, 2))).toContain('["2026-11",70,1,0.7')
})

test('a row that expired meanwhile is part of the breakage', async () => {
  const [ann = ''] = await addMembers(shop, 1)
  const id = 'B1'.padEnd(26, '0')
  await (
    await shop.as('owner')
  )
    .call(pointsApi)
    .changeRules({ body: { expiry: { kind: 'months', months: 1, endOf: 'day' } } })
  await writeReceipt(shop, { id, memberId: ann, businessDate: '2026-11-22', lines: [{ product: 'rice', net: '60' }] })
  await settle(shop, [id])
  shop.clock.set('2026-12-22T15:00:00.000Z')
  expect((await points().balances(shop.db, [ann])).get(ann)).toBe(60)
  shop.clock.set('2026-12-22T16:00:00.000Z')
  expect((await points().balances(shop.db, [ann])).get(ann)).toBe(0)
  await points().sweep(new AbortController().signal)
  const book = await (await shop.as('owner')).call(pointsApi).liability({})
  expect(book.cohorts.find(cohort => cohort.month === '2026-11')?.expired).toBeGreaterThanOrEqual(60)
  expect(await ledgerFaults(shop)).toEqual([])
})
