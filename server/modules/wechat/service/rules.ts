import { wechatErrors, type Purpose, type Route } from '../contract/index.ts'

/** What the platform's rules look at in a message. */
export interface Judged {
  readonly route: Route
  readonly purpose: Purpose
  /** Everything a person will read of it. */
  readonly text: string
  /** It answers something the person has written. */
  readonly asked: boolean
}

const PURPOSES: Readonly<Record<Purpose, readonly [zh: string, en: string]>> = {
  service: ['服务通知', 'service'],
  marketing: ['营销消息', 'marketing'],
}
const ROUTES: Readonly<Record<Route, readonly [zh: string, en: string]>> = {
  template: ['模板消息', 'template'],
  customer_service: ['客服消息', 'customer-service'],
  subscribe: ['订阅消息', 'subscribe'],
  one_off: ['一次性订阅消息', 'one-off subscribe'],
  mass: ['群发消息', 'mass'],
}

// WeChat's operation rules 3.9.2 and 3.9.3 name these; the rest is what advertising calls itself.
const FORBIDDEN = [
  '优惠券',
  '代金券',
  '卡券',
  '红包',
  '会员卡',
  '优惠',
  '促销',
  '特价',
  '折扣',
  '打折',
  '满减',
  '立减',
  '抢购',
  '秒杀',
  '领券',
  'coupon',
  'discount',
  'sale!',
]

// What people have asked for by their own tap, and the account's own articles, may sell; the rest is for service.
const MAY_SELL: ReadonlySet<Route> = new Set(['subscribe', 'one_off', 'mass'])

/** Whether a purpose may take a route at all: marketing goes by subscribe and mass messages only. */
export const purposeMayUse = (purpose: Purpose, route: Route): boolean => purpose === 'service' || MAY_SELL.has(route)

/** Refuses what the platform forbids; throws routeForbidden or contentForbidden. */
export function checkRules({ route, purpose, text, asked }: Judged): void {
  const [routeZh, routeEn] = ROUTES[route]
  if (!purposeMayUse(purpose, route)) {
    const [zh, en] = PURPOSES[purpose]
    throw wechatErrors.routeForbidden({ purpose: zh, purposeEn: en, route: routeZh, routeEn })
  }
  if (MAY_SELL.has(route) || asked) return
  const lower = text.toLowerCase()
  const word = FORBIDDEN.find(one => lower.includes(one))
  if (word !== undefined) throw wechatErrors.contentForbidden({ route: routeZh, routeEn, word })
}
