import { Agent, request } from 'node:http'

/** How one delivery ended; status 0 = nobody answered. */
export interface Delivery {
  status: number
  body: string
}

const agent = new Agent({ keepAlive: true, maxSockets: 64, scheduling: 'lifo' })

/** Calls the product; never throws. WeChat waits five seconds (wechat-protocol §1.4). */
export const post = (
  url: string,
  method: 'GET' | 'POST',
  contentType: string,
  body: string,
  timeoutMs: number,
  more: Record<string, string> = {},
): Promise<Delivery> =>
  new Promise(resolve => {
    const nobody = (): void => resolve({ status: 0, body: '' })
    const headers =
      method === 'GET' ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(body), ...more }
    const call = request(url, { method, agent, headers }, response => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (text += part))
      response.on('error', nobody)
      response.on('end', () => {
        clearTimeout(timer)
        resolve({ status: response.statusCode ?? 0, body: text })
      })
    })
    const timer = setTimeout(() => call.destroy(new Error('timeout')), timeoutMs)
    call.on('error', () => {
      clearTimeout(timer)
      nobody()
    })
    call.end(method === 'GET' ? undefined : body)
  })
