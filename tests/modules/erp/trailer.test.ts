import { afterEach, beforeEach, expect, test } from 'vitest'
import type { MappingInput } from '../../../server/modules/erp/contract.ts'
import { salesApi } from '../../../server/modules/sales/contract.ts'
import { world, type World } from '../../support/world.ts'
import { file, importFile, line, nightly, runOf } from './shop-files.ts'

// A file may say in its last line what it holds: the matrix compares that with what came in. The shop's clock stands at
// noon, so a file that is whole is late at worst.
let w: World
beforeEach(async () => {
  w = await world()
})
afterEach(() => w.close())

const closing: MappingInput = { ...nightly, trailer: { marker: '合计', documentsAt: 2, linesAt: 3, netAt: 4 } }
const rows = [line(), line({ receipt: '0002', code: 'B', net: '0.30', price: '0.30', quantity: '1' })]

async function cell() {
  const owner = await w.as('owner')
  const { cells } = await owner.call(salesApi).arrival({ query: { from: '2026-11-21', to: '2026-11-21' } })
  return cells.find(one => one.storeCode === 'S01')
}

test('a trailer that agrees is no row of the file and leaves the day as it is', async () => {
  const id = await importFile(w, `${file(...rows)}合计,2,2,"¥66.10"\n`, { mapping: closing })
  expect(await runOf(w, id)).toMatchObject({ state: 'done', rowsRead: 2, rowsBad: 0, documentsNew: 2 })
  expect(await cell()).toMatchObject({ state: 'late', trailer: { agrees: true, net: '66.1000' } })
})

test('a trailer that says more than came makes the day different, also when a row stands in quarantine', async () => {
  await importFile(w, `${file(...rows)}合计,3,4,98.00\n`, { mapping: closing })
  expect(await cell()).toMatchObject({
    state: 'different',
    trailer: { found: true, agrees: false, documents: 3, lines: 4, came: { documents: 2, lines: 2, net: '66.1000' } },
  })
  const bad = line({ receipt: '0003', net: 'x' })
  await importFile(w, `${file(...rows, bad)}合计,3,3,98.00\n`, { mapping: closing, name: 'again.csv' })
  expect(await cell()).toMatchObject({ state: 'different', trailer: { documents: 3, came: { documents: 2 } } })
})

test('a file without the trailer that its mapping knows may be cut off, and says so', async () => {
  await importFile(w, file(...rows), { mapping: closing })
  expect(await cell()).toMatchObject({ state: 'different', trailer: { found: false, agrees: false } })
  await importFile(w, `${file(...rows)}合计,2,2,66.10\n`, { mapping: closing, name: 'whole.csv' })
  expect(await cell()).toMatchObject({ state: 'late', trailer: { agrees: true } })
})

test('where the mapping knows of no trailer nothing is compared', async () => {
  await importFile(w, file(...rows))
  expect(await cell()).toMatchObject({ state: 'late', trailer: null })
})
