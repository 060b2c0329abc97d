import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createRedis } from '../../server/kernel/redis.ts'
import { freePort } from '../../scripts/services/ports.ts'
import { lanes, openModules } from '../loyalty/shop.ts'
import type { Shop } from '../shop.ts'
import { memberOf, openOffer, tapOf } from './offer.ts'

/** The program that scripts/services has found or installed for this measurement; elsewhere the one of the system. */
const OWN = path.join(import.meta.dirname, '../../.local/bench/redis/redis-server')
const REDIS = existsSync(OWN) ? OWN : 'redis-server'

/** A Redis of our own, so that it can be killed; it keeps its file as a shop's would. */
async function killableRedis() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'zg-rush-'))
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}/0`
  let child: ChildProcess | undefined
  const answers = async (): Promise<boolean> => {
    const probe = createRedis(url)
    const isUp = await probe.ping().then(
      said => said === 'PONG',
      () => false,
    )
    probe.disconnect()
    return isUp
  }
  async function start(): Promise<void> {
    child = spawn(
      REDIS,
      [
        '--port',
        String(port),
        '--dir',
        folder,
        '--appendonly',
        'yes',
        '--save',
        '',
        '--maxmemory-policy',
        'noeviction',
      ],
      { stdio: 'ignore' },
    )
    while (!(await answers())) await new Promise(resolve => setTimeout(resolve, 50))
  }
  async function kill(): Promise<void> {
    const gone = new Promise(resolve => child?.once('exit', resolve))
    child?.kill('SIGKILL')
    await gone
  }
  await start()
  return {
    url,
    start,
    kill,
    async close() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/**
 * So many shoppers at once at a hot offer of as many coupons: let in by the gate, settled by a jobs process of its own,
 * Redis killed when half of them have asked and started again a moment later. Whoever was queued asks until the coupon is
 * there, as a phone does; measured from the first claim to the last durable row.
 */
export async function rush(shop: Shop, count: number) {
  const redis = await killableRedis()
  const env = { REDIS_URL: redis.url, REDIS_PREFIX: 'zgrush' }
  const { kernel, modules, close } = openModules({ env: { ...shop.env, ...env } }, 16)
  const offer = await openOffer(kernel, count, true)
  const jobs = await shop.start('jobs/main.ts', async () => (await kernel.redis.keys('*claims*')).length >= 0, env)
  // The jobs process has said nothing yet: the first sweep tells that it works.
  while ((await kernel.redis.keys('*{zgrush}:claims:*')).length === 0) await new Promise(done => setTimeout(done, 50))

  const told = new Map<number, string>()
  let kills = 0
  const started = performance.now()
  const asked = await lanes(count, 128, async n => {
    if (n === Math.floor(count / 2)) {
      kills += 1
      void redis.kill().then(() => redis.start())
    }
    told.set(n, (await modules.coupons.claim(memberOf(n), offer.offerId, tapOf(n))).is)
  })
  // Phones ask what became of theirs, and claim anew where nobody knows.
  const open = [...told].flatMap(([n, is]) => (is === 'claimed' ? [] : [n]))
  const deadline = performance.now() + 120_000
  const over = new AbortController()
  const phones = lanes(open.length, 8, async at => {
    const n = open[at] ?? 0
    while (!over.signal.aborted) {
      const { is } = await modules.coupons.claimStatus(memberOf(n), offer.offerId, tapOf(n))
      if (is === 'claimed') return
      if (is === 'again') await modules.coupons.claim(memberOf(n), offer.offerId, tapOf(n))
      else await new Promise(done => setTimeout(done, 500))
    }
  })
  // The counter is raised in the transaction of the rows: when it is there, the rows are durable.
  let seen = await offer.claimed()
  for (; seen < count && performance.now() < deadline; seen = await offer.claimed())
    await new Promise(done => setTimeout(done, 20))
  const seconds = (performance.now() - started) / 1000
  over.abort()
  await phones
  const yes = [...told].flatMap(([n, is]) => (is === 'claimed' ? [n] : []))
  const rows = await kernel.db
    .selectFrom('coupon')
    .select('memberId')
    .where('templateId', '=', offer.templateId)
    .execute()
  const holders = new Set(rows.map(({ memberId }) => memberId))
  const { isExact } = await offer.sold()
  await close()
  jobs.kill('SIGTERM')
  await new Promise(done => jobs.once('exit', done))
  await redis.close()
  return {
    perSecond: seen / seconds,
    admittedPerSecond: count / asked.seconds,
    kills,
    stock: count,
    coupons: seen,
    leftWithout: yes.filter(n => !holders.has(memberOf(n))).length,
    isExact,
  }
}
