import { shop } from '../api/index.ts'

/** Our names of the messages that a shopper may allow, as the server knows them. */
export type MessageName = 'couponArrived' | 'ticketReplied'

let templates: { name: string; templateId: string; remaining: number }[] = []

/** Loads which messages may be asked for, so that the pop-up can follow a tap at once. Silent when it fails: then nothing is asked. */
export async function prepareToAsk(): Promise<void> {
  try {
    templates = (await shop.wechat.subscribeTemplates()).items
  } catch {
    templates = []
  }
}

/** How many more messages of a name the shopper allows; null when it cannot be asked for. */
export function remaining(name: MessageName): number | null {
  return templates.find(template => template.name === name)?.remaining ?? null
}

/** Shows WeChat's subscribe pop-up (only from a tap) and records the answer; true when one more message is allowed. A no is a no. */
export async function askForMessage(name: MessageName): Promise<boolean> {
  const template = templates.find(each => each.name === name)
  if (!template) return false
  const answer = await new Promise<string>(resolve => {
    wx.requestSubscribeMessage({
      tmplIds: [template.templateId],
      success: result => resolve(String(result[template.templateId])),
      fail: () => resolve('fail'),
    })
  })
  if (answer === 'fail') return false
  const accepted = answer === 'accept'
  const body = {
    key: onceKey(),
    accepted: accepted ? [template.templateId] : [],
    rejected: accepted ? [] : [template.templateId],
  }
  try {
    templates = (await shop.wechat.recordSubscriptions({ body })).items
    return accepted
  } catch {
    return false
  }
}

/** A key for one act of the shopper, so that repeating the request does it once. */
export function onceKey(): string {
  return `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 12)}`
}
