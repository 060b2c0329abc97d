import { avatar, fill, h, icon } from './dom.js'
import { addAndChoose, choose, official, store, watch } from './store.js'
import { t } from './words.js'

const drawn = 60

const row = (one, besides) => {
  const unread = Object.values(one.unread).reduce((sum, count) => sum + count, 0)
  const follows = one.following[official()?.appId] !== undefined
  return h(
    `button.person${one.id === store.personId ? '.chosen' : ''}`,
    {
      onclick: () => void choose(one.id),
      'aria-current': one.id === store.personId ? 'true' : null,
      'data-person': one.id,
    },
    avatar(one, 36),
    h('span.who', {}, h('b', {}, one.name), h('small', {}, one.phone)),
    one.id === store.personId
      ? null
      : h(
          'span.beside',
          {
            role: 'button',
            tabindex: 0,
            title: t('beside'),
            'aria-label': t('beside'),
            'data-beside': one.id,
            onclick: event => {
              event.stopPropagation()
              besides(one.id)
            },
          },
          icon('pair', 18),
        ),
    unread > 0 ? h('span.badge', {}, unread > 99 ? '99+' : String(unread)) : null,
    h(`i.dot${follows ? '.on' : ''}`, { title: follows ? t('following') : t('notFollowing') }),
  )
}

/** The people at the left: search, a row each, and one more. */
export const peopleList = besides => {
  const rows = h('div.rows')
  const search = h('input', {
    type: 'search',
    placeholder: t('search'),
    'aria-label': t('search'),
    oninput: () => draw(),
  })
  const draw = () => {
    const wanted = search.value.trim()
    const found = store.people.filter(one => wanted === '' || one.name.includes(wanted) || one.phone.includes(wanted))
    const shown = found.slice(0, drawn)
    const chosen = found.find(one => one.id === store.personId)
    if (chosen !== undefined && !shown.includes(chosen)) shown.unshift(chosen)
    fill(
      rows,
      shown.map(one => row(one, besides)),
      found.length > drawn ? h('p.more', {}, t('morePeople', { count: found.length - drawn })) : null,
    )
  }
  watch(({ kind }) => {
    if (kind !== 'entry') draw()
  })
  draw()
  return h(
    'div.people',
    {},
    h('h2', {}, t('people'), h('span', {}, String(store.total))),
    store.people.length > 8 ? search : null,
    rows,
    h('button.add', { onclick: () => void addAndChoose() }, icon('plus', 18), t('addPerson')),
  )
}
