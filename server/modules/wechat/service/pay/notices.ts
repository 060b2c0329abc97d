import { Aes, Formatter, Rsa } from 'wechatpay-axios-plugin'
import { z } from 'zod'
import type { Clock } from '../../../../kernel/clock.ts'
import { NoticeRefused } from './errors.ts'
import type { NoticeHeaders, PayNotice } from './port.ts'
import { Order, RefundNotice } from './replies.ts'

/** wechat-protocol §5: older or younger notices are replayed ones, or a clock is wrong. */
const SKEW_MS = 300_000

const Notice = z.object({
  id: z.string().min(1),
  event_type: z.string(),
  resource: z.object({
    algorithm: z.literal('AEAD_AES_256_GCM'),
    ciphertext: z.string(),
    nonce: z.string(),
    associated_data: z.string().default(''),
  }),
})

/** What reading notices needs of a merchant. */
export interface NoticeNeeds {
  readonly mchId: string
  /** 32 characters. */
  readonly apiV3Key: string
  /** Of the platform, in PEM, by serial or PUB_KEY_ID_…. */
  readonly platformKeys: Readonly<Record<string, string>>
  readonly clock: Clock
}

const header = (headers: NoticeHeaders, name: string): string => {
  const value = headers[name]
  if (typeof value !== 'string' || value === '') throw new NoticeRefused('headers')
  return value
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new NoticeRefused('body')
  }
}

/** Reads notices: who signed it, when, is it sealed for us, is it our merchant's; in this order. */
export function createNoticeReader({ mchId, apiV3Key, platformKeys, clock }: NoticeNeeds) {
  function verify(headers: NoticeHeaders, body: string): void {
    const timestamp = header(headers, 'wechatpay-timestamp')
    const nonce = header(headers, 'wechatpay-nonce')
    const serial = header(headers, 'wechatpay-serial')
    const signature = header(headers, 'wechatpay-signature')
    const age = Math.abs(clock.now().getTime() - Number(timestamp) * 1000)
    if (!(age <= SKEW_MS)) throw new NoticeRefused('stale')
    const key = Object.hasOwn(platformKeys, serial) ? platformKeys[serial] : undefined
    if (key === undefined) throw new NoticeRefused('serial')
    if (!Rsa.verify(Formatter.response(timestamp, nonce, body), signature, key)) throw new NoticeRefused('signature')
  }

  function open({ ciphertext, nonce, associated_data }: z.infer<typeof Notice>['resource']): unknown {
    try {
      return JSON.parse(Aes.AesGcm.decrypt(ciphertext, apiV3Key, nonce, associated_data))
    } catch {
      throw new NoticeRefused('sealed')
    }
  }

  function understood<Schema extends z.ZodType>(schema: Schema, resource: unknown): z.output<Schema> {
    const read = schema.safeParse(resource)
    if (!read.success) throw new NoticeRefused('body')
    return read.data
  }

  return (headers: NoticeHeaders, body: string | Buffer): PayNotice => {
    const text = body.toString()
    verify(headers, text)
    const { id, event_type: type, resource: sealed } = understood(Notice, parsed(text))
    const resource = open(sealed)
    if (type.startsWith('TRANSACTION.')) {
      const order = understood(Order, resource)
      if (order.mchId !== mchId) throw new NoticeRefused('merchant')
      return { kind: 'order', id, order }
    }
    if (type.startsWith('REFUND.')) {
      const { mchId: merchant, refund } = understood(RefundNotice, resource)
      if (merchant !== mchId) throw new NoticeRefused('merchant')
      return { kind: 'refund', id, refund }
    }
    return { kind: 'other', id, type, resource }
  }
}
