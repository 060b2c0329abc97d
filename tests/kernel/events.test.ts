import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { inTransaction } from '../../server/kernel/db.ts'
import { event, on, publish, publishAll, type Handler } from '../../server/kernel/events/event.ts'
import { createRelay, purgeOutbox, type Delivery } from '../../server/kernel/events/relay.ts'
import { createQueues } from '../../server/kernel/jobs/queues.ts'
import { createRuntime } from '../../server/kernel/jobs/runtime.ts'
import { createQueueRedis } from '../../server/kernel/redis.ts'
import { world, type World } from '../support/world.ts'

const sold = event('shop.sold', z.object({ n: z.int() }))
let shop: World
beforeEach(async () => {
  shop = await world()
})
afterEach(() => shop.close())

/** A worker process of its own over the shop's database, with the given reactions. */
function worker(handlers: readonly Handler[]) {
  const { config, kernel } = shop
  const connection = createQueueRedis(config.REDIS_URL)
  const queues = createQueues(connection, config.REDIS_PREFIX)
  const runtime = createRuntime({
    db: kernel.db,
    queues,
    connection,
    prefix: config.REDIS_PREFIX,
    handlers,
    jobs: [],
    zone: 'UTC',
    log: kernel.log,
    schedules: false,
  })
  return {
    runtime,
    queues,
    close: async () => {
      await runtime.stop()
      await queues.close()
      connection.disconnect()
    },
  }
}

describe('the outbox', () => {
  it('holds an event if and only if its transaction commits', async () => {
    await expect(
      inTransaction(shop.db, async tx => {
        await publish(tx, sold, { n: 1 })
        throw new Error('rolled back')
      }),
    ).rejects.toThrow('rolled back')
    await inTransaction(shop.db, tx => publish(tx, sold, { n: 2 }))
    const rows = await shop.db.selectFrom('outbox').select('payloadJson').execute()
    expect(rows.map(row => JSON.parse(row.payloadJson) as unknown)).toEqual([{ n: 2 }])
  })

  it('brings every event to every reaction, with two relays at work', async () => {
    const seen = new Map<string, number>()
    const count = (name: string) =>
      on(sold, name, ({ n }) => {
        seen.set(`${name}:${n}`, (seen.get(`${name}:${n}`) ?? 0) + 1)
        return Promise.resolve()
      })
    const handlers = [count('a.count'), count('b.count')]
    const [one, two] = [worker(handlers), worker(handlers)]
    await inTransaction(shop.db, tx =>
      publishAll(
        tx,
        sold,
        Array.from({ length: 700 }, (_, n) => ({ n })),
      ),
    )
    await Promise.all([one.runtime.start(), two.runtime.start()])
    await one.runtime.drain()
    await Promise.all([one.close(), two.close()])
    expect(seen.size).toBe(1_400)
    expect([...seen.values()].every(times => times === 1)).toBe(true)
  })

  it('tries a reaction again until it succeeds', async () => {
    let tries = 0
    const flaky = on(sold, 'flaky.try', () => (++tries < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve()))
    const one = worker([flaky])
    await inTransaction(shop.db, tx => publish(tx, sold, { n: 1 }))
    await one.runtime.start()
    await expect.poll(() => tries, { timeout: 15_000 }).toBe(3)
    await expect.poll(async () => (await shop.db.selectFrom('outbox_done').select('handler').execute()).length).toBe(1)
    await one.close()
  })
})

it('a reaction that was given up is tried again by the sweep, and succeeds when its fault is mended', async () => {
  let broken = true
  const handlers = [on(sold, 'mended.try', () => (broken ? Promise.reject(new Error('a fault')) : Promise.resolve()))]
  const one = worker(handlers)
  await inTransaction(shop.db, tx => publish(tx, sold, { n: 1 }))
  await one.runtime.start()
  const queue = one.queues.get('events')
  await expect.poll(async () => (await queue.getDelayed()).length, { timeout: 10_000 }).toBe(1)
  // As if all its tries were used up.
  const [waiting] = await queue.getDelayed()
  await waiting?.remove()
  await queue.add('mended.try', waiting?.data, { jobId: String(waiting?.id), attempts: 1 })
  await expect.poll(() => queue.getFailedCount(), { timeout: 10_000 }).toBe(1)
  broken = false
  await one.runtime.relay.sweep(-1_000)
  await expect
    .poll(async () => (await shop.db.selectFrom('outbox_done').select('handler').execute()).length, { timeout: 10_000 })
    .toBe(1)
  await one.close()
})

describe('the relay', () => {
  it('gives its claim back when the queue is away, and loses nothing', async () => {
    const handlers = [on(sold, 'a.x', () => Promise.resolve())]
    const broken = createRelay(shop.db, handlers, {
      deliver: () => Promise.reject(new Error('queue away')),
      revive: () => Promise.resolve(),
    })
    await inTransaction(shop.db, tx => publishAll(tx, sold, [{ n: 1 }, { n: 2 }]))
    await expect(broken.once()).rejects.toThrow('queue away')
    expect(await broken.waiting()).toBe(2)
    const got: Delivery[] = []
    const whole = createRelay(shop.db, handlers, {
      deliver: deliveries => {
        got.push(...deliveries)
        return Promise.resolve()
      },
      revive: () => Promise.resolve(),
    })
    expect(await whole.once()).toBe(2)
    expect(got.map(delivery => delivery.payload)).toEqual([{ n: 1 }, { n: 2 }])
  })

  it('hands over again what a wiped queue has forgotten, but never what is done', async () => {
    const handlers = [on(sold, 'a.x', () => Promise.resolve()), on(sold, 'b.x', () => Promise.resolve())]
    let got: Delivery[] = []
    const relay = createRelay(shop.db, handlers, {
      deliver: deliveries => {
        got.push(...deliveries)
        return Promise.resolve()
      },
      revive: () => Promise.resolve(),
    })
    await inTransaction(shop.db, tx => publish(tx, sold, { n: 1 }))
    await relay.once()
    const outboxId = got[0]?.outboxId ?? 0
    await relay.done(outboxId, 'a.x')
    got = []
    await relay.sweep(-1_000)
    expect(got.map(delivery => delivery.handler)).toEqual(['b.x'])
    await relay.done(outboxId, 'b.x')
    got = []
    await relay.sweep(-1_000)
    expect(got).toEqual([])
    expect(await relay.sweep(-1_000)).toBe(0)
    expect(await purgeOutbox(shop.db, new Date(Date.now() + 60_000))).toBe(1)
  })
})
