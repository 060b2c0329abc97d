import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import WechatCrypto from 'wechat-crypto'
import {
  type CallbackAccount,
  callbackCodec,
  CallbackError,
  decryptFrame,
  encryptFrame,
  readAesKey,
  sign,
} from '../../wechat-api-ts/src/index.ts'

const vectors = JSON.parse(readFileSync(new URL('crypto-vectors.json', import.meta.url), 'utf8'))
const safe: CallbackAccount = {
  appId: vectors.appid,
  token: vectors.token,
  mode: 'safe',
  aesKey: vectors.encodingAESKey,
}
const base = { timestamp: vectors.timestamp, nonce: vectors.nonce, signature: vectors.url_signature }
const pushQuery = { ...base, encrypt_type: 'aes', msg_signature: vectors.msg_signature }
const push = `<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><Encrypt><![CDATA[${vectors.encrypt}]]></Encrypt></xml>`

const refusal = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (error instanceof CallbackError) return error.reason
    throw error
  }
  return 'accepted'
}

const plainAccount: CallbackAccount = { appId: vectors.appid, token: vectors.token, mode: 'plain' }
const readPlain = (body: string) => callbackCodec(plainAccount).read(base, body)
const header = '<ToUserName>gh_1</ToUserName><FromUserName>o1</FromUserName><CreateTime>1717171717</CreateTime>'

describe('signatures agree with published samples', () => {
  it.each([
    [['AAAAA', '1714036504', '1514711492'], 'f464b24fc39322e44b38aa78f5edd27bd1441696'],
    [['AAAAA', '1714037059', '486452656'], '899cf89e464efb63f54ddac96b0a0a235f53aa78'],
  ])('%j', (parts, expected) => {
    expect(sign(...parts)).toBe(expected)
  })
})

describe('frames agree with published samples', () => {
  it('encrypts as WxJava does', () => {
    const key = readAesKey('abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG')
    expect(encryptFrame(key, 'wxb11529c136998cb6', '我是中文abcd123', 'aaaabbbbccccdddd')).toBe(
      'jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==',
    )
  })

  it("opens the official document's safe-mode JSON push", () => {
    const encrypt =
      '+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04='
    expect(sign('AAAAA', '1714112445', '415670741', encrypt)).toBe('046e02f8204d34f8ba5fa3b1db94908f3df2e9b3')
    const frame = decryptFrame(readAesKey('A'.repeat(43)), encrypt)
    expect(frame.appId).toBe('wxba5fad812f8e6fb9')
    expect(JSON.parse(frame.text)).toMatchObject({ Event: 'debug_demo', CreateTime: 1714112445 })
  })

  it.each(['pad32', 'pad1'])('pads to 32 at the boundary: %s', name => {
    const key = readAesKey(vectors.encodingAESKey)
    expect(encryptFrame(key, vectors.appid, vectors[name].plaintext, vectors.random16)).toBe(vectors[name].encrypt)
    expect(decryptFrame(key, vectors[name].encrypt).text).toBe(vectors[name].plaintext)
  })

  it('is read by, and reads, the npm package wechat-crypto for any text', () => {
    const oracle = new WechatCrypto(vectors.token, vectors.encodingAESKey, vectors.appid)
    const key = readAesKey(vectors.encodingAESKey)
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), text => {
        const whole = Buffer.from(text).toString()
        expect(oracle.decrypt(encryptFrame(key, vectors.appid, whole))).toEqual({ message: whole, id: vectors.appid })
        expect(decryptFrame(key, oracle.encrypt(whole))).toEqual({ text: whole, appId: vectors.appid })
      }),
    )
  })
})

