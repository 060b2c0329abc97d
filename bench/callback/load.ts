import { connect, type Socket } from 'node:net'

/** What came of a run: how long it took and how often each status was answered. */
export interface Load {
  seconds: number
  statuses: Map<number, number>
}

/** Sends ready-made HTTP/1.1 requests over `width` kept connections, one at a time on each, and reads every answer. */
export async function load(port: number, requests: readonly Buffer[], width: number): Promise<Load> {
  const statuses = new Map<number, number>()
  let next = 0
  const started = performance.now()
  const lane = async (): Promise<void> => {
    const socket = connect(port, '127.0.0.1').setNoDelay(true)
    for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
      const status = await exchange(socket, request)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
    socket.destroy()
  }
  await Promise.all(Array.from({ length: width }, lane))
  return { seconds: (performance.now() - started) / 1000, statuses }
}

/** One request; fulfils with the status when the body (by content-length) is whole. */
function exchange(socket: Socket, request: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = ''
    const done = (act: () => void): void => {
      socket.off('data', read)
      socket.off('error', fail)
      socket.off('close', closed)
      act()
    }
    const read = (chunk: Buffer): void => {
      text += chunk.toString('latin1')
      const head = text.indexOf('\r\n\r\n')
      if (head < 0) return
      const length = Number(/content-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? 0)
      if (text.length >= head + 4 + length) done(() => resolve(Number(text.slice(9, 12))))
    }
    const fail = (error: Error): void => done(() => reject(error))
    const closed = (): void => done(() => reject(new Error(`closed after ${JSON.stringify(text)}`)))
    socket.on('data', read)
    socket.on('error', fail)
    socket.on('close', closed)
    socket.write(request)
  })
}
