import { h, icon, logo } from './dom.js'
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
  const follow = async () => {
    await doing('follow', { appId })
    go.back()
    go.to('chat', { thread: appId })
  }
  element.append(
    h('div.nav', {}, h('button.back', { onclick: go.back, 'aria-label': 'back' }, icon('back', 24))),
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
            h('button.plain', { onclick: () => element.append(askUnfollow(go, appId)) }, t('unfollow')),
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
