import { createHash } from 'node:crypto'
import type { DocumentType } from '../contract.ts'

/** A line of a sales document; amounts are whole ten-thousandths, signed by their effect on revenue. */
export interface Line {
  readonly productCode: string
  readonly name: string
  readonly quantity: number
  readonly unit: string | null
  readonly unitPrice: number
  readonly discount: number
  readonly net: number
  readonly isGift: boolean
  readonly promotionCode: string | null
  /** What kind of product the source says it is, for codes that nobody knows yet. */
  readonly kind: string | null
}

export interface MemberRef {
  readonly kind: 'card' | 'phone' | 'erp'
  /** A card number, the keyed hash of a phone, or the ERP's own id. */
  readonly value: string
}

/** One receipt, whoever tells it: the till at the moment of sale, or the night's file. */
export interface Document {
  readonly docKey: string
  readonly storeCode: string
  readonly tillCode: string
  /** The shop's day 'YYYY-MM-DD'. */
  readonly businessDate: string
  readonly receiptNo: string
  readonly type: DocumentType
  readonly status: 'confirmed' | 'void'
  readonly businessAt: Date
  readonly channel: string
  readonly cashier: string | null
  /** 团购: a corporate order earns no points. */
  readonly corporate: boolean
  readonly memberRef: MemberRef | null
  readonly payments: readonly { readonly method: string; readonly amount: number }[]
  readonly originalDocKey: string | null
  readonly lines: readonly Line[]
}

/** What names a receipt for ever: "store|till|businessDate|receiptNo". */
export const docKeyOf = (storeCode: string, tillCode: string, businessDate: string, receiptNo: string): string =>
  `${storeCode}|${tillCode}|${businessDate}|${receiptNo}`

/** Gross, discount and net of a document, in ten-thousandths: gross − discount = net. */
export function totalsOf({ lines }: Pick<Document, 'lines'>): { gross: number; discount: number; net: number } {
  let discount = 0
  let net = 0
  for (const line of lines) {
    discount += line.discount
    net += line.net
  }
  return { gross: net + discount, discount, net }
}

/** A fingerprint of all that a document says; the same content is never written twice. */
export function contentHash(document: Document): string {
  const { type, status, businessAt, channel, cashier, corporate, memberRef, payments, originalDocKey, lines } = document
  const said = [
    type,
    status,
    businessAt.getTime(),
    channel,
    cashier,
    corporate,
    memberRef?.kind,
    memberRef?.value,
    originalDocKey,
  ]
  const linesSaid = lines.map(line => [
    line.productCode,
    line.name,
    line.quantity,
    line.unit,
    line.unitPrice,
    line.discount,
    line.net,
    line.isGift,
    line.promotionCode,
  ])
  return createHash('sha256')
    .update(JSON.stringify([said, payments.map(payment => [payment.method, payment.amount]), linesSaid]))
    .digest('base64url')
}
