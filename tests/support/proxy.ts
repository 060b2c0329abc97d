import { createServer, connect, type Socket } from 'node:net'

/** A cable between the shop and a server, which can be pulled and plugged in again. */
export interface Cable {
  /** The given address with the cable's own host and port. */
  readonly url: string
  /** Cuts every connection and lets no new one through. */
  pull(): void
  plug(): void
  close(): Promise<void>
}

/** Hands a piece on after a while; nothing overtakes it, for the sender waits. */
async function late(from: Socket, to: Socket, piece: Buffer, ms: number): Promise<void> {
  from.pause()
  await new Promise(resolve => setTimeout(resolve, ms))
  if (!to.destroyed) to.write(piece)
  from.resume()
}

/**
 * Lays a cable to the server of an address such as mysql://… or redis://…; each piece that comes back takes up to
 * `slowBy` ms longer, so that who reads before writing has time to be wrong.
 */
export async function cableTo(address: string, { slowBy = 0 }: { slowBy?: number } = {}): Promise<Cable> {
  const target = new URL(address)
  const sockets = new Set<Socket>()
  let plugged = true
  const server = createServer(near => {
    if (!plugged) {
      near.destroy()
      return
    }
    const far = connect(Number(target.port), target.hostname)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.on('error', () => undefined)
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
    near.pipe(far)
    if (slowBy === 0) far.pipe(near)
    else far.on('data', piece => void late(far, near, piece, Math.random() * slowBy))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const at = server.address()
  const url = new URL(address)
  url.hostname = '127.0.0.1'
  url.port = String(typeof at === 'object' && at !== null ? at.port : 0)
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: url.toString(),
    pull() {
      plugged = false
      cut()
    },
    plug() {
      plugged = true
    },
    async close() {
      cut()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
