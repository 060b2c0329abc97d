import { z } from 'zod'
import { errors } from '../../../kernel/errors.ts'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { pageOf, PageQuery } from '../../../kernel/page.ts'

export const InvoiceState = z.enum(['none', 'issued', 'redNeeded', 'red'])

/** A receipt's invoice. Money in fen; `invoiceable` = paid without points and coupons, less what has come back. */
export const ReceiptInvoice = z.object({
  documentId: z.string(),
  invoiceable: z.int(),
  state: InvoiceState,
  invoiceNo: z.string().nullable(),
  amount: z.int().nullable(),
  /** What came back after the invoice: a red-letter note over it is needed. */
  redAmount: z.int(),
  redNo: z.string().nullable(),
})
export type ReceiptInvoice = z.output<typeof ReceiptInvoice>

export const InvoiceRow = ReceiptInvoice.omit({ invoiceable: true }).extend({
  docKey: z.string(),
  storeCode: z.string(),
  storeName: z.string(),
  receiptNo: z.string(),
  businessDate: z.string(),
  issuedAt: Instant,
  updatedAt: Instant,
})

const Document = z.object({ documentId: z.string().max(26) })
const InvoiceNo = z.string().trim().min(1).max(64)

export const InvoiceQuery = PageQuery.extend({
  state: InvoiceState.exclude(['none']).optional(),
  storeCode: z.string().max(32).optional(),
})
export type InvoiceQuery = z.output<typeof InvoiceQuery>

export const invoiceErrors = errors('till', {
  noReceipt: [404, '找不到这张小票', 'No such receipt'],
  notInvoiceable: [409, '这张小票无可开票金额', 'Nothing can be invoiced'],
  tooMuchInvoiced: [409, '最多可开 {most}', 'At most {most}'],
  invoiced: [409, '这张小票已开票', 'Invoiced already'],
  noRed: [409, '这张小票无需红冲', 'No red-letter note is due'],
})

/** Invoices (发票): what may be invoiced of a receipt, that it was, and that goods came back since. */
export const invoiceOperations = operations({
  invoice: {
    method: 'GET',
    path: '/admin/receipts/:documentId/invoice',
    access: 'staff:sales.read',
    summary: 'What may be invoiced of a receipt, and whether it was',
    params: Document,
    reply: ReceiptInvoice,
  },
  invoices: {
    method: 'GET',
    path: '/admin/receipt-invoices',
    access: 'staff:till.invoice',
    summary: 'Invoiced receipts of the caller’s stores; those that need a red-letter note first asked for by state',
    query: InvoiceQuery,
    reply: pageOf(InvoiceRow),
  },
  markInvoiced: {
    method: 'POST',
    path: '/admin/receipts/:documentId/invoice',
    access: 'staff:till.invoice',
    summary: 'An invoice was made for this receipt; none given = all that can be',
    params: Document,
    body: z.object({ invoiceNo: InvoiceNo, amount: z.int().min(1).optional() }),
    reply: ReceiptInvoice,
  },
  markRed: {
    method: 'POST',
    path: '/admin/receipts/:documentId/invoice/red',
    access: 'staff:till.invoice',
    summary: 'The red-letter note for what came back was made',
    params: Document,
    body: z.object({ redNo: InvoiceNo }),
    reply: ReceiptInvoice,
  },
  tellInvoice: {
    method: 'POST',
    path: '/till/invoices',
    access: 'till',
    summary: 'The tax system or the till made an invoice for a receipt of this store; said again it answers the same',
    body: z.object({
      tillCode: z.string().max(32).optional(),
      businessDate: z.iso.date(),
      receiptNo: z.string().trim().min(1).max(64),
      invoiceNo: InvoiceNo,
      amount: z.int().min(1).optional(),
    }),
    reply: ReceiptInvoice,
  },
  myInvoice: {
    method: 'GET',
    path: '/shop/receipts/:documentId/invoice',
    access: 'member',
    summary: '可开票金额 · What can be invoiced of one of my receipts',
    params: Document,
    reply: z.object({
      documentId: z.string(),
      invoiceable: z.int(),
      state: InvoiceState,
      /** She has asked, and the shop has not answered yet. */
      isAsked: z.boolean(),
    }),
  },
})
