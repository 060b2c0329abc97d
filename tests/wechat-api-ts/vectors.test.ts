import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import WechatCrypto from 'wechat-crypto'
import {
  callbackCodec,
  decryptFrame,
  encryptFrame,
  openUserData,
  readAesKey,
  sign,
  signJsSdk,
  signRawData,
  UserDataError,
} from '../../wechat-api-ts/src/index.ts'

// Samples of the official documents and of other implementations (WxJava, wechatpy), as they published them.
const published = JSON.parse(readFileSync(new URL('published-vectors.json', import.meta.url), 'utf8'))
const zeros = 'A'.repeat(43)

interface Sealed {
  timestamp: string
  nonce: string
  msgSignature: string
  encrypt: string
}
const signatureOf = (token: string, { timestamp, nonce, encrypt }: Sealed) => sign(token, timestamp, nonce, encrypt)

it.each(['short', 'long'])('WxJava, a %s text: the same bytes', length => {
  const { key, appId, random, [length]: sample } = published.wxJava
  expect(encryptFrame(readAesKey(key), appId, sample.text, random)).toBe(sample.encrypt)
  expect(decryptFrame(readAesKey(key), sample.encrypt)).toEqual({ text: sample.text, appId })
})

it('wechatpy: an echo opens, a reply is the same bytes and signature', () => {
  const { token, key, appId, echo, reply } = published.wechatpy
  expect(signatureOf(token, echo)).toBe(echo.msgSignature)
  expect(decryptFrame(readAesKey(key), echo.encrypt).appId).toBe(appId)
  expect(encryptFrame(readAesKey(key), appId, reply.text, reply.random)).toBe(reply.encrypt)
  expect(signatureOf(token, reply)).toBe(reply.msgSignature)
})

it('the official demo: a text that says hello, and an encrypted echo', () => {
  const { token, key, appId } = published.officialDemo
  expect(signatureOf(token, published.officialDemo)).toBe(published.officialDemo.msgSignature)
  const frame = decryptFrame(readAesKey(key), published.officialDemo.encrypt)
  expect(frame.appId).toBe(appId)
  expect(frame.text).toContain('<Content><![CDATA[hello]]></Content>')
  expect(signatureOf(token, published.officialEcho)).toBe(published.officialEcho.msgSignature)
  expect(decryptFrame(readAesKey(key), published.officialEcho.encrypt).text).toBe(published.officialEcho.text)
})

it('the same frame under the token of the npm package wechat-crypto’s own test', () => {
  const { key, appId, timestamp, nonce, encrypt } = published.officialDemo
  const oracle = new WechatCrypto('RMNlACHlV5ThzfRlVS4D4', key, appId)
  expect(sign('RMNlACHlV5ThzfRlVS4D4', timestamp, nonce, encrypt)).toBe(oracle.getSignature(timestamp, nonce, encrypt))
})

it('the official compatible push is read from its encrypted part', () => {
  const { token, key, appId, timestamp, nonce, msgSignature, body } = published.officialCompatible
  const query = {
    signature: sign(token, timestamp, nonce),
    timestamp,
    nonce,
    encrypt_type: 'aes',
    msg_signature: msgSignature,
  }
  const { message } = callbackCodec({ appId, token, mode: 'compatible', aesKey: key }).read(query, body)
  expect(message).toMatchObject({ msgId: '6054768590064713728', content: { kind: 'text', content: 'abcdteT' } })
})

it('the official safe push in JSON, with a key of 32 zero bytes, is read whole', () => {
  const { token, appId, timestamp, nonce, msgSignature, encrypt, text } = published.officialJson
  const query = {
    signature: sign(token, timestamp, nonce),
    timestamp,
    nonce,
    encrypt_type: 'aes',
    msg_signature: msgSignature,
  }
  const { message } = callbackCodec({ appId, token, mode: 'safe', aesKey: zeros }).read(
    query,
    JSON.stringify({ ToUserName: 'gh_97417a04a28d', Encrypt: encrypt }),
  )
  expect(message).toMatchObject({ event: 'debug_demo', content: { kind: 'other' } })
  expect(message.fields).toEqual({ ...JSON.parse(text), CreateTime: '1714112445' })
})

it('the official encrypted reply is the same bytes and signature', () => {
  const { token, appId, random, text, encrypt, msgSignature } = published.officialReply
  expect(encryptFrame(readAesKey(zeros), appId, text, random)).toBe(encrypt)
  expect(signatureOf(token, published.officialReply)).toBe(msgSignature)
})

it('pages are signed for the JS-SDK as in the official sample and WxJava, whatever stands after #', () => {
  for (const { signature, ...page } of published.jsSdk) {
    expect(signJsSdk(page)).toBe(signature)
    expect(signJsSdk({ ...page, url: `${page.url}#/home?x=1` })).toBe(signature)
    expect(signJsSdk({ ...page, url: `${page.url}&x=1` })).not.toBe(signature)
  }
})

it('data of a mini-program opens with its session key, and for its app only', () => {
  const { openId, unionId, timestamp, ...sealed } = published.userData
  expect(openUserData(sealed)).toMatchObject({ openId, unionId, watermark: { timestamp } })
  expect(() => openUserData({ ...sealed, appId: 'wx0000000000000000' })).toThrow(UserDataError)
  expect(() => openUserData({ ...sealed, sessionKey: published.rawData.sessionKey })).toThrow(UserDataError)
  expect(() => openUserData({ ...sealed, data: sealed.data.slice(0, 40) })).toThrow(UserDataError)
  expect(() => openUserData({ ...sealed, iv: 'short' })).toThrow(UserDataError)
  expect(signRawData(published.rawData.text, published.rawData.sessionKey)).toBe(published.rawData.signature)
})
