import { avatar, h, icon, logo } from './dom.js'
import { openTarget } from './open.js'
import { rich } from './rich.js'
import { account, person } from './store.js'
import { t } from './words.js'

const faceOf = (entry, go) => {
  if (entry.from === 'me') return avatar(person(), 40)
  if (entry.kind === 'sms') return null
  const one = account(entry.thread)
  return h(
    'button.face',
    { onclick: () => go.to('profile', { appId: entry.thread }), 'aria-label': one?.name },
    logo(one, 40),
  )
}

const row = (entry, go, content) =>
  h(`div.said${entry.from === 'me' ? '.mine' : ''}`, { 'data-seq': entry.seq }, faceOf(entry, go), content)

const picture = (url, alt = '') =>
  url ? h('img', { src: url, alt, loading: 'lazy', onerror: event => event.target.classList.add('lost') }) : null

const opener = (entry, go) => target => void openTarget(target, entry.thread, go)

/** A text, mine at the right in green, theirs at the left in white. */
const textBubble = (entry, go) => row(entry, go, h('div.bubble', {}, rich(entry.text ?? '', opener(entry, go))))

const imageBubble = (entry, go) =>
  row(
    entry,
    go,
    h(
      'button.photo',
      { onclick: () => go.look(entry.mediaUrl), 'aria-label': t('kindImage') },
      picture(entry.mediaUrl, t('kindImage')),
    ),
  )

// Most browsers cannot play AMR: the drawing stays, the sound says so.
const voiceBubble = (entry, go) => {
  const seconds = h('span', {}, '3″')
  const play = async () => {
    const sound = new Audio(entry.mediaUrl)
    bubble.classList.add('playing')
    const stop = () => bubble.classList.remove('playing')
    sound.addEventListener('ended', stop)
    sound.addEventListener('loadedmetadata', () => {
      seconds.textContent = `${Math.max(1, Math.round(sound.duration))}″`
    })
    await sound.play().catch(() => (stop(), go.say(t('cannotPlay'))))
  }
  const bubble = h(
    'button.bubble.voice',
    { onclick: () => void play(), 'aria-label': t('kindVoice') },
    icon('voice', 20),
    seconds,
  )
  return row(entry, go, bubble)
}

const videoBubble = (entry, go) =>
  row(
    entry,
    go,
    h(
      'button.photo.film',
      { onclick: () => go.look(entry.mediaUrl, 'video'), 'aria-label': t('kindVideo') },
      picture(entry.thumbUrl),
      h('span.play', {}, icon('play', 26)),
      entry.title ? h('b', {}, entry.title) : null,
    ),
  )

const musicCard = (entry, go) =>
  row(
    entry,
    go,
    h(
      'button.plate.music',
      { onclick: () => void new Audio(entry.url).play().catch(() => go.say(t('cannotPlay'))) },
      h('span.plate-text', {}, h('b', {}, entry.title || t('kindMusic')), h('small', {}, entry.text)),
      h('span.plate-picture', {}, picture(entry.thumbUrl), h('span.play', {}, icon('play', 18))),
    ),
  )

const linkCard = (entry, go) =>
  row(
    entry,
    go,
    h(
      'button.plate',
      { onclick: () => void openTarget({ kind: 'url', url: entry.url, text: entry.title }, entry.thread, go) },
      h('span.plate-title', {}, entry.title),
      h('span.plate-text', {}, h('small', {}, entry.text)),
      entry.thumbUrl
        ? h('span.plate-picture', {}, picture(entry.thumbUrl))
        : h('span.plate-picture.blank', {}, icon('link', 22)),
    ),
  )

const placeCard = (entry, go) =>
  row(
    entry,
    go,
    h(
      'div.place',
      {},
      h('b', {}, entry.title || t('kindLocation')),
      h('small', {}, entry.text),
      h('span.map', {}, icon('pin', 28)),
    ),
  )

/** One large article, and smaller ones below it; over the whole width, as an account's articles are. */
const newsCard = (entry, go) => {
  const [first, ...more] = entry.articles ?? []
  const open = one => void openTarget({ kind: 'url', url: one.url, text: one.title }, entry.thread, go)
  if (first === undefined) return null
  return h(
    'div.news',
    { 'data-seq': entry.seq },
    h(
      `button.headline${more.length > 0 ? '.over' : ''}`,
      { onclick: () => open(first) },
      h('span.cover', {}, first.picUrl ? picture(first.picUrl) : h('i', {}, first.title.slice(0, 1))),
      h('b', {}, first.title),
      first.description && more.length === 0 ? h('small', {}, first.description) : null,
    ),
    more.map(one =>
      h(
        'button.article',
        { onclick: () => open(one) },
        h('span', {}, one.title),
        h('span.cover', {}, one.picUrl ? picture(one.picUrl) : h('i', {}, one.title.slice(0, 1))),
      ),
    ),
  )
}

