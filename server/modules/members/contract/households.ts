import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { MemberParams } from './desk.ts'
import { Evidence } from './evidence.ts'

/** 家庭账户 as one of its members sees it; names masked. */
export const Household = z.object({
  /** Whether the shop offers households, and for how many besides the head. */
  limit: z.int(),
  role: z.enum(['none', 'head', 'member']),
  headId: z.string().nullable(),
  headName: z.string(),
  members: z.array(z.object({ memberId: z.string(), name: z.string(), joinedAt: Instant })),
  /** The word that lets somebody join, while it is good; only the head sees it. */
  code: z.string().nullable(),
  codeUntil: Instant.nullable(),
})
export type Household = z.output<typeof Household>

/** Who heads the household from now on: one of its members. */
export const NewHeadId = z.string().length(26)

/** Families that share one wallet of points. */
export const householdOperations = operations({
  myHousehold: {
    method: 'GET',
    path: '/shop/me/household',
    access: 'member',
    summary: 'My household',
    reply: Household,
  },
  inviteToHousehold: {
    method: 'POST',
    path: '/shop/me/household/invitations',
    access: 'member',
    summary: 'A word by which one person may join my household within a day',
    reply: Household,
  },
  joinHousehold: {
    method: 'POST',
    path: '/shop/me/household',
    access: 'member',
    summary: 'Join the household of who told me the word: my points go into its wallet from now on',
    body: z.object({ code: z.string().trim().min(4).max(12) }),
    reply: Household,
  },
  leaveHousehold: {
    method: 'POST',
    path: '/shop/me/household/leave',
    access: 'member',
    summary:
      'Leave; what went into the wallet stays there. A head may send a member away, or leave to another head, with the wallet',
    body: z.object({ memberId: z.string().length(26).optional(), newHeadId: NewHeadId.optional() }),
    reply: Household,
  },
  household: {
    method: 'GET',
    path: '/admin/members/:memberId/household',
    access: 'staff:members.read',
    summary: 'The household of a member',
    params: MemberParams,
    reply: Household,
  },
  changeHouseholdHead: {
    method: 'POST',
    path: '/admin/members/:memberId/household/head',
    access: 'staff:members.write',
    summary: '更换户主 · Another member heads the household: the wallet moves with it; repeating it changes nothing',
    params: MemberParams,
    body: Evidence.extend({ newHeadId: NewHeadId }),
    reply: Household,
  },
})
