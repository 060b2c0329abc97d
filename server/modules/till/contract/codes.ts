import { z } from 'zod'
import { Instant } from '../../../kernel/http/instant.ts'
import { pageOf, PageQuery } from '../../../kernel/page.ts'
import { operations } from '../../../kernel/http/contract.ts'

const At = z.iso.datetime()
const Fen = z.int()

/** A code as the till knows its member by: the scanned digits (card, turning, signed), a spoken phone, or what an SMS proved. */
export const MemberCode = z
  .string()
  .trim()
  .regex(/^\d{6,400}$/)

/** How long a code by SMS is good for, and until when no other one is sent. */
export const SmsSent = z.object({ expiresInSeconds: z.int(), retryAfterSeconds: z.int() })
/** The code that the member says; and the member code that spends then, in one sale. */
export const SmsProof = z.object({ memberCode: MemberCode, code: z.string().regex(/^\d{6}$/) })
export const SmsProven = z.object({ memberCode: z.string() })

/** What a till may do and what points are worth there, as data; every field has the default of a shop that has said nothing. */
export const TillTerms = z.object({
  /** What the number of a static card is good for: to earn only, or to spend as well. Anybody may have copied it. */
  staticCards: z.enum(['earn', 'spend']).default('earn'),
  /** Points as money: so many for ¥1, in steps of so many, at most so many per cent of what is to be paid. */
  points: z
    .object({
      perYuan: z.int().min(1).max(100_000),
      step: z.int().min(1).max(100_000),
      maxPercent: z.int().min(0).max(100),
    })
    .default({ perYuan: 100, step: 100, maxPercent: 50 }),
  /** What a till may give away without asking, fen: in one sale, and in one day; and how long a signed code lasts, hours. */
  offline: z
    .object({ saleCap: z.int().min(0), dayCap: z.int().min(0), hours: z.int().min(1).max(24) })
    .default({ saleCap: 5_000, dayCap: 50_000, hours: 24 }),
})
export type TillTerms = z.output<typeof TillTerms>

/** What a phone needs to compute the member's code without a network, and to show it signed. */
export const PhoneCode = z.object({
  handle: z.string(),
  /** Text; the key of HMAC-SHA256 is its bytes. */
  secret: z.string(),
  serverNow: At,
  windowSeconds: z.int(),
  /** What the server has signed of this phone: digits to which the phone appends the link of the half minute. */
  voucher: z.object({ digits: z.string(), firstWindow: z.int(), windows: z.int() }),
  /** So many points are worth ¥1 at a till: what the phone says beside the balance. */
  pointsPerYuan: z.int(),
})
export type PhoneCode = z.output<typeof PhoneCode>

/** A coupon that a till can check without a network: all digits. */
export const SignedCoupon = z.object({ couponId: z.string(), digits: z.string(), until: At })

/** What a till keeps for the time without a network. */
export const OfflineKit = z.object({
  keys: z.record(z.string(), z.string()),
  windowSeconds: z.int(),
  toleranceWindows: z.int(),
  /** Fen that it may give away in a sale, and today before it hears of us again. */
  saleCap: Fen,
  dayCap: Fen,
  points: TillTerms.shape.points,
  serverNow: At,
})
export type OfflineKit = z.output<typeof OfflineKit>

/** Why something is made void, as it is asked back later. */
export const RevokeReason = z.string().trim().min(2).max(200)

/** A key that signs codes for tills without a network. */
const SigningKeyRow = z.object({
  kid: z.int(),
  /** signs: the newest · verifies: an older one, still believed · retired: what it has signed since proves nothing. */
  state: z.enum(['signs', 'verifies', 'retired']),
  createdAt: Instant,
  retiredAt: Instant.nullable(),
})

/** What was made void. */
const RevocationRow = z.object({
  revocationId: z.string(),
  kind: z.enum(['member', 'till', 'key']),
  /** The member's or till's id, or the key's number. */
  subject: z.string(),
  name: z.string(),
  storeCode: z.string().nullable(),
  reason: z.string(),
  /** Phones of a member, or keys, that ended with it. */
  ended: z.int(),
  revokedBy: z.string(),
  at: Instant,
})

const RevocationQuery = PageQuery.extend({ kind: RevocationRow.shape.kind.optional() })
export type RevocationQuery = z.output<typeof RevocationQuery>

/** Codes and proofs: what phones show, and how a till comes to trust it. */
export const codesApi = operations({
  myCode: {
    method: 'POST',
    path: '/shop/me/code',
    access: 'member',
    summary: 'What my phone needs to compute my turning code; the same until it is turned over',
    /** A name that this phone has made up for itself, at random, and keeps. */
    body: z.object({ deviceId: z.string().regex(/^[A-Za-z0-9_-]{20,64}$/) }),
    reply: PhoneCode,
  },
  mySignedCoupons: {
    method: 'GET',
    path: '/shop/me/signed-coupons',
    access: 'member',
    summary: 'My coupons, signed for tills without a network',
    reply: z.object({ items: z.array(SignedCoupon) }),
  },
  sendSmsProof: {
    method: 'POST',
    path: '/till/sms-codes',
    access: 'till',
    summary: 'Send the member of a spoken phone or a static card a code by SMS, to spend with',
    body: z.object({ memberCode: MemberCode }),
    reply: SmsSent,
  },
  takeSmsProof: {
    method: 'POST',
    path: '/till/sms-proofs',
    access: 'till',
    summary: 'Take the code that the member says; the member code that comes back may spend, in one sale',
    body: SmsProof,
    reply: SmsProven,
  },
  offlineKit: {
    method: 'GET',
    path: '/till/offline-kit',
    access: 'till',
    summary: 'Public keys and caps for the time without a network',
    reply: OfflineKit,
  },
  revokeCodes: {
    method: 'POST',
    path: '/admin/members/:memberId/codes/revoke',
    access: 'staff:members.write',
    summary: 'End the codes of all phones of a member (a phone was lost); each starts anew when the member opens it',
    params: z.object({ memberId: z.string().length(26) }),
    body: z.object({ reason: RevokeReason }),
    reply: z.object({ ended: z.int() }),
  },
  signingKeys: {
    method: 'GET',
    path: '/admin/till-signing-keys',
    access: 'staff:till.read',
    summary: 'The keys that sign codes for tills without a network, newest first; never the keys themselves',
    reply: z.object({ items: z.array(SigningKeyRow) }),
  },
  rotateSigningKey: {
    method: 'POST',
    path: '/admin/till-signing-keys',
    access: 'staff:till.terms',
    summary:
      'Sign with a new key from now on; the older ones are believed on, or retired where one may be in other hands',
    body: z.object({
      /** The number of the newest key that the caller has seen: of two who turn it at once one is told so. */
      after: z.int().min(0),
      retireOlder: z.boolean(),
      reason: RevokeReason,
    }),
    reply: z.object({ items: z.array(SigningKeyRow) }),
  },
  revocations: {
    method: 'GET',
    path: '/admin/till-revocations',
    access: 'staff:till.read',
    summary: 'What was made void when and why: codes of members, tills, signing keys; newest first',
    query: RevocationQuery,
    reply: pageOf(RevocationRow),
  },
  terms: {
    method: 'GET',
    path: '/admin/till-terms',
    access: 'staff:till.read',
    summary: 'What tills may do, what points are worth there',
    reply: TillTerms,
  },
  setTerms: {
    method: 'PUT',
    path: '/admin/till-terms',
    access: 'staff:till.terms',
    summary: 'Change what tills may do; audited',
    body: TillTerms,
    reply: TillTerms,
  },
})
