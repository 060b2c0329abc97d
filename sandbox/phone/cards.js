import { avatar, h, icon, logo } from './dom.js'
import { account, person } from './store.js'
import { t } from './words.js'

const links = /<a\s+href="([^"]*)"[^>]*>([\s\S]*?)<\/a>/g

// Only links are drawn as such, as WeChat does; every other sign of a message stays text.
const rich = text => {
  const parts = []
  let from = 0
  for (const match of text.matchAll(links)) {
    parts.push(text.slice(from, match.index), h('a', { href: match[1], target: '_blank', rel: 'noreferrer' }, match[2]))
    from = match.index + match[0].length
  }
  return [...parts, text.slice(from)]
}

/** A text, mine at the right in green, theirs at the left in white. */
export const bubble = (entry, go) => {
  const mine = entry.from === 'me'
  const picture = mine
    ? avatar(person(), 40)
    : entry.kind === 'sms'
      ? null
      : h(
          'button.face',
          { onclick: () => go.to('profile', { appId: entry.thread }), 'aria-label': account(entry.thread)?.name },
          logo(account(entry.thread), 40),
        )
  return h(
    `div.said${mine ? '.mine' : ''}`,
    { 'data-seq': entry.seq },
    picture,
    h('div.bubble', {}, rich(entry.text ?? '')),
  )
}

/** A template or subscribe message, as a card with its fields; a tap opens what it leads to. */
export const templateCard = (entry, go) => {
  const program = account(entry.pageAppId)
  const leads = program !== undefined || entry.url !== undefined
  const open = () => {
    if (program !== undefined) go.to('miniprogram', { appId: program.appId, page: entry.page })
    else if (entry.url !== undefined) window.open(entry.url, '_blank', 'noreferrer')
  }
  return h(
    `button.template${leads ? '' : '.still'}`,
    { onclick: open, 'data-seq': entry.seq, 'data-template': entry.templateId },
    entry.kind === 'subscribe'
      ? h('span.from', {}, logo(program, 20), h('span', {}, program?.name ?? ''), icon('more', 18))
      : null,
    h('b', {}, entry.title),
    h(
      'span.fields',
      {},
      entry.fields.map(({ label, value }) => h('span.field', {}, h('span', {}, label), h('span', {}, value))),
    ),
    leads
      ? h(
          'span.lead',
          {},
          h('span', {}, program === undefined ? t('details') : t('enterMiniprogram')),
          icon('next', 16),
        )
      : null,
  )
}
