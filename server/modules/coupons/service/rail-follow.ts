import { shopDay } from '../../../kernel/clock.ts'
import { inTransaction, type Db, type Tx } from '../../../kernel/db.ts'
import { publish } from '../../../kernel/events/event.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { CouponStep } from '../contract.ts'
import { couponRedeemed } from '../events.ts'
import { couponsRepository, type HeldCoupon } from '../repository/coupons.ts'
import { couponEdges } from '../repository/edges.ts'
import { railCouponsRepository, type RailCouponRecord } from '../repository/rail-coupons.ts'
import { redemptionsRepository } from '../repository/redemptions.ts'
import { templatesRepository } from '../repository/templates.ts'
import { costShares } from './bearers.ts'
import type { GivingBack } from './giving-back.ts'
import type { ProductCouponPort } from './rail-port.ts'
import { askDue, type CouponRail } from './rail.ts'

/** A use that was made at WeChat has a sale's key of its own. */
const THERE = 'wechat:'
const isUseThere = (docKey: string | null): boolean => docKey?.startsWith(THERE) === true

/** A coupon in these states is not to be had at WeChat any more. */
const OVER = new Set(['REFUSED', 'EXPIRED', 'DELETED', 'DEACTIVATED'])
const RUN = 200
const AGAIN_MS = 60_000

/** Where people are found at WeChat: each member's openid of the mini-program. */
export type FindPeople = (
  db: Db,
  memberIds: readonly string[],
) => Promise<{ appId: string; openids: ReadonlyMap<string, string> }>

type FollowKernel = Pick<Kernel, 'db' | 'clock' | 'newId' | 'config' | 'log'>

/**
 * 商品券 goes with our coupon, and our coupon with it: what happens to one is asked of the other, once. Ours leads while both
 * agree; what WeChat says is believed only when nothing was asked of it since.
 */
