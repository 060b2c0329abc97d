import { createServer, request, type Server } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { payOrder } from '../../../../sandbox/pay/actions.ts'
import { payOf } from '../../../../sandbox/pay/state.ts'
import type { Person } from '../../../../sandbox/state/person.ts'
import { wechatApi } from '../../../../server/modules/wechat/contract/index.ts'
import { stage, type Stage } from '../../../support/stage.ts'
import type { StaffUser } from '../../../support/world.ts'

// A test payment of one fen, end to end: asked for, paid on the phone, told by WeChat, given back; and on bad days.
let on: Stage
let owner: StaffUser
let gate: Server
let shopUrl = ''
let told: { headers: Record<string, string>; body: Buffer }[] = []

/** WeChat reaches the shop by its public name, which is known before the shop is open. */
async function publicName(): Promise<string> {
  gate = createServer((incoming, outgoing) => {
    const parts: Buffer[] = []
    incoming.on('data', (part: Buffer) => parts.push(part))
    incoming.on('end', () => {
      const body = Buffer.concat(parts)
      const headers = Object.fromEntries(
        Object.entries(incoming.headers).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
      )
      told.push({ headers, body })
      const onward = request(
        `${shopUrl}${incoming.url ?? ''}`,
        { method: incoming.method, headers: incoming.headers },
        answer => {
          outgoing.writeHead(answer.statusCode ?? 500)
          answer.pipe(outgoing)
        },
      )
      onward.end(body)
    })
  })
  await new Promise<void>(resolve => gate.listen(0, '127.0.0.1', resolve))
  const address = gate.address()
  return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : ''
}

beforeEach(async () => {
  told = []
  on = await stage({ env: { PUBLIC_URL: await publicName() }, settings: { refundAfterMs: 0 } })
  shopUrl = on.shop.url
  owner = await on.shop.as('owner', { name: '店主' })
})
afterEach(async () => {
  gate.closeAllConnections()
  gate.close()
  await on.close()
})

const api = (user = owner) => user.call(wechatApi)
const keys = () => payOf(on.wechat.world).merchant()
const merchant = () => {
  const { mchid, serial, privateKeyPem, apiV3Key, platformSerial, platformPublicKeyPem } = keys()
  return {
    version: 0,
    mchId: mchid,
    serial,
    privateKey: privateKeyPem,
    apiV3Key,
    platformSerial,
    platformKey: platformPublicKeyPem,
    baseUrl: on.wechat.url,
  }
}
async function member(): Promise<{ person: Person; headers: { authorization: string } }> {
  const person = on.person('王秀英')
  const { headers } = await on.enrols(person)
  return { person, headers }
}
const sweep = async (): Promise<void> =>
  on.shop.modules.jobs
    .find(job => job.name === 'wechat.sweep')
    ?.run({}, { jobId: '1', attempt: 1, progress: async () => undefined, signal: new AbortController().signal })
const newest = async () => (await api().pay()).payments[0]
async function pays(person: Person, headers: { authorization: string }): Promise<void> {
  const { items } = await on.shop.call(wechatApi, headers).myPayments()
  const [first] = items
  if (first === undefined) throw new Error('nothing to pay')
  payOrder(on.wechat.world, person, { appId: on.mini.appId, ...first.request })
}

test('keys are sealed, never told again, and stay where they are left out', async () => {
  const { privateKeyPem, apiV3Key } = keys()
  const saved = await api().saveMerchant({ body: merchant() })
  expect(saved.merchant).toMatchObject({ mchId: keys().mchid, platformSerials: [keys().platformSerial], version: 1 })
  expect(JSON.stringify(saved)).not.toContain(apiV3Key)
  expect(JSON.stringify(await on.shop.db.selectFrom('wechat_merchant').selectAll().execute())).not.toContain(
    privateKeyPem.slice(40, 80),
  )
  const { mchId, serial } = merchant()
  const again = await api().saveMerchant({ body: { version: 1, mchId, serial } })
  expect(again.merchant).toMatchObject({ version: 2, platformSerials: [keys().platformSerial] })
  await expect(api().saveMerchant({ body: { version: 1, mchId, serial } })).rejects.toMatchObject({
    code: 'common.conflict',
  })
  const broken = { ...merchant(), version: 2, privateKey: 'x'.repeat(200) }
  await expect(api().saveMerchant({ body: broken })).rejects.toMatchObject({ code: 'wechat.badMerchantKey' })
  const marketer = await on.shop.as('marketer')
  await expect(api(marketer).saveMerchant({ body: merchant() })).rejects.toMatchObject({ status: 403 })
})

test('asked for once, paid on the phone, told by WeChat, given back once', async () => {
  await api().saveMerchant({ body: merchant() })
  const { person, headers } = await member()
  const body = { key: 'first-test', member: person.phone }
  await Promise.all([api().testPayment({ body }), api().testPayment({ body })])
  expect((await api().pay()).payments).toMatchObject([{ state: 'open', totalFen: 1 }])
  await pays(person, headers)
  await expect.poll(async () => (await newest())?.state).toBe('paid')
  expect((await api().pay()).noticedAt).not.toBeNull()
  const orderNo = (await newest())?.orderNo ?? ''
  await Promise.all([
    api().refundPayment({ params: { orderNo } }),
    api()
      .refundPayment({ params: { orderNo } })
      .catch(() => null),
  ])
  await sweep()
  await expect.poll(async () => (await newest())?.state).toBe('refunded')
  expect(await newest()).toMatchObject({ refund: { state: 'done' } })
})

