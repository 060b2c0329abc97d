import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { PageQuery, pageOf } from '../../../kernel/page.ts'
import { Reason } from './words.ts'

const MemberParams = z.object({ memberId: z.string().length(26) })
const DocumentParams = z.object({ documentId: z.string().length(26) })
const RequestParams = z.object({ requestId: z.string().length(26) })
const Text = z.object({ zh: z.string(), en: z.string() })

/** A balance in points: what can be used, or what is owed (one of the two is zero), and what is not usable yet. */
export const PointsBalance = z.object({
  balance: z.int(),
  active: z.int().nonnegative(),
  debt: z.int().nonnegative(),
  pending: z.int().nonnegative(),
  /** What expires next, and on which day it is gone; null where nothing will. */
  expiring: z.object({ points: z.int(), on: z.iso.date() }).nullable(),
  updatedAt: Instant.nullable(),
})
export type PointsBalance = z.output<typeof PointsBalance>

/** One entry of the ledger (积分流水). */
export const PointsEntryRow = z.object({
  entryId: z.string(),
  amount: z.int(),
  balanceAfter: z.int(),
  /** How much of the amount is not usable yet. */
  pending: z.int(),
  reason: Reason,
  documentId: z.string().nullable(),
  note: z.string().nullable(),
  at: Instant,
})
export type PointsEntryRow = z.output<typeof PointsEntryRow>

/** The same with who adjusted, for staff. */
export const StaffPointsEntry = PointsEntryRow.extend({ staffId: z.string().nullable() })
export type StaffPointsEntry = z.output<typeof StaffPointsEntry>

/** 积分批次. */
export const PointsLot = z.object({
  lotId: z.string(),
  entryId: z.string(),
  documentId: z.string().nullable(),
  granted: z.int(),
  remaining: z.int(),
  state: z.enum(['pending', 'open', 'closed']),
  earnedOn: z.iso.date(),
  activeFrom: z.iso.date().nullable(),
  expiresOn: z.iso.date().nullable(),
})

/** An entry followed to its ends: the accounts it moved, the lots it took from or made, the receipt and the rules. */
export const EntryExplained = z.object({
  entry: StaffPointsEntry,
  seq: z.int(),
  hash: z.string().nullable(),
  legs: z.array(z.object({ account: z.string(), debit: z.int(), credit: z.int() })),
  made: z.array(PointsLot),
  /** Lots it took from, gave back to (below zero), or has made usable (zero); `reason`: what granted them. */
  took: z.array(z.object({ lot: PointsLot, points: z.int(), reason: Reason })),
  debt: z.object({ points: z.int(), open: z.int() }).nullable(),
  receipt: z
    .object({
      documentId: z.string(),
      rulesVersion: z.int(),
      rulesFrom: z.iso.date().nullable(),
      tier: z.string().nullable(),
    })
    .nullable(),
  /** The entry that this one takes back, or is the other half of: a merge's or household's other side. */
  other: z
    .object({ entryId: z.string(), memberId: z.string(), reason: Reason, amount: z.int(), at: Instant })
    .nullable(),
  /** The row of the opening file. */
  opening: z.object({ cardNo: z.string(), stated: z.int(), importId: z.string() }).nullable(),
  /** Who did it by hand, and who agreed where that needed a second person; null = nobody did. */
  by: z.object({ staffId: z.string(), name: z.string() }).nullable(),
  approvedBy: z.object({ staffId: z.string(), name: z.string() }).nullable(),
  /** The key of the entry: the business thing that made it, once for ever. */
  key: z.string(),
  /** The hash of the entry before, which this one's covers. */
  hashBefore: z.string().nullable(),
})

