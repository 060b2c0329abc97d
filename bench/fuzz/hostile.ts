import fc from 'fast-check'
import { encryptFrame, readAesKey, sign, writeXml } from 'wechat-api-ts'
import { account } from '../intake/pushes.ts'

/** One request to WeChat's door: a query string and a body. */
export interface Call {
  readonly query: string
  readonly body: string | Buffer
}

const key = readAesKey(account.aesKey)
const strangersKey = readAesKey('zyxwvutsrqponmlkjihgfedcba9876543210ZYXWVUA')
const NOW = 1_795_300_000

const queryOf = (fields: Record<string, string>): string => new URLSearchParams(fields).toString()
const signed = (token: string, timestamp: string, nonce: string, encrypted: string): string =>
  queryOf({
    signature: sign(token, timestamp, nonce),
    timestamp,
    nonce,
    encrypt_type: 'aes',
    msg_signature: sign(token, timestamp, nonce, encrypted),
  })
const outer = (encrypted: string): string => writeXml({ ToUserName: 'gh_bench', Encrypt: encrypted })

/** A push as WeChat makes it, with the parts that an attacker may have seen on the way. */
export function genuine(id: number, text = '在吗'): Call & { plain: string; encrypted: string; query: string } {
  const plain = writeXml({
    ToUserName: 'gh_bench',
    FromUserName: 'o-genuine',
    CreateTime: NOW,
    MsgType: 'text',
    Content: text,
    MsgId: String(id),
  })
  const encrypted = encryptFrame(key, account.appId, plain)
  return { plain, encrypted, body: outer(encrypted), query: signed(account.token, String(NOW), String(id), encrypted) }
}

const id = fc.nat()
const garbage = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.base64String({ maxLength: 400 }),
  fc.constantFrom('', '0', 'null', '[]', '{}', 'A'.repeat(64), '='.repeat(44)),
)

// Texts that parsers trip over.
const nested = fc.nat({ max: 4_000 }).map(depth => '<a>'.repeat(depth) + '</a>'.repeat(depth))
const wildXml = fc.oneof(
  nested.map(text => `<xml>${text}</xml>`),
  fc.constantFrom(
    '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xml><ToUserName>&b;</ToUserName></xml>',
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Encrypt>&a;</Encrypt></xml>',
    '<xml><Encrypt><Encrypt><![CDATA[x]]></Encrypt></Encrypt></xml>',
    '<xml><Encrypt><![CDATA[x]]></Encrypt><Encrypt><![CDATA[y]]></Encrypt></xml>',
    '<xml><__proto__><Encrypt>x</Encrypt></__proto__></xml>',
    '<xml><constructor><prototype>1</prototype></constructor></xml>',
    '<xml>',
    '</xml>',
    '<?xml version="1.0"?><?evil?><xml/>',
    '<xml xmlns:x="y"><x:Encrypt>1</x:Encrypt></xml>',
  ),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
)
const wildJson = fc.oneof(
  fc.json({ maxDepth: 6 }),
  fc.record({ Encrypt: fc.anything() }).map(value => {
    try {
      return JSON.stringify(value)
    } catch {
      return '{"Encrypt":{}}'
    }
  }),
  fc.nat({ max: 3_000 }).map(depth => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)),
  fc.constantFrom(
    '{"__proto__":{"Encrypt":"x"}}',
    '{"Encrypt":["x"]}',
    '{"Encrypt":1e999}',
    '{"Encrypt":{"a":1}}',
    '{',
  ),
)
const wildBody: fc.Arbitrary<string | Buffer> = fc.oneof(
  wildXml,
  wildJson,
  fc.uint8Array({ maxLength: 400 }).map(bytes => Buffer.from(bytes)),
)

/** Somebody who knows nothing. */
const stranger = fc
  .tuple(
    fc.dictionary(
      fc.constantFrom('signature', 'timestamp', 'nonce', 'encrypt_type', 'msg_signature', 'echostr'),
      garbage,
    ),
    wildBody,
  )
  .map(([query, body]): Call => ({ query: queryOf(query), body }))

/** Somebody who has seen a push and changes what is signed or sealed, or asks for it to be read as plain text. */
const changed = fc
  .tuple(id, fc.nat(), fc.constantFrom('encrypted', 'signature', 'msg_signature', 'timestamp', 'nonce'))
  .map(([at, place, what]): Call => {
    const { encrypted, query } = genuine(at)
    const other = (text: string): string => {
      const index = place % text.length
      const sign_ = text.charAt(index)
      return text.slice(0, index) + (sign_ === '1' ? '2' : '1') + text.slice(index + 1)
    }
    if (what === 'encrypted') return { query, body: outer(other(encrypted)) }
    const params = new URLSearchParams(query)
    params.set(what, other(params.get(what) ?? ''))
    return { query: params.toString(), body: outer(encrypted) }
  })