test('a notice that comes again changes nothing; one that somebody else has signed is refused', async () => {
  await api().saveMerchant({ body: merchant() })
  const { person, headers } = await member()
  await api().testPayment({ body: { key: 'second-test', member: person.phone } })
  await pays(person, headers)
  await expect.poll(async () => (await newest())?.state).toBe('paid')
  const [notice] = told
  if (notice === undefined) throw new Error('nothing was told')
  const { 'content-length': _length, connection: _connection, ...asTold } = notice.headers
  const send = (body: Buffer) =>
    fetch(`${on.shop.url}/wechat/pay/notify`, { method: 'POST', headers: asTold, body: new Uint8Array(body) })
  expect((await send(notice.body)).status).toBe(204)
  expect(await on.shop.db.selectFrom('wechat_pay_notice').select('id').execute()).toHaveLength(1)
  expect(
    (await send(Buffer.from(notice.body.toString().replace('TRANSACTION.SUCCESS', 'REFUND.SUCCESS')))).status,
  ).toBe(401)
})

test('the answer to the order is lost: unknown until WeChat is asked, then the same order, never a second one', async () => {
  await api().saveMerchant({ body: merchant() })
  const { person, headers } = await member()
  on.wechat.world.faults.add({
    match: { path: '/v3/pay/transactions/jsapi' },
    fault: { do: 'drop', when: 'after' },
    skip: 0,
    times: 1,
    chance: 1,
  })
  await api().testPayment({ body: { key: 'third-test', member: person.phone } })
  expect(await newest()).toMatchObject({ state: 'unknown' })
  on.shop.clock.advance(120_000)
  await sweep()
  expect(await newest()).toMatchObject({ state: 'open' })
  expect(payOf(on.wechat.world).byPrepay.size).toBe(1)
  await pays(person, headers)
  await expect.poll(async () => (await newest())?.state).toBe('paid')
})

test('a payment of which no notice came is found paid when asked; one nobody pays is closed', async () => {
  await api().saveMerchant({ body: merchant() })
  const { person, headers } = await member()
  await api().testPayment({ body: { key: 'fourth-test', member: person.phone } })
  shopUrl = 'http://127.0.0.1:9'
  gate.removeAllListeners('request')
  gate.on('request', (_, outgoing) => outgoing.writeHead(500).end())
  await pays(person, headers)
  const orderNo = (await newest())?.orderNo ?? ''
  expect((await api().askPayment({ params: { orderNo } })).payments[0]).toMatchObject({ state: 'paid' })

  await api().testPayment({ body: { key: 'fifth-test', member: person.phone } })
  on.shop.clock.advance(16 * 60_000)
  await sweep()
  const states = (await api().pay()).payments.map(({ state }) => state)
  expect(states.toSorted()).toEqual(['closed', 'paid'])
})

test('notices in the wrong order end in the same books: a refund is told first, the payment comes late and twice', async () => {
  await api().saveMerchant({ body: merchant() })
  const { person, headers } = await member()
  await api().testPayment({ body: { key: 'sixth-test', member: person.phone } })
  const held: typeof told = []
  gate.removeAllListeners('request')
  gate.on('request', (incoming, outgoing) => {
    const parts: Buffer[] = []
    incoming.on('data', (part: Buffer) => parts.push(part))
    incoming.on('end', () => {
      const names = ['timestamp', 'nonce', 'serial', 'signature'].map(name => `wechatpay-${name}`)
      const signed = Object.fromEntries(names.map(name => [name, String(incoming.headers[name])]))
      held.push({ headers: { 'content-type': 'application/json', ...signed }, body: Buffer.concat(parts) })
      outgoing.writeHead(204).end()
    })
  })
  await pays(person, headers)
  const orderNo = (await newest())?.orderNo ?? ''
  expect((await api().askPayment({ params: { orderNo } })).payments[0]).toMatchObject({ state: 'paid' })
  await api().refundPayment({ params: { orderNo } })
  await expect.poll(() => held.length).toBe(2)
  for (const { headers: asTold, body } of [...held].toReversed().concat(held)) {
    const sent = await fetch(`${on.shop.url}/wechat/pay/notify`, {
      method: 'POST',
      headers: asTold,
      body: new Uint8Array(body),
    })
    expect(sent.status).toBe(204)
  }
  expect(await newest()).toMatchObject({ state: 'refunded', refund: { state: 'done' } })
  expect(await on.shop.db.selectFrom('wechat_pay_notice').select('id').execute()).toHaveLength(2)
})

test('nobody is asked who has no card in the mini-program, and nothing without a merchant', async () => {
  await expect(api().testPayment({ body: { key: 'no-merchant', member: '13800000000' } })).rejects.toMatchObject({
    code: 'wechat.noPayer',
  })
  const { person } = await member()
  await expect(api().testPayment({ body: { key: 'no-merchant', member: person.phone } })).rejects.toMatchObject({
    code: 'wechat.noMerchant',
  })
  expect(await api().pay()).toMatchObject({ merchant: null, payments: [] })
})
