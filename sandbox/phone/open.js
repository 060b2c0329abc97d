import { look } from './api.js'
import { account, doing, store } from './store.js'
import { t } from './words.js'

const own = url => url.startsWith(`${location.origin}/connect/`) || url.startsWith(`${location.origin}/mp/`)

/** WeChat's own pages must know who holds the phone. */
const asPerson = url => {
  // Pages of the shop lead to WeChat's by themselves: the cookie tells them who looks.
  document.cookie = `sim_person=${encodeURIComponent(store.personId)}; path=/; SameSite=Lax`
  if (!own(url)) return url
  const address = new URL(url)
  address.searchParams.set('sim_person', store.personId)
  return address.href
}

const openLink = async (url, go) => {
  try {
    const link = await look(`links?url=${encodeURIComponent(url)}`)
    const page = link.query === '' ? link.path : `${link.path}?${link.query}`
    go.to('miniprogram', { appId: link.appId, page })
  } catch (error) {
    go.say(error.message)
  }
}

/** Opens what a tap leads to: a page in WeChat's browser, a mini-program, or an answer that is sent at once. */
export const openTarget = async (target, thread, go) => {
  if (target.kind === 'choice')
    return doing('choose', { appId: thread, id: target.id, text: target.text }).catch(error =>
      go.say(t('refused', { text: error.message })),
    )
  if (target.kind === 'program')
    return account(target.appId) === undefined
      ? go.say(t('noSuchProgram'))
      : go.to('miniprogram', { appId: target.appId, page: target.page })
  if (/^https:\/\/(wxaurl\.cn|wxmpurl\.cn)\/|^weixin:\/\/dl\/|^#小程序/.test(target.url))
    return openLink(target.url, go)
  if (/^https?:\/\//.test(target.url)) return go.to('browser', { url: asPerson(target.url), title: target.text })
  return go.say(target.url)
}
