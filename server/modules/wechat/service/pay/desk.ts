import type { z } from 'zod'
import { inTransaction } from '../../../../kernel/db.ts'
import { AppError, commonErrors } from '../../../../kernel/errors.ts'
import type { ShopperCaller, StaffCaller } from '../../../../kernel/http/caller.ts'
import type { Kernel } from '../../../../kernel/module.ts'
import { PaymentState, RefundStateName, wechatErrors, type payOperations } from '../../contract/index.ts'
import {
  newestNotice,
  newestPayments,
  payable,
  paymentByNo,
  refundsOf,
  type Payment,
} from '../../repository/payments.ts'
import type { Accounts } from '../accounts.ts'
import type { AuditAccounts } from '../accounts/setup.ts'
import type { PeopleNeeds } from '../desk.ts'
import { PayError } from './errors.ts'
import { createMerchant } from './merchant.ts'
import { createPayments } from './payments.ts'

/** WeChat Pay's door: outside of /api, because its shape is WeChat's. */
export const NOTIFY_PATH = '/wechat/pay/notify'
const TEST = { purpose: 'test', totalFen: 1, description: '支付自检 0.01 元' } as const
const LASTS_MS = 15 * 60_000
const SHOWN = 10

type View = z.input<(typeof payOperations)['pay']['reply']>

/** The merchant and the test payment, for staff; the money paths are those that everything else will take. */
export function createPayDesk(
  kernel: Pick<Kernel, 'db' | 'clock' | 'newId' | 'vault' | 'config' | 'log'>,
  accounts: Accounts,
  needs: Pick<PeopleNeeds, 'peopleBy'> & { audit: AuditAccounts },
) {
  const { db, clock, config, log } = kernel
  const merchant = createMerchant(kernel, needs.audit)
  const payments = createPayments(kernel, merchant)
  const notifyUrl = `${config.PUBLIC_URL.replace(/\/$/, '')}${NOTIFY_PATH}`

  async function view(): Promise<View> {
    const rows = await newestPayments(db, TEST.purpose, SHOWN)
    const refunds = await refundsOf(
      db,
      rows.map(({ orderNo }) => orderNo),
    )
    return {
      merchant: await merchant.view(),
      notifyUrl,
      noticedAt: (await newestNotice(db))?.receivedAt ?? null,
      payments: rows.map(row => {
        const refund = refunds.find(({ orderNo }) => orderNo === row.orderNo)
        return {
          orderNo: row.orderNo,
          state: PaymentState.parse(row.state),
          totalFen: row.totalFen,
          problem: row.problem,
          createdAt: row.createdAt,
          expiresAt: row.expiresAt,
          paidAt: row.paidAt,
          refund:
            refund === undefined
              ? null
              : {
                  refundNo: refund.refundNo,
                  state: RefundStateName.parse(refund.state),
                  problem: refund.problem,
                },
        }
      }),
    }
  }
  function headquarters({ scope }: StaffCaller): void {
    if (scope.kind !== 'all') throw commonErrors.notFound()
  }
  async function act(orderNo: string, caller: StaffCaller, run: (payment: Payment) => Promise<void>): Promise<View> {
    headquarters(caller)
    const payment = await paymentByNo(db, orderNo)
    if (payment === undefined || payment.purpose !== TEST.purpose) throw commonErrors.notFound()
    await run(payment).catch((error: unknown) => {
      throw error instanceof PayError ? wechatErrors.payRefused({ reason: error.detail || error.code }) : error
    })
    return view()
  }

  return {
    notice: payments.notice,
    notifyUrl,
    /** 商品券 of the merchant's brand; null where there is no merchant or no brand. */
    coupons: merchant.coupons,
    async show({ scope }: StaffCaller): Promise<View> {
      return scope.kind === 'all' ? view() : { merchant: null, notifyUrl, noticedAt: null, payments: [] }
    },
    async save(change: Parameters<typeof merchant.save>[0], caller: StaffCaller): Promise<View> {
      headquarters(caller)
      await merchant.save(change, caller)
      return view()
    },
    /** Asks a member for one fen; throws noMerchant, noPayer. */
    async test({ key, member }: { key: string; member: string }, caller: StaffCaller): Promise<View> {
      headquarters(caller)
      const { appId } = accounts.mini()
      const payer = (await needs.peopleBy(member, caller.scope)).find(person => person.appId === appId)
      if (payer === undefined) throw wechatErrors.noPayer()
      const orderNo = await payments.begin({
        ...TEST,
        key: `test:${key}`,
        appId,
        openid: payer.openid,
        expiresAt: new Date(clock.now().getTime() + LASTS_MS),
        notifyUrl,
        createdBy: caller.staffId,
      })
      await inTransaction(db, tx =>
        needs.audit(tx, caller, { action: 'wechat.pay.test', subjectKind: 'payment', subjectId: orderNo }),
      )
      return view()
    },
    ask: (orderNo: string, caller: StaffCaller) => act(orderNo, caller, payment => payments.ask(payment, notifyUrl)),
    close: (orderNo: string, caller: StaffCaller) => act(orderNo, caller, payments.close),
    refund: (orderNo: string, caller: StaffCaller) =>
      act(orderNo, caller, async payment => {
        if (payment.state !== 'paid') throw wechatErrors.notPaid()
        await payments.refund(payment, caller.staffId, notifyUrl)
        await inTransaction(db, tx =>
          needs.audit(tx, caller, { action: 'wechat.pay.refund', subjectKind: 'payment', subjectId: orderNo }),
        )
      }),
    /** What the caller is asked to pay now. */
    async mine({ appId, openid }: ShopperCaller) {
      const rows = await payable(db, appId, openid, clock.now())
      return {
        items: rows.map(({ orderNo, description, totalFen, requestJson }) => ({
          orderNo,
          description,
          totalFen,
          request: JSON.parse(requestJson),
        })),
      }
    },
    /** Asks WeChat about payments and refunds that have no end yet. */
    resolve: () =>
      payments.resolve(notifyUrl, error => {
        if (!(error instanceof PayError) && !(error instanceof AppError)) throw error
        log.warn({ err: error }, 'WeChat Pay does not tell how a payment stands')
      }),
  }
}
export type PayDesk = ReturnType<typeof createPayDesk>
