import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { PageQuery, pageOf } from '../../../kernel/page.ts'
import { EvidenceKind } from './evidence.ts'
import { ConsentRow } from './shop.ts'

const At = Instant
const Day = z.iso.date()
/** A member in a path. */
export const MemberParams = z.object({ memberId: z.string().length(26) })

/** A member in a staff list; personal data masked. */
export const MemberRow = z.object({
  memberId: z.string(),
  state: z.enum(['active', 'merged', 'closed']),
  /** The member who stands in this one's place now. */
  mergedInto: z.string().nullable(),
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
    z.object({
      identityId: z.string(),
      kind: z.enum(['openid', 'unionid', 'phone', 'card', 'erp']),
      appId: z.string(),
      /** Of an openid: which account of ours it belongs to; null when that is no longer connected. */
      account: z.object({ kind: z.enum(['official', 'miniprogram']), name: z.string() }).nullable(),
      /** A phone is masked. */
      value: z.string(),
      linkedAt: At,
      source: z.enum(['miniprogram', 'wechat', 'erp', 'staff', 'merge']),
      strength: z.enum(['proved', 'shown', 'stated']),
      linkedBy: z.string().nullable(),
      note: z.string().nullable(),
    }),
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
  /** Enrolled on these shop days, both included. */
  enrolledFrom: Day.optional(),
  enrolledTo: Day.optional(),
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
  /** 口径 of 新增会员. */
  definition: z.object({ zh: z.string(), en: z.string() }),
})
export type MemberSummary = z.output<typeof MemberSummary>

/** What the staff ask of members: lists, the 360° page, and the service desk. */
export const deskOperations = operations({
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
    summary: 'Close a membership at the member’s request; personal data is erased and a report kept',
    params: MemberParams,
    body: z.object({
      reason: z.string().trim().min(2).max(200),
      evidence: EvidenceKind,
      /** Of the head of a household: who heads it from now on; left out, the household ends and the wallet with it. */
      newHeadId: z.string().length(26).optional(),
    }),
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
    query: z.object({ from: Day, to: Day, storeCode: z.string().max(32).optional() }),
    reply: MemberSummary,
  },
})
