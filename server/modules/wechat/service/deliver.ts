import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Kernel } from '../../../kernel/module.ts'
import { chunks, inTransaction } from '../../../kernel/db.ts'
import { publish } from '../../../kernel/events/event.ts'
import { fault } from '../../../kernel/faults.ts'
import { isRedisDown } from '../../../kernel/redis.ts'
import { messagesFailed } from '../events.ts'
import {
  leasedMessages,
  leaseMessages,
  lockOpen,
  markedIds,
  markSending,
  nextDue,
  recordMessages,
  returnLeased,
  settleLeftovers,
  type LeasedMessage,
  type Settled,
} from '../repository/sending.ts'
import type { Accounts } from './accounts.ts'
import { lateAnswers, type LateAnswers } from './late-answers.ts'
import { SEND_NOW } from './outbound.ts'
import type { WithMaterials } from './replies/lost-materials.ts'
import type { OwnRate, Pace, Taken, Turn } from './pace.ts'
import { createSender } from './send.ts'
import { settleMessages } from './settle.ts'

/** What one batch came to. */
export interface Delivered {
  readonly claimed: number
  readonly sent: number
}

/** How one goes about a group's messages. */
export interface Manner {
  /** So many are leased at a time. */
  readonly limit: number
  /** A rate that the group keeps beside WeChat's. */
  readonly own?: OwnRate
  /** For so long more are leased before the last have left, so that no turn goes unused; without it, one lease is all. */
  readonly forMs?: number
  /** Asked every quarter of a second; when it says no, what is leased and has not left is given back. */
  readonly goOn?: () => Promise<boolean>
}

/** Sends what is planned; any number of processes may, each message is one sender's only. */
export interface Deliverer {
  /** Leases, sends and records messages of a group. */
  deliver(group: string, manner: Manner): Promise<Delivered>
  /** Settles what fallen senders have left behind, in all groups. */
  leftovers(): Promise<{ again: number; unknown: number }>
  /** When the next message of a group is due, and whether some are under way. */
  next(group: string): Promise<{ planned: Date | null; sending: number }>
}

/** Only what is under way when a process falls is unknown afterwards: this many at most in each lane, and late answers. */
const PIECE = 10
const LANES = 5
/** A wait for turns that is longer gives the messages back. */
const PATIENCE_MS = 1_500
const REDIS_AWAY_MS = 5_000
const ASK_MS = 250

/** The lease under which messages are held; those of one piece are of one. */
const tokenOf = (messages: readonly LeasedMessage[]): string => messages[0]?.claimToken ?? ''

const sentOf = (results: readonly Result[]): number => results.filter(({ settled }) => settled.state === 'sent').length

interface Result {
  readonly message: LeasedMessage
  readonly settled: Settled
}

/** What came of a try: null when its turn was lost and nothing has left. */
interface Tried {
  readonly message: LeasedMessage
  readonly settled: Settled | null
}

/** Messages that are leased together and leave together. */
interface Piece {
  readonly token: string
  readonly messages: readonly LeasedMessage[]
  /** Of performance.now(): none of them waits longer for its turn. */
  readonly endsAt: number
}