/** A mini-program's card: its name, a title, a large picture. */
const programCard = (entry, go) => {
  const program = account(entry.pageAppId)
  return row(
    entry,
    go,
    h(
      'button.program',
      { onclick: () => go.to('miniprogram', { appId: entry.pageAppId, page: entry.page }) },
      h('span.from', {}, logo(program, 18), h('span', {}, program?.name ?? entry.pageAppId)),
      h('b', {}, entry.title),
      h('span.cover', {}, entry.thumbUrl ? picture(entry.thumbUrl) : h('i', {}, entry.title.slice(0, 1))),
      h('span.mark', {}, icon('app', 14), t('kindMiniprogram')),
    ),
  )
}

/** A question with answers to tap; each tap is a message of the shopper's. */
const choicesBubble = (entry, go) => {
  const choose = one => void openTarget({ kind: 'choice', id: one.id, text: one.text }, entry.thread, go)
  return row(
    entry,
    go,
    h(
      'div.bubble.choices',
      {},
      entry.text ? h('p', {}, rich(entry.text, opener(entry, go))) : null,
      (entry.choices ?? []).map(one =>
        h('button.link', { onclick: () => choose(one), 'data-choice': one.id }, one.text),
      ),
      entry.tail ? h('p', {}, rich(entry.tail, opener(entry, go))) : null,
    ),
  )
}

const couponCard = (entry, go) =>
  row(
    entry,
    go,
    h(
      'div.coupon',
      {},
      h(
        'span.coupon-top',
        {},
        logo(account(entry.thread), 34),
        h('span', {}, h('small', {}, account(entry.thread)?.name), h('b', {}, t('kindCard'))),
      ),
      h('span.coupon-foot', {}, entry.title),
    ),
  )

/** A template or subscribe message, as a card with its fields; a tap opens what it leads to. */
const templateCard = (entry, go) => {
  const program = account(entry.pageAppId)
  const leads = program !== undefined || entry.url !== undefined
  const sender = account(entry.appId)
  const open = () => {
    if (program !== undefined) go.to('miniprogram', { appId: program.appId, page: entry.page })
    else if (entry.url !== undefined)
      void openTarget({ kind: 'url', url: entry.url, text: entry.title }, entry.thread, go)
  }
  return h(
    `button.template${leads ? '' : '.still'}`,
    { onclick: open, 'data-seq': entry.seq, 'data-template': entry.templateId },
    entry.kind === 'subscribe'
      ? h('span.from', {}, logo(sender, 20), h('span', {}, sender?.name ?? ''), icon('more', 18))
      : null,
    h('b', {}, entry.title),
    h(
      'span.fields',
      {},
      (entry.fields ?? []).map(({ label, value }) => h('span.field', {}, h('span', {}, label), h('span', {}, value))),
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

const drawn = {
  text: textBubble,
  sms: textBubble,
  image: imageBubble,
  voice: voiceBubble,
  video: videoBubble,
  music: musicCard,
  news: newsCard,
  location: placeCard,
  link: linkCard,
  program: programCard,
  choices: choicesBubble,
  card: couponCard,
  template: templateCard,
  subscribe: templateCard,
}

/** Draws one entry as WeChat draws it. */
export const card = (entry, go) => {
  if (entry.kind === 'followed')
    return h('p.system', {}, t('followedNotice', { name: account(entry.appId)?.name ?? '' }))
  if (entry.from === 'system') return h('p.system', {}, entry.text)
  return (drawn[entry.kind] ?? textBubble)(entry, go)
}

const previews = {
  image: 'kindImage',
  voice: 'kindVoice',
  video: 'kindVideo',
  music: 'kindMusic',
  location: 'kindLocation',
  link: 'kindLink',
  program: 'kindMiniprogram',
  card: 'kindCard',
}

/** One line for lists and banners. */
export const previewOf = entry => {
  if (entry === undefined) return ''
  if (entry.kind === 'followed') return t('followedNotice', { name: account(entry.appId)?.name ?? '' })
  if (entry.kind === 'template' || entry.kind === 'subscribe') return `[${entry.title}]`
  const said = entry.from === 'me' ? `${t('you')} ` : ''
  if (entry.kind === 'news') return `[${t('kindNews')}] ${entry.articles?.[0]?.title ?? ''}`
  if (entry.kind in previews)
    return `${said}[${t(previews[entry.kind])}] ${entry.kind === 'image' ? '' : (entry.title ?? '')}`
  return said + (entry.text ?? '').replaceAll(/<[^>]*>/g, '')
}
