import type { endpoints, Input } from 'wechat-api-ts'
import { ButtonType, type Menu, type MenuAudience, type MenuButton, type MenuEntry } from '../../contract/index.ts'
import type { z } from 'zod'
import { isGroup, KEYED } from './problems.ts'

type WireButtons = Input<(typeof endpoints)['menus']['create']>['button']
type WireButton = Exclude<WireButtons[number], { sub_button: unknown }>
type KeyedType = Extract<WireButton, { key: string }>['type']
type Audience = z.output<typeof MenuAudience>

/** Where a client too old for mini-programs goes; WeChat wants an address there. */
const FOR_OLD_PHONES = 'https://mp.weixin.qq.com'

const isKeyed = (type: MenuButton['type']): type is KeyedType => KEYED.includes(type)

function buttonOf(one: MenuButton, mediaIdOf: (materialId: string) => string): WireButton {
  const { name, type, key, url, appId, path, materialId, mediaId, articleId } = one
  if (isKeyed(type)) return { type, name, key }
  switch (type) {
    case 'view':
      return { type, name, url }
    case 'miniprogram':
      return { type, name, url: url === '' ? FOR_OLD_PHONES : url, appid: appId, pagepath: path }
    case 'media_id':
      return { type, name, media_id: materialId === '' ? mediaId : mediaIdOf(materialId) }
    default:
      return { type: 'article_id', name, article_id: articleId }
  }
}

/** Entries as WeChat takes them; `mediaIdOf` names what its own store has of our materials. */
export const toWire = (entries: readonly MenuEntry[], mediaIdOf: (materialId: string) => string): WireButtons =>
  entries.map(entry =>
    isGroup(entry)
      ? { name: entry.name, sub_button: entry.items.map(one => buttonOf(one, mediaIdOf)) }
      : buttonOf(entry, mediaIdOf),
  )

/** Whom a conditional menu is for, as WeChat takes it. */
export const audienceToWire = ({ tagId, platform, language }: Audience) => ({
  ...(tagId === '' ? {} : { tag_id: tagId }),
  ...(platform === '' ? {} : { client_platform_type: platform }),
  ...(language === '' ? {} : { language }),
})

type Loose = Readonly<Record<string, unknown>>
const textIn = (from: Loose, name: string): string => {
  const value = from[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
const isLoose = (value: unknown): value is Loose => typeof value === 'object' && value !== null
// An array is what menu/get answers; {list: []} is what get_current_selfmenu_info does.
const listIn = (value: unknown): Loose[] => {
  const list = isLoose(value) && !Array.isArray(value) ? value['list'] : value
  return Array.isArray(list) ? list.filter(isLoose) : []
}

function buttonFrom(one: Loose, ours: (mediaId: string) => string): MenuButton {
  const said = textIn(one, 'type')
  const known = ButtonType.safeParse(said)
  // What only the console can make (a text, a picture) comes as its own type with a value.
  const type = known.success ? known.data : ['img', 'voice', 'video'].includes(said) ? 'media_id' : 'click'
  const mediaId = textIn(one, 'media_id') || (type === 'media_id' ? textIn(one, 'value') : '')
  const materialId = ours(mediaId)
  return {
    name: textIn(one, 'name'),
    type,
    key: textIn(one, 'key') || (type === 'click' ? textIn(one, 'name') : ''),
    url: textIn(one, 'url'),
    appId: textIn(one, 'appid'),
    path: textIn(one, 'pagepath'),
    materialId,
    mediaId: materialId === '' ? mediaId : '',
    articleId: textIn(one, 'article_id'),
  }
}

const entriesFrom = (buttons: unknown, ours: (mediaId: string) => string): MenuEntry[] =>
  listIn(buttons).map(one => {
    const inner = listIn(one['sub_button'])
    return inner.length === 0
      ? buttonFrom(one, ours)
      : { name: textIn(one, 'name'), items: inner.map(sub => buttonFrom(sub, ours)) }
  })

const PLATFORMS = ['', '1', '2', '3'] as const

/** A menu as WeChat tells it; `ours` finds our material behind one of its media ids ('' = none of ours). */
export function fromWire(
  buttons: unknown,
  conditional: readonly { readonly button: unknown; readonly matchrule: Loose }[],
  ours: (mediaId: string) => string,
): Menu {
  return {
    entries: entriesFrom(buttons, ours),
    variants: conditional.map(({ button, matchrule }) => ({
      name: '',
      audience: {
        tagId: textIn(matchrule, 'tag_id') || textIn(matchrule, 'group_id'),
        platform: PLATFORMS.find(one => one === textIn(matchrule, 'client_platform_type')) ?? '',
        language: textIn(matchrule, 'language'),
      },
      entries: entriesFrom(button, ours),
    })),
  }
}
