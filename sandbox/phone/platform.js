import { fill, h } from './dom.js'
import { eventName, verdict } from './exchange.js'
import { look } from './api.js'
import { account, watch } from './store.js'
import { t } from './words.js'

const newest = 14

const line = entry => {
  const [text, mood] = verdict(entry, t)
  const push = entry.kind === 'push'
  const time = new Date(entry.at).toTimeString().slice(0, 8)
  const what = push
    ? eventName(entry) + (entry.attempt > 1 ? ` ×${entry.attempt}` : '')
    : entry.path.replace('/cgi-bin/', '')
  return h(
    'details',
    {},
    h(
      'summary',
      {},
      h('time', {}, time),
      h(`em.${push ? 'push' : 'api'}`, {}, push ? t('outPush') : t('inApi')),
      h('span.what', { title: entry.path }, what),
      h(`b.${mood}`, {}, text),
    ),
    h(
      'pre',
      {},
      `${account(entry.appId)?.name ?? ''} ${entry.path}\n→ ${entry.plain ?? entry.request}\n← ${entry.response || '∅'}`,
    ),
  )
}

/** What goes over the wire, beside the phone: for those who want to see how it works. */
export const platform = () => {
  const lines = h('div.lines')
  let last = null
  let due = null
  const draw = async () => {
    due = null
    const { entries: latest } = await look(`journal?newest=${newest}`)
    if (latest[0]?.seq === last) return
    last = latest[0]?.seq ?? null
    fill(lines, latest.length === 0 ? h('p.empty', {}, t('noRecords')) : latest.map(line))
  }
  const soon = () => (due ??= setTimeout(() => void draw().catch(() => undefined), 300))
  watch(soon)
  const timer = setInterval(() => (lines.isConnected ? soon() : clearInterval(timer)), 3000)
  void draw()
  return h(
    'div.platform',
    {},
    h('h2', {}, t('tryTitle')),
    h('ol.try', {}, h('li', {}, t('try1')), h('li', {}, t('try2')), h('li', {}, t('try3'))),
    h('a.till', { href: '/till', target: '_blank' }, t('till'), ' ↗'),
    h('h2', {}, t('platform'), h('a.all', { href: '/journal/', target: '_blank' }, `${t('journalOpen')} ↗`)),
    h('p.hint', {}, t('platformHint')),
    lines,
  )
}
