import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Aes, Formatter, Rsa, Wechatpay } from 'wechatpay-axios-plugin'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../../sandbox/index.ts'
import { notifyPauses } from '../../sandbox/pay/notify.ts'
import { payOf } from '../../sandbox/pay/state.ts'
import type { Person } from '../../sandbox/state/person.ts'
import { addPerson } from '../../sandbox/state/world.ts'
import { m } from './shop.ts'

// The merchant's side is the npm package wechatpay-axios-plugin: it signs what the twin checks, and checks what it signs.
let sandbox: Sandbox
let person: Person
let close: () => void
const told: { headers: Record<string, string>; body: string }[] = []
let answers: number[] = []

beforeEach(async () => {
  told.length = 0
  answers = []
  sandbox = await startSandbox()
  person = addPerson(sandbox.world, {})
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      told.push({ headers: request.headers as Record<string, string>, body })
      response.writeHead(answers.shift() ?? 204).end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  notifyUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/paid`
  close = () => {
    server.closeAllConnections()
    server.close()
  }
})
afterEach(async () => {
  close()
  await sandbox.stop()
})

let notifyUrl = ''
const merchant = () => payOf(sandbox.world).merchant()
const client = (more: { serial?: string; privateKey?: string } = {}) => {
  const { mchid, serial, privateKeyPem, platformSerial, platformPublicKeyPem } = merchant()
  return new Wechatpay({
    mchid,
    serial: more.serial ?? serial,
    privateKey: more.privateKey ?? privateKeyPem,
    certs: { [platformSerial]: platformPublicKeyPem },
    baseURL: sandbox.url,
  })
}
const newOrder = (out_trade_no: string, total = 3990) => ({
  appid: m,
  mchid: merchant().mchid,
  description: '周末菜篮',
  out_trade_no,
  notify_url: notifyUrl,
  amount: { total },
  payer: { openid: person.openids[m] ?? '' },
})
interface Reply {
  status: number
  data: Record<string, unknown>
}
const call = (api: Wechatpay, chain: string, method: 'get' | 'post', body?: object): Promise<Reply> => {
  const at = api.chain(chain)
  return method === 'get' ? at.get({ params: body }) : at.post(body ?? {})
}
const ordered = async (no: string) =>
  String((await call(client(), 'v3/pay/transactions/jsapi', 'post', newOrder(no))).data['prepay_id'])
const pays = (prepayId: string, who = person, what = 'pay') => {
  const [timeStamp, nonceStr] = [Formatter.timestamp().toString(), Formatter.nonce()]
  const pack = `prepay_id=${prepayId}`
  const paySign = Rsa.sign(Formatter.joinedByLineFeed(m, timeStamp, nonceStr, pack), merchant().privateKeyPem)
  return fetch(`${sandbox.url}/__sim/people/${who.id}/${what}`, {
    method: 'POST',
    body: JSON.stringify({ appId: m, timeStamp, nonceStr, package: pack, paySign }),
  })
}
const opened = (at: number) => {
  const { resource, ...rest } = JSON.parse(told[at]?.body ?? '{}')
  const text = Aes.AesGcm.decrypt(resource.ciphertext, merchant().apiV3Key, resource.nonce, resource.associated_data)
  return { ...rest, content: JSON.parse(text) }
}
const heard = (count: number) => expect.poll(() => told.length).toBe(count)
const refusal = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: { response?: { status: number; data: { code: string } } }) => error.response?.data.code ?? 'no answer',
  )

it('an order is paid, the shop is told under seal, and a query says the same', async () => {
  const prepayId = await ordered('order-0001')
  expect(
    (await call(client(), 'v3/pay/transactions/out-trade-no/order-0001', 'get', { mchid: merchant().mchid })).data,
  ).toMatchObject({ trade_state: 'NOTPAY' })
  expect((await pays(prepayId)).status).toBe(200)
  await heard(1)
  const { headers, body } = told[0] ?? { headers: {}, body: '' }
  const signed = Formatter.response(headers['wechatpay-timestamp'] ?? '', headers['wechatpay-nonce'] ?? '', body)
  expect(Rsa.verify(signed, headers['wechatpay-signature'] ?? '', merchant().platformPublicKeyPem)).toBe(true)
  const notice = opened(0)
  expect(notice).toMatchObject({
    event_type: 'TRANSACTION.SUCCESS',
    content: { out_trade_no: 'order-0001', trade_state: 'SUCCESS', amount: { total: 3990 } },
  })
  const query = await call(client(), `v3/pay/transactions/id/${notice.content.transaction_id}`, 'get', {
    mchid: merchant().mchid,
  })
  expect(query.data).toEqual(notice.content)
  expect((await pays(prepayId)).status).toBe(409)
})

it('the pay sheet is shown what is to be paid and to whom, and nothing is paid by looking', async () => {
  const prepayId = await ordered('order-look')
  const looked = await pays(prepayId, person, 'payment')
  expect(await looked.json()).toMatchObject({ total: 3990, payee: expect.any(String), description: expect.any(String) })
  expect((await pays(prepayId)).status).toBe(200)
  expect((await pays(prepayId, person, 'payment')).status).toBe(409)
})

it('a notice that is not acknowledged comes again, at the platform’s own pauses', async () => {
  answers = [500, 500, 200]
  await pays(await ordered('order-0002'))
  await heard(1)
  // Each pause begins when the answer is in.
  for (const [at, pause] of notifyPauses.slice(0, 2).entries()) {
    await expect.poll(() => sandbox.world.clock.due().waiting).toBe(1)
    await sandbox.world.clock.advance(pause - 500)
    expect(told).toHaveLength(at + 1)
    await sandbox.world.clock.advance(1000)
    await heard(at + 2)
  }
  await sandbox.world.clock.advance(86_400_000)
  expect(told).toHaveLength(3)
  expect(new Set(told.map(one => one.body)).size).toBe(1)
})

it('a refund is under way, then done, and no more than was paid comes back', async () => {
  await pays(await ordered('order-0003'))
  await heard(1)
  const refund = (no: string, amount: number) =>
    call(client(), 'v3/refund/domestic/refunds', 'post', {
      out_trade_no: 'order-0003',
      out_refund_no: no,
      notify_url: notifyUrl,
      amount: { refund: amount, total: 3990, currency: 'CNY' },
    })
  expect((await refund('r1', 1000)).data).toMatchObject({ status: 'PROCESSING' })
  expect((await refund('r1', 1000)).data).toMatchObject({ out_refund_no: 'r1' })
  expect(await refusal(refund('r2', 3000))).toBe('INVALID_REQUEST')
  await sandbox.world.clock.advance(2000)
  await heard(2)
  expect(opened(1)).toMatchObject({
    event_type: 'REFUND.SUCCESS',
    content: { out_refund_no: 'r1', refund_status: 'SUCCESS' },
  })
  expect((await call(client(), 'v3/refund/domestic/refunds/r1', 'get')).data).toMatchObject({ status: 'SUCCESS' })
})

it('a closed order is not paid, and a paid one not closed', async () => {
  const prepayId = await ordered('order-0004')
  const closing = () =>
    call(client(), 'v3/pay/transactions/out-trade-no/order-0004/close', 'post', { mchid: merchant().mchid })
  expect((await closing()).status).toBe(204)
  expect((await pays(prepayId)).status).toBe(409)
  expect(await refusal(ordered('order-0004'))).toBe('ORDER_CLOSED')
})

it('nobody orders with another key, for another’s openid, or twice under one number', async () => {
  const other = client({ privateKey: payOf(sandbox.world).merchant().platformPrivateKeyPem })
  expect(await refusal(call(other, 'v3/pay/transactions/jsapi', 'post', newOrder('order-0005')))).toBe('SIGN_ERROR')
  const foreign = { ...newOrder('order-0006'), payer: { openid: 'oNobody' } }
  expect(await refusal(call(client(), 'v3/pay/transactions/jsapi', 'post', foreign))).toBe('PARAM_ERROR')
  expect(await ordered('order-0007')).toBe(await ordered('order-0007'))
  expect(await refusal(call(client(), 'v3/pay/transactions/jsapi', 'post', newOrder('order-0007', 1)))).toBe(
    'OUT_TRADE_NO_USED',
  )
  const thief = addPerson(sandbox.world, {})
  expect((await pays(await ordered('order-0007'), thief)).status).toBe(409)
})
