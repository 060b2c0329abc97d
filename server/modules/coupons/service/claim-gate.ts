import { z } from 'zod'
import type { Kernel } from '../../../kernel/module.ts'
import { redisScript } from '../../../kernel/redis.ts'
import type { ClaimItem, ClaimOutcome } from './claim-settle.ts'

/** What the gate says: it waits in the queue, or why it is not let in. `cold`: the gate does not know how many there are. */
export type GateAnswer = 'queued' | 'soldOut' | 'limit' | 'cold'

/** Claims of a queue that are settled in one transaction. */
const RUN = 1000
/** How long what a gate knows is kept after the last claim, in ms; the truth is in the database all the while. */
const KEEP = 6 * 3_600_000

// KEYS room, members, keys, queue. ARGV now, member, key, limit, keep.
// A repeat of a key gets the same answer; what is let in is counted and queued in the same stroke.
const admitOne = redisScript(`
local known = redis.call('HGET', KEYS[3], ARGV[3])
if known then return {known, 0} end
local room = redis.call('HMGET', KEYS[1], 'left', 'until')
if not room[1] or (room[2] ~= '' and tonumber(ARGV[1]) >= tonumber(room[2])) then return {'cold', 0} end
if tonumber(redis.call('HGET', KEYS[2], ARGV[2]) or '0') >= tonumber(ARGV[4]) then return {'limit', 0} end
if tonumber(room[1]) <= 0 then return {'soldOut', 0} end
redis.call('HINCRBY', KEYS[1], 'left', -1)
redis.call('HINCRBY', KEYS[2], ARGV[2], 1)
redis.call('HSET', KEYS[3], ARGV[3], 'queued')
redis.call('XADD', KEYS[4], '*', 'm', ARGV[2], 'k', ARGV[3])
local length = redis.call('XLEN', KEYS[4])
if length % 50 == 1 then
  for i = 1, 4 do redis.call('PEXPIRE', KEYS[i], ARGV[5]) end
end
return {'queued', length}`)

// KEYS room, queue. ARGV room, until, keep. What is queued has not been counted by the database yet.
const primeRoom = redisScript(`
redis.call('HSET', KEYS[1], 'left', math.max(0, tonumber(ARGV[1]) - redis.call('XLEN', KEYS[2])), 'until', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`)

// KEYS members, keys, queue. ARGV n, then ids; then per refused claim member and key; keys of all.
const takeSettled = redisScript(`
local n = tonumber(ARGV[1])
for i = 0, n - 1 do
  local at = 2 + i * 4
  redis.call('XDEL', KEYS[3], ARGV[at])
  redis.call('HDEL', KEYS[2], ARGV[at + 2])
  if ARGV[at + 3] == '1' then redis.call('HINCRBY', KEYS[1], ARGV[at + 1], -1) end
end
return n`)

const Answer = z.tuple([z.string(), z.coerce.number()])

/**
 * The gate before an offer that everybody wants at once: Redis counts who is let in and queues them, and the jobs settle
 * the queue in batches. The gate only spares the database what cannot succeed: the database decides, so a gate that forgets
 * everything (Redis wiped or killed) sells nothing twice, and nobody has heard yes before the coupon was durable.
 */
export function claimGate({ redis, config }: Pick<Kernel, 'redis' | 'config'>) {
  // The braces keep the keys of one script in one slot of a cluster.
  const keysOf = (offerId: string) => {
    const base = `{${config.REDIS_PREFIX}:claims:${offerId}}`
    return {
      room: `${base}:room`,
      members: `${base}:members`,
      keys: `${base}:keys`,
      queue: `${base}:queue`,
      lease: `${base}:lease`,
    }
  }

  return {
    /** Asks to be let in; `isFirst` when the queue was empty before. Throws when Redis is away. */
    async admit(
      offerId: string,
      item: ClaimItem,
      rule: { limit: number; now: Date },
    ): Promise<{ answer: GateAnswer; isFirst: boolean }> {
      const { room, members, keys, queue } = keysOf(offerId)
      const [answer, length] = Answer.parse(
        await admitOne(
          redis,
          [room, members, keys, queue],
          [rule.now.getTime(), item.memberId, item.key, rule.limit, KEEP],
        ),
      )
      return { answer: answer as GateAnswer, isFirst: length === 1 }
    },

    /** Tells the gate how many the database would still give, and until when that holds. */
    async prime(offerId: string, { room, next }: { room: number; next: Date | null }): Promise<void> {
      const keys = keysOf(offerId)
      await primeRoom(redis, [keys.room, keys.queue], [room, next === null ? '' : next.getTime(), KEEP])
    },

    /** Whether a claim waits in the queue. */
    waits: async (offerId: string, key: string): Promise<boolean> =>
      (await redis.hexists(keysOf(offerId).keys, key)) === 1,

    /** The head of the queue, at most so many: ids with their claims. */
    async head(offerId: string, most: number): Promise<(ClaimItem & { id: string })[]> {
      const entries = await redis.xrange(keysOf(offerId).queue, '-', '+', 'COUNT', most)
      return entries.map(([id, [, memberId = '', , key = '']]) => ({ id, memberId, key }))
    },

    /** Takes settled claims out of the queue; who got nothing may come again. */
    async settled(
      offerId: string,
      items: readonly (ClaimItem & { id: string })[],
      outcomes: ReadonlyMap<string, ClaimOutcome>,
    ): Promise<void> {
      const { members, keys, queue } = keysOf(offerId)
      for (let from = 0; from < items.length; from += RUN) {
        const run = items.slice(from, from + RUN)
        await takeSettled(
          redis,
          [members, keys, queue],
          [
            run.length,
            ...run.flatMap(({ id, memberId, key }) => [
              id,
              memberId,
              key,
              outcomes.get(key)?.is === 'claimed' ? '0' : '1',
            ]),
          ],
        )
      }
    },

    /** Takes the right to settle an offer for a few seconds, or renews it; another holder's is left alone. */
    async lease(offerId: string, holder: string, ms: number): Promise<boolean> {
      const { lease } = keysOf(offerId)
      if ((await redis.set(lease, holder, 'PX', ms, 'NX')) === 'OK') return true
      if ((await redis.get(lease)) !== holder) return false
      await redis.pexpire(lease, ms)
      return true
    },
    async letGo(offerId: string, holder: string): Promise<void> {
      const { lease } = keysOf(offerId)
      if ((await redis.get(lease)) === holder) await redis.del(lease)
    },
  }
}
