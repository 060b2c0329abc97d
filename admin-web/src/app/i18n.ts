import { createI18n } from 'vue-i18n'
import { en, zh } from './words.ts'

export const languages = ['zh-CN', 'en'] as const
export type Language = (typeof languages)[number]

/** The dictionaries of all rooms, Chinese first; nothing falls back silently, a test keeps both complete. */
export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN',
  fallbackLocale: 'zh-CN',
  messages: { 'zh-CN': zh, en },
})
