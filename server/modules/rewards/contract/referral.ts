import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { PageQuery, pageOf } from '../../../kernel/page.ts'
import { Gift } from './gift.ts'

const Day = z.iso.date()
const Code = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{8}$/)

/** 邀请有礼 as data. Fixed gifts for a card or a purchase; nothing is given for sharing or following (screens.md, rules of the country). */
export const ReferralRules = z.object({
  isOn: z.boolean().default(false),
  condition: z.enum(['enrolment', 'firstPurchase']).default('firstPurchase'),
  /** What the first purchases must come to, fen, returns taken off. */
  minFen: z.int().min(1).max(100_000_000).default(1),
  /** So many days after the card was opened the purchase must be made. */
  withinDays: z.int().min(1).max(365).default(30),
  /** Days between the condition and the gift: the return window. */
  coolingDays: z.int().min(0).max(60).default(7),
  inviter: Gift.nullable().default(null),
  invitee: Gift.nullable().default(null),
  /** Rewarded invitations of one member in a month. */
  perMonth: z.int().min(1).max(1000).default(10),
  /** Rewarded invitations of the whole shop in a month; null = no limit. */
  monthBudget: z.int().min(1).max(10_000_000).nullable().default(null),
  /** What a person looks at first when it has a mark of fraud. */
  reviewMarked: z.boolean().default(true),
})
export type ReferralRules = z.output<typeof ReferralRules>

export const ReferralState = z.enum(['waiting', 'cooling', 'review', 'rewarded', 'refused'])
export const ReferralMark = z.enum(['sameDevice', 'phoneAgain', 'openidAgain', 'recruiter', 'burst'])
export type ReferralMark = z.output<typeof ReferralMark>
export const ReferralReason = z.enum(['late', 'returned', 'closed', 'budget', 'byStaff', 'limit'])

/** An offer as it is shown to both sides: points and the name of the coupon. */
const Offer = z.object({ points: z.int(), coupon: z.string().nullable() })

const Terms = z.object({
  isOn: z.boolean(),
  condition: z.enum(['enrolment', 'firstPurchase']),
  minFen: z.int(),
  withinDays: z.int(),
  coolingDays: z.int(),
  perMonth: z.int(),
  inviter: Offer.nullable(),
  invitee: Offer.nullable(),
})

/** Somebody whom a member has invited, masked. */
const Invited = z.object({
  name: z.string(),
  state: z.enum(['waiting', 'cooling', 'review', 'rewarded', 'refused']),
  enrolledOn: Day,
  dueOn: Day,
  points: z.int(),
})

/** An invitation as staff sees it. */
export const ReferralRow = z.object({
  inviteeId: z.string(),
  inviteeName: z.string(),
  inviterId: z.string(),
  inviterName: z.string(),
  storeCode: z.string().nullable(),
  state: ReferralState,
  reason: ReferralReason.nullable(),
  marks: z.array(ReferralMark),
  enrolledOn: Day,
  purchasedOn: Day.nullable(),
  dueOn: Day,
  inviterPoints: z.int(),
  inviteePoints: z.int(),
  at: Instant,
})
export type ReferralRow = z.output<typeof ReferralRow>

const InviteeParams = z.object({ inviteeId: z.string().length(26) })

/** Referral: the inviter's page, the invited person's consent, the staff's desk. */
export const referralOperations = operations({
  myReferral: {
    method: 'GET',
    path: '/shop/referral',
    access: 'member',
    summary: 'My invitation code, what both sides get, and whom I have invited (masked)',
    reply: z.object({
      terms: Terms,
      code: z.string(),
      rewardedThisMonth: z.int(),
      points: z.int(),
      invited: z.array(Invited),
    }),
  },
  myReferralPicture: {
    method: 'GET',
    path: '/shop/referral/picture',
    access: 'member',
    summary: 'The mini-program code of my invitation, as a data: address',
    reply: z.object({ picture: z.string() }),
  },
  invitation: {
    method: 'GET',
    path: '/shop/invitations/:code',
    access: 'shopper',
    summary: 'An invitation as the invited person sees it',
    params: z.object({ code: Code }),
    reply: z.object({ terms: Terms, inviterName: z.string(), isMember: z.boolean(), isOwn: z.boolean() }),
  },
  acceptInvitation: {
    method: 'POST',
    path: '/shop/invitations/:code',
    access: 'shopper',
    summary: 'Accept an invitation knowingly, before the card is opened',
    params: z.object({ code: Code }),
    reply: z.void(),
  },
  referralRules: {
    method: 'GET',
    path: '/admin/rewards/referral',
    access: 'staff:rewards.read',
    summary: 'The rules of referral, and what it has brought and cost in the last 90 days',
    reply: z.object({
      version: z.int(),
      rules: ReferralRules,
      figures: z.object({
        invited: z.int(),
        waiting: z.int(),
        review: z.int(),
        rewarded: z.int(),
        refused: z.int(),
        points: z.int(),
        coupons: z.int(),
        costFen: z.int(),
        rewardedThisMonth: z.int(),
      }),
    }),
  },
  changeReferralRules: {
    method: 'PUT',
    path: '/admin/rewards/referral',
    access: 'staff:rewards.write',
    summary: 'Make a new version of the rules of referral',
    body: z.object({ version: z.int(), rules: ReferralRules }),
    reply: z.object({ version: z.int(), rules: ReferralRules }),
  },
  referrals: {
    method: 'GET',
    path: '/admin/rewards/referrals',
    access: 'staff:rewards.read',
    summary: 'Invitations, newest first',
    query: PageQuery.extend({ state: ReferralState.optional() }),
    reply: pageOf(ReferralRow),
  },
  decideReferral: {
    method: 'POST',
    path: '/admin/rewards/referrals/:inviteeId/decision',
    access: 'staff:rewards.write',
    summary: 'Decide an invitation that has marks of fraud',
    params: InviteeParams,
    body: z.object({ reward: z.boolean(), reason: z.string().trim().min(2).max(200) }),
    reply: ReferralRow,
  },
})