export function createDeliverer(
  kernel: Pick<Kernel, 'db' | 'clock' | 'newId' | 'config' | 'log'>,
  accounts: Accounts,
  pace: Pace,
  withMaterials: WithMaterials,
): Deliverer {
  const { db, clock, newId, config } = kernel
  const send = createSender(accounts, pace, kernel, withMaterials)
  const leaseMs = config.WECHAT_SEND_LEASE_SECONDS * 1000
  const rememberedMs = config.WECHAT_LIMITS.rememberedSeconds * 1000

  /**
   * Writes down what became of messages, together with what it means for their rights, and marks the next ones as about to
   * leave: one transaction. Returns which of the next ones are really the sender's.
   */
  async function record(
    group: string,
    results: readonly Result[],
    next: readonly LeasedMessage[],
  ): Promise<readonly LeasedMessage[]> {
    if (results.length === 0 && next.length === 0) return []
    return inTransaction(db, async tx => {
      const now = clock.now()
      if (results.length > 0) {
        const held = await lockOpen(
          tx,
          tokenOf(results.map(({ message }) => message)),
          results.map(({ message }) => message.id),
        )
        const ours = results.filter(({ message }) => held.has(message.id))
        await recordMessages(
          tx,
          ours.map(({ settled }) => settled),
          now,
        )
        await settleMessages(
          tx,
          ours.map(({ message }) => message),
          new Map(ours.map(({ settled }) => [settled.id, settled])),
          { newId, now },
        )
        const failed = ours.flatMap(({ message, settled: { state, errorCode, reason } }) =>
          state === 'sent' || state === 'planned' ? [] : [{ key: message.messageKey, state, errorCode, reason }],
        )
        if (group === SEND_NOW && failed.length > 0) await publish(tx, messagesFailed, { group, messages: failed })
      }
      if (next.length === 0) return []
      const ids = next.map(({ id }) => id)
      const token = tokenOf(next)
      if ((await markSending(tx, token, ids, now)) === next.length) return next
      const marked = await markedIds(tx, token, ids)
      return next.filter(({ id }) => marked.has(id))
    })
  }

  async function takeTurns(message: LeasedMessage, wanted: number, own: OwnRate | null): Promise<Taken> {
    try {
      return await pace.take(message.appId, message.route, wanted, own)
    } catch (error) {
      if (!isRedisDown(error)) throw error
      return { waitMs: REDIS_AWAY_MS, until: new Date(clock.now().getTime() + REDIS_AWAY_MS) }
    }
  }

  const unsent = (message: LeasedMessage, notBefore: Date): Result => ({
    message,
    settled: {
      id: message.id,
      state: 'planned',
      platformId: null,
      errorCode: null,
      reason: '',
      notBefore,
      mayHaveArrived: message.firstSentAt !== null,
    },
  })

  /** Sends messages that are marked; who loses a turn takes another, as long as the lease lasts. */
  async function leave(
    leaving: readonly LeasedMessage[],
    first: readonly Turn[],
    { own, endsAt, late }: { own: OwnRate | null; endsAt: number; late: LateAnswers<Tried> },
  ): Promise<Result[]> {
    const results: Result[] = []
    let turns = first
    for (let waiting = leaving; waiting.length > 0;) {
      const tried = await late.prompt(
        waiting.map(async (message, i) => {
          const turn = turns[i]
          return { message, settled: turn === undefined ? null : await send(message, turn) }
        }),
      )
      results.push(...tried.flatMap(({ message, settled }) => (settled === null ? [] : [{ message, settled }])))
      waiting = tried.filter(({ settled }) => settled === null).map(({ message }) => message)
      const [next] = waiting
      if (next === undefined) break
      const taken = await takeTurns(next, waiting.length, own)
      turns = 'turns' in taken ? taken.turns : []
      if ('turns' in taken) continue
      if (taken.until !== null || performance.now() + taken.waitMs > endsAt) {
        const due = taken.until ?? clock.now()
        results.push(...waiting.map(message => unsent(message, due)))
        break
      }
      await sleep(taken.waitMs)
    }
    return results
  }

  const giveBack = (token: string, messages: readonly LeasedMessage[], due: Date, reason: string) =>
    inTransaction(db, tx =>
      returnLeased(
        tx,
        token,
        messages.map(({ id }) => id),
        due,
        reason,
      ),
    )

  /** Pieces of a group, leased anew as they run out. */
  function pieces(group: string, { limit, forMs = 0, goOn = async () => true }: Manner) {
    const until = performance.now() + forMs
    const ready: Piece[] = []
    let claimed = 0
    let ended = false
    let filling: Promise<void> | null = null
    let asked = performance.now()

    let halted = false

    /** Whether it was told to stop. */
    async function isHalted(): Promise<boolean> {
      if (halted || performance.now() - asked < ASK_MS) return halted
      asked = performance.now()
      if (await goOn()) return halted
      halted = ended = true
      for (const { token, messages } of ready.splice(0)) await giveBack(token, messages, clock.now(), '')
      return true
    }

    async function fill(): Promise<void> {
      if (claimed > 0 && performance.now() > until) {
        ended = true
        return
      }
      const token = newId()
      const now = clock.now()
      const leasedUntil = new Date(now.getTime() + leaseMs)
      // Senders that lease side by side may meet in a deadlock; within a transaction it is tried again.
      const count = await inTransaction(db, tx => leaseMessages(tx, group, token, limit, { now, leasedUntil }))
      claimed += count
      if (count === 0) {
        ended = true
        return
      }
      const endsAt = performance.now() + leaseMs / 2
      const alike = Map.groupBy(await leasedMessages(db, token), ({ appId, route }) => `${appId} ${route}`)
      for (const list of alike.values())
        ready.push(...chunks(list, PIECE).map(messages => ({ token, messages, endsAt })))
    }

    return {
      claimed: () => claimed,
      isHalted,
      async next(): Promise<Piece | undefined> {
        await isHalted()
        while (!ended && ready.length < LANES) {
          filling ??= fill().finally(() => (filling = null))
          if (ready.length > 0) {
            // Who waits for it is told; who does not need it goes on.
            filling.catch(() => undefined)
            break
          }
          await filling
        }
        return ready.shift()
      },
    }
  }

  /** One lane: piece after piece until there are none; returns how many were sent. */
  async function lane(
    group: string,
    own: OwnRate | null,
    { next, isHalted }: ReturnType<typeof pieces>,
    late: LateAnswers<Tried>,
  ): Promise<number> {
    let sent = 0
    let results: Result[] = []
    try {
      for (let piece = await next(); piece !== undefined; piece = await next()) {
        const { token, endsAt } = piece
        let waiting = piece.messages
        for (let [first] = waiting; first !== undefined; [first] = waiting) {
          if (await isHalted()) {
            await giveBack(token, waiting, clock.now(), '')
            break
          }
          const taken = await takeTurns(first, waiting.length, own)
          if (!('turns' in taken)) {
            // Nothing is under way while we wait.
            await record(group, results, [])
            results = []
            const late = performance.now() + taken.waitMs > endsAt
            if (taken.until !== null || taken.waitMs > PATIENCE_MS || late) {
              const due = taken.until ?? new Date(clock.now().getTime() + taken.waitMs)
              await giveBack(token, waiting, due, taken.until === null ? '' : 'quota')
              break
            }
            await sleep(taken.waitMs)
            continue
          }
          const leaving = await record(group, results, waiting.slice(0, taken.turns.length))
          fault('wechat.afterClaim')
          results = await leave(leaving, taken.turns, { own, endsAt, late })
          fault('wechat.afterSendBeforeRecord')
          sent += sentOf(results)
          waiting = waiting.slice(taken.turns.length)
        }
      }
    } catch (error) {
      // What has left is written down, whatever went wrong with what comes next: else nobody would know of it.
      await record(group, results, []).catch(() => undefined)
      throw error
    }
    await record(group, results, [])
    fault('wechat.afterRecord')
    return sent
  }

  return {
    async deliver(group, manner) {
      const leased = pieces(group, manner)
      let sentLate = 0
      const late = lateAnswers<Tried>(async tried => {
        const results = tried.map(({ message, settled }) =>
          settled === null ? unsent(message, clock.now()) : { message, settled },
        )
        await record(group, results, [])
        sentLate += sentOf(results)
      })
      const lanes = Array.from({ length: LANES }, () => lane(group, manner.own ?? null, leased, late))
      // Whichever lane fails, nothing is under way when this ends.
      await Promise.allSettled(lanes)
      await late.end()
      const sent = (await Promise.all(lanes)).reduce((sum, count) => sum + count, sentLate)
      return { claimed: leased.claimed(), sent }
    },
    leftovers() {
      const now = clock.now().getTime()
      return inTransaction(db, tx =>
        settleLeftovers(tx, new Date(now - leaseMs), new Date(now - rememberedMs), new Date(now)),
      )
    },
    next: group => nextDue(db, group),
  }
}
