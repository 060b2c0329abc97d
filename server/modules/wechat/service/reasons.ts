import { explain } from 'wechat-api-ts'
import type { Language } from '../../../kernel/http/language.ts'

/** Why a message has not arrived; kept as a short code, told in the reader's language. */
const REASONS: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  crashed: { zh: '发送途中中断，无法确认是否送达', en: 'Interrupted while sending: nobody knows whether it arrived' },
  repeatLate: {
    zh: '首次发送结果不明，重发已过微信的去重时限',
    en: 'Nobody knows whether the first try arrived, and it is too late to repeat it safely',
  },
  'line.unreachable': { zh: '连不上微信，稍后再发', en: 'WeChat cannot be reached; it will be tried again' },
  'line.timeout': {
    zh: '微信超时未应答，无法确认是否送达',
    en: 'WeChat did not answer in time: nobody knows whether it arrived',
  },
  'line.dropped': {
    zh: '与微信的连接中断，无法确认是否送达',
    en: 'The connection broke: nobody knows whether it arrived',
  },
  'line.unreadable': {
    zh: '微信的应答无法识别，无法确认是否送达',
    en: 'The answer could not be read: nobody knows whether it arrived',
  },
  internal: { zh: '系统出错，无法确认是否送达', en: 'Something went wrong here: nobody knows whether it arrived' },
  'report.blocked': { zh: '对方关闭了消息接收', en: 'The person has switched receiving off' },
  'report.failed': { zh: '微信事后报告未送达', en: 'WeChat reported afterwards that it did not arrive' },
  noCredit: { zh: '对方没有可用的订阅次数', en: 'The person has no subscribe credit left' },
  noWindow: { zh: '客服回复窗口已关闭', en: 'The window to answer in is closed' },
  quota: { zh: '今日额度已用完，次日继续', en: 'The quota of the day is used up; it goes on tomorrow' },
  'line.invalid': { zh: '消息内容不符合微信要求', en: 'The message is not as WeChat wants it' },
  'line.refused': { zh: '微信拒绝了请求', en: 'WeChat refused the request' },
  resent: { zh: '已人工确认未送达，另行重发', en: 'Judged as not arrived and sent again' },
  givenUp: { zh: '已人工确认未送达，不再发送', en: 'Judged as not arrived and not sent again' },
  confirmed: { zh: '已人工确认送达', en: 'Judged as arrived' },
  stopped: { zh: '活动已停止', en: 'The campaign was stopped' },
}

/** The reason of a WeChat error code, e.g. 'wechat.43101'. */
export const codeReason = (errcode: number): string => `wechat.${errcode}`

/** A reason as a person reads it; one that is not of this module comes back as it is. */
export function reasonText(reason: string, language: Language): string {
  const known = REASONS[reason]
  if (known !== undefined) return known[language]
  const errcode = /^wechat\.(-?\d+)$/.exec(reason)?.[1]
  return errcode === undefined ? reason : `${explain(Number(errcode))[language]} (${errcode})`
}
