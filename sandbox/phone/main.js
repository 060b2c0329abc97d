import { fill, h } from './dom.js'
import { device } from './device.js'
import { peopleList } from './people.js'
import { platform } from './platform.js'
import { start } from './store.js'
import { currentLanguage, setLanguage, t } from './words.js'

const desk = document.querySelector('#desk')

const draw = () => {
  document.title = `${t('title')} · 掌柜`
  const language = h(
    'button.language',
    {
      onclick: () => {
        setLanguage(currentLanguage() === 'zh' ? 'en' : 'zh')
        draw()
      },
    },
    t('switchLanguage'),
  )
  fill(
    desk,
    h(
      'aside.left',
      {},
      h('header', {}, h('div', {}, h('h1', {}, t('title')), h('p', {}, t('subtitle'))), language),
      peopleList(),
    ),
    h('section.middle', {}, device()),
    h('aside.right', {}, platform()),
  )
}

setLanguage(currentLanguage())
start()
  .then(draw)
  .catch(error => fill(desk, h('p.broken', {}, `${t('offline')}: ${error.message}`)))