const rearranged = fc
  .tuple(id, fc.constantFrom('plain', 'raw', 'unsigned', 'twice', 'mixed', 'emptied', 'nobody', 'otherCase'))
  .map(([at, how]): Call => {
    const { plain, query, body, encrypted } = genuine(at)
    const params = new URLSearchParams(query)
    if (how === 'plain') {
      params.delete('encrypt_type')
      params.delete('msg_signature')
      return { query: params.toString(), body: plain }
    }
    if (how === 'raw') {
      params.set('encrypt_type', 'raw')
      return { query: params.toString(), body: plain }
    }
    if (how === 'unsigned') {
      params.delete('msg_signature')
      return { query: params.toString(), body }
    }
    if (how === 'twice') return { query: `${query}&msg_signature=x`, body }
    // The signature of one push, the seal of another.
    if (how === 'mixed') return { query, body: genuine(at + 1, '别的话').body }
    if (how === 'emptied') return { query, body: outer('') }
    if (how === 'nobody') return { query, body: '' }
    return { query, body: outer(encrypted).replaceAll('Encrypt', 'encrypt') }
  })

/** Somebody who has got hold of the token, but not of the key. */
const insider = fc
  .tuple(
    id,
    fc.oneof(
      garbage,
      fc.tuple(fc.nat(), wildXml).map(([, text]) => encryptFrame(strangersKey, account.appId, text)),
    ),
  )
  .map(([at, encrypted]): Call => ({
    query: signed(account.token, String(NOW), String(at), encrypted),
    body: outer(encrypted),
  }))
/** A frame of the right key for another account, as a replay between two accounts would be. */
const wrongAccount = id.map((at): Call => {
  const encrypted = encryptFrame(key, 'wxother0123456789a', genuine(at).plain)
  return { query: signed(account.token, String(NOW), String(at), encrypted), body: outer(encrypted) }
})
const wholeBodies = fc.tuple(id, wildBody).map(([at, body]): Call => ({ query: genuine(at).query, body }))

/** Requests that WeChat has never made: every one must be refused, and nothing of it kept. */
export const forged: fc.Arbitrary<Call> = fc.oneof(stranger, changed, rearranged, insider, wrongAccount, wholeBodies)

const wrongType = fc.oneof(
  fc.constant(''),
  fc.integer().map(String),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.constantFrom(
    '<a>1</a>',
    '<a/><a/>',
    '<![CDATA[]]>',
    '<![CDATA[ ]]]]><![CDATA[> ]]>',
    '&lt;',
    '&#0;',
    '1e3',
    '-1',
    '9'.repeat(40),
  ),
)
const field = fc.constantFrom(
  'ToUserName',
  'FromUserName',
  'CreateTime',
  'MsgType',
  'Event',
  'EventKey',
  'MsgId',
  'Content',
  'SubscribeMsgPopupEvent',
  'List',
  'ScanCodeInfo',
)
// Most have the header that every push has, so that they get as far as the store and the work.
const mostly = (value: string) => fc.oneof({ weight: 9, arbitrary: fc.constant(value) }, wrongType)
const header = fc.tuple(
  mostly('gh_bench').map(value => ['ToUserName', value] as const),
  mostly('o-strange').map(value => ['FromUserName', value] as const),
  mostly(String(NOW)).map(value => ['CreateTime', value] as const),
  fc
    .oneof(fc.constantFrom('text', 'event', 'image', 'location', 'voice'), wrongType)
    .map(value => ['MsgType', value] as const),
)
const event = fc
  .constantFrom('subscribe', 'unsubscribe', 'SCAN', 'CLICK', 'subscribe_msg_popup_event', 'TEMPLATESENDJOBFINISH', 'x')
  .map(value => ['Event', value] as const)

/** What WeChat itself has signed and sealed, but with contents as nobody has seen them: read or refused, never a crash. */
export const strange: fc.Arbitrary<Call> = fc
  .tuple(
    id,
    fc.oneof(
      fc
        .tuple(header, event, fc.array(fc.tuple(field, wrongType), { maxLength: 6 }))
        .map(([head, name, more]) => [...head, name, ...more])
        .map(pairs => `<xml>${pairs.map(([name, value]) => `<${name}>${value}</${name}>`).join('')}</xml>`),
      fc
        .tuple(header, event, fc.dictionary(field, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 }))
        .map(([head, name, more]) => JSON.stringify({ ...Object.fromEntries([...head, name]), ...more })),
      wildXml,
      wildJson,
    ),
  )
  .map(([at, plain]): Call => {
    const encrypted = encryptFrame(key, account.appId, plain)
    return { query: signed(account.token, String(NOW), String(at), encrypted), body: outer(encrypted) }
  })

/** A query string as Koa gives it. */
export function parsedQuery(text: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = Object.create(null)
  for (const [name, value] of new URLSearchParams(text)) {
    const before = query[name]
    query[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value]
  }
  return query
}
