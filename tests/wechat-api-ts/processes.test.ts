import { type ChildProcess, spawn } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { afterEach, expect, it } from 'vitest'

// oxlint-disable-next-line node/no-process-env
const redisUrl = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'
const redis = new Redis(redisUrl, { lazyConnect: true })
const prefix = `wxprocs-${process.pid}-${Date.now()}`
const children: ChildProcess[] = []
let server: Server | null = null

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  server?.closeAllConnections()
  server?.close()
  const keys = await redis.keys(`${prefix}*`)
  if (keys.length > 0) await redis.del(...keys)
  redis.disconnect()
})

/** WeChat, which takes only the newest token; `kill` ends it. */
const wechat = async () => {
  const seen = { asked: 0, forced: 0, sent: 0, refused: 0 }
  let newest = ''
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      if (request.url?.startsWith('/cgi-bin/stable_token')) {
        seen.asked++
        if (body.includes('"force_refresh":true')) seen.forced++
        newest = `t${seen.asked}`
        return void setTimeout(() => response.end(JSON.stringify({ access_token: newest, expires_in: 7200 })), 50)
      }
      const good = new URL(request.url ?? '', 'http://x').searchParams.get('access_token') === newest
      seen[good ? 'sent' : 'refused']++
      response.end(good ? '{"errcode":0,"msgid":1}' : '{"errcode":42001,"errmsg":"access_token expired"}')
    })
  })
  await new Promise<void>(resolve => server?.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { url: `http://127.0.0.1:${address.port}`, seen, kill: () => (newest = 'killed') }
}

const lineOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    child.stdout?.once('data', (text: Buffer) => resolve(text.toString().trim()))
    child.once('exit', code => reject(new Error(`the process ended with ${code}`)))
  })

const start = async (url: string, callers: number): Promise<ChildProcess> => {
  const file = fileURLToPath(new URL('support/caller.ts', import.meta.url))
  const child = spawn(process.execPath, [file, url, redisUrl, prefix, String(callers)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  children.push(child)
  expect(await lineOf(child)).toBe('ready')
  return child
}

it('50 callers in 3 processes ask for one token, and for one more when it is killed', async () => {
  const { url, seen, kill } = await wechat()
  const processes = await Promise.all([17, 17, 16].map(callers => start(url, callers)))
  const round = () =>
    Promise.all(
      processes.map(child => {
        const line = lineOf(child)
        child.stdin?.write('go\n')
        return line
      }),
    )
  expect(await round()).toEqual(['17', '17', '16'])
  expect(seen).toEqual({ asked: 1, forced: 0, sent: 50, refused: 0 })

  kill()
  await round()
  expect(seen).toEqual({ asked: 2, forced: 0, sent: 100, refused: 50 })
}, 120_000)
