import { inTransaction, type Tx } from '../../../kernel/db.ts'
import { fault } from '../../../kernel/faults.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { railRepository, type RailRecord } from '../repository/rail.ts'
import { railCouponsRepository } from '../repository/rail-coupons.ts'
import type { ProductCouponPort, RailOutcome, RailRequest } from './rail-port.ts'

/** Sends and uses a second for a brand, over all processes (loyalty §1d). */
const A_SECOND = 500
const RUN = 200
/** Longer than a call may take: after this its sender is taken for dead. */
const LEASE_MS = 60_000
/** A request that WeChat has not heard of may still be on its way for so long. */
const IN_FLIGHT_MS = 60_000
const AGAIN_MS = 30_000
/** News may be lost: a coupon that can still be used is asked about so often. */
const ASK_MS = 24 * 3_600_000

/** When a coupon that stands so is asked about again if WeChat says nothing; null = not at all. */
export const askDue = (state: string, now: Date): Date | null =>
  ['CONFIRMING', 'PENDING', 'EFFECTIVE'].includes(state) ? new Date(now.getTime() + ASK_MS) : null

/**
 * 商品券: requests to WeChat are planned in the caller's transaction and sent by a job, never twice and never lost. What
 * nobody can follow is unknown until WeChat, asked about it, tells what became of it.
 */
export function couponRail(
  { db, redis, clock, config, newId, log }: Pick<Kernel, 'db' | 'redis' | 'clock' | 'config' | 'newId' | 'log'>,
  port: ProductCouponPort,
) {
  const later = (milliseconds: number): Date => new Date(clock.now().getTime() + milliseconds)

  /**
   * Waits for a place among the second's requests, counted in Redis for all processes; false once asked to stop. It goes by
   * the time of the machine and not by the shop's clock: the rate is WeChat's, who measures it in real seconds.
   */
  async function place(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      const second = Math.floor(Date.now() / 1000)
      const key = `${config.REDIS_PREFIX}:coupon-rail:${second}`
      const used = await redis.incr(key)
      if (used === 1) await redis.expire(key, 5)
      if (used <= A_SECOND) return true
      await new Promise(resolve => setTimeout(resolve, 1000 - (Date.now() % 1000)))
    }
    return false
  }

  const requestOf = (row: RailRecord): RailRequest => ({
    requestNo: row.requestNo,
    kind: row.kind as RailRequest['kind'],
    productCouponId: row.productCouponId,
    stockId: row.stockId,
    appId: row.appId,
    openid: row.openid,
    couponCode: row.couponCode,
  })

  /** Plans a request for a coupon, once for ever; a repeat is the first. Returns its number. */
  async function plan(
    tx: Tx,
    { couponId, occasion = '', ...request }: Omit<RailRequest, 'requestNo'> & { couponId: string; occasion?: string },
  ): Promise<string> {
    const now = clock.now()
    const seq = await railCouponsRepository(tx).turn(couponId)
    await railRepository(tx).plan({
      ...request,
      couponId,
      seq,
      occasion,
      requestNo: newId(),
      state: 'planned',
      tries: 0,
      due: now,
      lease: null,
      reason: '',
      createdAt: now,
      updatedAt: now,
    })
    return (await railRepository(tx).of(couponId, request.kind, occasion))?.requestNo ?? ''
  }

  /** Writes down what became of a request together with how its coupon stands since. */
  const settle = (row: RailRecord, lease: string, outcome: RailOutcome): Promise<void> =>
    inTransaction(db, async tx => {
      const now = clock.now()
      const { couponId } = row
      const reason = outcome.is === 'done' ? '' : outcome.reason.slice(0, 100)
      if (!(await railRepository(tx).settle(row.requestNo, lease, { state: outcome.is, reason, due: now }, now))) return
      const coupons = railCouponsRepository(tx)
      if (outcome.is === 'done') {
        await coupons.answered(couponId, { state: outcome.state, reason: '', askDue: askDue(outcome.state, now) }, now)
        if (outcome.state === 'CONFIRMING') await plan(tx, { ...requestOf(row), couponId, kind: 'confirm' })
      } else if (row.kind === 'send') {
        await coupons.answered(couponId, { state: 'REFUSED', reason, askDue: null }, now)
        await railRepository(tx).refuseRest(couponId, 'NOT_SENT', now)
      } else await coupons.answered(couponId, { reason, askDue: now }, now)
    })

  async function send(row: RailRecord, lease: string): Promise<void> {
    const outcome = await port.act(requestOf(row), row.createdAt).catch((error: unknown) => {
      log.warn({ err: error, requestNo: row.requestNo }, 'nobody knows what became of a coupon request')
      return null
    })
    fault('coupons.afterRailActBeforeRecord')
    if (outcome !== null) return settle(row, lease, outcome)
    await railRepository(db).settle(row.requestNo, lease, { state: 'unknown', due: later(AGAIN_MS) }, clock.now())
  }

  /** Asks WeChat how the coupon stands; what has certainly not been done is planned again under the same number. */
  async function ask(row: RailRecord, lease: string): Promise<void> {
    const outcome = await port.outcomeOf(requestOf(row)).catch(() => undefined)
    if (outcome) return settle(row, lease, outcome)
    const isGone = outcome === null && clock.now().getTime() - row.createdAt.getTime() >= IN_FLIGHT_MS
    const change = isGone ? { state: 'planned', due: clock.now() } : { state: 'unknown', due: later(AGAIN_MS) }
    await railRepository(db).settle(row.requestNo, lease, change, clock.now())
  }

  async function each(
    lease: (id: string) => Promise<RailRecord[]>,
    work: (row: RailRecord, lease: string) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    // Until nothing is left: what was answered may have made the next request of its coupon due.
    for (let rows = 1; rows > 0 && !signal.aborted;) {
      const id = newId()
      const run = await lease(id)
      rows = run.length
      if (rows > 0) fault('coupons.afterRailLease')
      // Those that are not begun when the process is asked to stop go back to unknown by their lease: they are asked about.
      await Promise.all(run.map(async row => ((await place(signal)) ? work(row, id) : undefined)))
    }
  }

  return {
    plan,
    place,

    /** Sends what is planned; before a brand is set up, nothing is. */
    async deliver(signal: AbortSignal): Promise<void> {
      if (!(await port.isOpen())) return
      await each(id => railRepository(db).lease(id, clock.now(), later(LEASE_MS), RUN), send, signal)
    },

    /** Asks what became of requests that nobody could follow. */
    async resolve(signal: AbortSignal): Promise<void> {
      if (!(await port.isOpen())) return
      await railRepository(db).abandon(clock.now())
      await each(id => railRepository(db).leaseUnknown(id, clock.now(), later(LEASE_MS), RUN), ask, signal)
    },
  }
}
export type CouponRail = ReturnType<typeof couponRail>
