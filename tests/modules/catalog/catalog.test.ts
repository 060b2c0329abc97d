import { afterEach, beforeEach, expect, test } from 'vitest'
import type { z } from 'zod'
import { catalogApi, type ProductQuery } from '../../../server/modules/catalog/contract.ts'
import { boughtBy, salesByMember } from '../../../server/modules/sales/index.ts'
import { world, type World } from '../../support/world.ts'
import { file, importFile, line, runOf } from '../erp/shop-files.ts'

let w: World
beforeEach(async () => {
  w = await world()
})
// A shop that stays open would take the next one's events off the same database.
afterEach(() => w.close())

const columns = (names: Record<string, string>) =>
  Object.fromEntries(Object.entries(names).map(([field, column]) => [field, { column }]))
const products = {
  stream: 'products',
  fields: columns({
    code: '商品编码',
    name: '商品名称',
    categoryCode: '分类编码',
    listPrice: '零售价',
    weighed: '称重',
    kind: '商品类型',
  }),
}
const categories = {
  stream: 'categories',
  fields: columns({ code: '分类编码', parentCode: '上级编码', name: '分类名称' }),
}
const stores = { stream: 'stores', fields: columns({ code: '门店编码', name: '门店名称', type: '门店类型' }) }

const TREE = '分类编码,上级编码,分类名称\n10,,生鲜\n1001,10,蔬菜\n100102,1001,根茎菜\n20,,烟草\n'
const SHELF =
  '商品编码,商品名称,分类编码,零售价,称重,商品类型\nV1,上海青 散装,100102,7.96,是,商品\nC1,香烟,20,45.00,否,烟草\nB1,购物袋,,0.30,否,购物袋\n'

test('the ERP names what a sale has only numbered; what people completed stays until the ERP says otherwise', async () => {
  await importFile(w, file(line({ code: 'V1', name: '' }), line({ code: 'C1', name: '烟' })))
  const owner = await w.as('owner')
  const call = owner.call(catalogApi)
  expect((await call.products({ query: {} })).items).toMatchObject([
    { code: 'C1', name: '烟', provisional: true, kind: 'goods' },
    { code: 'V1', name: 'V1', provisional: true },
  ])
  await importFile(w, TREE, { name: 'categories.csv', mapping: categories })
  const first = await importFile(w, SHELF, { name: 'products.csv', mapping: products })
  expect(await runOf(w, first)).toMatchObject({ documentsNew: 1, documentsChanged: 2 })
  expect((await call.products({ query: { sort: '-code' } })).items).toMatchObject([
    { code: 'V1', name: '上海青 散装', weighed: true, listPrice: '7.9600', categoryName: '根茎菜', provisional: false },
    { code: 'C1', kind: 'tobacco' },
    { code: 'B1', kind: 'bag' },
  ])
  const again = await importFile(w, SHELF, { name: 'products.csv', mapping: products, force: true })
  expect(await runOf(w, again)).toMatchObject({ documentsNew: 0, documentsChanged: 0, documentsSame: 3 })
  await importFile(w, '门店编码,门店名称,门店类型\nS01,城南店,社区店\n', { name: 'stores.csv', mapping: stores })
  expect((await call.stores({ query: { search: '城南' } })).items).toMatchObject([
    { code: 'S01', name: '城南店', type: 'community', provisional: false },
  ])
})

test('is found by name, code, category with all below it, and page by page', async () => {
  await importFile(w, TREE, { name: 'categories.csv', mapping: categories })
  await importFile(w, SHELF, { name: 'products.csv', mapping: products })
  const call = (await w.as('marketer')).call(catalogApi)
  const codes = async (query: z.input<typeof ProductQuery>) =>
    (await call.products({ query })).items.map(product => product.code)
  expect(await codes({ search: '散装' })).toEqual(['V1'])
  expect(await codes({ search: 'C' })).toEqual(['C1'])
  expect(await codes({ search: '%' })).toEqual([])
  expect(await codes({ categoryCode: '10' })).toEqual(['V1'])
  expect(await codes({ kind: 'tobacco' })).toEqual(['C1'])
  const first = await call.products({ query: { limit: 2, sort: '-name' } })
  const second = await call.products({ query: { limit: 2, sort: '-name', cursor: first.next ?? '' } })
  expect([...first.items, ...second.items].map(product => product.name)).toEqual(['香烟', '购物袋', '上海青 散装'])
  expect(second.next).toBeNull()
  expect((await call.categories()).items.map(category => [category.code, category.level])).toEqual([
    ['10', 1],
    ['1001', 2],
    ['100102', 3],
    ['20', 1],
  ])
})

