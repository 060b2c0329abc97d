import type { wechat } from '../../api/index.ts'

export type MenuView = Awaited<ReturnType<typeof wechat.menu>>
export type Menu = MenuView['draft']
export type MenuEntry = Menu['entries'][number]
export type MenuGroup = Extract<MenuEntry, { items: unknown }>
export type MenuButton = Exclude<MenuEntry, MenuGroup>
export type MenuVariant = Menu['variants'][number]
export type MenuProblem = MenuView['problems'][number]
export type MenuVersion = Awaited<ReturnType<typeof wechat.menuVersions>>['items'][number]

export const isGroup = (entry: MenuEntry): entry is MenuGroup => 'items' in entry

/** Where an entry stands: its place on the first level, and below it. */
export interface Place {
  readonly entry: number
  readonly item: number | null
}

export const freshButton = (): MenuButton => ({
  name: '',
  type: 'click',
  key: '',
  url: '',
  appId: '',
  path: '',
  materialId: '',
  mediaId: '',
  articleId: '',
})

/** The types in the order in which shops use them. */
export const buttonTypes: readonly MenuButton['type'][] = [
  'click',
  'view',
  'miniprogram',
  'scancode_push',
  'scancode_waitmsg',
  'pic_sysphoto',
  'pic_photo_or_album',
  'pic_weixin',
  'location_select',
  'media_id',
  'article_id',
]
/** Those that come back to us with a key. */
export const keyed: readonly MenuButton['type'][] = buttonTypes.filter(
  type => type === 'click' || /^(scancode|pic|location)_/.test(type),
)
