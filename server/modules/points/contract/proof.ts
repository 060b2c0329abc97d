import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'

/** One thing that a verification has found to be untrue. */
export const Difference = z.object({
  check: z.string(),
  subject: z.string(),
  stored: z.string(),
  derived: z.string(),
})
export type Difference = z.output<typeof Difference>

/** What a verification has looked at and found. */
export const VerificationReport = z.object({
  checks: z.array(
    z.object({
      check: z.string(),
      label: z.object({ zh: z.string(), en: z.string() }),
      looked: z.int(),
      different: z.int(),
    }),
  ),
  differences: z.array(Difference),
  /** Points by account over the whole shop; they sum to zero. */
  book: z.array(z.object({ account: z.string(), points: z.int() })),
})
export type VerificationReport = z.output<typeof VerificationReport>

export const Verification = z.object({
  verificationId: z.string(),
  startedAt: Instant,
  finishedAt: Instant.nullable(),
  report: VerificationReport,
})

/** What the shop owes in points. */
export const Liability = z.object({
  asOf: z.iso.date(),
  outstanding: z.int(),
  pending: z.int(),
  debt: z.int(),
  /** Debts that were given up so far. */
  writtenOff: z.int(),
  /** Fen for that many points. */
  cost: z.object({ fen: z.int(), points: z.int() }),
  /** Fen that all outstanding points cost, and what of it is likely to be asked for. */
  liability: z.int(),
  expected: z.int(),
  /**
   * Share of points that expire unused, in ten-thousandths: expired ÷ (granted − taken back) of the months of which nothing is
   * left; null while nothing has expired.
   */
  breakage: z.int().nullable(),
  months: z.array(z.object({ month: z.string().nullable(), points: z.int(), members: z.int(), fen: z.int() })),
  /** Points by the month they were earned: granted = used + taken back + expired + remaining. */
  cohorts: z.array(
    z.object({
      month: z.string(),
      /** Once for ever: neither a move to another account nor grace grants anything anew. */
      granted: z.int(),
      used: z.int(),
      /** 退货扣回: by returns, corrections, and by hand. */
      takenBack: z.int(),
      expired: z.int(),
      remaining: z.int(),
    }),
  ),
})
export type Liability = z.output<typeof Liability>

const OpeningSums = z.object({
  rows: z.int(),
  stated: z.int(),
  credited: z.int(),
  waiting: z.int(),
  /** Credited by the ledger's own count. */
  ledger: z.int(),
  difference: z.int(),
})

/** 期初积分: what files stated, and where it is; by home store too, null for cards that are nobody's yet. */
export const OpeningProof = OpeningSums.extend({
  stores: z.array(OpeningSums.extend({ storeCode: z.string().nullable() })),
})
export type OpeningProof = z.output<typeof OpeningProof>

/** Verification, the liability book, and the proof of opening balances. */
export const proofOperations = operations({
  verifications: {
    method: 'GET',
    path: '/admin/points/verifications',
    access: 'staff:points.audit',
    summary: 'The last verifications of the ledger, newest first',
    reply: z.object({ items: z.array(Verification) }),
  },
  verify: {
    method: 'POST',
    path: '/admin/points/verifications',
    access: 'staff:points.audit',
    summary: 'Derive every balance from the entries now, and compare',
    reply: z.void(),
  },
  liability: {
    method: 'GET',
    path: '/admin/points/liability',
    access: 'staff:points.read',
    summary: 'What the shop owes in points: by month of expiry, by month of grant',
    reply: Liability,
  },
  liabilityFile: {
    method: 'GET',
    path: '/admin/points/liability/file',
    access: 'staff:points.read',
    summary: 'The liability book as CSV or Excel',
    query: z.object({ form: z.enum(['csv', 'xlsx']).default('csv') }),
    reply: z.void(),
    raw: true,
  },
  openingProof: {
    method: 'GET',
    path: '/admin/points/openings/proof',
    access: 'staff:points.audit',
    summary: 'Opening points: stated by files, credited, waiting for their cards',
    reply: OpeningProof,
  },
  openingProofFile: {
    method: 'GET',
    path: '/admin/points/openings/proof/file',
    access: 'staff:points.audit',
    summary: 'The proof of the opening points by store, as CSV or Excel',
    query: z.object({ form: z.enum(['csv', 'xlsx']).default('csv') }),
    reply: z.void(),
    raw: true,
  },
  ledgerFile: {
    method: 'GET',
    path: '/admin/members/:memberId/points/ledger/file',
    access: 'staff:points.audit',
    summary: 'All entries of a member with receipt, rules, lots, who and hashes, as CSV or Excel',
    params: z.object({ memberId: z.string().length(26) }),
    query: z.object({ form: z.enum(['csv', 'xlsx']).default('csv') }),
    reply: z.void(),
    raw: true,
  },
  sampleFile: {
    method: 'GET',
    path: '/admin/points/sample/file',
    access: 'staff:points.audit',
    summary:
      '抽样：some members drawn by a word, all their entries, as CSV or Excel; the same word draws the same members',
    query: z.object({
      form: z.enum(['csv', 'xlsx']).default('csv'),
      word: z.string().trim().min(1).max(40),
      members: z.coerce.number().int().min(1).max(100).default(20),
    }),
    reply: z.void(),
    raw: true,
  },
})
