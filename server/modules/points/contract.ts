import { z } from 'zod'
import { errors } from '../../kernel/errors.ts'
import { contract } from '../../kernel/http/contract.ts'
import { Instant } from '../../kernel/http/instant.ts'
import { PageQuery, pageOf } from '../../kernel/page.ts'

const At = Instant
const MemberParams = z.object({ memberId: z.string().length(26) })
const DocumentParams = z.object({ documentId: z.string().length(26) })

/** A balance in points: what can be used, or what is owed; one of the two is zero. */
export const PointsBalance = z.object({
  balance: z.int(),
  active: z.int().nonnegative(),
  debt: z.int().nonnegative(),
  updatedAt: At.nullable(),
})
export type PointsBalance = z.output<typeof PointsBalance>

/** One entry of the ledger (积分流水). */
export const PointsEntryRow = z.object({
  entryId: z.string(),
  amount: z.int(),
  balanceAfter: z.int(),
  reason: z.enum(['sale', 'return', 'correction', 'adjustment']),
  documentId: z.string().nullable(),
  note: z.string().nullable(),
  at: At,
})
export type PointsEntryRow = z.output<typeof PointsEntryRow>

/** The same with who adjusted, for staff. */
export const StaffPointsEntry = PointsEntryRow.extend({ staffId: z.string().nullable() })
export type StaffPointsEntry = z.output<typeof StaffPointsEntry>

const Text = z.object({ zh: z.string(), en: z.string() })

/** How a receipt earned: each line, whether it counts and why not; points are cut once, on the sum. */
export const ReceiptPoints = z.object({
  documentId: z.string(),
  /** credited: in the balance · pending: not counted yet · none: earns nothing. */
  state: z.enum(['credited', 'pending', 'none']),
  points: z.int(),
  /** Yuan of the lines that count, four decimals. */
  base: z.string(),
  lines: z.array(
    z.object({
      lineNo: z.int(),
      name: z.string(),
      net: z.string(),
      earns: z.boolean(),
      /** Why a line earns nothing: the kind of product, its category, or the whole receipt. */
      reason: Text.nullable(),
    }),
  ),
  explanation: Text,
})
export type ReceiptPoints = z.output<typeof ReceiptPoints>

const Exclusion = z.object({
  kind: z.enum(['productKind', 'category', 'channel']),
  value: z.string().trim().min(1).max(64),
})
/** What earns no points. */
export const PointsRules = z.object({
  exclusions: z.array(Exclusion).max(500),
  backCreditDays: z.union([z.literal('all'), z.int()]),
})
export type PointsRules = z.output<typeof PointsRules>

/** What the world may ask of points. */
export const pointsApi = contract('points', {
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
  receipt: {
    method: 'GET',
    path: '/admin/receipts/:documentId/points',
    access: 'staff:members.read',
    summary: 'Why a receipt earned what it did',
    params: DocumentParams,
    reply: ReceiptPoints,
  },
  adjust: {
    method: 'POST',
    path: '/admin/members/:memberId/points/adjustments',
    access: 'staff:points.adjust',
    summary: 'Give or take points by hand, once per key; the reason is audited',
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
    reply: PointsBalance,
  },
  rules: {
    method: 'GET',
    path: '/admin/points/rules',
    access: 'staff:points.read',
    summary: 'What earns no points',
    reply: PointsRules,
  },
  changeRules: {
    method: 'PUT',
    path: '/admin/points/rules',
    access: 'staff:points.rules',
    summary: 'Change what earns no points, for sales that are counted from now on',
    body: PointsRules.pick({ exclusions: true }),
    reply: PointsRules,
  },
})

/** The errors of points. */
export const pointsErrors = errors('points', {
  noReceipt: [404, '找不到这张小票', 'No such receipt'],
  noMember: [404, '找不到这位会员', 'No such member'],
  keyReused: [409, '同一编号已用于另一次调整', 'This key was used for another adjustment'],
})