/** How a receipt earned: each line, whether it counts and why not; points are cut once, on the sum. */
export const ReceiptPoints = z.object({
  documentId: z.string(),
  /** credited: in the balance · pending: not counted yet · none: earns nothing. */
  state: z.enum(['credited', 'pending', 'none']),
  points: z.int(),
  /** Yuan of the lines that count, four decimals. */
  base: z.string(),
  rulesVersion: z.int(),
  lines: z.array(
    z.object({
      lineNo: z.int(),
      name: z.string(),
      net: z.string(),
      earns: z.boolean(),
      /** The line's share of the points, before returns; shares sum to what the receipt earned. */
      points: z.int(),
      /** What its returns have taken back of them so far; what the ledger took for the receipt is shared out over its lines. */
      back: z.int().nonnegative(),
      /** Names of the multipliers that count for it. */
      multipliers: z.array(z.string()),
      /** What they come to together: 2 = double, 1 = none. */
      times: z.number(),
      /** Why a line earns nothing: the kind of product, its category, or the whole receipt. */
      reason: Text.nullable(),
    }),
  ),
  explanation: Text,
})
export type ReceiptPoints = z.output<typeof ReceiptPoints>

/** An adjustment that waits, or waited, for a second pair of eyes. */
export const AdjustmentRequest = z.object({
  requestId: z.string(),
  /** An adjustment, or a debt that is to be given up (免除欠积分). */
  kind: z.enum(['adjustment', 'writeOff']),
  memberId: z.string(),
  amount: z.int(),
  reason: z.string(),
  state: z.enum(['waiting', 'approved', 'refused']),
  requestedBy: z.string(),
  requestedAt: Instant,
  decidedBy: z.string().nullable(),
  decidedAt: Instant.nullable(),
  decision: z.string().nullable(),
})

/** A member who owes points (欠积分). */
export const Debtor = z.object({
  memberId: z.string(),
  /** Masked. */
  name: z.string(),
  phone: z.string(),
  homeStore: z.string().nullable(),
  debt: z.int(),
  updatedAt: Instant,
})

/** How somebody names a receipt that nobody has yet: by its code, or by store, day, time and amount. */
export const ReceiptClaim = z.union([
  z.object({ code: z.string().trim().min(8).max(200) }),
  z.object({
    storeCode: z.string().min(1).max(32),
    businessDate: z.iso.date(),
    /** Fen that were paid. */
    amount: z.int().min(1),
    /** Wall-clock time of the shop, HH:MM; half an hour around it is looked at. */
    time: z.string().regex(/^\d{2}:\d{2}$/),
  }),
])
export type ReceiptClaim = z.output<typeof ReceiptClaim>
export const Claimed = z.object({ documentId: z.string(), points: z.int(), balance: z.int() })

const Decision = z.object({ note: z.string().trim().max(200).default('') })

