import { afterEach, beforeEach, expect, test } from 'vitest'
import { catalogApi } from '../../../server/modules/catalog/contract.ts'
import { staffApi } from '../../../server/modules/staff/contract.ts'
import { world, type World } from '../../support/world.ts'
import { importFile, runOf } from '../erp/shop-files.ts'

let w: World
beforeEach(async () => {
  w = await world()
  await imports(FIRST)
})
// A shop that stays open would take the next one's events off the same database.
afterEach(() => w.close())

const HEAD = '门店编码,门店名称,地址,电话,营业时间,纬度,经度,停业开始,停业结束\n'
const FIRST = `${HEAD}S01,城西店,学院路 88 号,0571-8765 4321,7:00–22:00,30.272600,120.119033,,\nS02,滨江店,江南大道 12 号,,,,,,\n`
const mapping = {
  stream: 'stores',
  fields: Object.fromEntries(
    Object.entries({
      code: '门店编码',
      name: '门店名称',
      address: '地址',
      phone: '电话',
      hours: '营业时间',
      latitude: '纬度',
      longitude: '经度',
      closedFrom: '停业开始',
      closedUntil: '停业结束',
    }).map(([field, column]) => [field, { column }]),
  ),
}
const imports = async (text: string, name = 'stores.csv') =>
  runOf(w, await importFile(w, text, { name, mapping, force: true }))
const owner = async () => (await w.as('owner')).call(catalogApi)
const one = async (code: string) => (await (await owner()).stores({ query: { search: code } })).items[0]
const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: unknown) => (error as { code: string }).code,
  )

test('what a person has changed the ERP does not overwrite; its word is shown beside it, and handed back it counts at once', async () => {
  const desk = await owner()
  const params = { code: 'S01' }
  expect(await one('S01')).toMatchObject({ kept: [], stated: { name: '城西店', phone: '0571-8765 4321' } })
  // The form sends what it shows: what is as it was is nobody's change.
  await desk.updateStore({ params, body: { name: '城西店', phone: '400-800-1234', address: '学院路 88 号' } })
  expect(await one('S01')).toMatchObject({ phone: '400-800-1234', kept: ['phone'] })

  const later = FIRST.replace('0571-8765 4321', '0571-1111 2222').replace('城西店', '城西生活店')
  expect(await imports(later)).toMatchObject({ documentsChanged: 1, documentsSame: 1 })
  expect(await one('S01')).toMatchObject({
    name: '城西生活店',
    phone: '400-800-1234',
    kept: ['phone'],
    stated: { phone: '0571-1111 2222' },
  })
  expect(await imports(later)).toMatchObject({ documentsChanged: 0, documentsSame: 2 })

  expect(await desk.updateStore({ params, body: { handBack: ['phone'] } })).toMatchObject({
    phone: '0571-1111 2222',
    kept: [],
  })
  // Of what the ERP never said nothing can come back: it stays until the ERP says something.
  await desk.updateStore({ params: { code: 'S02' }, body: { hours: '8:00–20:00' } })
  expect(await desk.updateStore({ params: { code: 'S02' }, body: { handBack: ['hours'] } })).toMatchObject({
    hours: '8:00–20:00',
    kept: [],
  })
  await imports(`${HEAD}S02,滨江店,,,6:30–21:00,,,,\n`, 'more.csv')
  expect(await one('S02')).toMatchObject({ hours: '6:30–21:00', address: '江南大道 12 号' })
})

