import { createCipheriv, createSign, createVerify, generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { inspect } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { fakeClock } from '../../../../server/kernel/clock.ts'
import { NoticeRefused, PayError } from '../../../../server/modules/wechat/service/pay/errors.ts'
import { createWechatPay } from '../../../../server/modules/wechat/service/pay/index.ts'

// Keys and signatures by node:crypto alone: neither the library under test nor the simulator has a part in them.
const pair = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
const [merchant, platform, stranger] = [pair(), pair(), pair()]
const platformSerial = 'PUB_KEY_ID_0119000001092026112200000000'
const apiV3Key = '0123456789abcdef0123456789abcdef'
const sign = (lines: readonly string[], key = platform.privateKey): string =>
  createSign('RSA-SHA256')
    .update(`${lines.join('\n')}\n`)
    .sign(key, 'base64')

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})
const now = new Date()
const pay = (baseUrl: string, timeoutMs = 5000) =>
  createWechatPay({
    mchId: '1900000109',
    serial: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
    privateKey: merchant.privateKey,
    apiV3Key,
    platformKeys: { [platformSerial]: platform.publicKey },
    baseUrl,
    timeoutMs,
    clock: fakeClock(now),
  })
type Handle = (request: IncomingMessage, body: string, response: ServerResponse) => void
const serve = async (handle: Handle) => {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => handle(request, body, response))
  })
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}
const stamped = (body: string, more: { at?: number; serial?: string; key?: string } = {}) => {
  const timestamp = String(more.at ?? Math.floor(Date.now() / 1000))
  return {
    'content-type': 'application/json',
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': 'n0nce',
    'wechatpay-serial': more.serial ?? platformSerial,
    'wechatpay-signature': sign([timestamp, 'n0nce', body], more.key),
  }
}
const order = {
  appId: 'wx2421b1c4370ec43b',
  openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
  orderNo: '1217752501201407033233368018',
  description: '储值',
  totalFen: 100,
  notifyUrl: 'https://shop.example/paid',
}

