import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { PageQuery, pageOf } from '../../../kernel/page.ts'
import { ReceiptClaim } from './ledger.ts'

const ClaimParams = z.object({ claimId: z.string().length(26) })

/** 补积分申请: a receipt that could not be found at once. */
export const LateClaim = z.object({
  claimId: z.string(),
  claim: ReceiptClaim,
  /** noReceipt: the shop has not told of it yet · ambiguous: several fit. */
  reason: z.enum(['noReceipt', 'ambiguous']),
  state: z.enum(['waiting', 'credited', 'refused']),
  requestedAt: Instant,
  /** The working day by whose end it is answered. */
  dueOn: z.iso.date(),
  points: z.int().nullable(),
  decision: z.string().nullable(),
})
export type LateClaim = z.output<typeof LateClaim>

/** What claiming came to: points at once, or an answer within a working day. */
export const ClaimOutcome = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('credited'), points: z.int(), balance: z.int() }),
  z.object({ outcome: z.literal('waiting'), claimId: z.string(), dueOn: z.iso.date() }),
])
export type ClaimOutcome = z.output<typeof ClaimOutcome>

/** The same as staff see it. */
export const StaffLateClaim = LateClaim.extend({
  memberId: z.string(),
  name: z.string(),
  storeCode: z.string().nullable(),
})
export type StaffLateClaim = z.output<typeof StaffLateClaim>

/** Receipts that nobody has and that fit what was said. */
const Candidate = z.object({
  documentId: z.string(),
  storeCode: z.string(),
  businessAt: Instant,
  receiptNo: z.string(),
  net: z.string(),
})

/** Late claims that need a person, or the night's file. */
export const claimOperations = operations({
  askForReceipt: {
    method: 'POST',
    path: '/shop/me/receipts/claim-requests',
    access: 'member',
    summary: '补积分 · Claim a receipt; one that is not there yet waits, and is answered within a working day',
    body: ReceiptClaim,
    reply: ClaimOutcome,
  },
  myLateClaims: {
    method: 'GET',
    path: '/shop/me/receipts/claim-requests',
    access: 'member',
    summary: 'My claims and what became of them',
    reply: z.object({ items: z.array(LateClaim) }),
  },
  lateClaims: {
    method: 'GET',
    path: '/admin/points/claims',
    access: 'staff:members.read',
    summary: 'Claims that wait for a person, or were decided',
    query: PageQuery.extend({ state: z.enum(['waiting', 'credited', 'refused']).default('waiting') }),
    reply: pageOf(StaffLateClaim),
  },
  claimCandidates: {
    method: 'GET',
    path: '/admin/points/claims/:claimId/candidates',
    access: 'staff:members.read',
    summary: 'Receipts of the day that nobody has and that may be meant',
    params: ClaimParams,
    reply: z.object({ items: z.array(Candidate) }),
  },
  creditClaim: {
    method: 'POST',
    path: '/admin/points/claims/:claimId/credit',
    access: 'staff:members.write',
    summary: 'Give the claimed receipt to the member',
    params: ClaimParams,
    body: z.object({ documentId: z.string().length(26) }),
    reply: StaffLateClaim,
  },
  refuseClaim: {
    method: 'POST',
    path: '/admin/points/claims/:claimId/refuse',
    access: 'staff:members.write',
    summary: 'Refuse a claim, with the reason that the member reads',
    params: ClaimParams,
    body: z.object({ note: z.string().trim().min(2).max(200) }),
    reply: StaffLateClaim,
  },
})
