import type { Language } from '../../../kernel/http/language.ts'
import { reasonText as wechatReason } from '../../wechat/index.ts'

/** Why somebody got no coupon or no message; kept as a short code, told in the reader's language. */
const REASONS: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  stock: { zh: '券已发完', en: 'No coupon was left' },
  limit: { zh: '已达每人限领', en: 'Has had the limit a person' },
  ended: { zh: '券模板已停用', en: 'The coupon template was switched off' },
  noFollower: { zh: '未关注公众号', en: 'Does not follow the official account' },
  noMini: { zh: '未使用过小程序', en: 'Has never used the mini-program' },
  noConsent: { zh: '未同意接收营销消息', en: 'Has not agreed to marketing messages' },
  blocked: { zh: '已关闭消息接收或取消关注', en: 'Has switched receiving off, or no longer follows' },
  noCredit: { zh: '没有可用的订阅次数', en: 'No subscribe credit left' },
}

/** A reason as a person reads it. */
export const reasonText = (reason: string, language: Language): string =>
  REASONS[reason]?.[language] ?? wechatReason(reason, language)
