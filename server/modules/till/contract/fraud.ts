import { z } from 'zod'
import { errors } from '../../../kernel/errors.ts'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { pageOf, PageQuery } from '../../../kernel/page.ts'

const Times = z.int().min(1).max(100_000)
const Off = Times.nullable()

/**
 * The rules against fraud, as data; null = no such limit, or no such alert. A business day each.
 * Over a limit of receipts or points a sale earns nothing and says why; over one of redemptions the coupon is refused.
 */
export const FraudRules = z.object({
  limits: z.object({
    /** Of one member's card, wherever it is shown. */
    card: z.object({ receipts: Off, points: z.int().min(1).max(100_000_000).nullable(), redemptions: Off }),
    /** Of one card at one till: a cashier who lets every guest's receipt run on a card of their own. */
    cardAtTill: z.object({ receipts: Off }),
    /** Of one till, over all cards. */
    till: z.object({ receipts: Off, points: z.int().min(1).max(100_000_000).nullable(), redemptions: Off }),
    /** Of a card that is marked as one of the staff's. */
    staffCard: z.object({ earns: z.boolean(), receipts: Off }),
  }),
  alerts: z.object({
    manyReceipts: z.object({ times: Times }).nullable(),
    manyPoints: z.object({ points: z.int().min(1).max(100_000_000), days: z.int().min(1).max(92) }).nullable(),
    /** Bought, earned, brought back, again and again. */
    returnLoop: z.object({ times: Times, days: z.int().min(1).max(92) }).nullable(),
    /** Brought back within minutes, at the same till: goods that may never have been there. */
    quickReturns: z.object({ times: Times, minutes: z.int().min(1).max(1_440) }).nullable(),
    /** Money given back for a receipt that nobody knows. */
    returnWithoutSale: z.object({ times: Times }).nullable(),
    staffCard: z.object({ times: Times }).nullable(),
  }),
})
export type FraudRules = z.output<typeof FraudRules>

/** What holds until somebody says otherwise: far above an honest household, below what was ever made by fraud. */
export const DEFAULT_FRAUD_RULES: FraudRules = {
  limits: {
    card: { receipts: 20, points: 50_000, redemptions: 20 },
    cardAtTill: { receipts: 12 },
    till: { receipts: null, points: null, redemptions: null },
    staffCard: { earns: true, receipts: 5 },
  },
  alerts: {
    manyReceipts: { times: 8 },
    manyPoints: { points: 50_000, days: 30 },
    returnLoop: { times: 3, days: 30 },
    quickReturns: { times: 3, minutes: 30 },
    returnWithoutSale: { times: 3 },
    staffCard: { times: 4 },
  },
}

/** Which limit a receipt or a coupon was over. */
export const Limit = z.enum([
  'cardReceipts',
  'cardPoints',
  'cardRedemptions',
  'cardAtTill',
  'tillReceipts',
  'tillPoints',
  'tillRedemptions',
  'staffCard',
  'staffCardReceipts',
  'blocked',
])
export type Limit = z.output<typeof Limit>

/** Why a sale earns nothing, or a coupon is refused, as it can be said aloud: at most 14 characters. */
export const LIMIT_TEXTS: Readonly<Record<Limit, { zh: string; en: string }>> = {
  cardReceipts: { zh: '今日积分次数已满', en: 'Earned often enough today' },
  cardPoints: { zh: '今日积分已达上限', en: 'Earned its most for today' },
  cardRedemptions: { zh: '今日用券次数已满', en: 'Enough coupons used today' },
  cardAtTill: { zh: '本机今日此卡已满', en: 'Earned enough at this till' },
  tillReceipts: { zh: '本机今日积分次数已满', en: 'Till: enough receipts today' },
  tillPoints: { zh: '本机今日积分已达上限', en: 'Till: enough points today' },
  tillRedemptions: { zh: '本机今日用券已满', en: 'Till: enough coupons today' },
  staffCard: { zh: '员工卡购物不积分', en: 'A staff card earns no points' },
  blocked: { zh: '此卡已停用，请到服务台', en: 'Card blocked: service desk' },
  staffCardReceipts: { zh: '员工卡今日次数已满', en: 'Staff card: enough for today' },
}

export const ALERT_KINDS = [
  'overLimit',
  'manyReceipts',
  'manyPoints',
  'returnLoop',
  'quickReturns',
  'returnWithoutSale',
  'staffCard',
] as const
export const AlertKind = z.enum(ALERT_KINDS)
export type AlertKind = z.output<typeof AlertKind>

/** The figures that raised an alert; which are there depends on its kind. Money in fen. */
export const AlertFacts = z
  .object({
    times: z.int(),
    days: z.int(),
    points: z.int(),
    soldFen: z.int(),
    returnedFen: z.int(),
    minutes: z.int(),
    limit: Limit,
  })
  .partial()
