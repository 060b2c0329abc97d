import { z } from 'zod'
import { errors } from '../../../kernel/errors.ts'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { PageQuery, pageOf } from '../../../kernel/page.ts'

const BulkParams = z.object({ bulkId: z.string().length(26) })

/**
 * What one person may do with files alone; above any of these a colleague has to agree. `fen`: what it may cost in all of one
 * person's files of a shop day, so that many small files are as one large. `rows`: of one file. `rowsOfUnknownWorth`: of one file
 * whose coupons have no end to what they take off. A rule of the house and not a setting: whoever could raise it would agree
 * to their own files; the page of a file says it.
 */
export const BULK_ALONE = { fen: 1_000_000, rows: 1_000, rowsOfUnknownWorth: 100 } as const

/** What a file is for: to issue coupons to members, to make coupons void, to take codes into a pool. */
export const BulkKind = z.enum(['issue', 'void', 'pool'])
export type BulkKind = z.output<typeof BulkKind>

/** Why a row of a file is bad. */
export const BulkReason = z.enum([
  'empty',
  'malformed',
  'duplicate',
  'noMember',
  'noCoupon',
  'exists',
  'notVoidable',
  'stock',
  'limit',
  'ended',
])
export type BulkReason = z.output<typeof BulkReason>

/** Work on many coupons from a file: read and checked, agreed to where it is much, then done row by row. */
export const CouponBulk = z.object({
  bulkId: z.string(),
  kind: BulkKind,
  templateId: z.string().nullable(),
  templateName: z.string().nullable(),
  fileName: z.string(),
  reason: z.string(),
  /** ready: checked, waits for its sender; waiting: for a second person. */
  state: z.enum(['reading', 'ready', 'waiting', 'running', 'done', 'stopped', 'refused', 'failed']),
  rows: z.object({ total: z.int(), bad: z.int(), done: z.int() }),
  /** Fen that it may cost at most. */
  worth: z.int(),
  /** Whether a second person has to agree. */
  needsSecond: z.boolean(),
  problem: z.string().nullable(),
  requestedBy: z.string(),
  requestedByName: z.string(),
  requestedAt: Instant,
  decidedBy: z.string().nullable(),
  decidedByName: z.string().nullable(),
  decision: z.string().nullable(),
  finishedAt: Instant.nullable(),
})
export type CouponBulk = z.output<typeof CouponBulk>

/** Files that issue, void or bring codes. */
export const bulkOperations = operations({
  bulks: {
    method: 'GET',
    path: '/admin/coupon-bulks',
    access: 'staff:coupons.read',
    summary: 'Files that issued, voided or brought codes, newest first; who works for some stores sees the own ones',
    query: PageQuery.extend({
      state: z.enum(['waiting', 'running', 'done', 'stopped', 'refused', 'failed']).optional(),
      kind: BulkKind.optional(),
    }),
    reply: pageOf(CouponBulk),
  },
  bulk: {
    method: 'GET',
    path: '/admin/coupon-bulks/:bulkId',
    access: 'staff:coupons.read',
    summary: 'One of them: how far it is, and its bad rows by reason',
    params: BulkParams,
    reply: z.object({
      bulk: CouponBulk,
      /** What one person may do alone: fen of a day, rows of a file, rows where nobody can say what they cost. */
      alone: z.object({ fen: z.int(), rows: z.int(), rowsOfUnknownWorth: z.int() }),
      reasons: z.array(z.object({ reason: BulkReason, rows: z.int() })),
      sample: z.array(z.object({ line: z.int(), subject: z.string(), reason: BulkReason })),
    }),
  },
  uploadBulk: {
    method: 'POST',
    path: '/admin/coupon-bulks/file',
    access: 'staff:coupons.write',
    summary: 'Bring the file (CSV or Excel)',
    upload: true,
    reply: z.object({ fileId: z.string(), fileName: z.string() }),
  },
  startBulk: {
    method: 'POST',
    path: '/admin/coupon-bulks',
    access: 'staff:coupons.write',
    summary: 'Read and check a file; nothing is issued or made void yet',
    body: z.object({
      kind: BulkKind,
      fileId: z.string().length(26),
      templateId: z.string().length(26).nullable().default(null),
      reason: z.string().trim().min(2).max(200),
    }),
    reply: CouponBulk,
  },
  runBulk: {
    method: 'POST',
    path: '/admin/coupon-bulks/:bulkId/run',
    access: 'staff:coupons.write',
    summary: 'Do what was checked; above the limit it waits for a second person',
    params: BulkParams,
    reply: CouponBulk,
  },
  decideBulk: {
    method: 'POST',
    path: '/admin/coupon-bulks/:bulkId/decision',
    access: 'staff:coupons.write',
    summary: 'Agree to what somebody else has asked for, or refuse it',
    params: BulkParams,
    body: z.object({ agree: z.boolean(), note: z.string().trim().min(2).max(200) }),
    reply: CouponBulk,
  },
  stopBulk: {
    method: 'POST',
    path: '/admin/coupon-bulks/:bulkId/stop',
    access: 'staff:coupons.write',
    summary: 'Stop it; what was done stays',
    params: BulkParams,
    reply: CouponBulk,
  },
  resumeBulk: {
    method: 'POST',
    path: '/admin/coupon-bulks/:bulkId/resume',
    access: 'staff:coupons.write',
    summary: 'Go on where it was stopped',
    params: BulkParams,
    reply: CouponBulk,
  },
  bulkErrors: {
    method: 'GET',
    path: '/admin/coupon-bulks/:bulkId/errors',
    access: 'staff:coupons.read',
    summary: 'The bad rows as a CSV: line, what it names, why',
    params: BulkParams,
    raw: true,
    reply: z.void(),
  },
})

/** The errors of files. */
export const bulkErrors = errors('coupons', {
  noBulk: [404, '找不到这个批量任务', 'No such file'],
  bulkTemplate: [400, '请选择券模板', 'Choose a coupon template'],
  bulkEmpty: [
    409,
    '没有可以执行的行，请下载错误明细修改后重新上传',
    'No row can be done: correct the file and bring it again',
  ],
  bulkState: [409, '任务当前状态不能这样操作', 'Not possible as it stands'],
  bulkOwn: [403, '不能审批自己提交的任务', 'Nobody agrees to what they asked for themselves'],
  bulkTooLong: [413, '一次最多 {limit} 行，请拆分文件', 'At most {limit} rows at a time: split the file'],
  bulkColumns: [400, '没有找到列「{columns}」', 'There is no column “{columns}”'],
  wholeChain: [403, '批量任务会涉及所有门店，请由总部人员操作', 'It may touch every store: headquarters does it'],
})
