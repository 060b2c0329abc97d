import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { pageOf, PageQuery } from '../../../kernel/page.ts'
import { Basket, Key, Payment, Receipt } from './basket.ts'
import { MemberCode } from './codes.ts'

const At = z.iso.datetime()
const Fen = z.int()
const Text = z.object({ zh: z.string(), en: z.string() })

/** A sale that was rung up without a network. It has happened: it is taken down whatever it gave away. */
export const OfflineSaleBody = z.object({
  key: Key,
  ...Receipt,
  /** When it was paid, by the till's clock. */
  soldAt: At,
  cashier: z.string().max(32).default(''),
  /** As scanned: the signed code proves who stood there; a card or a phone only earns. */
  memberCode: MemberCode.nullable().default(null),
  /** The signed coupon as scanned, and the fen that it took off. */
  coupon: z
    .object({ code: z.string().regex(/^\d{212}$/), fen: z.int().min(1).max(99_999_999) })
    .nullable()
    .default(null),
  /** Points that paid, and the fen that they paid. */
  points: z
    .object({ points: z.int().min(1).max(10_000_000), fen: z.int().min(1).max(99_999_999) })
    .nullable()
    .default(null),
  /** `net` before coupon and points, as in a commit. */
  lines: Basket,
  payments: z.array(Payment).max(20).default([]),
})
export type OfflineSaleBody = z.output<typeof OfflineSaleBody>

/** Who bears a loss: the company (总部) within the cap of offline tills, the store (门店) above it. Fen. */
export const Loss = z.object({
  /** coupon · points: what was given was not there · total: the money differs from what the sale came to. */
  kind: z.enum(['coupon', 'points', 'total']),
  subject: z.string(),
  amount: Fen,
  company: Fen,
  store: Fen,
  /** Machine-readable: forged, late, revoked, replayed, unproven, notEnough, or the coupon's refusal. */
  cause: z.string(),
  text: Text,
})
export type Loss = z.output<typeof Loss>

/** What became of an offline sale. */
export const Settled = z.object({
  docKey: z.string(),
  documentId: z.string(),
  payable: Fen,
  /** Nothing was lost: losses is empty. */
  losses: z.array(Loss),
  points: z.object({ earned: z.int(), used: z.int(), balance: z.int() }).nullable(),
})
export type Settled = z.output<typeof Settled>

/** A loss as staff sees it. */
export const LossRow = Loss.extend({
  lossId: z.string(),
  docKey: z.string(),
  storeCode: z.string(),
  tillCode: z.string(),
  businessDate: z.iso.date(),
  receiptNo: z.string(),
  memberId: z.string().nullable(),
  /** The receipt that it was lost with. */
  documentId: z.string().nullable(),
  createdAt: At,
  /** Nobody will pay it: who has said so, when and why. */
  writtenOff: z.object({ at: At, by: z.string(), reason: z.string() }).nullable(),
})
export type LossRow = z.output<typeof LossRow>

const LossQuery = PageQuery.extend({
  storeCode: z.string().max(32).optional(),
  kind: Loss.shape.kind.optional(),
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  state: z.enum(['open', 'writtenOff']).optional(),
})
export type LossQuery = z.output<typeof LossQuery>

/** Sales told later, and what they lost. */
export const offlineApi = operations({
  settleOffline: {
    method: 'POST',
    path: '/till/offline-sales',
    access: 'till',
    summary: 'Tell a sale that was rung up without a network; what was given and is not there becomes a recorded loss',
    body: OfflineSaleBody,
    reply: Settled,
  },
  losses: {
    method: 'GET',
    path: '/admin/till-losses',
    access: 'staff:till.read',
    summary: 'What offline tills of the caller’s stores gave away that was not there',
    query: LossQuery,
    reply: pageOf(LossRow),
  },
  writeOffLoss: {
    method: 'POST',
    path: '/admin/till-losses/:lossId/write-off',
    access: 'staff:till.rules',
    summary: 'Nobody will pay a loss: say so once, with the reason',
    params: z.object({ lossId: z.string().max(26) }),
    body: z.object({ reason: z.string().trim().min(2).max(200) }),
    reply: LossRow,
  },
  lossSummary: {
    method: 'GET',
    path: '/admin/till-losses-summary',
    access: 'staff:till.read',
    summary: 'Offline sales of a time, what they gave, what of it was lost and who bears it; by store',
    query: z.object({ from: z.iso.date(), to: z.iso.date() }),
    reply: z.object({
      items: z.array(
        z.object({
          storeCode: z.string(),
          sales: z.int(),
          given: Fen,
          lost: Fen,
          company: Fen,
          store: Fen,
          writtenOff: Fen,
        }),
      ),
    }),
  },
})
