import { defineStore } from 'pinia'
import type { Language } from './i18n.ts'

type Theme = 'light' | 'dark' | 'system'
interface Preferences {
  language: Language
  theme: Theme
  railOpen: boolean
  columns: Record<string, string[]>
}

const key = 'zg.preferences'

function kept(): Partial<Preferences> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '{}')
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

/** How this person likes the admin, kept in this browser only. */
export const usePreferences = defineStore('preferences', {
  state: (): Preferences => ({ language: 'zh-CN', theme: 'system', railOpen: true, columns: {}, ...kept() }),
  actions: {
    save() {
      localStorage.setItem(key, JSON.stringify(this.$state))
    },
    /** Which columns a list shows; null = as it comes. */
    setColumns(list: string, keys: string[] | null) {
      const { [list]: _, ...others } = this.columns
      this.columns = keys === null ? others : { ...others, [list]: keys }
      this.save()
    },
    set(change: Partial<Preferences>) {
      Object.assign(this, change)
      this.save()
    },
  },
})

/** Puts theme and language on the document, now and whenever they change. */
export function applyPreferences(
  preferences: ReturnType<typeof usePreferences>,
  speak: (language: Language) => void,
): void {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const apply = (): void => {
    const isDark = preferences.theme === 'dark' || (preferences.theme === 'system' && dark.matches)
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light'
    document.documentElement.lang = preferences.language
    speak(preferences.language)
  }
  dark.addEventListener('change', apply)
  preferences.$subscribe(apply)
  apply()
}
