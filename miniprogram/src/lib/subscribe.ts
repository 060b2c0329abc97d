import { shop } from '../api/index.ts'
import { inLanguage } from './i18n/index.ts'

/** The moments at which a shopper is asked, as the server knows them. */
export type Moment = 'couponClaim' | 'ticketSubmit' | 'exchange' | 'enrol'

let moments: Awaited<ReturnType<typeof shop.wechat.shopMoments>>['items'] = []
/** 总是保持: what the shopper has answered for good, by template. */
let kept: Record<string, unknown> = {}

/** Loads what may be asked and what was answered for good, so that the pop-up can follow a tap at once. Silent when it fails. */
export async function prepareToAsk(): Promise<void> {
  wx.getSetting({
    withSubscriptions: true,
    success: ({ subscriptionsSetting }) => (kept = subscriptionsSetting?.itemSettings ?? {}),
  })
  moments = await shop.wechat.shopMoments().then(
    ({ items }) => items,
    () => [],
  )
}

const found = (moment: Moment) => moments.find(each => each.moment === moment)

/** How many more messages of a moment the shopper allows, and what the asking is called; null when it is not asked. */
export function remindable(moment: Moment): { left: number; label: string } | null {
  const asked = found(moment)
  return asked ? { left: asked.templates[0]?.remaining ?? 0, label: inLanguage(asked.wording) } : null
}

/**
 * Asks at a moment (only from a tap) and records the answer; true when the message that the asking is named after, its
 * first, is allowed once more: what else was agreed to is no reason to promise it. A no is a no: what
 * was refused for good is not asked again; what was accepted for good brings one more message without a pop-up.
 */
export async function askForMessage(moment: Moment): Promise<boolean> {
  const ids = found(moment)?.templates.map(each => each.templateId) ?? []
  if (ids.length === 0) return false
  const open = ids.filter(id => kept[id] !== 'reject')
  const said = await new Promise<Record<string, unknown>>(resolve => {
    if (open.length === 0) resolve({})
    else wx.requestSubscribeMessage({ tmplIds: open, success: resolve, fail: () => resolve({}) })
  })
  const answers = ids
    .filter(id => said[id] || kept[id])
    .map(id => ({ templateId: id, accepted: said[id] === 'accept', kept: !!kept[id] }))
  if (answers.length === 0) return false
  try {
    moments = (await shop.wechat.answerMoment({ body: { moment, key: onceKey(), answers } })).items
    return answers.some(each => each.accepted && each.templateId === ids[0])
  } catch {
    return false
  }
}

/** A key for one act of the shopper, so that repeating the request does it once. */
export function onceKey(): string {
  return `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 12)}`
}