export type AlertFacts = z.output<typeof AlertFacts>

export const AlertRow = z.object({
  alertId: z.string(),
  kind: AlertKind,
  storeCode: z.string(),
  storeName: z.string(),
  tillCode: z.string().nullable(),
  memberId: z.string().nullable(),
  memberName: z.string().nullable(),
  /** The card is blocked now. */
  blocked: z.boolean(),
  cashier: z.string().nullable(),
  businessDate: z.string(),
  facts: AlertFacts,
  state: z.enum(['open', 'closed']),
  note: z.string().nullable(),
  closedBy: z.string().nullable(),
  createdAt: Instant,
  closedAt: Instant.nullable(),
})
export type AlertRow = z.output<typeof AlertRow>

export const AlertQuery = PageQuery.extend({
  state: z.enum(['open', 'closed']).optional(),
  kind: AlertKind.optional(),
  storeCode: z.string().max(32).optional(),
})
export type AlertQuery = z.output<typeof AlertQuery>

export const StaffCardRow = z.object({
  memberId: z.string(),
  memberName: z.string(),
  storeCode: z.string(),
  note: z.string(),
  createdAt: Instant,
})

const BlockedCardRow = z.object({
  memberId: z.string(),
  memberName: z.string(),
  storeCode: z.string(),
  reason: z.string(),
  blockedBy: z.string(),
  blockedAt: Instant,
})

export const fraudErrors = errors('till', {
  noAlert: [404, '找不到这条提醒', 'No such alert'],
  alertClosed: [409, '这条提醒已处理', 'This alert is closed already'],
  noCardToBlock: [409, '这条提醒没有会员', 'No card in this alert'],
  overLimit: [409, '{reason}', '{reasonEn}'],
})

/** What staff sees and does against fraud. */
export const fraudOperations = operations({
  fraudRules: {
    method: 'GET',
    path: '/admin/till-rules',
    access: 'staff:till.read',
    summary: 'The rules against fraud that hold now',
    reply: z.object({ version: z.int(), rules: FraudRules }),
  },
  changeFraudRules: {
    method: 'PUT',
    path: '/admin/till-rules',
    access: 'staff:till.rules',
    summary: 'Change the rules, as a new version; they hold from the next receipt',
    body: z.object({ version: z.int().min(0), rules: FraudRules }),
    reply: z.object({ version: z.int(), rules: FraudRules }),
  },
  alerts: {
    method: 'GET',
    path: '/admin/till-alerts',
    access: 'staff:till.alerts',
    summary: 'What somebody should look at, in the caller’s stores, newest first',
    query: AlertQuery,
    reply: pageOf(AlertRow),
  },
  alertCount: {
    method: 'GET',
    path: '/admin/till-alerts/count',
    access: 'staff:till.alerts',
    summary: 'How many alerts are open in the caller’s stores',
    reply: z.object({ open: z.int() }),
  },
  closeAlert: {
    method: 'POST',
    path: '/admin/till-alerts/:alertId/close',
    access: 'staff:till.alerts',
    summary: 'An alert has been looked at: what it was; the card it is about may be blocked with it',
    params: z.object({ alertId: z.string().max(26) }),
    body: z.object({ note: z.string().trim().min(2).max(300), block: z.boolean().default(false) }),
    reply: AlertRow,
  },
  blockedCards: {
    method: 'GET',
    path: '/admin/till-blocks',
    access: 'staff:till.alerts',
    summary: 'Cards that earn and spend nothing at tills, blocked by alerts of the caller’s stores',
    reply: z.object({ items: z.array(BlockedCardRow) }),
  },
  unblockCard: {
    method: 'DELETE',
    path: '/admin/till-blocks/:memberId',
    access: 'staff:till.alerts',
    summary: 'The card may be used again',
    params: z.object({ memberId: z.string().max(26) }),
    reply: z.void(),
  },
  staffCards: {
    method: 'GET',
    path: '/admin/staff-cards',
    access: 'staff:till.alerts',
    summary: 'Member cards that belong to staff of the caller’s stores',
    reply: z.object({ items: z.array(StaffCardRow) }),
  },
  markStaffCard: {
    method: 'POST',
    path: '/admin/staff-cards',
    access: 'staff:till.alerts',
    summary: 'Mark a card as one of the staff’s',
    body: z.object({
      cardNo: z.string().trim().min(6).max(32),
      storeCode: z.string().trim().min(1).max(32),
      note: z.string().trim().max(60).default(''),
    }),
    reply: StaffCardRow,
  },
  unmarkStaffCard: {
    method: 'DELETE',
    path: '/admin/staff-cards/:memberId',
    access: 'staff:till.alerts',
    summary: 'The card is a customer’s again',
    params: z.object({ memberId: z.string().max(26) }),
    reply: z.void(),
  },
})
