import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { PageQuery, pageOf } from '../../../kernel/page.ts'
import { MemberParams, MemberRow } from './desk.ts'
import { Evidence } from './evidence.ts'

const Words = z.object({ zh: z.string(), en: z.string() })
const MergeParams = z.object({ mergeId: z.string().length(26) })
const CaseParams = z.object({ caseId: z.string().length(26) })

/** One of two members who may become one, with what each part of the house keeps of them. */
export const MergeSide = z.object({
  member: MemberRow,
  holdings: z.array(
    z.object({
      part: z.string(),
      label: Words,
      items: z.array(z.object({ key: z.string(), label: Words, value: z.union([z.string(), Words]) })),
    }),
  ),
})
export type MergeSide = z.output<typeof MergeSide>

/** Two members side by side, and what merging them will do. */
export const MergePreview = z.object({
  kept: MergeSide,
  other: MergeSide,
  warnings: z.array(Words),
  /** Why it cannot be done; null = it can. */
  problem: Words.nullable(),
})
export type MergePreview = z.output<typeof MergePreview>

/** A merge, standing or undone. */
export const Merge = z.object({
  mergeId: z.string(),
  survivorId: z.string(),
  mergedId: z.string(),
  state: z.enum(['merged', 'undone']),
  evidence: z.string(),
  note: z.string(),
  mergedAt: Instant,
  mergedBy: z.string(),
  undoneAt: Instant.nullable(),
  undoneBy: z.string().nullable(),
  undoneNote: z.string().nullable(),
})
export type Merge = z.output<typeof Merge>

/** What undoing a merge will and will not bring back. */
export const UndoPreview = z.object({ merge: Merge, stays: z.array(Words), problem: Words.nullable() })
export type UndoPreview = z.output<typeof UndoPreview>

/** A pair of members who may be one person. */
export const MemberCase = z.object({
  caseId: z.string(),
  kind: z.enum(['unionid', 'phone', 'card', 'staff']),
  /** What was found, and what to look at before deciding. */
  why: Words,
  advice: Words,
  state: z.enum(['open', 'merged', 'apart']),
  foundAt: Instant,
  decidedAt: Instant.nullable(),
  decision: z.string().nullable(),
  a: MemberRow,
  b: MemberRow,
})
export type MemberCase = z.output<typeof MemberCase>

/** The review queue, merges and how they are undone. */
export const mergeOperations = operations({
  cases: {
    method: 'GET',
    path: '/admin/member-cases',
    access: 'staff:members.read',
    summary: '待核对 · Pairs of members who may be one person',
    query: PageQuery.extend({ state: z.enum(['open', 'merged', 'apart']).default('open') }),
    reply: pageOf(MemberCase),
  },
  keepApart: {
    method: 'POST',
    path: '/admin/member-cases/:caseId/apart',
    access: 'staff:members.write',
    summary: 'They are two people: the pair is put aside',
    params: CaseParams,
    body: z.object({ note: z.string().trim().min(2).max(200) }),
    reply: MemberCase,
  },
  mergePreview: {
    method: 'GET',
    path: '/admin/members/:memberId/merges/:otherId/preview',
    access: 'staff:members.read',
    summary: 'What putting another member into this one will do',
    params: MemberParams.extend({ otherId: z.string().length(26) }),
    reply: MergePreview,
  },
  merge: {
    method: 'POST',
    path: '/admin/members/:memberId/merges',
    access: 'staff:members.write',
    summary: '合并 · Put another member into this one; repeating it changes nothing',
    params: MemberParams,
    body: Evidence.extend({ otherId: z.string().length(26) }),
    reply: Merge,
  },
  merges: {
    method: 'GET',
    path: '/admin/members/:memberId/merges',
    access: 'staff:members.read',
    summary: 'The merges of a member',
    params: MemberParams,
    reply: z.object({ items: z.array(Merge.extend({ other: MemberRow })) }),
  },
  undoPreview: {
    method: 'GET',
    path: '/admin/member-merges/:mergeId/undo',
    access: 'staff:members.read',
    summary: 'What undoing a merge will bring back',
    params: MergeParams,
    reply: UndoPreview,
  },
  undoMerge: {
    method: 'POST',
    path: '/admin/member-merges/:mergeId/undo',
    access: 'staff:members.write',
    summary: '撤销合并 · Undo a merge: what it moved goes back, what was used since stays',
    params: MergeParams,
    body: z.object({ note: z.string().trim().min(2).max(200) }),
    reply: Merge,
  },
})
