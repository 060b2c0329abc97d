import type { ServerResponse } from 'node:http'

/** Server-sent events: who looks at whose phone. */
export interface Live {
  /** Adds a listener for one person, or for everybody (`*`). */
  join: (personId: string, response: ServerResponse) => void
  tell: (personId: string, event: string, data: unknown) => void
  close: () => void
}

/** A hub without memory: what is told while nobody listens is only in the state. */
export const createLive = (): Live => {
  const listeners = new Map<string, Set<ServerResponse>>()
  const write = (key: string, text: () => string): void => {
    const set = listeners.get(key)
    if (set === undefined || set.size === 0) return
    const line = text()
    for (const response of set) response.write(line)
  }
  return {
    join: (personId, response) => {
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-cache',
        'access-control-allow-origin': '*',
      })
      response.write(': hello\n\n')
      const set = listeners.get(personId) ?? new Set()
      set.add(response)
      listeners.set(personId, set)
      response.on('close', () => set.delete(response))
    },
    tell: (personId, event, data) => {
      // A campaign tells thousands while nobody looks: that must cost nothing.
      if (listeners.size === 0) return
      write(personId, () => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
      write('*', () => `event: ${event}\ndata: ${JSON.stringify({ personId, ...(data as object) })}\n\n`)
    },
    close: () => {
      for (const set of listeners.values()) for (const response of set) response.end()
    },
  }
}