describe('a request', () => {
  it('is signed over method, address, time, nonce and body, and what the phone gets is signed too', async () => {
    const url = await serve((request, body, response) => {
      const given = Object.fromEntries(
        [...(request.headers.authorization ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [
          name,
          value,
        ]),
      )
      const lines = [request.method, request.url, given['timestamp'], given['nonce_str'], body].join('\n')
      const good = createVerify('RSA-SHA256')
        .update(`${lines}\n`)
        .verify(merchant.publicKey, given['signature'] ?? '', 'base64')
      const answer = JSON.stringify({ prepay_id: `wx${good}${JSON.parse(body).amount.total}` })
      response.writeHead(200, stamped(answer)).end(answer)
    })
    const request = await pay(url).order(order)
    expect(request).toMatchObject({ appId: order.appId, package: 'prepay_id=wxtrue100', signType: 'RSA' })
    const lines = [request.appId, request.timeStamp, request.nonceStr, request.package].join('\n')
    const verified = createVerify('RSA-SHA256')
      .update(`${lines}\n`)
      .verify(merchant.publicKey, request.paySign, 'base64')
    expect(verified).toBe(true)
  })
})

describe('an answer that cannot be trusted leaves the fate open', () => {
  const body = '{"prepay_id":"wx1"}'
  it.each([
    ['is not signed', body, {}],
    ['is signed by a stranger', body, stamped(body, { key: stranger.privateKey })],
    ['is signed by a key nobody knows', body, stamped(body, { serial: 'PUB_KEY_ID_OTHER' })],
    ['was changed on its way', '{"prepay_id":"wx2"}', stamped(body)],
    ['is ten minutes old', body, stamped(body, { at: Math.floor(Date.now() / 1000) - 600 })],
  ])('when it %s', async (_name, sent, headers) => {
    const url = await serve((_request, _body, response) => response.writeHead(200, headers).end(sent))
    await expect(pay(url).order(order)).rejects.toMatchObject({ code: 'UNTRUSTED', fate: 'unknown' })
  })

  it('when it is none of WeChat’s, late, or broken off', async () => {
    const html = await serve((_request, _body, response) => response.writeHead(200, stamped('<html>')).end('<html>'))
    await expect(pay(html).order(order)).rejects.toMatchObject({ code: 'UNREADABLE', fate: 'unknown' })
    const busy = await serve((_request, _body, response) =>
      response.writeHead(500).end('{"code":"SYSTEM_ERROR","message":"系统错误"}'),
    )
    await expect(pay(busy).order(order)).rejects.toMatchObject({ code: 'SYSTEM_ERROR', fate: 'unknown', status: 500 })
    const slow = await serve(() => undefined)
    await expect(pay(slow, 150).order(order)).rejects.toMatchObject({ code: 'TIMEOUT', fate: 'unknown' })
    const cut = await serve(request => void request.socket.destroy())
    await expect(pay(cut).order(order)).rejects.toMatchObject({ code: 'DROPPED', fate: 'unknown' })
  })

  it('but not when nobody listens', async () => {
    const url = await serve(() => undefined)
    servers.pop()?.close()
    await expect(pay(url).order(order)).rejects.toMatchObject({ code: 'UNREACHABLE', fate: 'notDone' })
  })
})

it('an error never holds the merchant’s key or a signature', async () => {
  const url = await serve((_request, _body, response) => response.writeHead(400).end('{"code":"PARAM_ERROR"}'))
  const error: unknown = await pay(url)
    .order(order)
    .catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(PayError)
  expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/PRIVATE KEY|WECHATPAY2|signature="/)
})

describe('a notice', () => {
  const paid = {
    appid: order.appId,
    mchid: '1900000109',
    out_trade_no: order.orderNo,
    transaction_id: '4200001234202611221234567890',
    trade_state: 'SUCCESS',
    success_time: '2026-11-22T12:00:00+08:00',
    payer: { openid: order.openid },
    amount: { total: 100, payer_total: 100, currency: 'CNY' },
  }
  const seal = (resource: unknown, key = apiV3Key) => {
    const cipher = createCipheriv('aes-256-gcm', key, '0123456789ab').setAAD(Buffer.from('transaction'))
    return Buffer.concat([cipher.update(JSON.stringify(resource)), cipher.final(), cipher.getAuthTag()])
  }
  const bodyOf = (sealed: Buffer, type = 'TRANSACTION.SUCCESS') =>
    JSON.stringify({
      id: 'EV-2018022511223320873',
      create_time: '2026-11-22T12:00:00+08:00',
      resource_type: 'encrypt-resource',
      event_type: type,
      summary: '支付成功',
      resource: {
        algorithm: 'AEAD_AES_256_GCM',
        original_type: 'transaction',
        associated_data: 'transaction',
        nonce: '0123456789ab',
        ciphertext: sealed.toString('base64'),
      },
    })
  const port = pay('http://127.0.0.1:1')
  const at = Math.floor(now.getTime() / 1000)
  const reasonOf = (headers: Record<string, string>, body: string): string => {
    try {
      port.readNotice(headers, body)
    } catch (error) {
      if (error instanceof NoticeRefused) return error.reason
      throw error
    }
    return 'accepted'
  }

  it('of WeChat’s is read', () => {
    const body = bodyOf(seal(paid))
    expect(port.readNotice(stamped(body, { at }), Buffer.from(body))).toEqual({
      kind: 'order',
      id: 'EV-2018022511223320873',
      order: {
        orderNo: order.orderNo,
        state: 'paid',
        appId: order.appId,
        mchId: '1900000109',
        transactionId: '4200001234202611221234567890',
        openid: order.openid,
        totalFen: 100,
        paidAt: new Date('2026-11-22T04:00:00Z'),
        attach: '',
      },
    })
  })

  it('of a kind nobody knows keeps what it told', () => {
    const body = bodyOf(seal({ coupon_id: '1' }), 'COUPON.USE')
    expect(port.readNotice(stamped(body, { at }), body)).toMatchObject({
      kind: 'other',
      type: 'COUPON.USE',
      resource: { coupon_id: '1' },
    })
  })

  it('is refused when anything about it is wrong', () => {
    const body = bodyOf(seal(paid))
    const good = stamped(body, { at })
    const { 'wechatpay-signature': _, ...unsigned } = good
    expect(reasonOf(unsigned, body)).toBe('headers')
    expect(reasonOf(stamped(body, { at: at - 301 }), body)).toBe('stale')
    expect(reasonOf({ ...good, 'wechatpay-timestamp': 'soon' }, body)).toBe('stale')
    expect(reasonOf(stamped(body, { at, serial: '__proto__' }), body)).toBe('serial')
    expect(reasonOf(stamped(body, { at, key: stranger.privateKey }), body)).toBe('signature')
    expect(reasonOf(good, body.replace('SUCCESS', 'SUCCESs'))).toBe('signature')
    expect(
      reasonOf({ ...good, 'wechatpay-signature': `WECHATPAY/SIGNTEST/${good['wechatpay-signature']}` }, body),
    ).toBe('signature')
    const signedBy = (text: string) => reasonOf(stamped(text, { at }), text)
    expect(signedBy('not JSON')).toBe('body')
    expect(signedBy('{"id":"1"}')).toBe('body')
    expect(signedBy(bodyOf(seal({ ...paid, mchid: '1900000999' })))).toBe('merchant')
    expect(signedBy(bodyOf(seal({ ...paid, trade_state: 'DREAMT' })))).toBe('body')
    expect(signedBy(bodyOf(seal(paid, 'f'.repeat(32))))).toBe('sealed')
  })

  it('is refused when one bit of what is sealed, or of its tag, has changed', () => {
    const sealed = seal(paid)
    for (let index = 0; index < sealed.length; index += 11) {
      const changed = Buffer.from(sealed)
      changed[index] = (changed[index] ?? 0) ^ 1
      const body = bodyOf(changed)
      expect(reasonOf(stamped(body, { at }), body)).toBe('sealed')
    }
    const tag = Buffer.from(sealed)
    tag[tag.length - 1] = (tag.at(-1) ?? 0) ^ 1
    const body = bodyOf(tag)
    expect(reasonOf(stamped(body, { at }), body)).toBe('sealed')
  })
})
