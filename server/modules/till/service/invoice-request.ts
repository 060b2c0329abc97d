import type { z } from 'zod'
import { inTransaction, uniqueViolation, type Db, type Tx } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import { decodeCursor, pageFrom } from '../../../kernel/page.ts'
import { inScope, type Scope } from '../../../kernel/scope.ts'
import type { Audit } from '../../staff/index.ts'
import { invoiceErrors, InvoiceState } from '../contract/invoice.ts'
import {
  invoiceRequestErrors,
  RequestState,
  type BuyerShown,
  type InvoiceBuyer,
  type InvoiceRequestQuery,
  type MyInvoice,
} from '../contract/invoice-request.ts'
import { invoiceRequestsRepository } from '../repository/invoice-requests.ts'
import { invoicesRepository } from '../repository/invoices.ts'
import { receiptsRepository, type Receipt } from '../repository/receipts.ts'
import type { TillDeps } from './deps.ts'
import { invoiceBuyers } from './invoice-buyer.ts'
import type { Invoicing } from './invoice.ts'
import { invoiceMoney } from './invoice-money.ts'

type Found = NonNullable<Awaited<ReturnType<ReturnType<typeof invoiceRequestsRepository>['find']>>>

/** The request's own state, and once the invoice is made the invoice's. */
const stateOf = (request: Found): RequestState => RequestState.parse(request.invoiceState ?? request.state)

