import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'

const At = Instant
const Day = z.iso.date()
const Phone = z.string().regex(/^1\d{10}$/, '11 位手机号 / an 11-digit mobile number')

/** What a member may agree to: each purpose on each channel is asked and answered by itself, none is ticked beforehand. */
export const CONSENTS = [
  { purpose: 'marketing', channel: 'wechat' },
  { purpose: 'marketing', channel: 'sms' },
  { purpose: 'personalRecommendation', channel: 'all' },
] as const

const Purpose = z.enum(['marketing', 'personalRecommendation'])
const Channel = z.enum(['wechat', 'sms', 'all'])

/** An answer to one consent question; `granted` has no default on purpose. */
export const ConsentAnswer = z.object({ purpose: Purpose, channel: Channel, granted: z.boolean() })
export type ConsentAnswer = z.output<typeof ConsentAnswer>

/** A consent as it stands, or an entry of its history. */
export const ConsentRow = ConsentAnswer.extend({
  version: z.string(),
  source: z.enum(['miniprogram', 'paper', 'staff', 'merge']),
  at: At,
})
export type ConsentRow = z.output<typeof ConsentRow>

/** A text in both languages. */
const Text = z.object({ zh: z.string(), en: z.string() })

/** The terms (会员协议) and the consent questions of today, shown before enrolling. */
export const EnrolmentTerms = z.object({
  version: z.string(),
  title: Text,
  text: Text,
  consents: z.array(z.object({ purpose: Purpose, channel: Channel, title: Text, text: Text })),
})
export type EnrolmentTerms = z.output<typeof EnrolmentTerms>

/** A member as the member sees it; the phone is masked here too. */
export const Me = z.object({
  memberId: z.string(),
  cardNo: z.string(),
  name: z.string(),
  phone: z.string(),
  /** '03-15', 'L08-15' by the lunar calendar ('+' = leap month); an old one may have its year before it. */
  birthday: z.string().nullable(),
  gender: z.enum(['female', 'male']).nullable(),
  homeStore: z.string().nullable(),
  enrolledStore: z.string().nullable(),
  enrolledAt: At,
  termsVersion: z.string(),
  personalRecommendation: z.boolean(),
  /** Old cards of this phone that still wait for the member (to choose, or for a second proof). */
  waitingCards: z.int(),
})
export type Me = z.output<typeof Me>

/** What a second proof can be: the last receipt on the card, or the name on it. Amount in yuan, as printed. */
export const SecondProof = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('lastReceipt'), amount: z.string().regex(/^\d{1,9}(\.\d{1,4})?$/), date: Day }),
  z.object({ kind: z.literal('name'), name: z.string().trim().min(1).max(40) }),
])
export type SecondProof = z.output<typeof SecondProof>
const ProofWay = z.enum(['lastReceipt', 'name'])

/** An old card as the shopper sees it; `ref` names it without telling its number. */
export const OldCard = z.object({
  ref: z.string(),
  cardNo: z.string(),
  storeCode: z.string().nullable(),
  issuedOn: Day.nullable(),
  balancePoints: z.int(),
  /** bound: mine · open: may be bound at once · proofNeeded: answer one of `ways` first · blocked: only staff can bind it. */
  state: z.enum(['bound', 'open', 'proofNeeded', 'blocked']),
  ways: z.array(ProofWay),
  attemptsLeft: z.int(),
})
export type OldCard = z.output<typeof OldCard>

const EnrolBody = z.object({
  termsVersion: z.string().max(20),
  /** The phone by WeChat's phone button, or by a code sent to it. */
  phone: z.discriminatedUnion('by', [
    z.object({ by: z.literal('wechat'), code: z.string().min(1).max(128) }),
    z.object({ by: z.literal('sms'), phone: Phone, code: z.string().regex(/^\d{6}$/) }),
  ]),
  /** Every question of the terms, answered yes or no. */
  consents: z.array(ConsentAnswer).max(10),
  name: z.string().trim().min(1).max(40).optional(),
  /** From the store's QR code: where, and by whom. */
  storeCode: z.string().max(32).optional(),
  recruitedBy: z.string().length(26).optional(),
  /** The word inside the channel code that led here: it knows store and recruiter, and wins over the two above. */
  scene: z.string().min(1).max(32).optional(),
})
export type EnrolBody = z.output<typeof EnrolBody>

