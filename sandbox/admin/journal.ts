import type { World } from '../state/world.ts'
import type { AdminRoute } from './routes.ts'

const names = ['kind', 'appId', 'path', 'contains'] as const
const mostNewest = 1000
const mostOfPage = 10_000

/** `/__sim/journal`: every exchange, to assert on and to read at `/journal` (wechat-protocol §7.2, 11). */
export const journalRoutes = (world: World): AdminRoute[] => [
  {
    method: 'GET',
    path: '/__sim/journal',
    run: ({ query }) => {
      const wanted = {
        ...Object.fromEntries(names.flatMap(name => (query.has(name) ? [[name, query.get(name) ?? '']] : []))),
        ...(query.has('failed') ? { failed: true } : {}),
      }
      const newest = query.get('newest')
      if (newest !== null) {
        const before = Number(query.get('before') ?? Infinity)
        const entries = world.journal.newest(Math.min(Number(newest), mostNewest), { ...wanted, before })
        return { json: { entries, next: null } }
      }
      const after = Number(query.get('after') ?? 0)
      if (query.has('count')) return { json: { count: world.journal.count({ ...wanted, after }) } }
      const limit = Math.min(Number(query.get('limit') ?? 100), mostOfPage)
      return { json: world.journal.read({ ...wanted, after, limit }) }
    },
  },
  {
    method: 'DELETE',
    path: '/__sim/journal',
    run: () => {
      world.journal.clear()
      return { json: { ok: true } }
    },
  },
]
