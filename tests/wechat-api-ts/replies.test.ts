import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import WechatCrypto from 'wechat-crypto'
import {
  callbackCodec,
  CallbackError,
  encryptFrame,
  readAesKey,
  type Reply,
  sign,
} from '../../wechat-api-ts/src/index.ts'

const vectors = JSON.parse(readFileSync(new URL('crypto-vectors.json', import.meta.url), 'utf8'))
const { token, timestamp, nonce, appid: appId, encodingAESKey: aesKey } = vectors
const base = { timestamp, nonce, signature: vectors.url_signature }
const plain = callbackCodec({ appId, token, mode: 'plain' })
const safe = callbackCodec({ appId, token, mode: 'safe', aesKey })
const head =
  '<ToUserName><![CDATA[oTESTopenid0000000000000001]]></ToUserName><FromUserName><![CDATA[gh_0123456789ab]]></FromUserName><CreateTime>1717171718</CreateTime>'
const answer = (reply: Reply) => plain.read(base, vectors.plaintext).reply(reply, { timestamp: 1717171718 })
const sealedQuery = (encrypt: string) => ({
  ...base,
  encrypt_type: 'aes',
  msg_signature: sign(token, timestamp, nonce, encrypt),
})

describe('a passive reply of every kind', () => {
  const cases: [Reply, string][] = [
    [
      { kind: 'text', text: '好的 & <b>' },
      '<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[好的 & <b>]]></Content>',
    ],
    [
      { kind: 'image', mediaId: 'm1' },
      '<MsgType><![CDATA[image]]></MsgType><Image><MediaId><![CDATA[m1]]></MediaId></Image>',
    ],
    [
      { kind: 'voice', mediaId: 'm1' },
      '<MsgType><![CDATA[voice]]></MsgType><Voice><MediaId><![CDATA[m1]]></MediaId></Voice>',
    ],
    [
      { kind: 'video', mediaId: 'm1', title: '新店', description: '开业' },
      '<MsgType><![CDATA[video]]></MsgType><Video><MediaId><![CDATA[m1]]></MediaId><Title><![CDATA[新店]]></Title><Description><![CDATA[开业]]></Description></Video>',
    ],
    [
      { kind: 'music', thumbMediaId: 't1', title: '歌', url: 'https://m/1.mp3', hqUrl: 'https://m/1h.mp3' },
      '<MsgType><![CDATA[music]]></MsgType><Music><Title><![CDATA[歌]]></Title><MusicUrl><![CDATA[https://m/1.mp3]]></MusicUrl><HQMusicUrl><![CDATA[https://m/1h.mp3]]></HQMusicUrl><ThumbMediaId><![CDATA[t1]]></ThumbMediaId></Music>',
    ],
    [
      { kind: 'news', articles: [{ title: '特惠', description: '本周', pictureUrl: 'https://p', url: 'https://u' }] },
      '<MsgType><![CDATA[news]]></MsgType><ArticleCount>1</ArticleCount><Articles><item><Title><![CDATA[特惠]]></Title><Description><![CDATA[本周]]></Description><PicUrl><![CDATA[https://p]]></PicUrl><Url><![CDATA[https://u]]></Url></item></Articles>',
    ],
    [{ kind: 'handOver' }, '<MsgType><![CDATA[transfer_customer_service]]></MsgType>'],
    [
      { kind: 'handOver', deskAccount: 'amy@shop' },
      '<MsgType><![CDATA[transfer_customer_service]]></MsgType><TransInfo><KfAccount><![CDATA[amy@shop]]></KfAccount></TransInfo>',
    ],
  ]
  it.each(cases)('%j', (reply, xml) => {
    expect(answer(reply)).toBe(`<xml>${head}${xml}</xml>`)
  })

  it('of several articles names each', () => {
    const articles = [
      { title: 'a', url: 'https://a' },
      { title: 'b', url: 'https://b' },
    ]
    expect(answer({ kind: 'news', articles }).match(/<item>/g)).toHaveLength(2)
  })

  it('of any text is read as it was written by the npm package wechat-crypto', () => {
    const oracle = new WechatCrypto(token, aesKey, appId)
    const push = `<xml><Encrypt><![CDATA[${vectors.encrypt}]]></Encrypt></xml>`
    const { reply } = safe.read(sealedQuery(vectors.encrypt), push)
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        const sent = reply({ kind: 'text', text })
        const encrypt = /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(sent)?.[1] ?? ''
        const content = oracle.decrypt(encrypt).message.split('<Content>')[1] ?? ''
        expect(content.replaceAll(']]]]><![CDATA[>', ']]>')).toBe(`<![CDATA[${text}]]></Content></xml>`)
      }),
    )
  })

  it('to a JSON push is JSON, sealed like it', () => {
    const query = { ...sealedQuery(JSON.parse(vectors.json.body).Encrypt) }
    const { handOver } = safe.read(query, vectors.json.body)
    const sent = JSON.parse(handOver({ timestamp: 1717171718, nonce: '1' }))
    expect(Object.keys(sent)).toEqual(['Encrypt', 'MsgSignature', 'TimeStamp', 'Nonce'])
    const { message } = new WechatCrypto(token, aesKey, appId).decrypt(sent.Encrypt)
    expect(JSON.parse(message)).toEqual({
      ToUserName: 'oTESTopenid0000000000000001',
      FromUserName: 'gh_0123456789ab',
      CreateTime: 1717171718,
      MsgType: 'transfer_customer_service',
    })
  })
})

describe('who has the token but not the key learns nothing', () => {
  const statusOf = (encrypt: string): number => {
    try {
      safe.read(sealedQuery(encrypt), `<xml><Encrypt>${encrypt}</Encrypt></xml>`)
    } catch (error) {
      if (error instanceof CallbackError) return error.status
    }
    return 200
  }
  it('every change of a frame is refused alike, whether it opens or not', () => {
    const key = readAesKey(aesKey)
    const frames = [
      encryptFrame(key, appId, 'no document'),
      encryptFrame(key, appId, '<xml><MsgType>text</MsgType></xml>'),
      encryptFrame(key, 'wxother', vectors.plaintext),
      Buffer.alloc(96, 7).toString('base64'),
      'AAAA',
      '!',
    ]
    const bytes = Buffer.from(vectors.encrypt, 'base64')
    for (let at = 0; at < bytes.length; at += 7) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      frames.push(changed.toString('base64'))
    }
    const statuses = new Set(frames.map(statusOf))
    // Bytes inside the text of a message may change unnoticed by CBC; nothing else may be told apart from a wrong key.
    statuses.delete(200)
    expect([...statuses]).toEqual([401])
  })
})
