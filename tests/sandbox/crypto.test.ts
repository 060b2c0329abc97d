import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import WechatCrypto from 'wechat-crypto'
import { decryptFrame, encryptFrame, readAesKey, readDocument, sign, textOf } from 'wechat-api-ts'
import { decrypt, encrypt, signature } from '../../sandbox/callbacks/crypto.ts'
import { readXml, toXml } from '../../sandbox/callbacks/xml.ts'

const vectors = JSON.parse(readFileSync(new URL('../wechat-api-ts/crypto-vectors.json', import.meta.url), 'utf8'))

// The platform and the client are written apart; here they meet, and both meet the vectors.
describe('the platform’s own crypto', () => {
  it('agrees with the vectors', () => {
    expect(signature(vectors.token, vectors.timestamp, vectors.nonce)).toBe(vectors.url_signature)
    expect(signature(vectors.token, vectors.timestamp, vectors.nonce, vectors.encrypt)).toBe(vectors.msg_signature)
    expect(decrypt(vectors.encodingAESKey, vectors.encrypt)).toEqual({ text: vectors.plaintext, appId: vectors.appid })
    expect(decrypt(vectors.encodingAESKey, vectors.pad32.encrypt)?.text).toBe(vectors.pad32.plaintext)
    expect(decrypt(vectors.encodingAESKey, vectors.pad1.encrypt)?.text).toBe(vectors.pad1.plaintext)
  })

  it('agrees with what others published: the official page, its demo, and two packages', () => {
    expect(signature('AAAAA', '1714036504', '1514711492')).toBe('f464b24fc39322e44b38aa78f5edd27bd1441696')
    expect(signature('AAAAA', '1714037059', '486452656')).toBe('899cf89e464efb63f54ddac96b0a0a235f53aa78')
    const official =
      '+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04='
    expect(signature('AAAAA', '1714112445', '415670741', official)).toBe('046e02f8204d34f8ba5fa3b1db94908f3df2e9b3')
    expect(decrypt('A'.repeat(43), official)).toEqual({
      appId: 'wxba5fad812f8e6fb9',
      text: '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","CreateTime":1714112445,"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}',
    })
    const java = 'jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=='
    expect(decrypt('abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG', java)).toEqual({
      appId: 'wxb11529c136998cb6',
      text: '我是中文abcd123',
    })
  })

  it('the npm package wechat-crypto reads any push, and its replies are read', () => {
    const oracle = new WechatCrypto(vectors.token, vectors.encodingAESKey, 'wx1')
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), given => {
        const text = Buffer.from(given).toString()
        expect(oracle.decrypt(encrypt(vectors.encodingAESKey, 'wx1', text))).toEqual({ message: text, id: 'wx1' })
        expect(decrypt(vectors.encodingAESKey, oracle.encrypt(text))).toEqual({ text, appId: 'wx1' })
        expect(oracle.getSignature('1717171717', 'n', text)).toBe(signature(vectors.token, '1717171717', 'n', text))
      }),
    )
  })

  it('understands the client, and the client understands it, for any text', () => {
    const key = readAesKey(vectors.encodingAESKey)
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), given => {
        const text = Buffer.from(given).toString()
        expect(decryptFrame(key, encrypt(vectors.encodingAESKey, 'wx1', text))).toEqual({ text, appId: 'wx1' })
        expect(decrypt(vectors.encodingAESKey, encryptFrame(key, 'wx1', text))).toEqual({ text, appId: 'wx1' })
        expect(signature('t', text)).toBe(sign('t', text))
      }),
    )
  })

  it('writes what the client reads, markup and all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), given => {
        // Control characters are no part of XML; WeChat does not send them.
        const text = given.replace(/[^\P{C}\n]|\uFFFE|\uFFFF/gu, '').trim()
        expect(textOf(readDocument(toXml({ Content: text, MsgType: 'text' })).fields as never, 'Content')).toBe(text)
        expect(readXml(toXml({ Content: text }))?.get('Content')).toBe(text)
      }),
    )
  })

  it.each([
    '',
    'ok',
    '<xml>',
    '<xml></a></xml>',
    '<a></a>',
    '<xml></xml>x',
    '<!DOCTYPE a><xml></xml>',
    '<xml a="1"></xml>',
    '<xml><!-- --></xml>',
  ])('finds %j not well formed', text => expect(readXml(text)).toBeNull())
})
