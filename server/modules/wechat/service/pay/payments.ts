import { createHash } from 'node:crypto'
import { z } from 'zod'
import { inTransaction, type Tx } from '../../../../kernel/db.ts'
import { publish } from '../../../../kernel/events/event.ts'
import type { Kernel } from '../../../../kernel/module.ts'
import { productCouponChanged } from '../../events.ts'
import {
  insertPayment,
  insertRefund,
  keepNotice,
  movePayment,
  moveRefund,
  openPayments,
  openRefunds,
  paymentByNo,
  refundByNo,
  type Payment,
  type RefundRow,
} from '../../repository/payments.ts'
import { PayError } from './errors.ts'
import type { Merchant } from './merchant.ts'
import type { NoticeHeaders, PaidOrder, PayPort, Refund } from './port.ts'

/** What has no end is asked about so long after it was last asked. */
const ASK_AGAIN_MS = 60_000

/** A payment to ask for. */
export interface NewPayment {
  /** Permanent: the same key is the same payment. */
  readonly key: string
  readonly purpose: string
  readonly appId: string
  readonly openid: string
  readonly totalFen: number
  readonly description: string
  readonly expiresAt: Date
  readonly notifyUrl: string
  readonly createdBy: string
}

/** WeChat tells that a 商品券 was given out, used, given back or removed: whatever it was, the coupon is asked about. */
const AboutCoupon = z.object({
  type: z.string().startsWith('PRODUCT_COUPON.'),
  resource: z.object({ coupon_code: z.string().min(1).max(40) }),
})

const WITHOUT_END = ['planned', 'open', 'unknown'] as const
const reasonOf = (error: PayError): string => `${error.code} ${error.detail}`.trim().slice(0, 300)

/**
 * Payments with a permanent number: written down before WeChat hears of them, ended by what WeChat says, in a notice or when
 * asked. What may have been done is `unknown` until WeChat was asked; nothing is guessed.
 */