test('a place is both degrees, in China and the right way round; it is kept and handed back as one', async () => {
  const desk = await owner()
  const at = (body: object, code = 'S01') => failure(desk.updateStore({ params: { code }, body }))
  expect(await at({ latitude: 120.119033, longitude: 30.2726 })).toBe('catalog.swappedDegrees')
  expect(await at({ latitude: 48.8566, longitude: 2.3522 })).toBe('catalog.outsideChina')
  expect(await at({ latitude: 30 })).toBe('common.invalidRequest')
  expect(await at({ latitude: 91, longitude: 120 })).toBe('catalog.outsideChina')
  expect(await at({ latitude: 181, longitude: 120 })).toBe('common.invalidRequest')
  expect(await at({ phone: '打给我' })).toBe('common.invalidRequest')
  expect(await at({ closedUntil: '2026-12-01' })).toBe('catalog.daysTurned')
  expect(await at({ closedFrom: '2026-12-02', closedUntil: '2026-12-01' })).toBe('catalog.daysTurned')
  expect(
    await desk.updateStore({ params: { code: 'S01' }, body: { latitude: 30.3, longitude: 120.119033 } }),
  ).toMatchObject({
    latitude: 30.3,
    kept: ['place'],
    stated: { latitude: 30.2726, longitude: 120.119033 },
  })
  expect(await desk.updateStore({ params: { code: 'S01' }, body: { handBack: ['place'] } })).toMatchObject({
    latitude: 30.2726,
    kept: [],
  })
  expect(await desk.updateStore({ params: { code: 'S01' }, body: { latitude: null, longitude: null } })).toMatchObject({
    latitude: null,
    kept: ['place'],
  })
})

test('a manager keeps phone, hours and refits of her own stores; the rest is headquarters’, other stores are not there', async () => {
  const manager = (await w.as('storeManager', { stores: ['S02'] })).call(catalogApi)
  const params = { code: 'S02' }
  expect(
    await manager.updateStore({
      params,
      body: { phone: '13800001111', hours: '7:30–21:30', closedFrom: '2026-11-20' },
    }),
  ).toMatchObject({ phone: '13800001111', kept: ['phone', 'hours', 'closed'] })
  expect(await failure(manager.updateStore({ params, body: { name: '我的店' } }))).toBe('common.forbidden')
  expect(await failure(manager.updateStore({ params, body: { status: 'closed' } }))).toBe('common.forbidden')
  expect(await failure(manager.updateStore({ params: { code: 'S01' }, body: { phone: '10086' } }))).toBe(
    'catalog.storeNotFound',
  )
  const cashier = (await w.as('cashier', { stores: ['S02'] })).call(catalogApi)
  expect(await failure(cashier.updateStore({ params, body: { phone: '10086' } }))).toBe('common.forbidden')
  const audit = await (await w.as('owner')).call(staffApi).audit({ query: { action: 'catalog.changeStore' } })
  expect(audit.items).toMatchObject([{ subjectId: 'S02', storeCode: 'S02', details: { phone: '13800001111' } }])
})

test('stores are found by their state, sorted by name or code, page by page; shoppers are told of a refit and of no closed store', async () => {
  const desk = await owner()
  await desk.updateStore({ params: { code: 'S01' }, body: { closedFrom: '2026-11-01', closedUntil: '2027-01-31' } })
  const codes = async (query: object) => (await desk.stores({ query })).items.map(store => store.code)
  expect(await codes({ state: 'resting' })).toEqual(['S01'])
  expect(await codes({ state: 'open' })).toEqual(['S02'])
  expect(await codes({ state: 'unplaced' })).toEqual(['S02'])
  expect(await codes({ sort: '-code' })).toEqual(['S02', 'S01'])
  const first = await desk.stores({ query: { sort: 'name', limit: 1 } })
  const second = await desk.stores({ query: { sort: 'name', limit: 1, cursor: first.next ?? '' } })
  expect(new Set([...first.items, ...second.items].map(store => store.code))).toEqual(new Set(['S01', 'S02']))
  const told = async () => (await w.call(catalogApi).publicStores()).items
  expect(await told()).toMatchObject([
    { code: 'S01', resting: true, closedUntil: '2027-01-31', hours: '7:00–22:00' },
    { code: 'S02', resting: false },
  ])
  await desk.updateStore({ params: { code: 'S02' }, body: { status: 'closed' } })
  expect((await told()).map(store => store.code)).toEqual(['S01'])
  expect(await codes({ state: 'closed' })).toEqual(['S02'])
})

test('two people change one store at once: each keeps what they changed', async () => {
  const desk = await owner()
  const params = { code: 'S02' }
  await Promise.all([
    desk.updateStore({ params, body: { phone: '13800001111' } }),
    desk.updateStore({ params, body: { hours: '7:00–22:00' } }),
  ])
  const store = await one('S02')
  expect(store?.kept.toSorted()).toEqual(['hours', 'phone'])
  expect(store).toMatchObject({ phone: '13800001111', hours: '7:00–22:00' })
})
