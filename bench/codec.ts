import { XMLParser } from 'fast-xml-parser'
import {
  callbackCodec,
  type CallbackQuery,
  encryptFrame,
  randomFrameHead,
  readAesKey,
  sign,
  writeXml,
} from 'wechat-api-ts'
import WechatCrypto from 'wechat-crypto'
import { print } from './figure.ts'
import { account } from './intake/pushes.ts'

// One push in safe mode: signature, msg_signature, AES, document and message, on one core; beside the npm package wechat-crypto
// with an XML parser (both documents, as its users do), or JSON.parse. Alternating rounds in one run; the median round counts.
const rounds = 9
const each = 4000

interface Push {
  readonly query: CallbackQuery & { timestamp: string; nonce: string; msg_signature: string; signature: string }
  readonly body: Buffer
}

const codec = callbackCodec(account)
const key = readAesKey(account.aesKey)
const plain = new WechatCrypto(account.token, account.aesKey, account.appId)
const parser = new XMLParser({ parseTagValue: false, processEntities: false })
const now = String(Math.floor(Date.now() / 1000))

function push(index: number, text: string, wrap: (encrypt: string) => string): Push {
  const encrypt = encryptFrame(key, account.appId, text, randomFrameHead())
  const nonce = String(index)
  return {
    query: {
      signature: sign(account.token, now, nonce),
      timestamp: now,
      nonce,
      encrypt_type: 'aes',
      msg_signature: sign(account.token, now, nonce, encrypt),
    },
    body: Buffer.from(wrap(encrypt)),
  }
}

const header = (index: number) => ({
  ToUserName: 'gh_bench',
  FromUserName: `oBench${String(index % 5000).padStart(22, '0')}`,
  CreateTime: Number(now),
})
const inXml = (encrypt: string): string => writeXml({ ToUserName: 'gh_bench', Encrypt: encrypt })
const inJson = (encrypt: string): string => JSON.stringify({ ToUserName: 'gh_bench', Encrypt: encrypt })

const kinds: Record<string, (index: number) => Push> = {
  text: index => {
    const MsgId = String(24_000_000_000_000_000n + BigInt(index))
    const text = { MsgType: 'text', Content: '你好，请问今天上海青还有货吗？', MsgId }
    return push(index, writeXml({ ...header(index), ...text }), inXml)
  },
  nested: index => {
    const List = [{ TemplateId: 'tmpl-1', SubscribeStatusString: 'accept', PopupScene: '1' }]
    const event = { MsgType: 'event', Event: 'subscribe_msg_popup_event', SubscribeMsgPopupEvent: { List } }
    return push(index, writeXml({ ...header(index), ...event }), inXml)
  },
  json: index => {
    const event = { MsgType: 'event', Event: 'user_enter_tempsession', SessionFrom: 'card|1' }
    return push(index, JSON.stringify({ ...header(index), ...event }), inJson)
  },
}

const read = ({ query, body }: Push): void => void codec.read(query, body)

// What an application does with the old package: both signatures are checked, both documents parsed.
function readPlainly({ query, body }: Push): void {
  const text = body.toString()
  const isJson = text.startsWith('{')
  const outer = isJson ? JSON.parse(text) : parser.parse(text).xml
  if (sign(account.token, query.timestamp, query.nonce) !== query.signature) throw new Error('signature')
  if (plain.getSignature(query.timestamp, query.nonce, outer.Encrypt) !== query.msg_signature)
    throw new Error('signature')
  const { message, id } = plain.decrypt(outer.Encrypt)
  if (id !== account.appId) throw new Error('appid')
  if (isJson) JSON.parse(message)
  else parser.parse(message)
}

function rate(pushes: readonly Push[], way: (push: Push) => void): number {
  const start = process.hrtime.bigint()
  for (const one of pushes) way(one)
  return pushes.length / (Number(process.hrtime.bigint() - start) / 1e9)
}

const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0

for (const [name, make] of Object.entries(kinds)) {
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const pushes = Array.from({ length: each }, (_, index) => make(round * each + index))
    const both = [rate(pushes, read), rate(pushes, readPlainly)] as const
    // The first round warms both up.
    if (round === 0) continue
    ours.push(both[0])
    theirs.push(both[1])
  }
  const [value, beside] = [median(ours), median(theirs)]
  print({ figure: `codec.${name}`, value, unit: 'pushes/s on one core', beside, ratio: value / beside })
}

const first = push(0, writeXml({ ...header(0), MsgType: 'text', Content: '在吗', MsgId: '1' }), inXml)
const { reply } = codec.read(first.query, first.body)
const answers = Array.from({ length: rounds }, () => {
  const start = process.hrtime.bigint()
  for (let index = 0; index < each; index++) reply({ kind: 'text', text: '有货，店里见！' })
  return each / (Number(process.hrtime.bigint() - start) / 1e9)
})
print({ figure: 'codec.reply', value: median(answers), unit: 'encrypted replies/s on one core' })
