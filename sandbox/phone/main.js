import { fill, h, icon } from './dom.js'
import { device } from './device.js'
import { peopleList } from './people.js'
import { platform } from './platform.js'
import { solo, start, store } from './store.js'
import { currentLanguage, setLanguage, t } from './words.js'

const desk = document.querySelector('#desk')

/** What stands beside the chosen phone, by `person` or `person appId` of a mini-program; each is this page again, with one phone only. */
const beside = new Set()
const most = 2

const phoneBeside = key => {
  const [id, appId] = key.split(' ')
  const opened = appId === undefined ? '' : `&program=${encodeURIComponent(appId)}`
  return h(
    'div.second',
    { 'data-second': key },
    h('iframe', {
      src: `?solo&person=${encodeURIComponent(id)}${opened}`,
      title: store.people.find(one => one.id === id)?.name,
    }),
    h(
      'button.put-away',
      { onclick: () => (beside.delete(key), drawPhones()), 'aria-label': t('putAway') },
      icon('close', 18),
    ),
  )
}

const middle = h('section.middle')
const first = h('div.first')
const drawPhones = () => {
  // Frames that stay are not made anew: they would lose where they are.
  for (const one of middle.querySelectorAll('.second')) if (!beside.has(one.dataset.second)) one.remove()
  for (const id of beside)
    if (middle.querySelector(`[data-second="${CSS.escape(id)}"]`) === null) middle.append(phoneBeside(id))
  desk.classList.toggle('many', beside.size > 0)
}
const putBeside = id => {
  if (beside.has(id)) beside.delete(id)
  else beside.add(id)
  if (beside.size > most) beside.delete(beside.values().next().value)
  drawPhones()
}

const draw = () => {
  document.title = `${t('title')} · 掌柜`
  if (solo) {
    document.body.classList.add('solo')
    return fill(desk, h('section.middle', {}, device()))
  }
  const language = h(
    'button.language',
    {
      onclick: () => {
        setLanguage(currentLanguage() === 'zh' ? 'en' : 'zh')
        beside.clear()
        drawPhones()
        draw()
      },
    },
    t('switchLanguage'),
  )
  fill(first, device())
  middle.prepend(first)
  fill(
    desk,
    h(
      'aside.left',
      {},
      h('header', {}, h('div', {}, h('h1', {}, t('title')), h('p', {}, t('subtitle'))), language),
      h('p.not-real', { role: 'note' }, t('notReal')),
      peopleList(putBeside),
    ),
    middle,
    h('aside.right', {}, platform()),
  )
}

window.addEventListener('beside', event => putBeside(event.detail))
setLanguage(currentLanguage())
start()
  .then(draw)
  .catch(error => fill(desk, h('p.broken', {}, `${t('offline')}: ${error.message}`)))
