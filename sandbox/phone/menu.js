import { h, icon } from './dom.js'
import { openTarget } from './open.js'
import { account, doing } from './store.js'
import { t } from './words.js'

const tap = async (thread, button, go) => {
  try {
    const { type, key = '', url = '', pagepath = '', media_id = '' } = button
    await doing('menu', { appId: thread, type, key, url, pagepath, media_id })
  } catch (error) {
    return go.say(t('refused', { text: error.message }))
  }
  if (button.type === 'miniprogram' && account(button.appid) !== undefined)
    go.to('miniprogram', { appId: button.appid, page: button.pagepath })
  if (button.type === 'view') await openTarget({ kind: 'url', url: button.url, text: button.name }, thread, go)
}

/** The account's menu at the foot of the chat; entries with more inside open upward. */
export const menuBar = (thread, menu, go) => {
  const bar = h('div.menu-bar')
  let open = null
  const close = () => {
    open?.remove()
    open = null
  }
  for (const button of menu.button) {
    const inner = button.sub_button ?? []
    const entry = h('div.entry')
    const toggle = () => {
      const again = open !== null && entry.contains(open)
      close()
      if (again) return
      open = h(
        'div.sub-menu',
        {},
        inner.map(one =>
          h('button', { onclick: () => (close(), void tap(thread, one, go)), 'data-menu': one.name }, one.name),
        ),
      )
      entry.append(open)
    }
    entry.append(
      h(
        'button',
        {
          onclick: () => (inner.length > 0 ? toggle() : (close(), void tap(thread, button, go))),
          'data-menu': button.name,
        },
        inner.length > 0 ? icon('menu', 14) : null,
        button.name,
      ),
    )
    bar.append(entry)
  }
  return bar
}
