import { z } from 'zod'
import { errors } from '../../kernel/errors.ts'
import { contract } from '../../kernel/http/contract.ts'
import { Instant } from '../../kernel/http/instant.ts'
import { PageQuery, pageOf } from '../../kernel/page.ts'

const At = Instant
const Day = z.iso.date()
const Phone = z.string().regex(/^1\d{10}$/, '11 位手机号 / an 11-digit mobile number')
const MemberParams = z.object({ memberId: z.string().length(26) })

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
  source: z.enum(['miniprogram', 'paper', 'staff']),
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

/** A member in a staff list; personal data masked. */
export const MemberRow = z.object({
  memberId: z.string(),
  state: z.enum(['active', 'closed']),
  name: z.string(),
  phone: z.string(),
  cardNo: z.string(),
  homeStore: z.string().nullable(),
  enrolledStore: z.string().nullable(),
  recruitedBy: z.string().nullable(),
  /** The recruiter (开卡人) by name, also where a file named somebody who is not on the staff. */
  recruiterName: z.string().nullable(),
  source: z.enum(['miniprogram', 'paper', 'staff']),
  enrolledAt: At,
})
export type MemberRow = z.output<typeof MemberRow>

/** The head of the 360° page. Points, coupons, receipts and tickets are asked of their own modules. */
export const MemberHead = MemberRow.extend({
  birthday: z.string(),
  gender: z.enum(['female', 'male']).nullable(),
  closedAt: At.nullable(),
  termsVersion: z.string(),
  termsAcceptedAt: At,
  consents: z.array(ConsentRow),
  identities: z.array(
    z.object({ kind: z.enum(['openid', 'unionid']), appId: z.string(), value: z.string(), linkedAt: At }),
  ),
  oldCards: z.array(
    z.object({
      cardNo: z.string(),
      state: z.enum(['open', 'bound', 'void']),
      storeCode: z.string().nullable(),
      balancePoints: z.int(),
      lastUsedOn: Day.nullable(),
      boundAt: At.nullable(),
    }),
  ),
})
export type MemberHead = z.output<typeof MemberHead>

const ListQuery = PageQuery.extend({
  /** Exact phone, last four digits, card number (ours or an old one) or full name. */
  search: z.string().trim().max(60).optional(),
  state: z.enum(['active', 'closed']).default('active'),
  homeStore: z.string().max(32).optional(),
  recruitedBy: z.string().length(26).optional(),
  sort: z.enum(['-enrolledAt', 'enrolledAt']).default('-enrolledAt'),
})
export type MemberListQuery = z.output<typeof ListQuery>

const Count = z.object({ count: z.int() })

/** New members between two days, and members in all, within the caller's stores. */
export const MemberSummary = z.object({
  total: z.int(),
  fresh: z.int(),
  byDay: z.array(Count.extend({ day: Day })),
  byRecruiter: z.array(Count.extend({ recruitedBy: z.string().nullable(), name: z.string().nullable() })),
  byStore: z.array(z.object({ storeCode: z.string().nullable(), total: z.int(), fresh: z.int() })),
})
export type MemberSummary = z.output<typeof MemberSummary>

const OldCards = z.object({ items: z.array(OldCard) })

