import type { Tx } from '../../../kernel/db.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { CatalogApi } from '../../catalog/index.ts'
import { readDecimal, timesScaled } from '../../erp/index.ts'
import { salesErrors, type DocumentType } from '../contract.ts'
import { publish } from '../../../kernel/events/event.ts'
import { documentsApplied, documentsSettled } from '../events.ts'
import { lockDocuments, withdrawDocument } from '../repository/documents.ts'
import { linkables, linkDocuments } from '../repository/links.ts'
import { docKeyOf, type Document, type Line, type MemberRef } from './document.ts'
import { writeDocuments, type Written } from './write.ts'

/** A line as the till says it; amounts are decimals as text, e.g. '0.832' and '7.96'. */
export interface RecordedLine {
  readonly productCode: string
  readonly name: string
  readonly quantity: string
  readonly unit?: string | null
  readonly unitPrice: string
  /** Signed like the quantity; none = 0. */
  readonly discount?: string
  /** None = quantity × unit price − discount. */
  readonly net?: string
  readonly isGift?: boolean
  readonly promotionCode?: string | null
}

/** A sale or return committed at a till. */
export interface RecordedSale {
  readonly storeCode: string
  readonly tillCode: string
  readonly businessDate: string
  readonly receiptNo: string
  readonly type: DocumentType
  readonly status?: 'confirmed' | 'void'
  readonly businessAt: Date
  readonly channel?: string
  readonly cashier?: string | null
  readonly corporate?: boolean
  readonly memberRef?: MemberRef | null
  /** Whose sale it is, where the till knows: it is linked at once, so that the receipt can say its points. */
  readonly memberId?: string | null
  readonly payments?: readonly { readonly method: string; readonly amount: string }[]
  readonly originalDocKey?: string | null
  readonly lines: readonly RecordedLine[]
}

function scaled(text: string, docKey: string): number {
  const read = readDecimal(text, 'amount')
  if ('problem' in read) throw salesErrors.invalidDocument({ docKey, reason: text })
  return read.value
}

function lineOf(line: RecordedLine, docKey: string): Line {
  const quantity = scaled(line.quantity, docKey)
  const unitPrice = scaled(line.unitPrice, docKey)
  const discount = scaled(line.discount ?? '0', docKey)
  return {
    productCode: line.productCode,
    name: line.name,
    quantity,
    unit: line.unit ?? null,
    unitPrice,
    discount,
    net: line.net === undefined ? timesScaled(quantity, unitPrice) - discount : scaled(line.net, docKey),
    isGift: line.isGift ?? false,
    promotionCode: line.promotionCode ?? null,
    kind: null,
  }
}

/** Writes a sale of the till in the till's own transaction. The night's file replaces its content later; it stays one document. */
export async function recordSale(
  { clock, newId }: Kernel,
  catalog: CatalogApi,
  tx: Tx,
  sale: RecordedSale,
): Promise<Written> {
  const docKey = docKeyOf(sale.storeCode, sale.tillCode, sale.businessDate, sale.receiptNo)
  const document: Document = {
    docKey,
    storeCode: sale.storeCode,
    tillCode: sale.tillCode,
    businessDate: sale.businessDate,
    receiptNo: sale.receiptNo,
    type: sale.type,
    status: sale.status ?? 'confirmed',
    businessAt: sale.businessAt,
    channel: sale.channel ?? 'store',
    cashier: sale.cashier ?? null,
    corporate: sale.corporate ?? false,
    memberRef: sale.memberRef ?? null,
    payments: (sale.payments ?? []).map(({ method, amount }) => ({ method, amount: scaled(amount, docKey) })),
    originalDocKey: sale.originalDocKey ?? null,
    lines: sale.lines.map(line => lineOf(line, docKey)),
  }
  const now = clock.now()
  await catalog.ensureStores(tx, [document.storeCode])
  await catalog.ensureProducts(
    tx,
    document.lines.map(line => ({ code: line.productCode, name: line.name, unit: line.unit })),
  )
  const [written] = await writeDocuments(tx, { newId, now }, [
    { teller: { sourceId: null, version: 0, importId: null, arrivedAt: now }, documents: [document] },
  ])
  if (written === undefined) throw salesErrors.invalidDocument({ docKey, reason: 'empty' })
  const { memberId } = sale
  if (typeof memberId === 'string') {
    const documents = await linkables(tx, [written.id])
    await linkDocuments(
      tx,
      documents.map(one => ({ document: one, memberId })),
    )
  }
  return written
}

/**
 * Takes back what only the till has told: the document is void and nobody's, so that a file that tells its receipt later
 * is believed as if nobody had said anything before. False when a file has told it already.
 */
export async function withdrawSale({ clock }: Pick<Kernel, 'clock'>, tx: Tx, docKey: string): Promise<boolean> {
  const [known] = await lockDocuments(tx, [docKey])
  if (known === undefined || known.sourceVersion > 0) return false
  await withdrawDocument(tx, known.id, clock.now())
  await publish(tx, documentsApplied, { documents: [{ id: known.id, revision: known.revision + 1 }] })
  await publish(tx, documentsSettled, { documentIds: [known.id] })
  return true
}
