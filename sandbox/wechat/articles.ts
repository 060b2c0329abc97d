import { randomBytes } from 'node:crypto'
import { secondsOf } from '../state/calendar.ts'
import type { Draft, Publication } from '../state/console.ts'
import { type Answer, bareId, ok, refuse } from './answer.ts'
import { type Call, type Endpoints, idText, isObject, judging, objects, official, text, whole } from './call.ts'

/** wechat-protocol §3.8: title ≤ 32, content < 20,000 characters and < 1 MB, a permanent picture. */
const articleProblem = ({ desk }: Call, article: Record<string, unknown>): number | null => {
  const title = text(article, 'title')
  if (title === '' || Array.from(title).length > 32) return 45003
  const content = text(article, 'content')
  if (content === '' || content.length >= 20_000 || Buffer.byteLength(content) >= 1024 * 1024) return 45002
  if (text(article, 'digest').length > 120) return 45004
  if (text(article, 'article_type') === 'newspic') return null
  return desk.media.get(text(article, 'thumb_media_id'))?.kept === true ? null : 40007
}

// Scripts are taken out, as WeChat does (§3.8).
const cleaned = (article: Record<string, unknown>): Record<string, unknown> => ({
  article_type: 'news',
  author: '',
  digest: '',
  content_source_url: '',
  ...article,
  content: text(article, 'content').replaceAll(/<script[\s\S]*?<\/script>/gi, ''),
  url: `http://mp.weixin.qq.com/s/${randomBytes(12).toString('base64url')}`,
})

const addDraft = (call: Call): Answer => {
  const articles = objects(call.data, 'articles')
  if (articles === null || articles.length === 0) return refuse(44003)
  if (articles.length > 8) return refuse(45008)
  for (const article of articles) {
    const wrong = articleProblem(call, article)
    if (wrong !== null) return refuse(wrong)
  }
  const draft: Draft = {
    mediaId: randomBytes(48).toString('base64url'),
    articles: articles.map(cleaned),
    at: call.world.now(),
  }
  call.desk.drafts.set(draft.mediaId, draft)
  return { media_id: draft.mediaId }
}

const updateDraft = (call: Call): Answer => {
  const draft = call.desk.drafts.get(text(call.data, 'media_id'))
  if (draft === undefined) return refuse(40007)
  const index = whole(call.data, 'index') ?? -1
  const article = call.data['articles']
  if (draft.articles[index] === undefined || !isObject(article)) return refuse(40114, 'invalid index value')
  const wrong = articleProblem(call, article)
  if (wrong !== null) return refuse(wrong)
  draft.articles[index] = cleaned(article)
  draft.at = call.world.now()
  return ok()
}

const contentOf = (articles: readonly Record<string, unknown>[], at: number, bare: boolean) => ({
  news_item: bare ? articles.map(article => ({ ...article, content: '' })) : articles,
  create_time: secondsOf(at),
  update_time: secondsOf(at),
})

const page = <Item>({ data }: Call, all: readonly Item[], write: (item: Item, bare: boolean) => unknown): Answer => {
  const [offset, count] = [whole(data, 'offset') ?? 0, whole(data, 'count') ?? 20]
  if (count < 1 || count > 20) return refuse(40097)
  const item = all.slice(offset, offset + count).map(one => write(one, data['no_content'] === 1))
  return { total_count: all.length, item_count: item.length, item }
}

const resultOf = (publication: Publication) => {
  const done = publication.status === 0
  const item = publication.articles.map((article, at) => ({ idx: at + 1, article_url: text(article, 'url') }))
  return {
    publish_id: publication.publishId,
    publish_status: publication.status,
    ...(done ? { article_id: publication.articleId, article_detail: { count: item.length, item } } : {}),
    ...(done || publication.status === 1 ? {} : { fail_idx: [1] }),
  }
}

