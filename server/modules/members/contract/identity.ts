import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { PageQuery, pageOf } from '../../../kernel/page.ts'
import { MemberHead, MemberParams, MemberRow } from './desk.ts'
import { Evidence, EvidenceKind } from './evidence.ts'
import { ConsentAnswer } from './shop.ts'

const RequestParams = z.object({ requestId: z.string().length(26) })

/** What a person asked for: all that is kept of them, or its erasure. */
export const PersonRequest = z.object({
  requestId: z.string(),
  kind: z.enum(['export', 'erasure']),
  state: z.enum(['waiting', 'ready', 'done']),
  source: z.enum(['miniprogram', 'staff']),
  requestedAt: Instant,
  /** The last day on which the answer is in time: 15 working days. */
  dueOn: z.iso.date(),
  finishedAt: Instant.nullable(),
})
export type PersonRequest = z.output<typeof PersonRequest>

/** The same as staff see it in a list; the member is masked, and nobody any more once they are erased. */
export const StaffPersonRequest = PersonRequest.extend({
  member: MemberRow,
  /** The member of staff who asked for the person; null = the person. */
  askedBy: z.string().nullable(),
  /** Not answered by its last day, or answered later than that. */
  late: z.boolean(),
})
export type StaffPersonRequest = z.output<typeof StaffPersonRequest>

const Words = z.object({ zh: z.string(), en: z.string() })

/** By what a person was known who takes a consent back: as at the desk, or by a call from their phone. */
const WithdrawalEvidence = z.enum([...EvidenceKind.options, 'phoneCall'])

/** One request with its report: what was handed out or erased, and what is kept all the same. */
export const PersonRequestReport = StaffPersonRequest.extend({
  evidence: z.string().nullable(),
  note: z.string().nullable(),
  /** How many rows each part has handed out or erased. */
  report: z.array(z.object({ part: z.string(), label: Words, rows: z.int() })),
  /** Of an erasure: what stays, and why. Empty for a copy. */
  retained: z.array(z.object({ what: Words, why: Words })),
})
export type PersonRequestReport = z.output<typeof PersonRequestReport>

/** Changes of who a member is, each with what was shown; and what a person may ask for (个人信息保护法). */
export const identityOperations = operations({
  changePhone: {
    method: 'POST',
    path: '/admin/members/:memberId/phone',
    access: 'staff:members.write',
    summary: '换手机号 · Give a member another phone; `recycled` takes it from who had the number before',
    params: MemberParams,
    body: Evidence.extend({ phone: z.string().regex(/^1\d{10}$/), recycled: z.boolean().default(false) }),
    reply: MemberHead,
  },
  releasePhone: {
    method: 'POST',
    path: '/admin/members/:memberId/phone/release',
    access: 'staff:members.write',
    summary: '号码已易主 · The number belongs to somebody else now: the member keeps everything but the phone',
    params: MemberParams,
    body: Evidence,
    reply: MemberHead,
  },
  unlinkWechat: {
    method: 'POST',
    path: '/admin/members/:memberId/wechat/unlink',
    access: 'staff:members.write',
    summary: '换微信 · Take the WeChat away; who proves the phone next is linked',
    params: MemberParams,
    body: Evidence,
    reply: MemberHead,
  },
  linkNumber: {
    method: 'POST',
    path: '/admin/members/:memberId/identities',
    access: 'staff:members.write',
    summary: 'Link a customer number of the ERP, the papers having been seen; one that is another member’s is queued',
    params: MemberParams,
    body: Evidence.extend({ value: z.string().trim().min(1).max(64) }),
    reply: MemberHead,
  },
  withdrawConsents: {
    method: 'POST',
    path: '/admin/members/:memberId/consents/withdraw',
    access: 'staff:members.write',
    summary:
      '代为撤回同意 · Record consents that a member has taken back at the desk or by phone; none is ever given so',
    params: MemberParams,
    body: Evidence.extend({
      evidence: WithdrawalEvidence,
      consents: z
        .array(ConsentAnswer.omit({ granted: true }))
        .min(1)
        .max(10),
    }),
    reply: MemberHead,
  },

  exportMember: {
    method: 'POST',
    path: '/admin/members/:memberId/exports',
    access: 'staff:members.close',
    summary: '导出个人信息 · Prepare all that is kept of a member, at their request',
    params: MemberParams,
    body: Evidence,
    reply: PersonRequest,
  },
  requests: {
    method: 'GET',
    path: '/admin/member-requests',
    access: 'staff:members.read',
    summary: 'What persons asked for: open ones with the most urgent first, others with the newest first',
    query: PageQuery.extend({
      state: z.enum(['open', 'done', 'all']).default('all'),
      kind: z.enum(['export', 'erasure']).optional(),
    }),
    reply: pageOf(StaffPersonRequest),
  },
  request: {
    method: 'GET',
    path: '/admin/member-requests/:requestId',
    access: 'staff:members.read',
    summary: 'A request with its report: what was handed out or erased, and what the law keeps; the reading is audited',
    params: RequestParams,
    reply: PersonRequestReport,
  },
  exportFile: {
    method: 'GET',
    path: '/admin/member-requests/:requestId/file',
    access: 'staff:members.close',
    summary: 'The export of a person, as JSON or to read; audited',
    params: RequestParams,
    query: z.object({ form: z.enum(['json', 'html']).default('html') }),
    reply: z.void(),
    raw: true,
  },

  myRequests: {
    method: 'GET',
    path: '/shop/me/requests',
    access: 'member',
    summary: 'What I have asked for',
    reply: z.object({ items: z.array(PersonRequest) }),
  },
  askExport: {
    method: 'POST',
    path: '/shop/me/exports',
    access: 'member',
    summary: 'Ask for a copy of all that is kept of me; asked again while it is under way, it is the same one',
    reply: PersonRequest,
  },
  myExport: {
    method: 'GET',
    path: '/shop/me/exports/:requestId',
    access: 'member',
    summary: 'My copy: to read, and as JSON',
    params: RequestParams,
    reply: z.object({ name: z.string(), text: z.string(), json: z.string() }),
  },
})