describe('the address is verified', () => {
  it('answers the echo only to the right signature', () => {
    const codec = callbackCodec(safe)
    expect(codec.verifyUrl({ ...base, echostr: '5837397520665436492' })).toBe('5837397520665436492')
    expect(refusal(() => codec.verifyUrl({ ...base, signature: 'f'.repeat(40), echostr: 'x' }))).toBe('badSignature')
    expect(refusal(() => codec.verifyUrl({ ...base, nonce: ['a', 'b'], echostr: 'x' }))).toBe('badQuery')
    expect(refusal(() => codec.verifyUrl({ echostr: 'x' }))).toBe('badQuery')
  })
})

describe('an encrypted push', () => {
  it('is read, with its 64-bit id digit for digit', () => {
    const { message, encrypted } = callbackCodec(safe).read(pushQuery, push)
    expect(encrypted).toBe(true)
    expect(message).toMatchObject({
      appId: vectors.appid,
      toUser: 'gh_0123456789ab',
      fromUser: 'oTESTopenid0000000000000001',
      createTime: 1717171717,
      msgId: '24599999999999999',
      content: { kind: 'text', content: '你好, hi 😀 & <b>', menuItemId: null },
    })
  })

  it('is answered encrypted, exactly as the independent vector', () => {
    const { replyText } = callbackCodec(safe).read(pushQuery, push)
    const reply = replyText('收到', {
      timestamp: Number(vectors.reply_timestamp),
      nonce: vectors.reply_nonce,
      random: vectors.reply_random16,
    })
    expect(reply).toBe(
      `<xml><Encrypt><![CDATA[${vectors.reply_encrypt}]]></Encrypt><MsgSignature><![CDATA[${vectors.reply_msg_signature}]]></MsgSignature><TimeStamp>${vectors.reply_timestamp}</TimeStamp><Nonce><![CDATA[${vectors.reply_nonce}]]></Nonce></xml>`,
    )
  })

  it('may be JSON, as mini-programs choose', () => {
    const query = { ...pushQuery, msg_signature: vectors.json.msg_signature }
    const { message } = callbackCodec(safe).read(query, vectors.json.body)
    expect(message.content).toEqual({ kind: 'serviceSessionEntered', from: 'sobot|1' })
  })

  it('is opened with the previous key after a change of keys, and answered with that key', () => {
    const rotated = callbackCodec({ ...safe, aesKey: 'B'.repeat(43), previousAesKey: vectors.encodingAESKey })
    const { message, replyText } = rotated.read(pushQuery, push)
    expect(message.msgId).toBe('24599999999999999')
    const encrypt = /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(replyText('好'))?.[1] ?? ''
    expect(decryptFrame(readAesKey(vectors.encodingAESKey), encrypt).text).toContain('<![CDATA[好]]>')
  })

  it('for another app is refused although it decrypts', () => {
    expect(refusal(() => callbackCodec({ ...safe, appId: 'wx9999999999999999' }).read(pushQuery, push))).toBe(
      'wrongApp',
    )
  })
})

describe('a safe-mode account refuses', () => {
  const codec = callbackCodec(safe)
  const plain = vectors.plaintext
  const noise = Buffer.alloc(96, 7).toString('base64')
  const signed = (encrypt: string) => ({
    ...pushQuery,
    msg_signature: sign(vectors.token, vectors.timestamp, vectors.nonce, encrypt),
  })
  it.each([
    ['plain text with a right plain signature', base, plain, 'notEncrypted'],
    ['encrypt_type=raw', { ...base, encrypt_type: 'raw' }, plain, 'notEncrypted'],
    ['plain text dressed as encrypted', pushQuery, plain, 'notEncrypted'],
    ['a missing msg_signature', { ...base, encrypt_type: 'aes' }, push, 'badQuery'],
    ['a wrong msg_signature', { ...pushQuery, msg_signature: 'a'.repeat(40) }, push, 'badSignature'],
    ['a wrong signature', { ...pushQuery, signature: 'a'.repeat(40) }, push, 'badSignature'],
    ['no query at all', {}, push, 'badQuery'],
    ['a parameter twice', { ...pushQuery, encrypt_type: ['aes', 'raw'] }, push, 'badQuery'],
    ['noise that is signed', signed(noise), `<xml><Encrypt>${noise}</Encrypt></xml>`, 'cannotDecrypt'],
    ['10 MB', pushQuery, 'x'.repeat(10_000_000), 'tooLarge'],
  ])('%s', (_name, query, body, reason) => {
    expect(refusal(() => codec.read(query, body))).toBe(reason)
  })

  it('to be configured without its key', () => {
    expect(() => callbackCodec({ appId: 'wx', token: 't', mode: 'safe' })).toThrow('EncodingAESKey')
  })
})

