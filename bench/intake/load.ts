import { connect, type Socket } from 'node:net'

/** What came of a run: how long it took, how often each status was answered, and how long each answer took. */
export interface Load {
  seconds: number
  statuses: Map<number, number>
  /** Milliseconds from when a request was due (or sent, without a rate) to its answer, sorted. */
  waits: number[]
}

/**
 * Sends ready-made HTTP/1.1 requests over `width` kept connections, one at a time on each, and reads every answer. With
 * `rate` so many a second are due, evenly, and a request that has to wait for a connection waits on the clock.
 */
export async function load(port: number, requests: readonly Buffer[], width: number, rate = Infinity): Promise<Load> {
  const statuses = new Map<number, number>()
  const waits: number[] = []
  let next = 0
  const started = performance.now()
  const lane = async (): Promise<void> => {
    const socket = connect(port, '127.0.0.1').setNoDelay(true)
    for (;;) {
      const index = next++
      const request = requests[index]
      if (request === undefined) break
      const due = rate === Infinity ? performance.now() : started + (index * 1000) / rate
      const early = due - performance.now()
      if (early > 0) await new Promise(resolve => setTimeout(resolve, early))
      const status = await exchange(socket, request)
      waits.push(performance.now() - due)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
    socket.destroy()
  }
  await Promise.all(Array.from({ length: width }, lane))
  return { seconds: (performance.now() - started) / 1000, statuses, waits: waits.sort((one, other) => one - other) }
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
