import { afterAll, beforeAll, expect, it } from 'vitest'
import { startSandbox, type Sandbox } from '../../sandbox/index.ts'
import { tillApi } from '../../server/modules/till/contract.ts'
import { type Stage, stage } from '../support/stage.ts'

let place: Stage
let sandbox: Sandbox
let tillId: string
let key: string

beforeAll(async () => {
  place = await stage()
  // The till's own clock is the machine's: the shop must stand in the same moment to believe its signature.
  place.shop.clock.set(new Date())
  const boss = await place.shop.as('owner')
  const registered = await boss
    .call(tillApi)
    .registerTill({ body: { storeCode: 'S01', tillCode: '01', name: '1 号台' } })
  tillId = registered.till.tillId
  key = registered.key
  sandbox = await startSandbox({ serverUrl: place.shop.url })
})
afterAll(async () => {
  await sandbox.stop()
  await place.close()
})

const post = async <Reply>(path: string, body: unknown): Promise<Reply> =>
  (await (await fetch(sandbox.url + path, { method: 'POST', body: JSON.stringify(body) })).json()) as Reply
const ask = (operation: string, body: unknown) =>
  post<{ status: number; reply: Record<string, unknown> }>('/__sim/tills/ask', { tillId, operation, body })
const connect = (secret: string) =>
  post('/__sim/tills', { tills: [{ tillId, key: secret, storeCode: 'S01', tillCode: '01' }] })
const milk = {
  productCode: '110201001',
  name: '牧岭纯牛奶250ml*12',
  quantity: '1',
  unit: '箱',
  unitPrice: '39.90',
  net: '39.90',
}

it('the product believes what the till signs, and nothing signed with another key', async () => {
  await connect('another key')
  expect(await ask('identify', { code: 'nonsense' })).toMatchObject({
    status: 401,
    reply: { code: 'till.badSignature' },
  })
  await connect(key)
  expect(await ask('identify', { code: 'nonsense' })).toMatchObject({ status: 200, reply: { kind: 'unknown' } })
})

it('sells, takes back, and writes both into the night file', async () => {
  await connect(key)
  const next = () => post<{ businessDate: string; receiptNo: string }>('/__sim/tills/receipt-number', { tillId })
  const sold = await next()
  const lines = [{ lineNo: 1, ...milk }]
  const businessAt = new Date().toISOString()
  const payments = [{ method: '现金', amount: '39.90' }]
  const sale = await ask('sale', { key: 'till-sale-1', ...sold, businessAt, lines, payments })
  expect(sale).toMatchObject({
    status: 200,
    reply: { docKey: `S01|01|${sold.businessDate}|${sold.receiptNo}`, payable: 3990 },
  })
  const printed = {
    storeCode: 'S01',
    tillCode: '01',
    ...sold,
    time: '18:05:00',
    type: 'sale',
    cardNo: '',
    payment: '现金',
    cashier: '',
    original: null,
    lines: [{ lineNo: 1, ...milk, discount: '0.00' }],
  }
  await post('/__sim/tills/receipts', printed)

  const back = await next()
  expect(back.receiptNo).not.toBe(sold.receiptNo)
  const original = { tillCode: '01', ...sold }
  expect(await ask('return', { key: 'till-return-1', ...back, businessAt, original })).toMatchObject({
    status: 200,
    reply: { refund: 3990, full: true },
  })

  const file = await (await fetch(`${sandbox.url}/__sim/erp/night-file?businessDate=${sold.businessDate}`)).text()
  expect(file.split('\r\n')[1]).toBe(
    `S01,01,${sold.businessDate},${sold.receiptNo},18:05:00,销售,,,,,1,110201001,牧岭纯牛奶250ml*12,1,箱,39.90,0.00,39.90,,,现金,`,
  )
})

it('shows keys to nobody', async () => {
  await connect(key)
  const listed = await (await fetch(`${sandbox.url}/__sim/tills`)).text()
  expect(listed).toContain(tillId)
  expect(listed).not.toContain(key)
})
