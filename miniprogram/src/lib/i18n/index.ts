import { store, stored } from '../storage.ts'
import { en } from './en.ts'
import { zh, type Dictionary } from './zh.ts'

export type { Dictionary } from './zh.ts'

/** A language of the screens. */
export type Language = 'zh' | 'en'

let current: Language | null = null

/** The language of the screens: the one chosen by hand, else the phone's; Chinese when neither says English. */
export function language(): Language {
  current ??= stored('language') ?? (wx.getAppBaseInfo().language.startsWith('en') ? 'en' : 'zh')
  return current
}

/** Chooses a language by hand. Pages take their words anew in onShow. */
export function chooseLanguage(chosen: Language): void {
  current = chosen
  store('language', chosen)
  wordTabs()
}

/** The words in the current language. */
export function words(): Dictionary {
  return language() === 'en' ? en : zh
}

/** Puts values in the place of {name}. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

/** Of something in both languages, a text or a page's own words, the current one. */
export function inLanguage<T>(text: { zh: T; en: T }): T {
  return text[language()]
}

/** Writes the tab bar in the current language. */
export function wordTabs(): void {
  const { tabs } = words()
  ;[tabs.code, tabs.receipts, tabs.wallet, tabs.help, tabs.me].forEach((text, index) => {
    wx.setTabBarItem({ index, text, fail: () => {} })
  })
}
