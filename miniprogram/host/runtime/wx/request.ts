import { phone } from '../phone.ts'
import { fail, type Callbacks } from './callbacks.ts'

interface RequestOptions extends Callbacks {
  url: string
  method?: string
  data?: unknown
  header?: Record<string, string>
  timeout?: number
}

// The package holds the address of the real shop; on this phone `?api=` says where that shop is.
/** Where a call of the package really goes. */
export function address(url: string): URL {
  const built = new URL(url, location.href)
  if (phone.api === null) return built
  const path = built.pathname.replace(/^.*?\/api(?=\/)/, '/api')
  return new URL(phone.api.replace(/\/(api\/?)?$/, '') + path + built.search, location.href)
}

// What the real wx.request takes; PATCH is not among them.
const methods = ['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'CONNECT']

/** wx.request on top of fetch. */
export function request(options: RequestOptions): { abort: () => void } {
  const method = (options.method ?? 'GET').toUpperCase()
  if (!methods.includes(method)) {
    void fail(options, 'request', `method ${method} is not supported`)
    return { abort: () => {} }
  }
  const url = address(options.url)
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), options.timeout ?? 60_000)
  const inQuery = method === 'GET' || method === 'DELETE'
  if (inQuery && options.data !== null && typeof options.data === 'object') {
    for (const [key, value] of Object.entries(options.data)) url.searchParams.set(key, String(value))
  }
  const body = inQuery || options.data === undefined ? undefined : JSON.stringify(options.data)
  void fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...options.header },
    signal: controller.signal,
    ...(body === undefined ? {} : { body }),
  })
    .then(async reply => {
      const result = {
        statusCode: reply.status,
        data: parse(await reply.text()),
        header: Object.fromEntries(reply.headers),
        errMsg: 'request:ok',
      }
      options.success?.(result)
      options.complete?.(result)
    })
    .catch((error: unknown) => {
      const result = { errMsg: `request:fail ${String(error)}` }
      options.fail?.(result)
      options.complete?.(result)
    })
    .finally(() => clearTimeout(timer))
  return { abort: () => controller.abort() }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