describe('compatible mode', () => {
  const codec = callbackCodec({ ...safe, mode: 'compatible' })
  it('trusts only the encrypted part of a push that carries both', () => {
    const forged = push.replace('<xml>', '<xml><Content>forged</Content><FromUserName>oEvil</FromUserName>')
    expect(codec.read(pushQuery, forged).message.fromUser).toBe('oTESTopenid0000000000000001')
  })
  it('reads a plain push and answers it plain', () => {
    const { encrypted, replyText } = codec.read(base, vectors.plaintext)
    expect(encrypted).toBe(false)
    expect(replyText('a]]>b', { timestamp: 5 })).toBe(
      '<xml><ToUserName><![CDATA[oTESTopenid0000000000000001]]></ToUserName><FromUserName><![CDATA[gh_0123456789ab]]></FromUserName><CreateTime>5</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[a]]]]><![CDATA[>b]]></Content></xml>',
    )
  })
})

describe('bad documents are refused cleanly', () => {
  const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><xml>${header}<MsgType>text</MsgType><Content>&b;</Content></xml>`
  it.each([
    ['an entity bomb', bomb],
    ['a lower-case doctype', `<!doctype xml><xml>${header}<MsgType>text</MsgType></xml>`],
    ['an unclosed element', `<xml>${header}<MsgType>text</xml>`],
    ['half a document', vectors.plaintext.slice(0, 120)],
    ['text', 'hello'],
    ['nothing', ''],
    ['two roots', '<xml><a>1</a></xml><xml><a>1</a></xml>'],
    ['an array', '[1]'],
    ['broken JSON', '{"MsgType":'],
    ['JSON without a sender', '{"MsgType":"text","ToUserName":"gh"}'],
    ['deep JSON', `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`],
    ['deep XML', `<xml>${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}</xml>`],
    ['no CreateTime', '<xml><ToUserName>g</ToUserName><FromUserName>o</FromUserName><MsgType>text</MsgType></xml>'],
  ])('%s', (_name, body) => {
    expect(refusal(() => readPlain(body))).toBe('malformed')
  })

  it('never fails in another way, whatever arrives', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        for (const body of [
          text,
          `<xml>${text}</xml>`,
          `{"a":${text}}`,
          `<xml>${header}<MsgType>${text}</MsgType></xml>`,
        ])
          expect(['accepted', 'malformed']).toContain(refusal(() => readPlain(body)))
      }),
    )
  })

  it('keeps what a shopper wrote, markup and all', () => {
    const written = '<!DOCTYPE html> <b>&amp; ]] > __proto__'
    const { message } = readPlain(
      `<xml>${header}<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${written}]]></Content><MsgId>1</MsgId></xml>`,
    )
    expect(message.content).toMatchObject({ content: written })
  })

  it('is not led to touch prototypes', () => {
    refusal(() => readPlain(`<xml>${header}<MsgType>text</MsgType><__proto__><evil>1</evil></__proto__></xml>`))
    refusal(() => readPlain(`<xml>${header}<MsgType>constructor</MsgType><constructor>x</constructor></xml>`))
    expect('evil' in {}).toBe(false)
  })
})

it('the vectors file is the one that was cross-checked', () => {
  expect(createHash('sha1').update(vectors.encrypt).digest('hex')).toBe('afe20c946bab80b8adbda1ff11d718f2dfe44fca')
})