/** What the world may ask of members. */
export const membersApi = contract('members', {
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
    body: z.object({ confirm: z.literal(true) }),
    reply: z.void(),
  },

  list: {
    method: 'GET',
    path: '/admin/members',
    access: 'staff:members.read',
    summary: 'Members of the caller’s stores',
    query: ListQuery,
    reply: pageOf(MemberRow),
  },
  head: {
    method: 'GET',
    path: '/admin/members/:memberId',
    access: 'staff:members.read',
    summary: 'The head of a member’s 360° page',
    params: MemberParams,
    reply: MemberHead,
  },
  consentHistory: {
    method: 'GET',
    path: '/admin/members/:memberId/consents',
    access: 'staff:members.read',
    summary: 'Every consent given or withdrawn',
    params: MemberParams,
    reply: z.object({ items: z.array(ConsentRow) }),
  },
  reveal: {
    method: 'POST',
    path: '/admin/members/:memberId/reveal',
    access: 'staff:members.reveal',
    summary: 'Read personal data in clear; the reason is audited',
    params: MemberParams,
    body: z.object({ field: z.enum(['phone', 'name', 'birthday']), reason: z.string().trim().min(2).max(200) }),
    reply: z.object({ value: z.string(), seconds: z.int() }),
  },
  bindCard: {
    method: 'POST',
    path: '/admin/members/:memberId/cards',
    access: 'staff:members.write',
    summary: 'Bind an old card at the service desk, the papers having been seen',
    params: MemberParams,
    body: z.object({ cardNo: z.string().trim().min(1).max(32), reason: z.string().trim().min(2).max(200) }),
    reply: MemberHead,
  },
  changeHomeStore: {
    method: 'PUT',
    path: '/admin/members/:memberId/home-store',
    access: 'staff:members.write',
    summary: 'Change the home store',
    params: MemberParams,
    body: z.object({ storeCode: z.string().max(32).nullable() }),
    reply: MemberHead,
  },
  close: {
    method: 'POST',
    path: '/admin/members/:memberId/close',
    access: 'staff:members.close',
    summary: 'Close a membership at the member’s request',
    params: MemberParams,
    body: z.object({ reason: z.string().trim().min(2).max(200) }),
    reply: z.void(),
  },
  recruiters: {
    method: 'GET',
    path: '/admin/member-recruiters',
    access: 'staff:members.read',
    summary: 'Who can be a recruiter, by name: active staff of the caller’s stores',
    reply: z.object({ items: z.array(z.object({ staffId: z.string(), name: z.string() })) }),
  },
  summary: {
    method: 'GET',
    path: '/admin/members-summary',
    access: 'staff:members.read',
    summary: 'New members by day, recruiter and store',
    query: z.object({ from: Day, to: Day }),
    reply: MemberSummary,
  },
})

/** The errors of members. */
export const membersErrors = errors('members', {
  notFound: [404, '找不到这位会员', 'No such member'],
  termsOutdated: [409, '会员协议已更新,请重新阅读后开卡', 'The terms have changed; read them again'],
  consentsIncomplete: [400, '每一项同意都要由您选择「同意」或「不同意」', 'Every consent question needs a yes or a no'],
  smsOff: [503, '短信验证码未开通,请使用微信手机号', 'SMS codes are switched off; use the WeChat phone button'],
  smsTooOften: [429, '验证码发送过于频繁,请 {seconds} 秒后再试', 'Too many codes; try again in {seconds} seconds'],
  smsFailed: [502, '短信没有发出,请稍后再试', 'The message could not be sent; try again soon'],
  smsWrong: [400, '验证码不对或已过期', 'The code is wrong or has expired'],
  noClaim: [404, '验证已过期,请重新开卡', 'This check has expired; enrol again'],
  proofWrong: [400, '信息不符,还可再试 {attemptsLeft} 次', 'That does not match; {attemptsLeft} tries left'],
  proofBlocked: [403, '多次不符,请带证件到门店服务台办理', 'Too many tries; please see the service desk'],
  proofNeeded: [409, '这张卡需要再核验一次', 'This card needs a second proof'],
  noSuchCard: [404, '找不到这张旧卡', 'No such old card'],
  cardTaken: [409, '这张卡已被绑定', 'This card is bound already'],
  birthdayFixed: [
    409,
    '生日只能填写一次,如需更正请联系客服',
    'The birthday can be set once; ask our staff to correct it',
  ],
  birthdayThisYear: [409, '生日每年限改一次', 'The birthday can be changed once a year'],
  badBirthday: [400, '生日不对', 'This is not a possible birthday'],
})
