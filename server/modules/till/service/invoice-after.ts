import type { Db } from '../../../kernel/db.ts'
import { invoiceRequestsRepository } from '../repository/invoice-requests.ts'
import { receiptsRepository } from '../repository/receipts.ts'
import { invoiceMoney, reddenInvoices } from './invoice-money.ts'

/**
 * After documents were told: invoices of what came back need a red-letter note, and who waits for an invoice of a receipt
 * that has come back whole waits no more.
 */
export async function invoicesAfter(from: Db, documentIds: readonly string[], at: Date): Promise<void> {
  await reddenInvoices(from, documentIds, at)
  const requests = invoiceRequestsRepository(from)
  for (const documentId of await requests.concernedBy(documentIds)) {
    const receipt = await receiptsRepository(from).byId(documentId)
    if (receipt !== undefined && (await invoiceMoney(from, receipt)).invoiceable > 0) continue
    await requests.end(documentId, { state: 'void', by: null, at })
  }
}
