import { messageOf } from '../api/request.ts'
import { paintTabs, shopFace, skin } from './brand.ts'
import { language, words, type Dictionary } from './i18n/index.ts'
import { stored } from './storage.ts'

interface AnyPage {
  setData(data: Record<string, unknown>): void
}

interface LoadingPage extends AnyPage {
  data: { screen: string }
}

/** Says something short in the middle of the screen. */
export function say(text: string, duration = 2000): void {
  void wx.showToast({ title: text, icon: 'none', duration })
}

/**
 * Asks before what costs something or is not easily undone; true = go on. The button says the act, in at most four letters
 * in any language: with more the phone shows nothing at all.
 */
export async function ask(act: string, content: string, title = ''): Promise<boolean> {
  const { confirm } = await wx.showModal({ title, content, confirmText: act, cancelText: words().common.back })
  return confirm
}

// What every page is given beside its own words; `large` is 长辈版, which pages take as a class.
const looks = () => ({ common: words().common, skin: skin(), large: stored('large') ?? false, ...shopFace() })

/** Puts on the page in one sentence what a figure means: the tap of an element with `data-of`. A second tap takes it away. */
export function tellMeaning(
  page: AnyPage & { data: { meaning: string } },
  { currentTarget }: WechatMiniprogram.TouchEvent,
): void {
  const { of } = currentTarget.dataset as { of: keyof Dictionary['points']['meaning'] }
  const text = words().points.meaning[of]
  page.setData({ meaning: page.data.meaning === text ? '' : text })
}

/** Gives a page its words and its title in the current language. Call it in onLoad; on tabs in onShow. */
export function dress(page: AnyPage, section: keyof Dictionary): void {
  const t = words()[section]
  page.setData({ t, ...looks() })
  paintTabs()
  if ('title' in t && typeof t.title === 'string') void wx.setNavigationBarTitle({ title: t.title })
}

/** Gives a page of a further package its own words, in the current language; the first word of the page is its title. */
export function dressWith<T extends { title: string }>(page: AnyPage, own: { zh: T; en: T }): void {
  const t = own[language()]
  page.setData({ t, ...looks() })
  void wx.setNavigationBarTitle({ title: t.title })
}

/** Runs what fills a page. A failure becomes the page's error state; on a page that shows something already it is only said. */
export async function loading(page: LoadingPage, load: () => Promise<void>): Promise<void> {
  if (page.data.screen === 'failed') page.setData({ screen: 'loading' })
  try {
    await load()
  } catch (error) {
    if (page.data.screen === 'ready') say(messageOf(error))
    else page.setData({ screen: 'failed', problem: messageOf(error) })
  }
}
