import { z } from 'zod'
import { errors } from '../../kernel/errors.ts'
import { contract } from '../../kernel/http/contract.ts'
import { Instant } from '../../kernel/http/instant.ts'
import { PageQuery, pageOf } from '../../kernel/page.ts'

export const DOCUMENT_TYPES = ['sale', 'return', 'exchange', 'adjustment', 'void'] as const
export const DocumentType = z.enum(DOCUMENT_TYPES)
export type DocumentType = z.output<typeof DocumentType>

export const salesErrors = errors('sales', {
  notFound: [404, '找不到这张小票', 'There is no such receipt'],
  keyChanged: [409, '小票 {docKey} 已有不同内容', 'Receipt {docKey} exists with another content'],
  badRange: [400, '日期范围有误，一次最多 {days} 天', 'Not a valid range of days; at most {days} at a time'],
  invalidDocument: [422, '小票 {docKey} 有误：{reason}', 'Receipt {docKey} is not valid: {reason}'],
})

const Day = z.iso.date()
/** A decimal as text, e.g. '12.3400'. */
const Decimal = z.string()

export const Payment = z.object({ method: z.string(), amount: Decimal })

export const LineRow = z.object({
  lineNo: z.int(),
  productCode: z.string(),
  name: z.string(),
  quantity: Decimal,
  unit: z.string().nullable(),
  unitPrice: Decimal,
  discount: Decimal,
  net: Decimal,
  isGift: z.boolean(),
  promotionCode: z.string().nullable(),
  /** The product's kind; null while the code is unknown. */
  kind: z.string().nullable(),
  categoryCode: z.string().nullable(),
})

export const DocumentRow = z.object({
  id: z.string(),
  docKey: z.string(),
  storeCode: z.string(),
  storeName: z.string(),
  tillCode: z.string(),
  receiptNo: z.string(),
  businessDate: Day,
  businessAt: Instant,
  type: DocumentType,
  status: z.string(),
  channel: z.string(),
  memberId: z.string().nullable(),
  memberRefKind: z.enum(['card', 'phone', 'erp', 'none']),
  gross: Decimal,
  discount: Decimal,
  net: Decimal,
  lineCount: z.int(),
  revision: z.int(),
  /** Whether the night's file has confirmed it, or only the till has said it. */
  confirmed: z.boolean(),
  /** Whose it is, masked; null = nobody's, or the caller may not read members. */
  member: z
    .object({
      name: z.string(),
      phone: z.string(),
      /** Whether the member belongs to the caller's stores, so that the own page may be opened. */
      inReach: z.boolean(),
    })
    .nullable(),
})
export type DocumentRow = z.output<typeof DocumentRow>

/** What a return of this receipt took back of one of its lines; quantity and net are below zero. */
export const ReturnedLineRow = z.object({
  documentId: z.string(),
  businessDate: Day,
  /** The line of this receipt, however the return numbers it; null = of none. */
  lineNo: z.int().nullable(),
  productCode: z.string(),
  quantity: Decimal,
  net: Decimal,
})

export const DocumentDetail = DocumentRow.extend({
  corporate: z.boolean(),
  cashier: z.string().nullable(),
  /** A card number as stated by the source; a phone is never shown. */
  memberRef: z.string().nullable(),
  originalDocKey: z.string().nullable(),
  payments: z.array(Payment),
  lines: z.array(LineRow),
  /** What of it has come back, at whichever store. */
  returned: z.array(ReturnedLineRow),
  updatedAt: Instant,
})

/** A receipt as the shopper sees it. */
export const ReceiptRow = DocumentRow.pick({
  id: true,
  storeCode: true,
  storeName: true,
  receiptNo: true,
  businessDate: true,
  businessAt: true,
  type: true,
  discount: true,
  net: true,
  lineCount: true,
})
export const ReceiptDetail = ReceiptRow.extend({
  docKey: z.string(),
  tillCode: z.string(),
  gross: Decimal,
  originalDocKey: z.string().nullable(),
  payments: z.array(Payment),
  lines: z.array(LineRow),
  /** What of it has come back. */
  returned: z.array(ReturnedLineRow),
})

export const DocumentQuery = PageQuery.extend({
  memberId: z.string().optional(),
  storeCode: z.string().max(32).optional(),
  from: Day.optional(),
  to: Day.optional(),
  type: DocumentType.optional(),
  /** Bought by a member (now known as one), or by nobody we know. */
  buyer: z.enum(['member', 'guest']).optional(),
  /** By business day and time. */
  sort: z.enum(['-businessAt', 'businessAt']).default('-businessAt'),
  /** The exact receipt number, or a whole document key. */
  search: z.string().trim().max(190).optional(),
})
export type DocumentQuery = z.output<typeof DocumentQuery>

/** One metric of a day with its two companions; null where there is nothing to compare with. */
export const Compared = z.object({
  value: z.number(),
  yesterday: z.number().nullable(),
  lastWeek: z.number().nullable(),
})

export const METRICS = [
  'netSales',
  'receipts',
  'memberShare',
  'basketValue',
  'memberBasketValue',
  'guestBasketValue',
] as const

export const Definition = z.object({ metric: z.enum(METRICS), zh: z.string(), en: z.string() })

export const DaySeries = z.object({
  day: Day,
  netSales: z.number(),
  memberNetSales: z.number(),
  receipts: z.int(),
  memberReceipts: z.int(),
})

export const ARRIVAL_STATES = ['arrived', 'late', 'missing', 'different', 'closed', 'pending'] as const

