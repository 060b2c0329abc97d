import { z } from 'zod'
import { errors } from '../../../kernel/errors.ts'
import { operations } from '../../../kernel/http/contract.ts'
import { pageOf, PageQuery } from '../../../kernel/page.ts'

/** A moment as ISO text: till replies are kept as text and given again. */
const At = z.iso.datetime()

const Count = z.int().min(-1_000_000_000).max(1_000_000_000)

/** The figures of a shift, in the order of the slip; money in fen, what went out (returns) above zero. */
export const SHIFT_FIGURES = [
  'sales',
  'salesFen',
  'returns',
  'returnsFen',
  'coupons',
  'couponFen',
  'pointsEarned',
  'pointsTaken',
  'pointsUsed',
  'pointsFen',
  'lossFen',
] as const
export type ShiftFigure = (typeof SHIFT_FIGURES)[number]

/** What our ledgers say of a shift. */
export const ShiftTotals = z.object({
  sales: z.int(),
  salesFen: z.int(),
  returns: z.int(),
  returnsFen: z.int(),
  /** Coupons redeemed, also those that staff redeemed on a phone for this till, and what they took off. */
  coupons: z.int(),
  couponFen: z.int(),
  /** Points that sales were credited with, and that returns took back. */
  pointsEarned: z.int(),
  pointsTaken: z.int(),
  /** Points that paid, and what they paid. */
  pointsUsed: z.int(),
  pointsFen: z.int(),
  /** What offline sales gave away that was not there. */
  lossFen: z.int(),
})
export type ShiftTotals = z.output<typeof ShiftTotals>

/** A receipt as the till's own books have it: what is left out is not compared. */
const SlipReceipt = z.object({
  businessDate: z.iso.date(),
  receiptNo: z.string().trim().min(1).max(64),
  net: Count.optional(),
  couponFen: Count.optional(),
  points: Count.optional(),
})

/** What the till's own shift slip says; only what it states is compared. With receipts the difference is told line by line. */
export const ShiftSlip = z
  .object(Object.fromEntries(SHIFT_FIGURES.map(figure => [figure, Count])) as Record<ShiftFigure, typeof Count>)
  .partial()
  .extend({ receipts: z.array(SlipReceipt).max(5_000).optional() })
export type ShiftSlip = z.output<typeof ShiftSlip>

/** One thing on which the two disagree: a figure of the whole, or of one receipt. `theirs` null: the slip does not know it. */
export const ShiftDifference = z.object({
  figure: z.enum([...SHIFT_FIGURES, 'receipt', 'net', 'points']),
  businessDate: z.string().nullable(),
  receiptNo: z.string().nullable(),
  ours: z.int().nullable(),
  theirs: z.int().nullable(),
})
export type ShiftDifference = z.output<typeof ShiftDifference>

/** A shift beside its slip. */
export const ShiftReport = z.object({
  shiftId: z.string(),
  storeCode: z.string(),
  storeName: z.string(),
  tillCode: z.string(),
  state: z.enum(['open', 'closed']),
  openedAt: At,
  closedAt: At.nullable(),
  businessDate: z.string().nullable(),
  shiftNo: z.string().nullable(),
  cashier: z.string().nullable(),
  totals: ShiftTotals,
  slip: ShiftSlip.omit({ receipts: true }).nullable(),
  differences: z.array(ShiftDifference),
  /** Null while the shift is open. */
  balanced: z.boolean().nullable(),
})
export type ShiftReport = z.output<typeof ShiftReport>

/** A receipt of a shift, as our ledgers have it. */
export const ShiftReceipt = z.object({
  docKey: z.string(),
  businessDate: z.string(),
  receiptNo: z.string(),
  kind: z.enum(['sale', 'return', 'desk']),
  at: At,
  net: z.int(),
  coupons: z.int(),
  couponFen: z.int(),
  points: z.int(),
  pointsUsed: z.int(),
  pointsFen: z.int(),
  lossFen: z.int(),
  withheld: z.string().nullable(),
})
export type ShiftReceipt = z.output<typeof ShiftReceipt>

const CloseBody = z.object({
  key: z.string().min(8).max(64),
  businessDate: z.iso.date(),
  /** The till's own number of the shift; with the business date it is the key of the close. */
  shiftNo: z
    .string()
    .trim()
    .min(1)
    .max(32)
    .regex(/^[^|]+$/),
  cashier: z.string().max(32).default(''),
  slip: ShiftSlip,
  /** Paper in mm: the slip of the close is then given as lines. */
  print: z.literal([58, 80]).optional(),
})
export type CloseBody = z.output<typeof CloseBody>

export const ShiftQuery = PageQuery.extend({
  storeCode: z.string().max(32).optional(),
  state: z.enum(['open', 'closed']).optional(),
  balanced: z.enum(['yes', 'no']).optional(),
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
})
export type ShiftQuery = z.output<typeof ShiftQuery>

/** A till's business day: what its shifts hold beside what sales has of it, whoever told it. Fen. */
export const TillDay = z.object({
  storeCode: z.string(),
  storeName: z.string(),
  tillCode: z.string(),
  shifts: z.int(),
  openShifts: z.int(),
  /** Closed shifts whose slip said something else. */
  differing: z.int(),
  receipts: z.int(),
  net: z.int(),
  documents: z.int(),
  documentsNet: z.int(),
  /** documentsNet − net; nought unless the night's file has changed a receipt, or brought one that the till never told. */
  difference: z.int(),
})
export type TillDay = z.output<typeof TillDay>

export const shiftErrors = errors('till', {
  shiftClosed: [409, '本班已交班', 'This shift is closed already'],
  noShift: [404, '找不到这个班次', 'No such shift'],
})

/** Shifts: what the till asks, and what staff reads. */
export const shiftOperations = operations({
  currentShift: {
    method: 'GET',
    path: '/till/shift',
    access: 'till',
    summary: 'The open shift of this till, by our ledgers so far',
    reply: ShiftReport.nullable(),
  },
  closeShift: {
    method: 'POST',
    path: '/till/shifts',
    access: 'till',
    summary: 'Close the shift (交班): our ledgers beside the till’s slip; said again it answers the same',
    body: CloseBody,
    reply: ShiftReport.extend({ print: z.array(z.string()).optional() }),
  },
  shifts: {
    method: 'GET',
    path: '/admin/till-shifts',
    access: 'staff:till.read',
    summary: 'Shifts of the caller’s stores, newest first',
    query: ShiftQuery,
    reply: pageOf(ShiftReport),
  },
  shift: {
    method: 'GET',
    path: '/admin/till-shifts/:shiftId',
    access: 'staff:till.read',
    summary: 'One shift with its receipts',
    params: z.object({ shiftId: z.string().max(26) }),
    reply: z.object({ shift: ShiftReport, receipts: z.array(ShiftReceipt) }),
  },
  tillDay: {
    method: 'GET',
    path: '/admin/till-days',
    access: 'staff:till.read',
    summary: 'A business day by store and till: the receipts of its shifts beside the sales documents',
    query: z.object({ date: z.iso.date(), storeCode: z.string().max(32).optional() }),
    reply: z.object({ items: z.array(TillDay) }),
  },
  shiftsFile: {
    method: 'GET',
    path: '/admin/till-shifts.csv',
    access: 'staff:till.read',
    summary: 'The same shifts as CSV, one row a shift (at most 5,000)',
    query: ShiftQuery.omit({ cursor: true, limit: true }),
    reply: z.unknown(),
    raw: true,
  },
})