test('tells who bought a category, and what members spent, as sets', async () => {
  await importFile(w, TREE, { name: 'categories.csv', mapping: categories })
  await importFile(w, SHELF, { name: 'products.csv', mapping: products })
  await importFile(
    w,
    file(
      line({ code: 'V1', card: '1', net: '7.96', quantity: '1' }),
      line({ code: 'C1', card: '2', receipt: '0002', date: '2026-11-20', net: '45.00', quantity: '1' }),
      line({ code: 'C1', card: '2', receipt: '0003', type: '退货', quantity: '-1', net: '-45.00' }),
    ),
  )
  await w.db
    .updateTable('sales_document')
    .set({ memberId: '01AAAAAAAAAAAAAAAAAAAAAAA1' })
    .where('memberRef', '=', '1')
    .execute()
  await w.db
    .updateTable('sales_document')
    .set({ memberId: '01AAAAAAAAAAAAAAAAAAAAAAA2' })
    .where('memberRef', '=', '2')
    .execute()
  const who = async (what: Parameters<typeof boughtBy>[1], since: string | null = null) =>
    (await boughtBy(w.db, what, since).execute()).map(row => row.memberId.at(-1))
  expect(await who({ categoryCodes: ['10'] })).toEqual(['1'])
  expect(await who({ categoryCodes: ['20'] })).toEqual(['2'])
  expect(await who({ productCodes: ['C1'] }, '2026-11-21')).toEqual([])
  expect(await salesByMember(w.db).orderBy('memberId').execute()).toMatchObject([
    { net: '7.9600', orders: 1, lastDate: '2026-11-21' },
    { net: '0.0000', orders: 1, lastDate: '2026-11-20' },
  ])
})

test('a store manager sees and names her own stores only', async () => {
  await importFile(w, file(line(), line({ store: 'S02' })))
  const manager = await w.as('storeManager', { stores: ['S02'] })
  expect((await manager.call(catalogApi).stores({ query: {} })).items.map(store => store.code)).toEqual(['S02'])
  await expect(
    manager.call(catalogApi).updateStore({ params: { code: 'S02' }, body: { name: '滨江店' } }),
  ).rejects.toMatchObject({ status: 403 })
  const owner = await w.as('owner')
  expect(
    await owner.call(catalogApi).updateStore({
      params: { code: 'S02' },
      body: { name: '滨江店', closedFrom: '2026-11-01', closedUntil: '2026-11-10' },
    }),
  ).toMatchObject({ name: '滨江店', provisional: false, closedFrom: '2026-11-01' })
  await expect(
    owner.call(catalogApi).updateProduct({ params: { code: 'R5' }, body: { categoryCode: 'none' } }),
  ).rejects.toMatchObject({ code: 'catalog.categoryNotFound' })
  expect(
    await owner.call(catalogApi).updateProduct({ params: { code: 'R5' }, body: { kind: 'tobacco' } }),
  ).toMatchObject({ kind: 'tobacco', provisional: false })
  expect((await w.call(catalogApi).publicStores()).items.map(store => store.code)).toEqual(['S02'])
})

test('a store says where it is, in its file or by hand, both degrees or neither; phones are told with the open stores', async () => {
  const placed = {
    stream: 'stores',
    fields: columns({ code: '门店编码', name: '门店名称', latitude: '纬度', longitude: '经度' }),
  }
  const rows =
    '门店编码,门店名称,纬度,经度\nS01,城西店,30.2726,120.119033\nS02,滨江店,,\nS03,城东店,30.2,\nS04,城南店,95,120\n'
  const first = await importFile(w, rows, { name: 'stores.csv', mapping: placed })
  // One degree alone, and a degree that is none, are bad rows; the stores they name are not made.
  expect(await runOf(w, first)).toMatchObject({ documentsNew: 2, rowsBad: 2 })
  const owner = (await w.as('owner')).call(catalogApi)
  const stores = async () => (await w.call(catalogApi).publicStores({})).items
  expect(await stores()).toMatchObject([
    { code: 'S01', latitude: 30.2726, longitude: 120.119033 },
    { code: 'S02', latitude: null, longitude: null },
  ])
  const again = await importFile(w, rows, { name: 'stores.csv', mapping: placed, force: true })
  expect(await runOf(w, again)).toMatchObject({ documentsChanged: 0, documentsSame: 2 })
  const params = { code: 'S02' }
  await owner.updateStore({ params, body: { latitude: 30.208137, longitude: 120.211846 } })
  expect((await stores())[1]).toMatchObject({ latitude: 30.208137, longitude: 120.211846 })
  await expect(owner.updateStore({ params, body: { latitude: 30 } })).rejects.toMatchObject({
    code: 'common.invalidRequest',
  })
})
