import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'

// The other side of the simulator, in a process of its own: a shop that acknowledges every push, and sends on demand.

/** What the measurement asks of the shop. */
export interface Order {
  readonly url: string
  readonly openids: readonly string[]
  readonly count: number
}

const agent = new Agent({ keepAlive: true, maxSockets: 32 })

const send = (url: string, body: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const call = request(url, { method: 'POST', agent, headers }, response => {
      let text = ''
      response.on('data', (part: Buffer) => (text += part.toString()))
      response.on('end', () => resolve(text))
    })
    call.on('error', reject)
    call.end(body)
  })

const sendAll = async ({ url, openids, count }: Order): Promise<number> => {
  let next = 0
  let refused = 0
  const data = {
    thing1: { value: '滨江路社区店' },
    number2: { value: '86' },
    number3: { value: '1286' },
    time4: { value: '2026-11-21 18:05' },
  }
  const lane = async (): Promise<void> => {
    while (next < count) {
      const at = next++
      const touser = openids[at % openids.length]
      const body = { touser, template_id: 'tmpl_points_arrived', client_msg_id: `k${at}`, data }
      if (!(await send(url, JSON.stringify(body))).includes('"errcode":0')) refused++
    }
  }
  await Promise.all(Array.from({ length: 32 }, lane))
  return refused
}

const server = createServer((incoming, response) => {
  incoming.resume()
  incoming.on('end', () => response.end('success'))
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
process.on('message', (order: Order) => void sendAll(order).then(refused => process.send?.({ refused })))
