import { randomBytes } from 'node:crypto'
import { secondsOf } from '../state/calendar.ts'
import type { Media } from '../state/console.ts'
import type { World } from '../state/world.ts'
import { type Answer, type Binary, ok, refuse } from './answer.ts'
import { both, type Call, type Endpoints, isObject, judging, official, text, whole } from './call.ts'
import { liveMedia, mediaUrl } from './messages/content.ts'
import type { Part } from './multipart.ts'

type Kind = Media['type']

const kilo = 1024
const mega = kilo * kilo

/** Sizes and kinds of wechat-protocol §3.8 (image 10 MB [U]); the code is what too large a file of the kind is told. */
const rules: Record<Kind, { most: number; endings: RegExp; tooLarge: number }> = {
  image: { most: 10 * mega, endings: /\.(bmp|png|jpe?g|gif|webp)$/i, tooLarge: 40009 },
  voice: { most: 2 * mega, endings: /\.(amr|mp3|wma|wav)$/i, tooLarge: 40010 },
  video: { most: 10 * mega, endings: /\.mp4$/i, tooLarge: 40011 },
  thumb: { most: 64 * kilo, endings: /\.jpe?g$/i, tooLarge: 40012 },
}

const types: [RegExp, string][] = [
  [/\.png$/i, 'image/png'],
  [/\.gif$/i, 'image/gif'],
  [/\.webp$/i, 'image/webp'],
  [/\.bmp$/i, 'image/bmp'],
  [/\.jpe?g$/i, 'image/jpeg'],
  [/\.amr$/i, 'audio/amr'],
  [/\.mp3$/i, 'audio/mpeg'],
  [/\.wav$/i, 'audio/wav'],
  [/\.mp4$/i, 'video/mp4'],
]

const kindOf = (value: string | null): Kind | null =>
  value === 'image' || value === 'voice' || value === 'video' || value === 'thumb' ? value : null

/** Keeps a file; whoever shows or fetches it finds it by its id. */
export const keepMedia = (
  world: World,
  appId: string,
  given: Pick<Media, 'type' | 'name' | 'bytes'> &
    Partial<Pick<Media, 'kept' | 'title' | 'description' | 'contentType'>>,
): Media => {
  const desk = world.console(appId)
  const now = world.now()
  // Temporary files go after their three days; the oldest stand first.
  for (const [id, { kept, at }] of desk.media) {
    if (!kept && now - at <= world.settings.temporaryMediaMs) break
    if (!kept) desk.media.delete(id)
  }
  const media: Media = {
    mediaId: randomBytes(48).toString('base64url'),
    at: now,
    kept: false,
    title: '',
    description: '',
    contentType: types.find(([ending]) => ending.test(given.name))?.[1] ?? 'application/octet-stream',
    ...given,
  }
  desk.media.set(media.mediaId, media)
  world.changes.count++
  return media
}

/** The file of a form and what is wrong with it; the field is called `media` and has a file name (§3.8). */
const fileOf = (parts: readonly Part[], type: Kind): Part | number => {
  const file = parts.find(part => part.name === 'media' && part.filename !== '')
  if (file === undefined) return 41005
  if (file.bytes.length === 0) return 44001
  if (file.bytes.length > rules[type].most) return rules[type].tooLarge
  return rules[type].endings.test(file.filename) ? file : type === 'image' ? 40137 : 40005
}

const upload = ({ world, account, query, parts }: Call): Answer => {
  const type = kindOf(query.get('type'))
  if (type === null) return refuse(40004)
  const file = fileOf(parts, type)
  if (typeof file === 'number') return refuse(file)
  const media = keepMedia(world, account.appId, { type, name: file.filename, bytes: file.bytes })
  return {
    type,
    [type === 'thumb' ? 'thumb_media_id' : 'media_id']: media.mediaId,
    created_at: secondsOf(media.at),
  }
}

const ownAddress = ({ world, account }: Call, media: Media): string =>
  `${world.addresses.ownUrl}${mediaUrl(account.appId, media.mediaId)}`

const fetched = (media: Media): Binary => ({ bytes: media.bytes, contentType: media.contentType, name: media.name })

/** wechat-protocol §2.3: bytes, but for a video an address in JSON. */
const fetchTemporary = (call: Call): Answer | Binary => {
  const media = liveMedia(call, call.query.get('media_id') ?? '')
  if (media === undefined) return refuse(40007)
  return media.type === 'video' ? { video_url: ownAddress(call, media) } : fetched(media)
}

