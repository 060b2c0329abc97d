import { look } from '../phone/api.js'
import { fill, h } from '../phone/dom.js'
import { eventName, verdict } from '../phone/exchange.js'
import { currentLanguage, setLanguage, t } from '../phone/words.js'

const pageSize = 60
const refreshMs = 3000
const kinds = ['', 'api', 'push', 'pay', 'till']

const place = document.querySelector('#journal')
const state = { kind: '', appId: '', path: '', contains: '', failed: false, live: true, chosen: null }
let accounts = []
let entries = []
let complete = false

const query = before => {
  const wanted = new URLSearchParams({ newest: String(pageSize) })
  for (const name of ['kind', 'appId', 'path', 'contains']) if (state[name] !== '') wanted.set(name, state[name])
  if (state.failed) wanted.set('failed', '1')
  if (before !== undefined) wanted.set('before', String(before))
  return wanted
}

const pretty = text => {
  if (!text) return '∅'
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text.replaceAll(/(<\/[^>]+>|<xml>)(?=<)/g, '$1\n')
  }
}

const kindName = entry => t(`journal_${entry.kind}`)
const nameOf = appId => accounts.find(one => one.appId === appId)?.name ?? ''
const time = at => {
  const date = new Date(at)
  const two = number => String(number).padStart(2, '0')
  return `${two(date.getMonth() + 1)}-${two(date.getDate())} ${date.toTimeString().slice(0, 8)}`
}

const part = (title, text) => [h('h3', {}, title), h('pre', {}, pretty(text))]

const details = h('section.details')
const drawDetails = () => {
  const entry = state.chosen
  if (entry === null) return fill(details, h('p.empty', {}, t('journalChoose')))
  fill(
    details,
    h(
      'header',
      {},
      h('h2', {}, entry.path),
      h('p', {}, `${kindName(entry)} · ${nameOf(entry.appId)} · ${time(entry.at)}`),
    ),
    h(
      'dl',
      {},
      h('dt', {}, t('journalStatus')),
      h('dd', {}, entry.status === 0 ? t('noAnswer') : `HTTP ${entry.status} · ${Math.round(entry.ms)} ms`),
      entry.attempt === undefined ? null : [h('dt', {}, t('journalAttempt')), h('dd', {}, String(entry.attempt))],
      entry.fault === undefined ? null : [h('dt', {}, t('journalFault')), h('dd.bad', {}, entry.fault)],
    ),
    entry.plain === undefined ? null : part(t('journalPlain'), entry.plain),
    part(t('journalRequest'), entry.request),
    part(t('journalResponse'), entry.response),
  )
}

const row = entry => {
  const [said, mood] = verdict(entry, t)
  const what = entry.kind === 'push' ? eventName(entry) : entry.path
  const times = entry.attempt > 1 ? ` ×${entry.attempt}` : ''
  return h(
    `button.row${state.chosen?.seq === entry.seq ? '.chosen' : ''}`,
    {
      onclick: () => {
        state.chosen = entry
        draw()
      },
      'data-seq': entry.seq,
    },
    h('time', {}, time(entry.at)),
    h(`em.${entry.kind}`, {}, kindName(entry)),
    h('span.account', {}, nameOf(entry.appId)),
    h('span.what', { title: entry.path }, what + times),
    h(`b.${mood}`, {}, said),
  )
}

const list = h('div.list')
const more = h('button.older', { onclick: () => void older() }, '')
const draw = () => {
  fill(list, entries.length === 0 ? h('p.empty', {}, t('journalNothing')) : entries.map(row))
  more.textContent = t('journalOlder')
  more.hidden = complete || entries.length === 0
  drawDetails()
}

const load = async () => {
  const answer = await look(`journal?${query()}`)
  // What was paged to stays in place below what is new.
  const oldest = answer.entries.at(-1)?.seq ?? 0
  const fresh = answer.entries[0]?.seq !== entries[0]?.seq || answer.entries.length === 0
  if (!fresh) return
  entries = [...answer.entries, ...entries.filter(one => one.seq < oldest)]
  if (entries.length <= pageSize) complete = answer.entries.length < pageSize
  draw()
}

const older = async () => {
  const answer = await look(`journal?${query(entries.at(-1)?.seq)}`)
  entries = [...entries, ...answer.entries]
  complete = answer.entries.length < pageSize
  draw()
}

const again = () => {
  entries = []
  complete = false
  void load().then(draw)
}

const field = (name, label) =>
  h(
    'label',
    {},
    h('span', {}, t(label)),
    h('input', {
      type: 'search',
      value: state[name],
      'data-filter': name,
      onchange: event => {
        state[name] = event.target.value.trim()
        again()
      },
    }),
  )

const select = (name, label, options) =>
  h(
    'label',
    {},
    h('span', {}, t(label)),
    h(
      'select',
      {
        'data-filter': name,
        onchange: event => {
          state[name] = event.target.value
          again()
        },
      },
      options.map(([value, text]) => h('option', { value, selected: value === state[name] }, text)),
    ),
  )

const tick = (name, label, then) =>
  h(
    'label.tick',
    {},
    h('input', {
      type: 'checkbox',
      checked: state[name],
      'data-filter': name,
      onchange: event => {
        state[name] = event.target.checked
        then()
      },
    }),
    h('span', {}, t(label)),
  )

const page = () => {
  document.title = `${t('platform')} · ${t('title')}`
  fill(
    place,
    h(
      'header.top',
      {},
      h('div', {}, h('h1', {}, t('platform')), h('p', {}, t('platformHint'))),
      h('a', { href: '/' }, t('journalPhone')),
      h(
        'button.language',
        {
          onclick: () => {
            setLanguage(currentLanguage() === 'zh' ? 'en' : 'zh')
            page()
          },
        },
        t('switchLanguage'),
      ),
    ),
    h('p.not-real', { role: 'note' }, t('notReal')),
    h(
      'form.filters',
      { onsubmit: event => event.preventDefault() },
      select(
        'kind',
        'journalKind',
        kinds.map(kind => [kind, kind === '' ? t('journalAll') : t(`journal_${kind}`)]),
      ),
      select('appId', 'journalAccount', [['', t('journalAll')], ...accounts.map(one => [one.appId, one.name])]),
      field('path', 'journalPath'),
      field('contains', 'journalContains'),
      tick('failed', 'journalFailed', again),
      tick('live', 'journalLive', () => undefined),
    ),
    h('div.two', {}, h('section', {}, list, more), details),
  )
  draw()
}

setLanguage(currentLanguage())
accounts = await look('accounts')
page()
await load()
setInterval(() => state.live && document.visibilityState === 'visible' && void load().catch(() => undefined), refreshMs)