export function createPayments({ db, clock, newId }: Pick<Kernel, 'db' | 'clock' | 'newId'>, merchant: Merchant) {
  /** What WeChat says of an order; one over another amount or account is not ours and changes nothing. */
  async function applyOrder(tx: Tx, said: PaidOrder): Promise<void> {
    const known = await paymentByNo(tx, said.orderNo)
    if (known === undefined) return
    const isOurs = said.appId === known.appId && (said.totalFen === null || said.totalFen === known.totalFen)
    if (!isOurs) {
      await movePayment(tx, said.orderNo, [known.state], { problem: 'WeChat tells another amount or account' })
      return
    }
    const { orderNo, transactionId, paidAt } = said
    if (said.state === 'paid' || said.state === 'refunded')
      // Paid wins over what we believed, also over closed and failed: the money is there.
      await movePayment(tx, orderNo, [...WITHOUT_END, 'closed', 'failed'], {
        state: 'paid',
        transactionId,
        paidAt: paidAt ?? clock.now(),
        problem: '',
      })
    else if (said.state === 'closed' || said.state === 'failed')
      await movePayment(tx, orderNo, WITHOUT_END, { state: said.state })
    else await movePayment(tx, orderNo, ['unknown'], { state: 'open', problem: '' })
  }

  async function applyRefund(tx: Tx, said: Refund): Promise<void> {
    const known = await refundByNo(tx, said.refundNo)
    if (known === undefined || known.refundFen !== said.refundFen) return
    const { refundNo, orderNo, state, doneAt } = said
    const from = ['planned', 'unknown', 'underWay', ...(state === 'done' ? ['abnormal'] : [])]
    if (!(await moveRefund(tx, refundNo, from, { state, doneAt, problem: '' }))) return
    if (state === 'done') await movePayment(tx, orderNo, ['paid'], { state: 'refunded' })
  }

  /** Asks WeChat for the order; the number is permanent, so asking twice is one order. */
  async function order(payment: Payment, port: PayPort, notifyUrl: string): Promise<void> {
    const { orderNo, appId, openid, description, totalFen, expiresAt } = payment
    try {
      const request = await port.order({ orderNo, appId, openid, description, totalFen, expiresAt, notifyUrl })
      const change = { state: 'open', requestJson: JSON.stringify(request), problem: '' }
      await movePayment(db, orderNo, ['planned', 'unknown'], change)
    } catch (error) {
      if (!(error instanceof PayError)) throw error
      const state = error.fate === 'unknown' ? 'unknown' : 'failed'
      await movePayment(db, orderNo, ['planned', 'unknown'], { state, problem: reasonOf(error) })
    }
  }

  async function refundNow(
    { refundNo, orderNo, refundFen }: RefundRow,
    port: PayPort,
    notifyUrl: string,
  ): Promise<void> {
    const paid = await paymentByNo(db, orderNo)
    if (paid === undefined) return
    try {
      const said = await port.refund({ refundNo, orderNo, refundFen, totalFen: paid.totalFen, notifyUrl })
      await inTransaction(db, tx => applyRefund(tx, said))
    } catch (error) {
      if (!(error instanceof PayError)) throw error
      const state = error.fate === 'unknown' ? 'unknown' : 'failed'
      await moveRefund(db, refundNo, ['planned', 'unknown'], { state, problem: reasonOf(error) })
    }
  }

  /** How a payment stands at WeChat; one that WeChat never heard of is asked for again, or is over. */
  async function ask(payment: Payment, notifyUrl: string): Promise<void> {
    const { port } = await merchant.port()
    const { orderNo, expiresAt, state } = payment
    const said = await port.orderOf(orderNo)
    await movePayment(db, orderNo, [state], { askedAt: clock.now() })
    const isOver = expiresAt <= clock.now()
    if (said === null) {
      if (isOver) await movePayment(db, orderNo, WITHOUT_END, { state: 'closed' })
      else if (state !== 'open') await order(payment, port, notifyUrl)
      return
    }
    // WeChat has it, but what the person's device needs was lost with the answer: the same number gives it again.
    if (said.state === 'open' && payment.requestJson === '' && !isOver) return order(payment, port, notifyUrl)
    if (said.state === 'open' && isOver) {
      await port.close(orderNo)
      await movePayment(db, orderNo, WITHOUT_END, { state: 'closed' })
      return
    }
    await inTransaction(db, tx => applyOrder(tx, said))
  }

  async function askRefund(refund: RefundRow, notifyUrl: string): Promise<void> {
    const { port } = await merchant.port()
    const said = await port.refundOf(refund.refundNo)
    await moveRefund(db, refund.refundNo, [refund.state], { askedAt: clock.now() })
    if (said === null) await refundNow(refund, port, notifyUrl)
    else await inTransaction(db, tx => applyRefund(tx, said))
  }

  return {
    ask,
    /** Asks for a payment once per key and returns its number; throws noMerchant. */
    async begin({ key, notifyUrl, ...asked }: NewPayment): Promise<string> {
      const { mchId, port } = await merchant.port()
      const orderNo = `Z${createHash('sha256').update(`pay:${key}`).digest('hex').slice(0, 31)}`
      const row = { ...asked, id: newId(), orderNo, mchId, state: 'planned', createdAt: clock.now() }
      const isNew = await inTransaction(db, tx => insertPayment(tx, row))
      const payment = await paymentByNo(db, orderNo)
      if (isNew && payment !== undefined) await order(payment, port, notifyUrl)
      return orderNo
    },
    /** Closes what nobody has paid; one that was paid meanwhile is paid. */
    async close(payment: Payment): Promise<void> {
      const { port } = await merchant.port()
      try {
        await port.close(payment.orderNo)
        await movePayment(db, payment.orderNo, WITHOUT_END, { state: 'closed' })
      } catch (error) {
        if (!(error instanceof PayError)) throw error
        const said = await port.orderOf(payment.orderNo)
        if (said !== null) await inTransaction(db, tx => applyOrder(tx, said))
      }
    },
    /** Gives a whole payment back, once. */
    async refund(payment: Payment, createdBy: string, notifyUrl: string): Promise<void> {
      const { port } = await merchant.port()
      const refundNo = `R${payment.orderNo.slice(1)}`
      const { orderNo, totalFen } = payment
      const row = { id: newId(), refundNo, orderNo, refundFen: totalFen, state: 'planned', createdBy }
      await inTransaction(db, tx => insertRefund(tx, { ...row, createdAt: clock.now() }))
      const refund = await refundByNo(db, refundNo)
      // A refund that failed may be tried again under its number: WeChat does it once.
      if (refund?.state === 'failed') await moveRefund(db, refundNo, ['failed'], { state: 'planned' })
      if (refund !== undefined && refund.state !== 'done')
        await refundNow({ ...refund, state: 'planned' }, port, notifyUrl)
    },
    /** Takes a notice in: verified, kept once, believed. Throws NoticeRefused, noMerchant. */
    async notice(headers: NoticeHeaders, body: Buffer): Promise<void> {
      const { port } = await merchant.port()
      const notice = port.readNotice(headers, body)
      const [subject, state] =
        notice.kind === 'order'
          ? [notice.order.orderNo, notice.order.state]
          : notice.kind === 'refund'
            ? [notice.refund.refundNo, notice.refund.state]
            : ['', notice.type.slice(0, 20)]
      await inTransaction(db, async tx => {
        const row = { id: notice.id, kind: notice.kind, subject, state, receivedAt: clock.now() }
        if (!(await keepNotice(tx, row))) return
        if (notice.kind === 'order') await applyOrder(tx, notice.order)
        if (notice.kind === 'refund') await applyRefund(tx, notice.refund)
        const changed = notice.kind === 'other' ? AboutCoupon.safeParse(notice) : null
        if (changed?.success === true)
          await publish(tx, productCouponChanged, { couponCode: changed.data.resource.coupon_code })
      })
    },
    /** Asks about everything that has no end yet; what cannot be asked now stays. */
    async resolve(notifyUrl: string, failed: (error: unknown) => void): Promise<void> {
      const before = new Date(clock.now().getTime() - ASK_AGAIN_MS)
      for (const payment of await openPayments(db, before)) await ask(payment, notifyUrl).catch(failed)
      for (const refund of await openRefunds(db, before)) await askRefund(refund, notifyUrl).catch(failed)
    },
  }
}