/** wechat-protocol §1.6: the official page and the fixture of an SDK call the event differently; a switch decides. */
const finish = (call: Call, publication: Publication): void => {
  const { world, desk, account, pushes } = call
  publication.status = world.settings.publishStatus
  if (publication.status === 0) desk.published.set(publication.articleId, publication)
  const { fail_idx, ...info } = resultOf(publication)
  pushes.job(account, [...desk.fans.keys()][0] ?? '', 0, {
    MsgType: 'event',
    Event: world.settings.publishEventFree ? 'FREEPUBLISHJOBFINISH' : 'PUBLISHJOBFINISH',
    PublishEventInfo: { ...info, ...(fail_idx === undefined ? {} : { fail_idx }) },
  })
}

const submit = (call: Call): Answer => {
  const { world, desk, data } = call
  const draft = desk.drafts.get(text(data, 'media_id'))
  if (draft === undefined) return refuse(40007)
  const publication: Publication = {
    publishId: String(100_000_000 + ++world.counters.msg),
    articleId: randomBytes(32).toString('base64url'),
    articles: draft.articles,
    status: 1,
    at: world.now(),
  }
  desk.publications.set(publication.publishId, publication)
  // What is published is no draft any more.
  desk.drafts.delete(draft.mediaId)
  world.clock.after(world.settings.publishAfterMs, () => finish(call, publication))
  return ok({ publish_id: bareId(publication.publishId), msg_data_id: bareId(world.nextMsgId()) })
}

const withdraw = ({ desk, data }: Call): Answer => {
  const found = desk.published.get(text(data, 'article_id'))
  if (found === undefined) return refuse(53600, 'Article ID is invalid')
  const index = whole(data, 'index') ?? 0
  if (index === 0) desk.published.delete(found.articleId)
  else
    found.articles = found.articles.map((article, at) =>
      at + 1 === index ? { ...article, is_deleted: true } : article,
    )
  return ok()
}

/** wechat-protocol §3.8: drafts and their publication; nobody is notified of it. */
export const articleEndpoints: Endpoints = {
  '/cgi-bin/draft/add': judging(official(addDraft)),
  '/cgi-bin/draft/get': official(({ desk, data }) => {
    const draft = desk.drafts.get(text(data, 'media_id'))
    return draft === undefined ? refuse(40007) : contentOf(draft.articles, draft.at, false)
  }),
  '/cgi-bin/draft/delete': official(({ desk, data }) =>
    desk.drafts.delete(text(data, 'media_id')) ? ok() : refuse(40007),
  ),
  '/cgi-bin/draft/update': judging(official(updateDraft)),
  '/cgi-bin/draft/count': official(({ desk }) => ({ total_count: desk.drafts.size })),
  '/cgi-bin/draft/batchget': official(call =>
    page(call, [...call.desk.drafts.values()].toReversed(), (draft, bare) => ({
      media_id: draft.mediaId,
      content: contentOf(draft.articles, draft.at, bare),
      update_time: secondsOf(draft.at),
    })),
  ),
  '/cgi-bin/freepublish/submit': judging(official(submit)),
  '/cgi-bin/freepublish/get': judging(
    official(({ desk, data }) => {
      const found = desk.publications.get(idText(data, 'publish_id'))
      return found === undefined ? refuse(40097) : resultOf(found)
    }),
  ),
  '/cgi-bin/freepublish/getarticle': official(({ desk, data }) => {
    const found = desk.published.get(text(data, 'article_id'))
    return found === undefined ? refuse(53600, 'Article ID is invalid') : contentOf(found.articles, found.at, false)
  }),
  '/cgi-bin/freepublish/delete': official(withdraw),
  '/cgi-bin/freepublish/batchget': official(call =>
    page(call, [...call.desk.published.values()].toReversed(), (one, bare) => ({
      article_id: one.articleId,
      content: contentOf(one.articles, one.at, bare),
      update_time: secondsOf(one.at),
    })),
  ),
}
