import type { Redis } from 'ioredis'

/** Jobs of every queue under a prefix: ready (waiting or running) and put off; schedules are not counted. */
export async function queuedJobs(redis: Redis, prefix: string): Promise<{ ready: number; delayed: number }> {
  const queues = new Set<string>()
  for await (const keys of redis.scanStream({ match: `{${prefix}}:*:meta`, count: 1000 })) {
    if (Array.isArray(keys)) for (const key of keys) queues.add(String(key).slice(0, -':meta'.length))
  }
  let [ready, delayed] = [0, 0]
  for (const queue of queues) {
    for (const list of ['wait', 'active', 'paused']) ready += await redis.llen(`${queue}:${list}`)
    ready += await redis.zcard(`${queue}:prioritized`)
    delayed += (await redis.zrange(`${queue}:delayed`, '0', '-1')).filter(id => !id.startsWith('repeat:')).length
  }
  return { ready, delayed }
}