/** Balances, entries, lots, adjustments and late claims. */
export const ledgerOperations = operations({
  myBalance: { method: 'GET', path: '/shop/me/points', access: 'member', summary: 'My points', reply: PointsBalance },
  myEntries: {
    method: 'GET',
    path: '/shop/me/points/entries',
    access: 'member',
    summary: 'My points entries, newest first',
    query: PageQuery,
    reply: pageOf(PointsEntryRow),
  },
  myReceipt: {
    method: 'GET',
    path: '/shop/me/receipts/:documentId/points',
    access: 'member',
    summary: 'How each line of my receipt earned',
    params: DocumentParams,
    reply: ReceiptPoints,
  },
  myReceiptsPoints: {
    method: 'GET',
    path: '/shop/me/receipts/points',
    access: 'member',
    summary: 'What my receipts of a page are credited with; one that is not counted yet is left out',
    query: z.object({
      /** Ids with commas between them. */
      documentIds: z
        .string()
        .transform(text => text.split(','))
        .pipe(z.array(z.string().length(26)).max(200)),
    }),
    reply: z.object({ items: z.array(z.object({ documentId: z.string(), points: z.int() })) }),
  },
  claimMyReceipt: {
    method: 'POST',
    path: '/shop/me/receipts/claims',
    access: 'member',
    summary: '补积分 · Claim a receipt that was bought without the card',
    body: ReceiptClaim,
    reply: Claimed,
  },

  balance: {
    method: 'GET',
    path: '/admin/members/:memberId/points',
    access: 'staff:members.read',
    summary: 'A member’s points',
    params: MemberParams,
    reply: PointsBalance,
  },
  entries: {
    method: 'GET',
    path: '/admin/members/:memberId/points/entries',
    access: 'staff:members.read',
    summary: 'A member’s points entries, newest first',
    params: MemberParams,
    query: PageQuery,
    reply: pageOf(StaffPointsEntry),
  },
  lots: {
    method: 'GET',
    path: '/admin/members/:memberId/points/lots',
    access: 'staff:members.read',
    summary: 'A member’s lots that hold something, in the order in which they will be used',
    params: MemberParams,
    reply: z.object({ items: z.array(PointsLot) }),
  },
  explainEntry: {
    method: 'GET',
    path: '/admin/members/:memberId/points/entries/:entryId',
    access: 'staff:members.read',
    summary: 'One entry with the accounts, lots, receipt and rules behind it',
    params: MemberParams.extend({ entryId: z.string().length(26) }),
    reply: EntryExplained,
  },
  receipt: {
    method: 'GET',
    path: '/admin/receipts/:documentId/points',
    access: 'staff:members.read',
    summary: 'Why a receipt earned what it did',
    params: DocumentParams,
    reply: ReceiptPoints,
  },
  adjustRoom: {
    method: 'GET',
    path: '/admin/members/:memberId/points/adjustments/room',
    access: 'staff:points.adjust',
    summary: 'What I may give or take for this member today without a second person: in all, and what is left of it',
    params: MemberParams,
    reply: z.object({ limit: z.int().nonnegative(), left: z.int().nonnegative() }),
  },
  adjust: {
    method: 'POST',
    path: '/admin/members/:memberId/points/adjustments',
    access: 'staff:points.adjust',
    summary: 'Give or take points by hand, once per key; above the limit it waits for a second pair of eyes',
    params: MemberParams,
    body: z.object({
      key: z.string().min(8).max(64),
      amount: z
        .int()
        .min(-100_000)
        .max(100_000)
        .refine(amount => amount !== 0),
      reason: z.string().trim().min(2).max(200),
    }),
    reply: PointsBalance.extend({ waiting: z.boolean() }),
  },
  writeOff: {
    method: 'POST',
    path: '/admin/members/:memberId/points/write-offs',
    access: 'staff:points.adjust',
    summary: 'Give up what a member owes, once per key; above the limit it waits for a second pair of eyes',
    params: MemberParams,
    body: z.object({
      key: z.string().min(8).max(64),
      points: z.int().min(1).max(100_000),
      reason: z.string().trim().min(2).max(200),
    }),
    reply: PointsBalance.extend({ waiting: z.boolean() }),
  },
  debts: {
    method: 'GET',
    path: '/admin/points/debts',
    access: 'staff:points.read',
    summary: 'Members who owe points, the largest debt first',
    query: PageQuery,
    reply: pageOf(Debtor),
  },
  requests: {
    method: 'GET',
    path: '/admin/points/requests',
    access: 'staff:points.approve',
    summary: 'Adjustments that wait, or waited, for a second pair of eyes',
    query: PageQuery.extend({ state: z.enum(['waiting', 'approved', 'refused']).optional() }),
    reply: pageOf(AdjustmentRequest),
  },
  approve: {
    method: 'POST',
    path: '/admin/points/requests/:requestId/approve',
    access: 'staff:points.approve',
    summary: 'Let an adjustment count; never one’s own',
    params: RequestParams,
    body: Decision,
    reply: AdjustmentRequest,
  },
  refuse: {
    method: 'POST',
    path: '/admin/points/requests/:requestId/refuse',
    access: 'staff:points.approve',
    summary: 'Refuse an adjustment',
    params: RequestParams,
    body: Decision,
    reply: AdjustmentRequest,
  },
  claimReceipt: {
    method: 'POST',
    path: '/admin/members/:memberId/receipts/claims',
    access: 'staff:members.write',
    summary: '补积分 · Claim a receipt for a member',
    params: MemberParams,
    body: ReceiptClaim,
    reply: Claimed,
  },
})
