import { miniprogram } from './package.ts'

const query = new URLSearchParams(location.search)

/** Who holds this phone and where its WeChat and its shop live; all from the address of the page. */
export const phone = {
  /** base of the sandbox's WeChat, or null when the page is opened by itself */
  sim: query.get('sim'),
  /** whose phone it is: storage is kept per person */
  person: query.get('person') ?? 'nobody',
  /** the shop's server, put in the place of the address built into the package */
  api: query.get('api'),
  appId: query.get('appId') ?? miniprogram.project.appid,
  language: query.get('lang') ?? (navigator.language.startsWith('zh') ? 'zh_CN' : 'en'),
  /** the page to open first, with its query; a message's link or a QR code names one */
  page: query.get('page'),
}

/** Asks the sandbox to do what this person does on the phone. Rejects when there is no sandbox or it refuses. */
export async function act<T>(what: string, body: unknown): Promise<T> {
  if (phone.sim === null) throw new Error('this page was opened without a sandbox (?sim=)')
  const reply = await fetch(`${phone.sim}/__sim/people/${encodeURIComponent(phone.person)}/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await reply.text()
  if (!reply.ok) throw new Error(text || `sandbox answered ${reply.status}`)
  return (text ? JSON.parse(text) : null) as T
}

/** Tells the phone around this page something; false when it stands by itself. */
export function tellPhone(message: { type: string } & Record<string, unknown>): boolean {
  if (window.parent === window) return false
  window.parent.postMessage(message, '*')
  return true
}

/** Reads something of the sandbox that a phone can see. Rejects when there is no sandbox. */
export async function look<T>(path: string): Promise<T> {
  if (phone.sim === null) throw new Error('this page was opened without a sandbox (?sim=)')
  const reply = await fetch(`${phone.sim}/__sim/${path}`)
  if (!reply.ok) throw new Error(`sandbox answered ${reply.status}`)
  return (await reply.json()) as T
}
