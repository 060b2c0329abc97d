import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { miniprogramAccount, type Sandbox, startSandbox } from '../../../../sandbox/index.ts'
import { payOrder } from '../../../../sandbox/pay/actions.ts'
import { payOf } from '../../../../sandbox/pay/state.ts'
import { addPerson } from '../../../../sandbox/state/world.ts'
import { systemClock } from '../../../../server/kernel/clock.ts'
import { PayError } from '../../../../server/modules/wechat/service/pay/errors.ts'
import { createWechatPay } from '../../../../server/modules/wechat/service/pay/index.ts'
import type { NewOrder, PayNotice, PayPort } from '../../../../server/modules/wechat/service/pay/port.ts'

let sandbox: Sandbox
let door: Server
let notifyUrl = ''
let pay: PayPort
const told: { headers: IncomingHttpHeaders; body: Buffer }[] = []

beforeEach(async () => {
  told.length = 0
  sandbox = await startSandbox({ settings: { refundAfterMs: 0 } })
  door = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      told.push({ headers: request.headers, body: Buffer.concat(parts) })
      response.writeHead(204).end()
    })
  })
  await new Promise<void>(resolve => door.listen(0, '127.0.0.1', resolve))
  const address = door.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  notifyUrl = `http://127.0.0.1:${address.port}/paid`
  const { mchid, serial, privateKeyPem, apiV3Key, platformSerial, platformPublicKeyPem } = payOf(
    sandbox.world,
  ).merchant()
  pay = createWechatPay({
    mchId: mchid,
    serial,
    privateKey: privateKeyPem,
    apiV3Key,
    platformKeys: { [platformSerial]: platformPublicKeyPem },
    baseUrl: sandbox.url,
    clock: systemClock,
  })
})
afterEach(async () => {
  door.closeAllConnections()
  door.close()
  await sandbox.stop()
})

const shopper = () => {
  const person = addPerson(sandbox.world, { name: '小林' })
  return { person, openid: person.openids[miniprogramAccount.appId] ?? '' }
}
const orderFor = (openid: string, more: Partial<NewOrder> = {}): NewOrder => ({
  appId: miniprogramAccount.appId,
  openid,
  orderNo: 'ORDER-2026-0001',
  description: '储值 100 元',
  totalFen: 10_000,
  notifyUrl,
  attach: 'card 42',
  ...more,
})
const notice = async (): Promise<PayNotice> => {
  await expect.poll(() => told.length).toBeGreaterThan(0)
  const [{ headers, body } = { headers: {}, body: '' }] = told.splice(0)
  return pay.readNotice(headers, body)
}

it('a shopper pays, the shop is told and asks back, and half of it is refunded', async () => {
  const { person, openid } = shopper()
  const request = await pay.order(orderFor(openid))
  expect(await pay.orderOf('ORDER-2026-0001')).toMatchObject({ state: 'open', transactionId: null, totalFen: 10_000 })

  payOrder(sandbox.world, person, request)
  const paid = await notice()
  expect(paid).toMatchObject({ kind: 'order', order: { state: 'paid', totalFen: 10_000, openid, attach: 'card 42' } })
  const order = await pay.orderOf('ORDER-2026-0001')
  if (paid.kind !== 'order') throw new Error('not an order')
  expect(order).toEqual(paid.order)

  const refund = { orderNo: 'ORDER-2026-0001', refundNo: 'R-1', refundFen: 5000, totalFen: 10_000, notifyUrl }
  expect(await pay.refund({ ...refund, reason: '退一半' })).toMatchObject({ state: 'underWay', refundFen: 5000 })
  const refunded = await notice()
  expect(refunded).toMatchObject({ kind: 'refund', refund: { refundNo: 'R-1', state: 'done', refundFen: 5000 } })
  expect(await pay.refundOf('R-1')).toMatchObject({ state: 'done' })
  expect(await pay.orderOf('ORDER-2026-0001')).toMatchObject({ state: 'refunded' })
})

it('the same numbers ask for the same thing', async () => {
  const { person, openid } = shopper()
  const first = await pay.order(orderFor(openid))
  const again = await pay.order(orderFor(openid))
  expect(again.package).toBe(first.package)
  payOrder(sandbox.world, person, again)
  await notice()
  const refund = { orderNo: 'ORDER-2026-0001', refundNo: 'R-2', refundFen: 1, totalFen: 10_000 }
  const [one, two] = [await pay.refund(refund), await pay.refund(refund)]
  expect(two.refundId).toBe(one.refundId)
})

it('what nobody has paid can be closed, what somebody has paid cannot', async () => {
  const { person, openid } = shopper()
  await pay.order(orderFor(openid))
  await pay.close('ORDER-2026-0001')
  expect(await pay.orderOf('ORDER-2026-0001')).toMatchObject({ state: 'closed' })

  payOrder(sandbox.world, person, await pay.order(orderFor(openid, { orderNo: 'ORDER-2026-0002' })))
  await expect(pay.close('ORDER-2026-0002')).rejects.toMatchObject({ code: 'ORDERPAID', fate: 'notDone' })
})

it('what WeChat does not know is null; what it refuses says why', async () => {
  expect(await pay.orderOf('ORDER-9999')).toBeNull()
  expect(await pay.refundOf('R-9999')).toBeNull()
  const refused = pay.order(orderFor('oSomebodyElse'))
  await expect(refused).rejects.toBeInstanceOf(PayError)
  await expect(refused).rejects.toMatchObject({ code: 'PARAM_ERROR', status: 400, fate: 'notDone' })
})
