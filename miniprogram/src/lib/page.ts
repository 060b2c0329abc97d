import { messageOf } from '../api/request.ts'
import { paintTabs, shopFace, skin } from './brand.ts'
import { language, words, type Dictionary } from './i18n/index.ts'

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

/** Gives a page its words and its title in the current language. Call it in onLoad; on tabs in onShow. */
export function dress(page: AnyPage, section: keyof Dictionary): void {
  const t = words()[section]
  page.setData({ t, common: words().common, skin: skin(), ...shopFace() })
  paintTabs()
  if ('title' in t && typeof t.title === 'string') void wx.setNavigationBarTitle({ title: t.title })
}

/** Gives a page of a further package its own words, in the current language; the first word of the page is its title. */
export function dressWith<T extends { title: string }>(page: AnyPage, own: { zh: T; en: T }): void {
  const t = own[language()]
  page.setData({ t, common: words().common, skin: skin(), ...shopFace() })
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