export const ArrivalCell = z.object({
  storeCode: z.string(),
  day: Day,
  state: z.enum(ARRIVAL_STATES),
  documents: z.int(),
  lines: z.int(),
  net: Decimal,
  /** What the files stated; null when none has come. */
  stated: z.object({ documents: z.int(), lines: z.int(), net: Decimal }).nullable(),
  /** What the last file of the day says of itself in its trailer, beside what came of it in all; null = it has none. */
  trailer: z
    .object({
      /** False: the line is missing, the file may be cut off. */
      found: z.boolean(),
      agrees: z.boolean(),
      documents: z.int().nullable(),
      lines: z.int().nullable(),
      net: Decimal.nullable(),
      came: z.object({ documents: z.int(), lines: z.int(), net: Decimal }),
    })
    .nullable(),
  quarantined: z.int(),
  /** Documents that only the till has told, though the file of the day is here. */
  unconfirmed: z.int(),
  arrivedAt: Instant.nullable(),
  importIds: z.array(z.string()),
})
export type ArrivalCell = z.output<typeof ArrivalCell>

/** How many of a member's newest documents a portrait looks at. */
export const PORTRAIT_DOCUMENTS = 2000

/** 画像: what somebody buys, when and where, from the documents of a year; purchases are sales and exchanges. */
export const Portrait = z.object({
  /** The first business day that it looks at. */
  from: Day,
  purchases: z.int(),
  /** Net of all documents, returns taken off. */
  net: Decimal,
  /** Of the price before discounts what was taken off, 0…1; null without any. */
  discountShare: z.number().nullable(),
  /** Top categories of goods (no bags, fees, rounding, prepaid cards) by net, largest first; code null = products that nobody has put into one. */
  categories: z.array(z.object({ code: z.string().nullable(), name: z.string(), net: Decimal, share: z.number() })),
  /** What is bought most often, at most eight. */
  products: z.array(z.object({ code: z.string(), name: z.string(), purchases: z.int(), net: Decimal })),
  /** Purchases by weekday, Monday first. */
  weekdays: z.array(z.int()).length(7),
  /** Purchases by hour of the shop's day, 0 to 23. */
  hours: z.array(z.int()).length(24),
  stores: z.array(z.object({ code: z.string(), name: z.string(), purchases: z.int() })),
})
export type Portrait = z.output<typeof Portrait>

const DayRange = z.object({ from: Day, to: Day, storeCode: z.string().max(32).optional() })

export const salesApi = contract('sales', {
  documents: {
    method: 'GET',
    path: '/admin/sales/documents',
    access: 'staff:sales.read',
    summary: '销售单：按会员、门店、日期、小票号 · Sales documents by member, store, day or receipt number',
    query: DocumentQuery,
    reply: pageOf(DocumentRow),
  },
  document: {
    method: 'GET',
    path: '/admin/sales/documents/:documentId',
    access: 'staff:sales.read',
    summary: '一张销售单和它的商品行 · One document with its lines',
    params: z.object({ documentId: z.string().max(26) }),
    reply: DocumentDetail,
  },
  summary: {
    method: 'GET',
    path: '/admin/sales/summary',
    access: 'staff:sales.read',
    summary: '一天的销售数字，与昨天、上周同日相比 · A day in numbers, beside yesterday and the same weekday last week',
    query: z.object({ day: Day.optional(), storeCode: z.string().max(32).optional() }),
    reply: z.object({
      day: Day,
      /** 数据截至: the last business day that has sales; null before the first file. */
      asOf: Day.nullable(),
      netSales: Compared,
      receipts: Compared,
      /** 0…1 */
      memberShare: Compared,
      basketValue: Compared,
      memberBasketValue: Compared,
      guestBasketValue: Compared,
      definitions: z.array(Definition),
    }),
  },
  daily: {
    method: 'GET',
    path: '/admin/sales/daily',
    access: 'staff:sales.read',
    summary: '按日销售额与小票数 · Net sales and receipts by day',
    query: DayRange,
    reply: z.object({ items: z.array(DaySeries) }),
  },
  portrait: {
    method: 'GET',
    path: '/admin/members/:memberId/portrait',
    access: 'staff:sales.read',
    summary:
      '会员画像：一年里买什么、何时来、去哪家店 · What a member buys, when and where, in the stores of the caller',
    params: z.object({ memberId: z.string().length(26) }),
    reply: Portrait,
  },
  arrival: {
    method: 'GET',
    path: '/admin/sales/arrival',
    access: 'staff:sales.read',
    summary: '到数：门店 × 营业日 · Data arrived, by store and business day',
    query: DayRange,
    reply: z.object({
      stores: z.array(z.object({ code: z.string(), name: z.string() })),
      days: z.array(Day),
      cells: z.array(ArrivalCell),
    }),
  },
  myReceipts: {
    method: 'GET',
    path: '/shop/receipts',
    access: 'member',
    summary: '我的小票 · My receipts, newest first',
    query: PageQuery.extend({
      month: z
        .string()
        .regex(/^\d{4}-\d{2}$/)
        .optional(),
      /** A part of the name of something bought. */
      goods: z.string().trim().min(1).max(40).optional(),
    }),
    // 抹零 is no product and no saving: `discount` and `lineCount` here are without it.
    reply: z.object({ items: z.array(ReceiptRow), next: z.string().nullable(), asOf: Day.nullable() }),
  },
  myReceipt: {
    method: 'GET',
    path: '/shop/receipts/:documentId',
    access: 'member',
    summary: '我的一张小票 · One of my receipts with its lines',
    params: z.object({ documentId: z.string().max(26) }),
    reply: ReceiptDetail,
  },
})
