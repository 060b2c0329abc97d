import { h, icon, logo } from './dom.js'
import { askToSubscribe } from './popup.js'
import { account, doing, person } from './store.js'
import { t } from './words.js'

const askUnfollow = (go, appId) => {
  const close = () => sheet.remove()
  const sheet = h(
    'div.sheet',
    { onclick: event => event.target === sheet && close() },
    h(
      'div.action-sheet',
      {},
      h('p', {}, t('unfollowAsk')),
      h(
        'button.danger',
        {
          onclick: async () => {
            close()
            await doing('unfollow', { appId })
            go.tab('contacts')
          },
        },
        t('unfollow'),
      ),
      h('button.cancel', { onclick: close }, t('cancel')),
    ),
  )
  return sheet
}

/** An account's page: follow it, write to it, leave it. */
export const profileScreen = ({ appId }, go) => {
  const one = account(appId)
  const follows = person().following[appId] !== undefined
  const element = h('div.profile')
  // Switched off, service messages are refused (48002) and template messages end as "user block".
  const receiving = () => {
    const muted = person().muted[appId] === true
    const knob = h(`span.switch${muted ? '' : '.on'}`)
    const flip = async () => {
      const off = person().muted[appId] !== true
      knob.classList.toggle('on', !off)
      await doing('mute', { appId, muted: off })
    }
    return h(
      'button.cell.boxed',
      { onclick: () => void flip(), 'data-act': 'mute' },
      h('span.name', {}, t('receiving')),
      knob,
    )
  }
  const follow = async () => {
    await doing('follow', { appId })
    go.back()
    go.to('chat', { thread: appId })
  }
  element.append(
    h('div.nav', {}, h('button.back', { onclick: go.back, 'aria-label': t('back') }, icon('back', 24))),
    h(
      'div.scroll',
      {},
      h(
        'div.profile-card',
        {},
        logo(one, 64),
        h('div', {}, h('h2', {}, one.name), h('p', {}, `${t('kindOfficial')} · ${one.originalId}`)),
      ),
      h('p.slogan', {}, one.slogan),
      h('p.verified', {}, h('i', {}, '✓'), t('verified')),
      follows
        ? h(
            'div.profile-actions',
            {},
            h('button.primary', { onclick: () => go.to('chat', { thread: appId }) }, t('enter')),
            Object.keys(one.templates).length > 0
              ? h(
                  'button.plain',
                  { onclick: () => void askToSubscribe(appId, go), 'data-act': 'subscribe' },
                  t('subscribeHere'),
                )
              : null,
            receiving(),
            h('button.plain.quiet', { onclick: () => element.append(askUnfollow(go, appId)) }, t('unfollow')),
          )
        : h(
            'div.profile-actions',
            {},
            h('button.primary', { onclick: () => void follow(), 'data-act': 'follow' }, t('follow')),
          ),
    ),
  )
  return { element }
}
