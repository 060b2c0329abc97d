import type { z } from 'zod'
import type { Menu, MenuButton, MenuEntry, MenuProblem } from '../../contract/index.ts'

type Problem = z.output<typeof MenuProblem>
type Code = Problem['code']

/** Limits of a menu, in entries and bytes (wechat-protocol §3.5). */
export const MENU_LIMITS = { entries: 3, items: 5, nameBytes: 16, itemNameBytes: 60, keyBytes: 128, urlBytes: 1024 }

/** The types that only call us back with a key. */
export const KEYED: readonly MenuButton['type'][] = [
  'click',
  'scancode_push',
  'scancode_waitmsg',
  'pic_sysphoto',
  'pic_photo_or_album',
  'pic_weixin',
  'location_select',
]

/** Whether an entry opens others. */
export const isGroup = (entry: MenuEntry): entry is Extract<MenuEntry, { items: unknown }> => 'items' in entry

const bytes = (text: string): number => Buffer.byteLength(text)
const isAddress = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)

/** What WeChat would refuse of a menu, and taps on which nothing would be answered. */
export function menuProblems(menu: Menu, answered: (key: string) => boolean): Problem[] {
  const problems: Problem[] = []
  const say = (at: string, code: Code, severe = true): void => {
    problems.push({ at, code, severe })
  }

  function name(at: string, text: string, most: number): void {
    if (text.trim() === '') say(`${at}.name`, 'noName')
    else if (bytes(text) > most) say(`${at}.name`, 'nameTooLong')
  }

  function button(at: string, one: MenuButton, most: number): void {
    name(at, one.name, most)
    if (KEYED.includes(one.type)) {
      if (one.key === '') say(`${at}.key`, 'noKey')
      else if (bytes(one.key) > MENU_LIMITS.keyBytes) say(`${at}.key`, 'keyTooLong')
      else if (one.type === 'click' && !answered(one.key)) say(`${at}.key`, 'keyUnanswered', false)
    }
    const needsAddress = one.type === 'view' || (one.type === 'miniprogram' && one.url !== '')
    if (needsAddress && (!isAddress(one.url) || bytes(one.url) > MENU_LIMITS.urlBytes)) say(`${at}.url`, 'badUrl')
    if (one.type === 'miniprogram' && (one.appId === '' || one.path === '')) say(`${at}.path`, 'noMiniprogram')
    if (one.type === 'media_id' && one.materialId === '' && one.mediaId === '') say(`${at}.materialId`, 'noMaterial')
    if (one.type === 'article_id' && one.articleId === '') say(`${at}.articleId`, 'noArticle')
  }

  function entries(at: string, all: readonly MenuEntry[]): void {
    if (all.length === 0) say(at, 'empty')
    if (all.length > MENU_LIMITS.entries) say(at, 'tooMany')
    for (const [index, entry] of all.entries()) {
      const here = `${at}.${index}`
      if (!isGroup(entry)) {
        button(here, entry, MENU_LIMITS.nameBytes)
        continue
      }
      name(here, entry.name, MENU_LIMITS.nameBytes)
      if (entry.items.length === 0) say(`${here}.items`, 'empty')
      if (entry.items.length > MENU_LIMITS.items) say(`${here}.items`, 'tooMany')
      for (const [inner, one] of entry.items.entries()) button(`${here}.items.${inner}`, one, MENU_LIMITS.itemNameBytes)
    }
  }

  entries('entries', menu.entries)
  for (const [index, { audience, entries: own }] of menu.variants.entries()) {
    if (audience.tagId === '' && audience.platform === '' && audience.language === '')
      say(`variants.${index}.audience`, 'noAudience')
    entries(`variants.${index}.entries`, own)
  }
  return problems
}
