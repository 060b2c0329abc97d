import { h, icon, logo } from './dom.js'
import { paySheet } from './pay.js'
import { account, doing, store } from './store.js'
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

/** What the capsule's dots open. */
const programMenu = (go, contact, again) => {
  const close = () => sheet.remove()
  const row = (name, act) => h('button', { onclick: () => (close(), void act()), 'data-act': name }, t(name))
  const sheet = h(
    'div.sheet',
    { onclick: event => event.target === sheet && close() },
    h(
      'div.action-sheet',
      {},
      row('programContact', contact),
      row('programAgain', again),
      h('button.cancel', { onclick: close }, t('cancel')),
    ),
  )
  return sheet
}

/** The mini-program in a frame of its own; it draws its bar and capsule itself and says when it wants to be closed. */
export const miniprogramScreen = (place, go) => {
  const { appId, page } = place
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
  const again = () => (frame.src = address(one, page))
  // wx.requestPayment: the sheet is WeChat's, above the mini-program, which is told how it ended.
  const pay = async ({ id, request }) => {
    const errMsg = await paySheet(appId, request, go)
    frame.contentWindow?.postMessage({ type: 'miniprogram.paid', id, errMsg }, '*')
  }
  // The contact button: the mini-program's customer-service chat, with the page's card ready to be sent.
  const contact = async ({ from = '', card }) => {
    await doing('enter-session', { appId, from: String(from) })
    go.to('chat', { thread: appId, ...(card === undefined ? {} : { card }) })
  }
  const colour = /^(#[\da-f]{3,8}|rgb\([\d, ]+\))$/i
  const onMessage = event => {
    if (event.source !== frame.contentWindow) return
    const { type, background, color } = event.data ?? {}
    // The status bar above the mini-program takes the colours of its title bar, as on a phone.
    if (type === 'miniprogram.bar' && colour.test(background) && colour.test(color)) go.tint(place, background, color)
    if (type === 'miniprogram.pay') void pay(event.data)
    if (type === 'miniprogram.menu') go.sheet(programMenu(go, () => contact({}), again))
    if (type === 'miniprogram.contact') void contact(event.data)
    if (type === 'miniprogram.close') {
      window.removeEventListener('message', onMessage)
      go.back()
    }
  }
  window.addEventListener('message', onMessage)
  return { element: h('div.miniprogram', {}, frame, loading) }
}
