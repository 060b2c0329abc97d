import { z } from 'zod'
import { errors } from '../../../kernel/errors.ts'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { PageQuery, pageOf } from '../../../kernel/page.ts'

/**
 * What one person may give alone, fen: in one coupon, and in all coupons of a shop day. Above either, or where nobody can say
 * what a coupon takes off, a second person has to agree. A rule of the house and not a setting, as for files (bulk.ts).
 */
export const COMPENSATION_ALONE = { each: 2_000, day: 10_000 } as const

/** What went wrong: 商品质量, 服务不周, 价格不符, 积分或券的问题, 其他. */
export const CompensationReason = z.enum(['quality', 'service', 'price', 'points', 'other'])

/** 补偿券: a coupon given by hand, or asked for. */
export const Compensation = z.object({
  compensationId: z.string(),
  memberId: z.string(),
  /** Masked; empty where none is known. */
  memberName: z.string(),
  templateId: z.string(),
  templateName: z.string(),
  /** Fen that it takes off at most; 0 = nobody can say. */
  worth: z.int().nonnegative(),
  reason: CompensationReason,
  note: z.string(),
  /** waiting: for a second person. */
  state: z.enum(['waiting', 'given', 'refused']),
  couponId: z.string().nullable(),
  requestedBy: z.string(),
  requestedByName: z.string(),
  requestedAt: Instant,
  decidedByName: z.string().nullable(),
  decidedAt: Instant.nullable(),
  decision: z.string().nullable(),
})
export type Compensation = z.output<typeof Compensation>

const CompensateBody = z
  .object({
    /** Made by the client for each opening of the form, so that a repeated request is one coupon. */
    key: z.string().min(8).max(64),
    templateId: z.string().length(26),
    reason: CompensationReason,
    note: z.string().trim().max(200).default(''),
  })
  .refine(({ reason, note }) => reason !== 'other' || note.length >= 2, {
    error: '选「其他」要写明原因，至少两个字 / another reason is written down, in two characters or more',
    path: ['note'],
  })

/** Coupons given by hand to make something good. */
export const compensationOperations = operations({
  compensations: {
    method: 'GET',
    path: '/admin/coupon-compensations',
    access: 'staff:coupons.read',
    summary: 'Coupons given by hand or asked for, newest first; who works for some stores sees those of their members',
    query: PageQuery.extend({
      state: Compensation.shape.state.optional(),
      memberId: z.string().length(26).optional(),
    }),
    reply: pageOf(Compensation),
  },
  allowance: {
    method: 'GET',
    path: '/admin/coupon-compensations/allowance',
    access: 'staff:coupons.compensate',
    summary: 'What I may give without a second person: in one coupon, in a day, and what is left of today (fen)',
    reply: z.object({ each: z.int(), day: z.int(), left: z.int() }),
  },
  compensate: {
    method: 'POST',
    path: '/admin/members/:memberId/compensations',
    access: 'staff:coupons.compensate',
    summary: 'Give a member a coupon because something went wrong; above my limit it waits for a second person',
    params: z.object({ memberId: z.string().length(26) }),
    body: CompensateBody,
    reply: Compensation,
  },
  decideCompensation: {
    method: 'POST',
    path: '/admin/coupon-compensations/:compensationId/decision',
    access: 'staff:coupons.write',
    summary: 'Agree to what somebody else has asked for, or refuse it',
    params: z.object({ compensationId: z.string().length(26) }),
    body: z.object({ agree: z.boolean(), note: z.string().trim().max(200).default('') }),
    reply: Compensation,
  },
})

/** The errors of compensations. */
export const compensationErrors = errors('coupons', {
  noCompensation: [404, '找不到这张补偿券的申请', 'There is no such request'],
  compensationKey: [
    409,
    '这次提交已用于另一张补偿券，请重新打开表单',
    'This form has given another coupon: open it anew',
  ],
  compensationDecided: [409, '已有人处理过这个申请', 'Somebody has decided this already'],
  compensationOwn: [403, '不能审批自己的申请', 'Nobody agrees to what they asked for themselves'],
  compensationStock: [409, '此券已发完，请换一张', 'None of this coupon are left: choose another'],
  compensationLimit: [
    409,
    '会员已达此券每人限领数量，请换一张',
    'The member has had the limit of this one: choose another',
  ],
  memberGone: [409, '会员已注销或已合并，不能发券', 'The membership is closed or merged: nothing can be given'],
})
