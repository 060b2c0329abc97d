import { previewOf } from './cards.js'
import { avatar, clockText, fill, h, icon, logo } from './dom.js'
import { scanSheet } from './scan.js'
import { doing, now, official, person, store, threadOf } from './store.js'
import { currentLanguage, t } from './words.js'

const chatRow = (go, thread, picture, name) => {
  const last = threadOf(thread).at(-1)
  if (last === undefined) return null
  const unread = person()?.unread?.[thread] ?? 0
  const badge = unread > 0 ? h('span.badge', {}, unread > 99 ? '…' : String(unread)) : null
  const element = h(
    'button.chat-row',
    { onclick: () => go.to('chat', { thread }), 'data-thread': thread },
    h('span.picture', {}, picture, badge),
    h(
      'span.body',
      {},
      h('span.top', {}, h('b', {}, name), h('time', {}, clockText(last.at, now(), currentLanguage()))),
      h('span.preview', {}, previewOf(last)),
    ),
  )
  return { at: last.at, element }
}

const symbol = (name, colour) =>
  h('span.logo', { style: `width:48px;height:48px;background:${colour}` }, icon(name, 26))

const chats = go => {
  const rows = [
    ...store.accounts.map(one => chatRow(go, one.appId, logo(one, 48), one.name)),
    chatRow(go, 'service', symbol('bell', '#FA9D3B'), t('serviceThread')),
    chatRow(go, 'sms', symbol('sms', '#34C759'), t('smsThread')),
  ]
    .filter(row => row !== null)
    .sort((left, right) => right.at - left.at)
  if (rows.length === 0)
    return h('div.nothing', {}, icon('chat', 44), h('b', {}, t('noChats')), h('p', {}, t('noChatsHint')))
  return h(
    'div.list',
    {},
    rows.map(row => row.element),
  )
}

const cell = (picture, name, onclick, more = null) =>
  h('button.cell', { onclick }, picture, h('span.name', {}, name), more, h('span.arrow', {}, icon('next', 16)))

const contacts = go => [
  h('h3.group', {}, t('officialAccounts')),
  h(
    'div.list',
    {},
    store.accounts
      .filter(one => one.kind === 'official')
      .map(one => cell(logo(one, 36), one.name, () => go.to('profile', { appId: one.appId }))),
  ),
]

const discover = (go, place) => [
  h(
    'div.list',
    {},
    cell(h('span.tool.blue', {}, icon('scan', 22)), t('scan'), () => place.append(scanSheet(go))),
  ),
  h('h3.group', {}, t('miniprograms')),
  h(
    'div.list',
    {},
    store.accounts
      .filter(one => one.kind === 'miniprogram')
      .map(one =>
        h(
          'div.pair-row',
          {},
          cell(logo(one, 36), one.name, () => go.to('miniprogram', { appId: one.appId })),
          go.beside === null
            ? null
            : h(
                'button.pair',
                {
                  onclick: () => go.beside(one.appId),
                  'aria-label': t('beside'),
                  title: t('beside'),
                  'data-beside-program': one.appId,
                },
                icon('pair', 20),
              ),
        ),
      ),
  ),
]

const creditsOf = one => Object.values(one.credits).reduce((sum, left) => sum + left, 0)

const systems = { 1: 'iPhone', 2: 'Android', 3: 'PC' }

const me = go => {
  const one = person()
  const nextSystem = String((Number(one.system) % 3) + 1)
  const muted = one.muted[official()?.appId] === true
  return [
    h(
      'div.my-card',
      {},
      avatar(one, 62),
      h('div', {}, h('b', {}, one.name), h('small', {}, `${t('wechatId')} wx_${one.id}`)),
    ),
    h(
      'div.list',
      {},
      h('div.cell', {}, h('span.name', {}, t('phoneNumber')), h('span.value', {}, one.phone)),
      h(
        'button.cell',
        { onclick: () => void doing('mute', { muted: !muted }) },
        h('span.name', {}, t('receiving')),
        h(`span.switch${muted ? '' : '.on'}`, { 'aria-label': muted ? t('off') : t('on') }),
      ),
    ),
    h(
      'div.list.apart',
      {},
      h(
        'button.cell',
        { onclick: () => go.to('pack'), 'data-act': 'pack' },
        h('span.name', {}, t('pack')),
        h('span.arrow', {}, icon('next', 16)),
      ),
      h(
        'button.cell',
        { onclick: () => go.to('subscriptions'), 'data-act': 'subscriptions' },
        h('span.name', {}, t('subscriptions')),
        h('span.value', {}, t('left', { count: creditsOf(one) })),
        h('span.arrow', {}, icon('next', 16)),
      ),
      h(
        'button.cell',
        { onclick: () => void doing('about', { system: nextSystem }), title: t('systemHint') },
        h('span.name', {}, t('system')),
        h('span.value', {}, systems[one.system]),
      ),
      h(
        'button.cell',
        {
          onclick: () => void doing('about', { theme: one.theme === 'dark' ? 'light' : 'dark' }),
          'data-act': 'theme',
        },
        h('span.name', {}, t('dark')),
        h(`span.switch${one.theme === 'dark' ? '.on' : ''}`, {
          'aria-label': one.theme === 'dark' ? t('on') : t('off'),
        }),
      ),
      h(
        'button.cell',
        {
          onclick: () => void doing('about', { language: one.language === 'en' ? 'zh_CN' : 'en' }),
          title: t('systemHint'),
        },
        h('span.name', {}, t('language')),
        h('span.value', {}, one.language === 'en' ? 'English' : '简体中文'),
      ),
    ),
  ]
}

const tabs = [
  ['chats', 'chat', 'tabChats'],
  ['contacts', 'people', 'tabContacts'],
  ['discover', 'compass', 'tabDiscover'],
  ['me', 'me', 'tabMe'],
]

const bodies = { chats, contacts, discover, me }
const titles = { chats: 'tabChats', contacts: 'tabContacts', discover: 'tabDiscover' }

/** WeChat's four tabs. */
export const homeScreen = ({ tab }, go) => {
  const body = h('div.scroll')
  const unread = h('span.badge.tab-badge')
  const element = h('div.home')
  const draw = () => {
    fill(body, bodies[tab](go, element))
    const count = Object.values(person().unread).reduce((sum, one) => sum + one, 0)
    unread.textContent = count > 99 ? '99+' : String(count)
    unread.hidden = count === 0
  }
  draw()
  fill(
    element,
    titles[tab] === undefined ? null : h('div.nav', {}, h('b', {}, t(titles[tab]))),
    body,
    h(
      'nav.tabs',
      {},
      tabs.map(([name, picture, label]) =>
        h(
          `button${name === tab ? '.now' : ''}`,
          { onclick: () => go.tab(name), 'data-tab': name },
          icon(picture, 26),
          h('span', {}, t(label)),
          name === 'chats' ? unread : null,
        ),
      ),
    ),
  )
  return { element, update: draw }
}
