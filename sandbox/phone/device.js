import { browserScreen } from './browser.js'
import { previewOf } from './cards.js'
import { chatScreen } from './chat.js'
import { fill, h } from './dom.js'
import { homeScreen } from './home.js'
import { miniprogramScreen } from './miniprogram.js'
import { packScreen } from './pack.js'
import { profileScreen } from './profile.js'
import { subscriptionsScreen } from './subscriptions.js'
import { account, now, person, solo, store, watch } from './store.js'
import { t } from './words.js'

const signals =
  '<svg width="66" height="12" viewBox="0 0 66 12" fill="currentColor"><rect x="0" y="7.500" width="3" height="4" rx=".8"/><rect x="4.500" y="5.200" width="3" height="6.300" rx=".8"/><rect x="9" y="2.800" width="3" height="8.700" rx=".8"/><rect x="13.500" y=".5" width="3" height="11" rx=".8"/><path d="M28 2.300c2.200 0 4.200.8 5.700 2.300l1-1A9.500 9.500 0 0 0 28 .8a9.500 9.500 0 0 0-6.700 2.800l1 1A8.100 8.100 0 0 1 28 2.300Zm0 3.400c1.300 0 2.400.5 3.300 1.300l1-1A6.200 6.200 0 0 0 28 4.200 6.200 6.200 0 0 0 23.700 6l1 1c.9-.8 2-1.300 3.300-1.300Zm2 2.700a2.900 2.900 0 0 0-4 0l2 2 2-2Z"/><rect x="40" y=".8" width="21" height="10.400" rx="3" fill="none" stroke="currentColor" opacity=".4"/><rect x="41.600" y="2.400" width="16" height="7.200" rx="1.700"/><path d="M62.500 4v4c.9-.3 1.500-1.100 1.500-2s-.6-1.700-1.500-2Z" opacity=".5"/></svg>'

const screens = {
  home: homeScreen,
  chat: chatScreen,
  profile: profileScreen,
  miniprogram: miniprogramScreen,
  browser: browserScreen,
  subscriptions: subscriptionsScreen,
  pack: packScreen,
}

/** Where the phone is; the last of the list is on top. */
let stack = [{ name: 'home', tab: 'chats' }]
const opened = new URLSearchParams(location.search).get('program')
if (opened !== null) stack.push({ name: 'miniprogram', appId: opened })

/** The phone: frame, status bar, the screen on top, and a banner for what arrives elsewhere. */
export const device = () => {
  const clock = h('span.clock')
  const screen = h('div.screen')
  const bannerPlace = h('div.banner-place')
  const status = h('div.status', {}, clock, h('span.signals', { html: signals }))
  let current = null
  let owner = store.personId

  const tick = () => {
    const date = new Date(now())
    clock.textContent = `${date.getHours()}:${String(date.getMinutes()).padStart(2, '0')}`
  }

  const go = {
    to: (name, more = {}) => {
      stack.push({ name, ...more })
      draw()
    },
    back: () => {
      if (stack.length > 1) stack.pop()
      draw()
    },
    tab: tab => {
      stack = [{ name: 'home', tab }]
      draw()
    },
    say: text => toast(text),
    /** Opens a mini-program of this person on a phone beside this one; null where phones do not stand side by side. */
    beside: solo
      ? null
      : appId => window.dispatchEvent(new CustomEvent('beside', { detail: `${store.personId} ${appId}` })),
    // Inside the screen's own box, as sheets of a screen are.
    sheet: element => current.element.append(element),
    look: (url, kind = 'image') => viewer(url, kind),
    tint: (place, background, color) => {
      place.tint = `background:${background};color:${color}`
      if (stack.at(-1) === place) status.style.cssText = place.tint
    },
  }

  // A picture or film over the whole screen; a tap closes it.
  const viewer = (url, kind) => {
    const shown =
      kind === 'video' ? h('video', { src: url, controls: true, autoplay: true }) : h('img', { src: url, alt: '' })
    const box = h('button.viewer', { onclick: () => box.remove(), 'aria-label': t('back') }, shown)
    screen.append(box)
  }

  const toast = text => {
    const box = h('div.toast', {}, text)
    screen.append(box)
    setTimeout(() => box.remove(), 2400)
  }

  const banner = entry => {
    const from =
      entry.thread === 'sms'
        ? t('smsThread')
        : entry.thread === 'service'
          ? t('serviceThread')
          : (account(entry.thread)?.name ?? '')
    const box = h(
      'button.banner',
      {
        onclick: () => {
          box.remove()
          if (stack.at(-1)?.name === 'miniprogram') stack.pop()
          go.to('chat', { thread: entry.thread })
        },
      },
      h('b', {}, from),
      h('span', {}, previewOf(entry)),
    )
    fill(bannerPlace, box)
    setTimeout(() => box.remove(), 4000)
  }

  // A mini-program that is left open below a chat stays in the page, as it was: taken out, its frame would begin anew.
  const put = top => {
    const held = stack.filter(place => place.held !== undefined)
    const gone = Array.from(screen.children).filter(child => !held.some(place => place.held.element === child))
    for (const child of gone) child.remove()
    for (const place of held) place.held.element.hidden = place !== top
    if (current.element.parentElement !== screen) screen.append(current.element)
  }

  const draw = () => {
    const top = stack.at(-1)
    status.style.cssText = top.tint ?? ''
    current = top.held ?? screens[top.name](top, go)
    if (top.name === 'miniprogram') top.held = current
    status.classList.toggle(
      'white',
      ['miniprogram', 'profile', 'browser'].includes(top.name) || (top.name === 'home' && top.tab === 'me'),
    )
    put(top)
    current.shown?.()
  }

  const body = h('div.device', {}, h('div.glass', {}, status, screen, bannerPlace, h('div.home-bar')))
  const paint = () => (body.dataset.theme = person()?.theme ?? 'light')

  watch(change => {
    if (!screen.isConnected || person() === undefined) return
    paint()
    if (change.kind === 'person' && store.personId !== owner) {
      owner = store.personId
      stack = [{ name: 'home', tab: 'chats' }]
      fill(bannerPlace)
      return draw()
    }
    if (change.kind === 'entry' && change.entry.from === 'account' && stack.at(-1)?.thread !== change.entry.thread)
      if (stack.at(-1)?.name !== 'home' || stack.at(-1)?.tab !== 'chats') banner(change.entry)
    current?.update?.(change)
  })

  tick()
  const timer = setInterval(() => (screen.isConnected ? tick() : clearInterval(timer)), 5000)
  // The first draw waits until the frame stands in the page: a chat scrolls to its end.
  queueMicrotask(draw)
  paint()
  return body
}
