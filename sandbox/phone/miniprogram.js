import { h, icon, logo } from './dom.js'
import { account, store } from './store.js'
import { currentLanguage, t } from './words.js'

const address = (one, page) => {
  const url = new URL(store.config.miniprogramUrl, location.href)
  const query = {
    sim: location.origin,
    person: store.personId,
    api: store.config.serverUrl,
    appId: one.appId,
    lang: currentLanguage() === 'zh' ? 'zh_CN' : 'en',
  }
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  if (page) url.searchParams.set('page', page.replace(/^\//, ''))
  return url.href
}

/** The mini-program in a frame of its own; it draws its bar and capsule itself and says when it wants to be closed. */
export const miniprogramScreen = ({ appId, page }, go) => {
  const one = account(appId)
  if (store.config.miniprogramUrl === '')
    return {
      element: h(
        'div.profile',
        {},
        h(
          'div.nav',
          {},
          h('button.back', { onclick: go.back, 'aria-label': t('back') }, icon('back', 24)),
          h('b', {}, one.name),
        ),
        h('div.nothing', {}, icon('app', 44), h('b', {}, t('noMiniprogram')), h('p', {}, t('noMiniprogramHint'))),
      ),
    }
  const loading = h('div.loading', {}, logo(one, 56), h('b', {}, one.name), h('i.dots'))
  const frame = h('iframe', {
    src: address(one, page),
    title: one.name,
    onload: () => loading.remove(),
    allow: 'clipboard-write',
  })
  const colour = /^(#[\da-f]{3,8}|rgb\([\d, ]+\))$/i
  const onMessage = event => {
    if (event.source !== frame.contentWindow) return
    const { type, background, color } = event.data ?? {}
    // The status bar above the mini-program takes the colours of its title bar, as on a phone.
    if (type === 'miniprogram.bar' && colour.test(background) && colour.test(color)) go.tint(background, color)
    if (type === 'miniprogram.close') {
      window.removeEventListener('message', onMessage)
      go.back()
    }
  }
  window.addEventListener('message', onMessage)
  return { element: h('div.miniprogram', {}, frame, loading) }
}