/** 开发票: shoppers ask, finance answers. */
export function invoiceRequests({ db, vault, clock, newId, needs }: TillDeps, invoicing: Invoicing, audit: Audit) {
  const buyers = invoiceBuyers(vault)

  async function ownReceipt(memberId: string, documentId: string): Promise<Receipt> {
    const receipt = await receiptsRepository(db).byId(documentId)
    if (receipt === undefined || receipt.memberId !== memberId) throw invoiceErrors.noReceipt()
    return receipt
  }

  async function mine(memberId: string, receipt: Receipt): Promise<z.input<typeof MyInvoice>> {
    const { documentId, storeCode, receiptNo, businessDate } = receipt
    const requests = invoiceRequestsRepository(db)
    const [money, invoice, request, last, stores] = [
      await invoiceMoney(db, receipt),
      await invoicesRepository(db).find(documentId),
      await requests.latest(documentId, memberId),
      await requests.lastBuyer(memberId),
      await needs.storeNames(db, [storeCode]),
    ]
    return {
      documentId,
      storeName: stores.get(storeCode) ?? storeCode,
      receiptNo,
      businessDate,
      ...money,
      invoice: {
        state: InvoiceState.parse(invoice?.state ?? 'none'),
        invoiceNo: invoice?.invoiceNo ?? null,
        amount: invoice?.amount ?? null,
        redAmount: invoice?.redAmount ?? 0,
        redNo: invoice?.redNo ?? null,
      },
      request:
        request === undefined
          ? null
          : {
              state: stateOf(request),
              askedAt: request.askedAt,
              amount: request.amount,
              reason: request.reason,
              buyer: buyers.open(request.buyerSealed),
            },
      last: buyers.open(last),
    }
  }

  /** Whether this very thing is asked already; another one has to be withdrawn first. */
  async function isAsked(memberId: string, documentId: string, buyer: BuyerShown): Promise<boolean> {
    const open = await invoiceRequestsRepository(db).open(documentId)
    if (open === undefined) return false
    const known = buyers.open(open.buyerSealed)
    if (open.memberId !== memberId || JSON.stringify(known) !== JSON.stringify(buyer))
      throw invoiceRequestErrors.invoiceAsked()
    return true
  }

  /**
   * The request is written first and the invoice looked for under a lock after that: whoever makes an invoice at this very
   * moment writes it first and then ends the requests, so that one of the two sees the other.
   */
  async function write(tx: Tx, memberId: string, receipt: Receipt, buyer: BuyerShown): Promise<void> {
    const { documentId, docKey, storeCode } = receipt
    const { invoiceable } = await invoiceMoney(tx, receipt)
    if (invoiceable === 0) throw invoiceErrors.notInvoiceable()
    await invoiceRequestsRepository(tx).insert({
      id: newId(),
      documentId,
      docKey,
      openKey: documentId,
      memberId,
      storeCode,
      kind: buyer.kind,
      buyerSealed: buyers.seal(buyer),
      amount: invoiceable,
      state: 'asked',
      reason: null,
      askedAt: clock.now(),
      closedAt: null,
      closedBy: null,
    })
    if (await invoicesRepository(tx).isThere(documentId)) throw invoiceErrors.invoiced()
  }

  async function rowsOf(from: Db, requests: readonly Found[]) {
    const stores = await needs.storeNames(from, [...new Set(requests.map(request => request.storeCode))])
    const ids = requests.flatMap(({ closedBy }) => (closedBy === null ? [] : [closedBy]))
    const staff = await needs.staffNames(from, [...new Set(ids)])
    const rows = []
    for (const request of requests) {
      const { storeCode, closedBy } = request
      const receipt = await receiptsRepository(from).byId(request.documentId)
      const buyer = buyers.open(request.buyerSealed)
      rows.push({
        requestId: request.id,
        documentId: request.documentId,
        storeCode,
        storeName: stores.get(storeCode) ?? storeCode,
        businessDate: request.docKey.split('|')[2] ?? '',
        receiptNo: request.docKey.split('|').slice(3).join('|'),
        state: stateOf(request),
        kind: request.kind === 'company' ? ('company' as const) : ('person' as const),
        ...buyers.masked(buyer),
        amount: request.amount,
        invoiceable: receipt === undefined ? 0 : (await invoiceMoney(from, receipt)).invoiceable,
        invoiceNo: request.invoiceNo,
        invoiced: request.invoiced,
        redAmount: request.redAmount ?? 0,
        redNo: request.redNo,
        reason: request.reason,
        askedAt: request.askedAt,
        closedAt: request.closedAt,
        closedBy: closedBy === null ? null : (staff.get(closedBy) ?? ''),
      })
    }
    return rows
  }

  async function inReach(scope: Scope, requestId: string): Promise<Found> {
    const request = await invoiceRequestsRepository(db).find(requestId)
    if (request === undefined || !inScope(scope, request.storeCode)) throw invoiceRequestErrors.noInvoiceRequest()
    return request
  }
  async function row(requestId: string) {
    const request = await invoiceRequestsRepository(db).find(requestId)
    const [one] = request === undefined ? [] : await rowsOf(db, [request])
    if (one === undefined) throw invoiceRequestErrors.noInvoiceRequest()
    return one
  }

  return {
    mine: async (memberId: string, documentId: string) => mine(memberId, await ownReceipt(memberId, documentId)),

    async ask(memberId: string, documentId: string, given: InvoiceBuyer) {
      const receipt = await ownReceipt(memberId, documentId)
      const buyer = buyers.checked(given)
      if (!(await isAsked(memberId, documentId, buyer)))
        try {
          await inTransaction(db, tx => write(tx, memberId, receipt, buyer))
        } catch (error) {
          if (uniqueViolation(error) === null) throw error
          await isAsked(memberId, documentId, buyer)
        }
      return mine(memberId, receipt)
    },

    async withdraw(memberId: string, documentId: string) {
      const receipt = await ownReceipt(memberId, documentId)
      const request = await invoiceRequestsRepository(db).latest(documentId, memberId)
      if (request === undefined) throw invoiceRequestErrors.noInvoiceRequest()
      if (request.state !== 'withdrawn') {
        const change = { state: 'withdrawn', by: null, at: clock.now() } as const
        if (!(await invoiceRequestsRepository(db).end(documentId, change, request.id)))
          throw invoiceRequestErrors.requestClosed()
      }
      return mine(memberId, receipt)
    },

    async list(scope: Scope, query: InvoiceRequestQuery) {
      const [at, id] = decodeCursor(query.cursor) ?? []
      const found = await invoiceRequestsRepository(db).page(
        scope,
        query,
        typeof at === 'number' && typeof id === 'string' ? [new Date(at), id] : null,
        query.limit + 1,
      )
      const { items, next } = pageFrom(found, query.limit, each => [each.askedAt.getTime(), each.id])
      return { items: await rowsOf(db, items), next }
    },

    work: async (scope: Scope) => ({
      asked: await invoiceRequestsRepository(db).asked(scope),
      redNeeded: await invoicesRepository(db).redNeeded(scope),
    }),

    /** What the invoice is made out to, in clear; that it was read is written down. */
    async buyer(caller: StaffCaller, requestId: string): Promise<BuyerShown> {
      const request = await inReach(caller.scope, requestId)
      const buyer = buyers.open(request.buyerSealed)
      if (buyer === null) throw invoiceRequestErrors.noInvoiceRequest()
      await inTransaction(db, tx =>
        audit(tx, caller, {
          action: 'till.invoiceBuyer',
          subjectKind: 'member',
          subjectId: request.memberId,
          storeCode: request.storeCode,
          details: { requestId },
        }),
      )
      return buyer
    },

    async issue(caller: StaffCaller, requestId: string, given: { invoiceNo: string; amount?: number | undefined }) {
      const request = await inReach(caller.scope, requestId)
      if (request.state === 'issued' && request.invoiceNo === given.invoiceNo) return row(requestId)
      if (request.state !== 'asked') throw invoiceRequestErrors.requestClosed()
      await invoicing.issue(caller, request, given)
      return row(requestId)
    },

    async reject(caller: StaffCaller, requestId: string, reason: string) {
      const { documentId, state, storeCode } = await inReach(caller.scope, requestId)
      if (state !== 'asked') throw invoiceRequestErrors.requestClosed()
      await inTransaction(db, async tx => {
        const change = { state: 'rejected', by: caller.staffId, at: clock.now(), reason } as const
        if (!(await invoiceRequestsRepository(tx).end(documentId, change, requestId)))
          throw invoiceRequestErrors.requestClosed()
        await audit(tx, caller, {
          action: 'till.rejectInvoice',
          subjectKind: 'receipt',
          subjectId: documentId,
          storeCode,
          reason,
          details: { requestId },
        })
      })
      return row(requestId)
    },
  }
}
export type InvoiceRequests = ReturnType<typeof invoiceRequests>
