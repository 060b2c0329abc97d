import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
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
