import type { z } from 'zod'
import { inTransaction, uniqueViolation, type Db } from '../../../kernel/db.ts'
import type { StaffCaller, TillCaller } from '../../../kernel/http/caller.ts'
import { decodeCursor, pageFrom } from '../../../kernel/page.ts'
import { inScope, type Scope } from '../../../kernel/scope.ts'
import type { Audit } from '../../staff/index.ts'
import { invoiceErrors, InvoiceState, type InvoiceQuery } from '../contract/invoice.ts'
import { invoiceRequestErrors } from '../contract/invoice-request.ts'
import { invoiceRequestsRepository } from '../repository/invoice-requests.ts'
import { invoicesRepository, type InvoiceRecord } from '../repository/invoices.ts'
import { receiptsRepository, type Receipt } from '../repository/receipts.ts'
import type { TillDeps } from './deps.ts'
import { invoicesAfter } from './invoice-after.ts'
import { invoiceMoney } from './invoice-money.ts'
import { docKeyOf } from './once.ts'

const stateOf = (invoice: InvoiceRecord | undefined): z.output<typeof InvoiceState> =>
  invoice === undefined ? 'none' : InvoiceState.parse(invoice.state)

/** Invoices (发票): what can be invoiced of a receipt, that it was, and that goods came back since. */
export function invoicing({ db, clock, needs }: TillDeps, audit: Audit) {
  async function viewOf(from: Db, receipt: Receipt, invoice?: InvoiceRecord) {
    return {
      documentId: receipt.documentId,
      invoiceable: (await invoiceMoney(from, receipt)).invoiceable,
      state: stateOf(invoice),
      invoiceNo: invoice?.invoiceNo ?? null,
      amount: invoice?.amount ?? null,
      redAmount: invoice?.redAmount ?? 0,
      redNo: invoice?.redNo ?? null,
    }
  }

  async function receiptIn(scope: Scope, documentId: string): Promise<Receipt> {
    const receipt = await receiptsRepository(db).byId(documentId)
    if (receipt === undefined || !inScope(scope, receipt.storeCode)) throw invoiceErrors.noReceipt()
    return receipt
  }
  const read = async (receipt: Receipt) => viewOf(db, receipt, await invoicesRepository(db).find(receipt.documentId))

  async function mark(
    caller: StaffCaller | TillCaller,
    receipt: Receipt,
    given: { invoiceNo: string; amount?: number | undefined },
    requestId: string | null = null,
  ) {
    const known = await invoicesRepository(db).find(receipt.documentId)
    if (known !== undefined) {
      if (known.invoiceNo !== given.invoiceNo) throw invoiceErrors.invoiced()
      return viewOf(db, receipt, known)
    }
    const now = clock.now()
    try {
      await inTransaction(db, async tx => {
        const { invoiceable: most } = await invoiceMoney(tx, receipt)
        if (most === 0) throw invoiceErrors.notInvoiceable()
        const amount = given.amount ?? most
        if (amount > most) throw invoiceErrors.tooMuchInvoiced({ most: `¥${(most / 100).toFixed(2)}` })
        const by = caller.kind === 'staff' ? caller.staffId : `till:${caller.tillId}`
        await invoicesRepository(tx).insert({
          documentId: receipt.documentId,
          docKey: receipt.docKey,
          storeCode: receipt.storeCode,
          invoiceNo: given.invoiceNo,
          amount,
          state: 'issued',
          redAmount: 0,
          redNo: null,
          issuedBy: by,
          issuedAt: now,
          updatedAt: now,
        })
        // Whoever made the invoice, and wherever: who asked for it waits no more.
        const change = { state: 'issued', by, at: now } as const
        const isAsked = await invoiceRequestsRepository(tx).end(receipt.documentId, change, requestId)
        if (requestId !== null && !isAsked) throw invoiceRequestErrors.requestClosed()
        await audit(tx, caller, {
          action: 'till.invoice',
          subjectKind: 'receipt',
          subjectId: receipt.documentId,
          storeCode: receipt.storeCode,
          details: { invoiceNo: given.invoiceNo, amount },
        })
      })
    } catch (error) {
      if (uniqueViolation(error) === null) throw error
      return mark(caller, receipt, given, requestId)
    }
    return read(receipt)
  }

  return {
    read: async (scope: Scope, documentId: string) => read(await receiptIn(scope, documentId)),

    async mine(memberId: string, documentId: string) {
      const receipt = await receiptsRepository(db).byId(documentId)
      if (receipt === undefined || receipt.memberId !== memberId) throw invoiceErrors.noReceipt()
      const isAsked = (await invoiceRequestsRepository(db).open(documentId))?.memberId === memberId
      return { ...(await read(receipt)), isAsked }
    },

    mark: async (caller: StaffCaller, documentId: string, given: { invoiceNo: string; amount?: number | undefined }) =>
      mark(caller, await receiptIn(caller.scope, documentId), given),

    /** The same for a request: one that was withdrawn meanwhile is not invoiced. */
    async issue(
      caller: StaffCaller,
      request: { id: string; documentId: string },
      given: { invoiceNo: string; amount?: number | undefined },
    ) {
      await mark(caller, await receiptIn(caller.scope, request.documentId), given, request.id)
    },

    /** The till, or the tax system behind it, says that an invoice was made. */
    async tell(
      caller: TillCaller,
      given: {
        tillCode?: string | undefined
        businessDate: string
        receiptNo: string
        invoiceNo: string
        amount?: number | undefined
      },
    ) {
      const docKey = docKeyOf(caller.storeCode, given.tillCode ?? caller.tillCode, given.businessDate, given.receiptNo)
      const receipt = await receiptsRepository(db).byKey(docKey)
      if (receipt === undefined) throw invoiceErrors.noReceipt()
      return mark(caller, receipt, given)
    },

    async red(caller: StaffCaller, documentId: string, redNo: string) {
      const receipt = await receiptIn(caller.scope, documentId)
      await inTransaction(db, async tx => {
        if (!(await invoicesRepository(tx).red(documentId, redNo, clock.now()))) throw invoiceErrors.noRed()
        await audit(tx, caller, {
          action: 'till.invoiceRed',
          subjectKind: 'receipt',
          subjectId: documentId,
          storeCode: receipt.storeCode,
          details: { redNo },
        })
      })
      return read(receipt)
    },

    async list(scope: Scope, query: InvoiceQuery) {
      const [at, id] = decodeCursor(query.cursor) ?? []
      const rows = await invoicesRepository(db).page(
        scope,
        query,
        typeof at === 'number' && typeof id === 'string' ? [new Date(at), id] : null,
        query.limit + 1,
      )
      const { items, next } = pageFrom(rows, query.limit, row => [row.updatedAt.getTime(), row.documentId])
      const stores = await needs.storeNames(db, [...new Set(items.map(row => row.storeCode))])
      return {
        items: items.map(row => ({
          documentId: row.documentId,
          docKey: row.docKey,
          storeCode: row.storeCode,
          storeName: stores.get(row.storeCode) ?? row.storeCode,
          businessDate: row.docKey.split('|')[2] ?? '',
          receiptNo: row.docKey.split('|').slice(3).join('|'),
          state: stateOf(row),
          invoiceNo: row.invoiceNo,
          amount: row.amount,
          redAmount: row.redAmount,
          redNo: row.redNo,
          issuedAt: row.issuedAt,
          updatedAt: row.updatedAt,
        })),
        next,
      }
    },

    /** Receipts that came back, by whatever way they were told. */
    onReturned: (documentIds: readonly string[]) => invoicesAfter(db, documentIds, clock.now()),
  }
}
export type Invoicing = ReturnType<typeof invoicing>
