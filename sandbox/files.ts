import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import path from 'node:path'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
}

/** The static pages: the phone at `/`, the till at `/till`, the journal at `/journal`. */
export interface Files {
  /** False when there is no such file. */
  send: (urlPath: string, response: ServerResponse) => Promise<boolean>
}

const folders: Record<string, string> = { phone: 'phone', till: 'till', journal: 'journal' }

/** Serves `phone/`, `till/` and `journal/` beside this file; read anew each time, so that a change needs no restart. */
export const pages = (): Files => ({
  send: async (urlPath, response) => {
    const parts = urlPath.split('/').filter(part => part !== '')
    const first = parts[0] ?? 'phone'
    const folder = folders[first]
    const file = parts.length <= 1 ? 'index.html' : (parts[1] ?? '')
    if (folder === undefined || parts.length > 2 || !/^[\w-]+\.(html|css|js|svg|png)$/.test(file)) return false
    // A page without its trailing slash would look for its own files in the wrong folder.
    if (parts.length === 1 && !urlPath.endsWith('/')) {
      response.writeHead(302, { location: `/${first}/` }).end()
      return true
    }
    try {
      const content = await readFile(path.join(import.meta.dirname, folder, file))
      response.writeHead(200, {
        'content-type': types[path.extname(file)] ?? 'text/plain',
        'cache-control': 'no-cache',
      })
      response.end(content)
      return true
    } catch {
      return false
    }
  },
})
