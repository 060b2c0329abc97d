import type { Article, Entry } from '../../state/person.ts'
import type { World } from '../../state/world.ts'
import { type Call, idText, object, objects, text } from '../call.ts'

/** What a message shows, before it stands on a phone. */
export type Shown = Pick<Entry, 'kind'> &
  Partial<
    Pick<
      Entry,
      'text' | 'title' | 'url' | 'mediaUrl' | 'thumbUrl' | 'articles' | 'choices' | 'tail' | 'page' | 'pageAppId'
    >
  >

/** Where the phone finds a file. */
export const mediaUrl = (appId: string, mediaId: string): string =>
  `/__sim/media/${appId}/${encodeURIComponent(mediaId)}`

/** A file that is there and not over; temporary ones last three days (wechat-protocol §3.8). */
export const liveMedia = ({ world, desk }: Pick<Call, 'world' | 'desk'>, mediaId: string) => {
  const media = desk.media.get(mediaId)
  if (media === undefined) return undefined
  return media.kept || world.now() - media.at <= world.settings.temporaryMediaMs ? media : undefined
}

const bytes = (value: string): number => Buffer.byteLength(value)
const articleOf = (one: Record<string, unknown>): Article => ({
  title: text(one, 'title'),
  description: text(one, 'description') || text(one, 'digest'),
  picUrl: text(one, 'picurl') || text(one, 'thumb_url'),
  url: text(one, 'url') || text(one, 'content_source_url'),
})

/** Articles of a draft as the phone shows them; null when there is no such draft. */
export const draftArticles = ({ desk, account }: Pick<Call, 'desk' | 'account'>, mediaId: string): Article[] | null => {
  const draft = desk.drafts.get(mediaId)
  if (draft === undefined) return null
  return draft.articles.map(one => {
    const thumb = text(one, 'thumb_media_id')
    return { ...articleOf(one), picUrl: desk.media.has(thumb) ? mediaUrl(account.appId, thumb) : '' }
  })
}

type Reader = (call: Call, body: Record<string, unknown>) => Shown | number

const picture: Reader = (call, body) => {
  const id = text(body, 'media_id')
  return liveMedia(call, id)?.type === 'image' ? { kind: 'image', mediaUrl: mediaUrl(call.account.appId, id) } : 40007
}

const thumbOf = (call: Call, body: Record<string, unknown>): string | null => {
  const id = text(body, 'thumb_media_id')
  return liveMedia(call, id) === undefined ? null : mediaUrl(call.account.appId, id)
}

const film: Reader = (call, body) => {
  const id = text(body, 'media_id')
  if (liveMedia(call, id)?.type !== 'video') return 40007
  const thumb = thumbOf(call, body)
  return {
    kind: 'video',
    mediaUrl: mediaUrl(call.account.appId, id),
    title: text(body, 'title'),
    text: text(body, 'description'),
    ...(thumb === null ? {} : { thumbUrl: thumb }),
  }
}

/** wechat-protocol §3.3: every kind of customer-service message. */
const readers: Record<string, Reader> = {
  text: (_call, body) => {
    const content = text(body, 'content')
    if (content === '') return 44004
    return bytes(content) > 2048 ? 45002 : { kind: 'text', text: content }
  },
  image: picture,
  voice: (call, body) => {
    const id = text(body, 'media_id')
    return liveMedia(call, id)?.type === 'voice' ? { kind: 'voice', mediaUrl: mediaUrl(call.account.appId, id) } : 40007
  },
  video: film,
  mpvideo: film,
  music: (call, body) => {
    const thumb = thumbOf(call, body)
    if (thumb === null) return 40007
    return {
      kind: 'music',
      title: text(body, 'title'),
      text: text(body, 'description'),
      url: text(body, 'hqmusicurl') || text(body, 'musicurl'),
      thumbUrl: thumb,
    }
  },
  news: (_call, body) => {
    const articles = objects(body, 'articles')
    if (articles === null || articles.length === 0) return 44003
    // One article since 2018 (§3.3).
    if (articles.length > 1) return 45008
    return { kind: 'news', articles: articles.map(articleOf) }
  },
  mpnews: (call, body) => {
    const articles = draftArticles(call, text(body, 'media_id'))
    return articles === null ? 40007 : { kind: 'news', articles }
  },
  mpnewsarticle: ({ desk }, body) => {
    const found = desk.published.get(text(body, 'article_id'))
    return found === undefined ? 40007 : { kind: 'news', articles: found.articles.map(articleOf) }
  },
  msgmenu: (_call, body) => {
    const list = objects(body, 'list')
    if (list === null || list.length === 0) return 40035
    if (list.length > 10) return 45098
    const choices = list.map(one => ({ id: idText(one, 'id'), text: text(one, 'content') }))
    if (choices.some(one => one.id === '' || one.text === '')) return 40035
    if (choices.some(one => bytes(one.text) > 256)) return 45099
    return { kind: 'choices', text: text(body, 'head_content'), choices, tail: text(body, 'tail_content') }
  },
  wxcard: (_call, body) => {
    const title = text(body, 'card_id')
    return title === '' ? 40035 : { kind: 'card', title }
  },
  miniprogrampage: (call, body) => {
    const pageAppId = call.account.kind === 'miniprogram' ? call.account.appId : text(body, 'appid')
    if (call.world.accounts.get(pageAppId)?.kind !== 'miniprogram') return 40166
    const thumb = thumbOf(call, body)
    if (thumb === null) return 40007
    return { kind: 'program', title: text(body, 'title'), pageAppId, page: text(body, 'pagepath'), thumbUrl: thumb }
  },
  link: (_call, body) => ({
    kind: 'link',
    title: text(body, 'title'),
    text: text(body, 'description'),
    url: text(body, 'url'),
    thumbUrl: text(body, 'thumb_url'),
  }),
}

/** Reads what a message of a kind shows, or WeChat's code for what is wrong with it. */
export const readContent = (call: Call, msgtype: string): Shown | number => {
  const body = object(call.data, msgtype)
  const reader = readers[msgtype]
  if (reader === undefined) return 40008
  if (body === null) return msgtype === 'text' ? 44004 : 40035
  return reader(call, body)
}

/** Pictures of a mass message: one or several (wechat-protocol §3.4). */
export const readPictures = (call: Call): Shown[] | number => {
  const many = object(call.data, 'images')
  const ids = many?.['media_ids']
  const list = Array.isArray(ids) ? ids : [text(object(call.data, 'image') ?? {}, 'media_id')]
  const shown: Shown[] = []
  for (const id of list) {
    const one = picture(call, { media_id: id })
    if (typeof one === 'number') return one
    shown.push(one)
  }
  return shown
}

/** Whether a page is in the released mini-program; an account without a list has every page. */
export const pageExists = (world: World, appId: string, page: string): boolean => {
  const pages = world.accounts.get(appId)?.pages
  const path = page.replace(/^\//, '').split('?')[0] ?? ''
  return pages === undefined || path === '' || pages.includes(path)
}