/** What enrolling came to. */
export const Enrolled = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('enrolled'), member: Me, oldCards: z.array(OldCard) }),
  /** The phone belongs to a member already: show that you are that person, or say "not mine" (the number was resold). */
  z.object({
    outcome: z.literal('proofNeeded'),
    claimId: z.string(),
    memberName: z.string(),
    ways: z.array(ProofWay),
    attemptsLeft: z.int(),
  }),
])
export type Enrolled = z.output<typeof Enrolled>

const OldCards = z.object({ items: z.array(OldCard) })

/** What shoppers ask: enrolling, and what a member sees and changes. */
export const shopOperations = operations({
  terms: {
    method: 'GET',
    path: '/shop/terms',
    access: 'public',
    summary: 'The terms and the consent questions of today',
    reply: EnrolmentTerms,
  },
  sendSmsCode: {
    method: 'POST',
    path: '/shop/sms-codes',
    access: 'shopper',
    summary: 'Send a six-digit code to a phone (where WeChat’s phone button is refused)',
    body: z.object({ phone: Phone }),
    reply: z.object({ expiresInSeconds: z.int(), retryAfterSeconds: z.int() }),
  },
  enrol: {
    method: 'POST',
    path: '/shop/enrolment',
    access: 'shopper',
    summary: 'Open a card (开卡); repeating it answers the same member',
    body: EnrolBody,
    reply: Enrolled,
  },
  proveClaim: {
    method: 'POST',
    path: '/shop/claims/:claimId/proof',
    access: 'shopper',
    summary: 'Show that the member who has this phone is me',
    params: z.object({ claimId: z.string().length(26) }),
    body: SecondProof,
    reply: Enrolled,
  },
  declineClaim: {
    method: 'POST',
    path: '/shop/claims/:claimId/not-mine',
    access: 'shopper',
    summary: 'The member who had this phone is not me: open a new card',
    params: z.object({ claimId: z.string().length(26) }),
    reply: Enrolled,
  },
  me: {
    method: 'GET',
    path: '/shop/me',
    access: 'shopper',
    summary: 'My membership; null for a guest',
    reply: z.object({ member: Me.nullable() }),
  },
  updateMe: {
    method: 'PUT',
    path: '/shop/me',
    access: 'member',
    summary: 'Change my name, birthday (once), gender or usual store',
    body: z.object({
      name: z.string().trim().min(1).max(40).optional(),
      birthday: Day.optional(),
      gender: z.enum(['female', 'male']).nullable().optional(),
      homeStore: z.string().max(32).nullable().optional(),
    }),
    reply: Me,
  },
  myConsents: {
    method: 'GET',
    path: '/shop/me/consents',
    access: 'member',
    summary: 'What I agree to, and the history of it',
    reply: z.object({ items: z.array(ConsentRow), history: z.array(ConsentRow) }),
  },
  changeConsents: {
    method: 'PUT',
    path: '/shop/me/consents',
    access: 'member',
    summary: 'Give or withdraw consents',
    body: z.object({ consents: z.array(ConsentAnswer).min(1).max(10) }),
    reply: z.object({ items: z.array(ConsentRow), history: z.array(ConsentRow) }),
  },
  myOldCards: {
    method: 'GET',
    path: '/shop/me/old-cards',
    access: 'member',
    summary: 'Old cards of my phone: bound, to choose, or waiting for a second proof',
    reply: OldCards,
  },
  bindOldCard: {
    method: 'POST',
    path: '/shop/me/old-cards',
    access: 'member',
    summary: 'Bind one of the old cards of my phone; its past sales then count as mine',
    body: z.object({ ref: z.string().length(43), proof: SecondProof.optional() }),
    reply: OldCards,
  },
  closeMe: {
    method: 'POST',
    path: '/shop/me/close',
    access: 'member',
    summary: 'Close my membership (注销): personal data is erased',
    /** Of the head of a household: who heads it from now on; left out, the household ends and the wallet with it. */
    body: z.object({ confirm: z.literal(true), newHeadId: z.string().length(26).optional() }),
    reply: z.void(),
  },
})
