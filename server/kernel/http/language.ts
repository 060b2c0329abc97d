import type { Context } from 'koa'

/** The languages of every text that a person reads. */
export type Language = 'zh' | 'en'

/** The language that a request asks for; Chinese when it does not say. */
export const languageOf = (ctx: Context): Language => (ctx.acceptsLanguages('zh', 'en') === 'en' ? 'en' : 'zh')