const uploadArticleImage = (call: Call): Answer => {
  const file = fileOf(call.parts, 'image')
  if (typeof file === 'number') return refuse(file)
  if (file.bytes.length > mega) return refuse(40009)
  if (!/\.(png|jpe?g)$/i.test(file.filename)) return refuse(40137)
  const { world, account } = call
  const media = keepMedia(world, account.appId, { type: 'image', name: file.filename, bytes: file.bytes, kept: true })
  // Not among the materials (§3.8): found by its address only.
  media.title = 'article image'
  return { url: ownAddress(call, media) }
}

const descriptionOf = (parts: readonly Part[]): { title: string; introduction: string } | null => {
  const field = parts.find(part => part.name === 'description')
  if (field === undefined) return null
  try {
    const data: unknown = JSON.parse(field.bytes.toString())
    return isObject(data) ? { title: text(data, 'title'), introduction: text(data, 'introduction') } : null
  } catch {
    return null
  }
}

const most: Record<Kind, number> = { image: 100_000, voice: 1000, video: 1000, thumb: 1000 }

const materialsOf = ({ desk }: Pick<Call, 'desk'>, type: Kind): Media[] =>
  [...desk.media.values()].filter(one => one.kept && one.type === type && one.title !== 'article image')

const addMaterial = (call: Call): Answer => {
  const { world, account, query, parts } = call
  const type = kindOf(query.get('type'))
  if (type === null) return refuse(40004)
  const file = fileOf(parts, type)
  if (typeof file === 'number') return refuse(file)
  const about = descriptionOf(parts)
  if (type === 'video' && about === null) return refuse(40035)
  if (materialsOf(call, type).length >= most[type]) return refuse(45001)
  const media = keepMedia(world, account.appId, {
    type,
    name: file.filename,
    bytes: file.bytes,
    kept: true,
    title: about?.title ?? '',
    description: about?.introduction ?? '',
  })
  return { media_id: media.mediaId, ...(type === 'image' || type === 'thumb' ? { url: ownAddress(call, media) } : {}) }
}

const getMaterial = (call: Call): Answer | Binary => {
  const id = text(call.data, 'media_id')
  const media = call.desk.media.get(id)
  if (media?.kept === true)
    return media.type === 'video'
      ? { title: media.title, description: media.description, down_url: ownAddress(call, media) }
      : fetched(media)
  const draft = call.desk.drafts.get(id)
  return draft === undefined ? refuse(40007) : { news_item: draft.articles }
}

const listMaterials = (call: Call): Answer => {
  const [offset, count] = [whole(call.data, 'offset') ?? 0, whole(call.data, 'count') ?? 20]
  if (count < 1 || count > 20) return refuse(40097)
  const type = text(call.data, 'type')
  const kind = kindOf(type)
  if (type !== 'news' && kind === null) return refuse(40004)
  const all = (kind === null ? [] : materialsOf(call, kind)).toReversed()
  const item = all.slice(offset, offset + count).map(media => ({
    media_id: media.mediaId,
    name: media.name,
    update_time: secondsOf(media.at),
    url: ownAddress(call, media),
  }))
  return { item, total_count: all.length, item_count: item.length }
}

/** wechat-protocol §3.8: files for three days, and for good. */
export const mediaEndpoints: Endpoints = {
  '/cgi-bin/media/upload': judging(both(upload)),
  '/cgi-bin/media/get': both(fetchTemporary),
  '/cgi-bin/media/get/jssdk': official(fetchTemporary),
  '/cgi-bin/media/uploadimg': judging(official(uploadArticleImage)),
  '/cgi-bin/material/add_material': judging(official(addMaterial)),
  '/cgi-bin/material/get_material': official(getMaterial),
  '/cgi-bin/material/del_material': official(({ desk, data }) => {
    const id = text(data, 'media_id')
    if (desk.media.get(id)?.kept !== true) return refuse(40007)
    desk.media.delete(id)
    return ok()
  }),
  '/cgi-bin/material/get_materialcount': official(call => ({
    voice_count: materialsOf(call, 'voice').length,
    video_count: materialsOf(call, 'video').length,
    image_count: materialsOf(call, 'image').length,
    news_count: 0,
  })),
  '/cgi-bin/material/batchget_material': judging(official(listMaterials)),
}
