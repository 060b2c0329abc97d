declare module 'co-wechat' {
  import type { Middleware } from 'koa'
  /** Koa middleware for WeChat's callback; an empty answer of `handle` is an empty body. */
  export default function coWechat(config: { token: string; appid: string; encodingAESKey: string }): {
    middleware(handle: (message: Record<string, unknown>) => Promise<unknown>): Middleware
  }
}
