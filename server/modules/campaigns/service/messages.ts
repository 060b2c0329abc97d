import type { z } from 'zod'
import { checkRules, type WechatApi } from '../../wechat/index.ts'
import { campaignsErrors, type CampaignDraft, type MessageField, type RouteOption } from '../contract.ts'

type Field = z.input<typeof MessageField>
type Route = CampaignDraft['route']
type Purpose = CampaignDraft['purpose']

/** What a route sends by, and what its message has to say. */
interface Channel {
  readonly kind: 'official' | 'miniprogram'
  /** Our name of the template in the configuration. */
  readonly template: string
  readonly fields: readonly Field[]
}

/** The templates that campaigns use; docs/wechat.md tells how to set them up in WeChat's console. */
const CHANNELS: Readonly<Record<Exclude<Route, 'none'>, Channel>> = {
  subscribe: {
    kind: 'miniprogram',
    template: 'couponArrived',
    fields: [
      { key: 'thing1', zh: '优惠内容', en: 'Offer', max: 20, kind: 'text' },
      { key: 'time2', zh: '有效期至', en: 'Valid until', max: 20, kind: 'date' },
    ],
  },
  template: {
    kind: 'official',
    template: 'serviceNotice',
    fields: [
      { key: 'thing1', zh: '服务事项', en: 'Subject', max: 20, kind: 'text' },
      { key: 'thing2', zh: '说明', en: 'Details', max: 20, kind: 'text' },
    ],
  },
}

const LOCKED = {
  zh: '模板消息只能用于服务通知，不能发券或做营销',
  en: 'Template messages are for service notices only: no coupons, no marketing',
}

/** Every route for every purpose, the locked ones with the reason. */
export const routeOptions = (): z.input<typeof RouteOption>[] =>
  (['service', 'marketing'] as const).flatMap(purpose =>
    (['subscribe', 'template', 'none'] as const).map(route => {
      const allowed = !(purpose === 'marketing' && route === 'template')
      const fields = route === 'none' ? [] : [...CHANNELS[route].fields]
      return { purpose, route, allowed, zh: allowed ? '' : LOCKED.zh, en: allowed ? '' : LOCKED.en, fields }
    }),
  )

/** Where a route's messages go: the account and the template; throws noTemplate. */
export function addressOf(
  wechat: Pick<WechatApi, 'accounts'>,
  route: Exclude<Route, 'none'>,
): { appId: string; templateId: string } {
  const { kind, template } = CHANNELS[route]
  const account = wechat.accounts.all.find(one => one.kind === kind)
  const templateId = account?.templates[template]
  if (account === undefined || templateId === undefined) throw campaignsErrors.noTemplate()
  return { appId: account.appId, templateId }
}

function checkText(route: Exclude<Route, 'none'>, purpose: Purpose, text: CampaignDraft['text']): void {
  for (const { key, zh, en, max, kind } of CHANNELS[route].fields) {
    const value = text.fields[key] ?? ''
    if (value === '' || value.length > max) throw campaignsErrors.badText({ field: zh, fieldEn: en, max })
    if (kind === 'date' && !/^\d{4}[-年/]\d{1,2}[-月/]\d{1,2}日?( \d{1,2}:\d{2})?$/.test(value))
      throw campaignsErrors.badDate({ field: zh, fieldEn: en })
  }
  const known = new Set(CHANNELS[route].fields.map(field => field.key))
  const foreign = Object.keys(text.fields).find(key => !known.has(key))
  if (foreign !== undefined) throw campaignsErrors.badText({ field: foreign, fieldEn: foreign, max: 0 })
  checkRules({ route, purpose, text: Object.values(text.fields).join('\n'), asked: false })
}

/** Whether a draft may be sent as it stands; throws with what has to be changed. A draft in the making may still lack its text. */
export function checkDraft(
  draft: Pick<CampaignDraft, 'purpose' | 'route' | 'text' | 'couponTemplateId'>,
  complete: boolean,
): void {
  const { purpose, route, text, couponTemplateId } = draft
  if (purpose === 'marketing' && route === 'template')
    throw campaignsErrors.routeLocked({ reason: LOCKED.zh, reasonEn: LOCKED.en })
  if (route === 'template' && couponTemplateId !== null) throw campaignsErrors.couponByTemplate()
  if (complete && route === 'none' && couponTemplateId === null) throw campaignsErrors.nothingToDo()
  if (route !== 'none' && (complete || Object.keys(text.fields).length > 0)) checkText(route, purpose, text)
}
