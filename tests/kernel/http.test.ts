import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contracts } from '../../server/contracts.ts'
import { PERMISSIONS, ROLE_PERMISSIONS, staffApi } from '../../server/modules/staff/contract.ts'
import type { ApiError } from '../support/http.ts'
import { world, type World } from '../support/world.ts'

let shop: World
beforeAll(async () => {
  shop = await world()
})
afterAll(() => shop.close())

describe('every operation', () => {
  const operations = contracts.flatMap(({ module, operations }) =>
    Object.entries(operations).map(([name, operation]) => ({ name: `${module}.${name}`, ...operation })),
  )

  it('names a permission that exists, and every permission is used and granted', () => {
    const named = new Set(
      operations.filter(({ access }) => access.startsWith('staff:')).map(({ access }) => access.slice('staff:'.length)),
    )
    expect([...named].filter(permission => !(PERMISSIONS as readonly string[]).includes(permission))).toEqual([])
    expect(PERMISSIONS.filter(permission => !named.has(permission))).toEqual([])
    expect(Object.values(ROLE_PERMISSIONS).every(list => list.length > 0)).toBe(true)
  })

  it('has a path of its own, under the prefix of those who may call it', () => {
    const paths = operations.map(({ method, path }) => `${method} ${path}`)
    expect(new Set(paths).size).toBe(paths.length)
    const prefix = {
      public: /^\/(public|shop|admin\/login)/,
      shopper: /^\/shop\//,
      member: /^\/shop\//,
      till: /^\/till\//,
      staff: /^\/admin\//,
    }
    const wrong = operations.filter(
      ({ access, path }) => !prefix[access.startsWith('staff') ? 'staff' : (access as keyof typeof prefix)].test(path),
    )
    expect(wrong.map(({ name }) => name)).toEqual([])
  })

  it('refuses strangers before it looks at anything else', async () => {
    for (const { method, path, access, name } of operations) {
      if (access === 'public') continue
      const reply = await fetch(`${shop.url}/api${path.replaceAll(/:\w+/g, 'x')}`, {
        method,
        ...(method === 'GET' ? {} : { headers: { 'content-type': 'application/json' }, body: '{}' }),
      })
      expect([name, reply.status]).toEqual([name, 401])
      expect(await reply.json()).toMatchObject({
        code: expect.any(String),
        zh: expect.any(String),
        en: expect.any(String),
      })
    }
  })
})

describe('a request', () => {
  it('is told every field that is wrong, in its language', async () => {
    const owner = await shop.as('owner')
    const wrong = owner
      .call(staffApi)
      .create({ body: { username: '!', name: '', role: 'king' as 'owner', stores: { all: true, codes: [] } } })
    await expect(wrong).rejects.toMatchObject({ status: 400, code: 'common.invalidRequest' })
    const { reply } = await wrong.then(
      () => {
        throw new Error('it was accepted')
      },
      (error: ApiError) => error,
    )
    expect((reply['details'] as { fields: { where: string }[] }).fields.map(({ where }) => where)).toEqual(
      expect.arrayContaining(['body.username', 'body.name', 'body.role']),
    )
    const english = await fetch(`${shop.url}/api/admin/me`, { headers: { 'accept-language': 'en' } })
    expect(await english.json()).toMatchObject({ message: 'Please log in', zh: '请先登录' })
  })

  it('with broken or huge JSON is refused cleanly', async () => {
    const post = (body: string): Promise<Response> =>
      fetch(`${shop.url}/api/admin/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    expect((await post('{"oops')).status).toBe(400)
    expect((await post(JSON.stringify({ username: 'x'.repeat(2_000_000) }))).status).toBe(413)
  })

  it('to nowhere is answered in words', async () => {
    const reply = await fetch(`${shop.url}/api/nowhere`)
    expect([reply.status, await reply.json()]).toEqual([404, expect.objectContaining({ code: 'common.noSuchPath' })])
  })

  it('gets the API as OpenAPI 3.1 and as a page', async () => {
    const document = (await (await fetch(`${shop.url}/openapi.json`)).json()) as {
      openapi: string
      paths: Record<string, Record<string, { 'x-access': string }>>
    }
    expect(document.openapi).toBe('3.1.0')
    expect(document.paths['/api/admin/staff/{staffId}']?.['patch']?.['x-access']).toBe('staff:staff.write')
    const page = await fetch(`${shop.url}/docs`)
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('swagger-ui')])
  })
})

describe('a lost neighbour', () => {
  /** A port where somebody listens and hangs up at once. */
  async function deadPort(): Promise<{ port: number; server: Server }> {
    const server = createServer(socket => socket.destroy())
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const at = server.address()
    return { port: typeof at === 'object' && at !== null ? at.port : 0, server }
  }

  it('is answered with 503 and a code, and the shop goes on when it is back', async () => {
    const { createApp } = await import('../../server/app.ts')
    const { openKernel } = await import('../../server/kernel/kernel.ts')
    const { createModules } = await import('../../server/modules.ts')
    const { port, server } = await deadPort()
    for (const [variable, address, code] of [
      ['DATABASE_URL', `mysql://x:y@127.0.0.1:${port}/zg`, 'common.databaseDown'],
      ['REDIS_URL', `redis://127.0.0.1:${port}`, 'common.redisDown'],
    ] as const) {
      const open = openKernel({ ...shop.config, [variable]: address }, 'test', { log: shop.kernel.log })
      const modules = createModules(open.kernel)
      const app = createApp(open.kernel, modules.all, modules.authenticators).listen(0, '127.0.0.1')
      await new Promise(resolve => app.once('listening', resolve))
      const at = app.address()
      const reply = await fetch(
        `http://127.0.0.1:${typeof at === 'object' && at !== null ? at.port : 0}/api/admin/login`,
        {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"username":"a","password":"b"}',
        },
      )
      expect([reply.status, reply.headers.get('retry-after'), await reply.json()]).toEqual([
        503,
        '2',
        expect.objectContaining({ code }),
      ])
      app.closeAllConnections()
      app.close()
      open.kernel.redis.disconnect()
      await open.database.close()
      await open.queues.close().catch(() => undefined)
    }
    server.close()
  })
})
