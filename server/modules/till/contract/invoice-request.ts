import { z } from 'zod'
import { errors } from '../../../kernel/errors.ts'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { pageOf, PageQuery } from '../../../kernel/page.ts'
import { ReceiptInvoice } from './invoice.ts'

/** Whom an invoice is made out to. */
export const InvoiceKind = z.enum(['person', 'company'])

const Title = z.string().trim().min(2).max(100)
const Email = z.string().trim().min(1).max(120)

/** What an invoice is made out to, and where it goes. A company has a tax number, a person has none. */
export const InvoiceBuyer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('person'), title: Title, email: Email }),
  z.object({ kind: z.literal('company'), title: Title, taxNo: z.string().max(40), email: Email }),
])
export type InvoiceBuyer = z.output<typeof InvoiceBuyer>

/** The same as it is read: `taxNo` is null for a person. */
const BuyerShown = z.object({
  kind: InvoiceKind,
  title: z.string(),
  taxNo: z.string().nullable(),
  email: z.string(),
})
export type BuyerShown = z.output<typeof BuyerShown>

/**
 * How far it is. `asked` waits for the shop; `issued`, `redNeeded` (goods came back since) and `red` are the invoice's own
 * states; `rejected` says why; `withdrawn` by the shopper; `void`: all came back before it was made.
 */
export const RequestState = z.enum(['asked', 'issued', 'redNeeded', 'red', 'rejected', 'withdrawn', 'void'])
export type RequestState = z.output<typeof RequestState>

/** A shopper's invoice as her phone shows it; money in fen: paid = invoiceable + notInvoiced + back. */
export const MyInvoice = z.object({
  documentId: z.string(),
  storeName: z.string(),
  receiptNo: z.string(),
  businessDate: z.string(),
  paid: z.int(),
  /** Paid with points, coupons or a prepaid card. */
  notInvoiced: z.int(),
  /** What came back. */
  back: z.int(),
  invoiceable: z.int(),
  invoice: ReceiptInvoice.pick({ state: true, invoiceNo: true, amount: true, redAmount: true, redNo: true }),
  request: z
    .object({
      state: RequestState,
      askedAt: Instant,
      amount: z.int(),
      reason: z.string().nullable(),
      buyer: BuyerShown.nullable(),
    })
    .nullable(),
  /** What she wrote the last time, to begin with. */
  last: BuyerShown.nullable(),
})
export type MyInvoice = z.output<typeof MyInvoice>

/** A request as staff see it in a list: personal data masked. */
export const InvoiceRequestRow = z.object({
  requestId: z.string(),
  documentId: z.string(),
  storeCode: z.string(),
  storeName: z.string(),
  receiptNo: z.string(),
  businessDate: z.string(),
  state: RequestState,
  kind: InvoiceKind,
  /** A person's is masked; '' once the person has left. */
  title: z.string(),
  email: z.string(),
  /** Fen when it was asked, and what can be invoiced now: goods may have come back since. */
  amount: z.int(),
  invoiceable: z.int(),
  invoiceNo: z.string().nullable(),
  invoiced: z.int().nullable(),
  redAmount: z.int(),
  redNo: z.string().nullable(),
  reason: z.string().nullable(),
  askedAt: Instant,
  closedAt: Instant.nullable(),
  /** Name of who dealt with it; '' for a till, null for nobody. */
  closedBy: z.string().nullable(),
})
export type InvoiceRequestRow = z.output<typeof InvoiceRequestRow>

export const InvoiceRequestQuery = PageQuery.extend({
  state: RequestState.optional(),
  storeCode: z.string().max(32).optional(),
})
export type InvoiceRequestQuery = z.output<typeof InvoiceRequestQuery>

const Document = z.object({ documentId: z.string().max(26) })
const Request = z.object({ requestId: z.string().max(26) })

export const invoiceRequestErrors = errors('till', {
  badTaxNo: [400, '税号不对，请核对', 'Please check the tax number'],
  badEmail: [400, '邮箱不对，请核对', 'Please check the e-mail'],
  invoiceAsked: [409, '已申请开票', 'Asked for already'],
  noInvoiceRequest: [404, '找不到这条申请', 'No such request'],
  requestClosed: [409, '这条申请已处理', 'Dealt with already'],
})

/** 开发票: a shopper asks for an invoice, finance makes it or says why not. */
export const invoiceRequestOperations = operations({
  myInvoiceRequest: {
    method: 'GET',
    path: '/shop/receipts/:documentId/invoice/request',
    access: 'member',
    summary: '开发票 · What can be invoiced of one of my receipts and why, and how far my request is',
    params: Document,
    reply: MyInvoice,
  },
  askInvoice: {
    method: 'POST',
    path: '/shop/receipts/:documentId/invoice/request',
    access: 'member',
    summary: '申请开票 · Ask for an invoice; the same asked again answers the same',
    params: Document,
    body: InvoiceBuyer,
    reply: MyInvoice,
  },
  withdrawInvoice: {
    method: 'DELETE',
    path: '/shop/receipts/:documentId/invoice/request',
    access: 'member',
    summary: '撤回申请 · Take my request back before the invoice is made',
    params: Document,
    reply: MyInvoice,
  },
  invoiceRequests: {
    method: 'GET',
    path: '/admin/invoice-requests',
    access: 'staff:till.invoice',
    summary: 'Requests of shoppers in the caller’s stores, newest first; personal data masked',
    query: InvoiceRequestQuery,
    reply: pageOf(InvoiceRequestRow),
  },
  invoiceWork: {
    method: 'GET',
    path: '/admin/invoice-requests/count',
    access: 'staff:till.invoice',
    summary: 'What finance has to do in the caller’s stores: invoices asked for, and red-letter notes that are due',
    reply: z.object({ asked: z.int(), redNeeded: z.int() }),
  },
  invoiceBuyer: {
    method: 'POST',
    path: '/admin/invoice-requests/:requestId/buyer',
    access: 'staff:till.invoice',
    summary: 'Title, tax number and e-mail in clear, to make the invoice; the reading is audited',
    params: Request,
    reply: BuyerShown,
  },
  issueInvoice: {
    method: 'POST',
    path: '/admin/invoice-requests/:requestId/issue',
    access: 'staff:till.invoice',
    summary: 'The invoice that was asked for is made; no amount = all that can be',
    params: Request,
    body: z.object({ invoiceNo: z.string().trim().min(1).max(64), amount: z.int().min(1).optional() }),
    reply: InvoiceRequestRow,
  },
  rejectInvoice: {
    method: 'POST',
    path: '/admin/invoice-requests/:requestId/reject',
    access: 'staff:till.invoice',
    summary: 'No invoice can be made, and why: the shopper reads it and may ask anew',
    params: Request,
    body: z.object({ reason: z.string().trim().min(2).max(200) }),
    reply: InvoiceRequestRow,
  },
})