export function railFollow(
  { db, clock, newId, config, log }: FollowKernel,
  rail: CouponRail,
  port: ProductCouponPort,
  people: FindPeople,
  back: Pick<GivingBack, 'giveBack'>,
) {
  const record = (
    tx: Tx,
    couponId: string,
    kind: CouponStep,
    docKey: string | null,
    fen: number | null,
    note: string | null = null,
  ) => couponEdges(tx).record([{ id: newId(), couponId, kind, docKey, fen, staffId: null, note, at: clock.now() }])

  const about = ({ couponId, productCouponId, stockId, appId, openid, couponCode }: RailCouponRecord) => ({
    couponId,
    productCouponId,
    stockId,
    appId,
    openid,
    couponCode,
  })

  /** The coupon where it is, or is to be, at WeChat. */
  async function there(tx: Db, couponId: string): Promise<RailCouponRecord | undefined> {
    const [row] = await railCouponsRepository(tx).among([couponId])
    return row !== undefined && !OVER.has(row.state) ? row : undefined
  }

  /** Plans a request for a coupon that is there; false for one that is only ours. */
  async function plan(
    tx: Tx,
    couponId: string,
    kind: 'use' | 'return' | 'deactivate',
    occasion = '',
  ): Promise<boolean> {
    const row = await there(tx, couponId)
    if (row !== undefined) await rail.plan(tx, { ...about(row), kind, occasion })
    return row !== undefined
  }

  /** Sends new coupons of a template that also goes out as 商品券; who never opened the mini-program has only ours. */
  const issued = (templateId: string, couponIds: readonly string[]): Promise<boolean> =>
    inTransaction(db, async tx => {
      const template = await templatesRepository(tx).find(templateId)
      if (template === undefined || template.wechatStockId === '') return false
      // Held until the end: whoever uses one now is heard of after this, and finds it on the rail.
      const coupons = await couponsRepository(tx).hold(couponIds)
      const open = coupons.filter(({ state }) => ['issued', 'locked', 'gifting', 'redeemed'].includes(state))
      const memberIds = open.map(({ memberId }) => memberId)
      const { appId, openids } = await people(tx, memberIds)
      const now = clock.now()
      const rows = open.flatMap(({ id, code, memberId }): RailCouponRecord[] => {
        const openid = openids.get(memberId)
        if (openid === undefined) return []
        return [
          {
            couponId: id,
            templateId,
            couponCode: code,
            productCouponId: template.wechatProductId,
            stockId: template.wechatStockId,
            appId,
            openid,
            state: 'NONE',
            reason: '',
            turn: 0,
            uses: 0,
            usedTwice: 0,
            askDue: null,
            askedAt: null,
            createdAt: now,
            updatedAt: now,
          },
        ]
      })
      await railCouponsRepository(tx).add(rows)
      for (const row of rows) {
        await rail.plan(tx, { ...about(row), kind: 'send' })
        const used = open.find(({ id, state }) => id === row.couponId && state === 'redeemed')?.docKey
        if (used != null) await plan(tx, row.couponId, 'use', used)
      }
      return rows.length > 0
    })

  /** A use at WeChat takes the coupon here too, from whoever has it: WeChat does not ask first. */
  async function redeemHere(tx: Tx, row: RailCouponRecord, coupon: HeldCoupon, usedAt: Date): Promise<void> {
    const docKey = `${THERE}${row.couponCode}:${row.uses + 1}`
    const discount = coupon.amountOff
    const wasTaken = await couponEdges(tx).redeemThere(coupon.id, docKey, discount, usedAt, clock.now())
    if (!wasTaken) return usedTwice(tx, row)
    await railCouponsRepository(tx).usedThere(coupon.id)
    // It has happened: a budget that is spent already is overdrawn by it, and says so.
    if (coupon.budget !== null && discount > 0) await templatesRepository(tx).overspend(coupon.templateId, discount)
    await redemptionsRepository(tx).insert({
      couponId: coupon.id,
      docKey,
      templateId: coupon.templateId,
      memberId: coupon.memberId,
      storeCode: '',
      day: shopDay(usedAt, config.SHOP_ZONE),
      nth: null,
      firstOf: null,
      rulesVersion: coupon.templateRules,
      discount,
      takenBack: 0,
      ...costShares(coupon, discount),
      redeemedAt: usedAt,
      returnedAt: null,
    })
    await record(tx, coupon.id, 'redeemThere', docKey, discount)
    await publish(tx, couponRedeemed, {
      couponId: coupon.id,
      templateId: coupon.templateId,
      memberId: coupon.memberId,
      docKey,
      storeCode: '',
      discount,
    })
  }

  async function usedTwice(tx: Tx, row: RailCouponRecord): Promise<void> {
    if (!(await railCouponsRepository(tx).usedTwice(row.couponId))) return
    log.warn({ couponId: row.couponId }, 'a coupon was used here and at WeChat')
    await record(tx, row.couponId, 'usedTwice', null, null)
  }

  const believe = (row: RailCouponRecord, said: { state: string; usedAt: Date | null }): Promise<void> =>
    inTransaction(db, async tx => {
      const now = clock.now()
      const seen = { state: said.state, askDue: askDue(said.state, now) }
      if (!(await railCouponsRepository(tx).observed(row, seen, now))) return
      const coupon = await couponsRepository(tx).find(row.couponId)
      if (coupon === undefined) return
      const isOurs = coupon.state === 'redeemed' && !isUseThere(coupon.docKey)
      if (said.state === 'USED' && row.state !== 'USED')
        await (isOurs ? usedTwice(tx, row) : redeemHere(tx, row, coupon, said.usedAt ?? now))
      if (said.state === 'EFFECTIVE' && row.state === 'USED' && coupon.docKey !== null && isUseThere(coupon.docKey))
        await back.giveBack(tx, coupon.docKey, [coupon.id])
      if (said.state === 'CONFIRMING') await rail.plan(tx, { ...about(row), kind: 'confirm' })
    })

  async function ask(row: RailCouponRecord): Promise<void> {
    const said = await port.stateOf({ ...about(row), requestNo: '' }).catch((error: unknown) => {
      log.warn({ err: error, couponId: row.couponId }, 'WeChat does not say how a coupon stands')
      return null
    })
    if (said !== null) await believe(row, said)
  }

  return {
    issued,

    /** It was used here: WeChat is told, once for each sale. */
    used: (couponId: string, docKey: string): Promise<boolean> =>
      isUseThere(docKey) ? Promise.resolve(false) : inTransaction(db, tx => plan(tx, couponId, 'use', docKey)),

    /** Its sale came back: WeChat is told, after it was told of the use, whichever is heard of first. */
    returned: (couponId: string, docKey: string, outcome: 'restored' | 'lapsed'): Promise<boolean> =>
      isUseThere(docKey)
        ? Promise.resolve(false)
        : inTransaction(db, async tx => {
            const isThere = await plan(tx, couponId, 'use', docKey)
            return isThere && outcome === 'restored' ? plan(tx, couponId, 'return', docKey) : isThere
          }),

    /** They are void or somebody else's now: nobody shall use them at WeChat. */
    withdrawn: (couponIds: readonly string[]): Promise<boolean> =>
      inTransaction(db, async tx => {
        let some = false
        for (const couponId of [...couponIds].toSorted()) some = (await plan(tx, couponId, 'deactivate')) || some
        return some
      }),

    /** WeChat says that something has become of a coupon: it is asked at once. */
    heard: (couponCode: string) => railCouponsRepository(db).askNow(couponCode, clock.now()),

    /** Asks how coupons stand that WeChat spoke of, or has said nothing of for a day. */
    async look(signal: AbortSignal): Promise<void> {
      if (!(await port.isOpen())) return
      for (let rows = RUN; rows === RUN && !signal.aborted;) {
        const now = clock.now()
        const run = await railCouponsRepository(db).take(now, new Date(now.getTime() + AGAIN_MS), RUN)
        rows = run.length
        await Promise.all(run.map(async row => ((await rail.place(signal)) ? ask(row) : undefined)))
      }
    },
  }
}
