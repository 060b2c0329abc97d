import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { MemberParams } from './desk.ts'

/** 家庭账户 as one of its members sees it; names masked. */
export const Household = z.object({
  /** Whether the shop offers households, and for how many besides the head. */
  limit: z.int(),
  role: z.enum(['none', 'head', 'member']),
  headName: z.string(),
  members: z.array(z.object({ memberId: z.string(), name: z.string(), joinedAt: Instant })),
  /** The word that lets somebody join, while it is good; only the head sees it. */
  code: z.string().nullable(),
  codeUntil: Instant.nullable(),
})
export type Household = z.output<typeof Household>

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
    summary: 'Leave; what went into the wallet stays there. A head may send a member away',
    body: z.object({ memberId: z.string().length(26).optional() }),
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
})
