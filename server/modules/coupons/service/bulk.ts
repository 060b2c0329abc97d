import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { shopDay, shopInstant } from '../../../kernel/clock.ts'
import { inTransaction } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import { job } from '../../../kernel/jobs/job.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { decodeCursor, pageFrom, type PageQuery } from '../../../kernel/page.ts'
import type { Scope } from '../../../kernel/scope.ts'
import { csvOf } from '../../../kernel/sheet.ts'
import type { Audit } from '../../staff/index.ts'
import { BULK_ALONE, bulkErrors, type BulkKind, type BulkReason, type CouponBulk } from '../contract/bulk.ts'
import { couponsErrors } from '../contract/errors.ts'
import { bulkRepository, type BulkRecord } from '../repository/bulk.ts'
import { templatesRepository } from '../repository/templates.ts'
import type { ReadNeeds } from './bulk-read.ts'
import { runBulk } from './bulk-run.ts'
import { requestNames } from './request-names.ts'
import { worthOf } from './worth.ts'

const REASONS: Readonly<Record<BulkReason, readonly [zh: string, en: string]>> = {
  empty: ['此行为空', 'Nothing in this row'],
  malformed: ['格式不正确', 'Not in the right form'],
  duplicate: ['与前面的行重复', 'The same as a row before'],
  noMember: ['找不到会员或已注销', 'No such member, or closed'],
  noCoupon: ['找不到这张券', 'No such coupon'],
  exists: ['此码已存在', 'The code exists already'],
  notVoidable: ['券已使用、已过期或正在使用，不能作废', 'Used, expired or in use: it cannot be made void'],
  stock: ['券已发完', 'None left'],
  limit: ['已达每人限领数量', 'The member has had the limit'],
  ended: ['券模板已结束', 'The template has ended'],
}

export interface BulkNeeds extends ReadNeeds {
  readonly staffNames: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>
}

/** The job that works on a file, as long as there is something to do. */
export const bulkJob = (kernel: Kernel, needs: ReadNeeds) =>
  job({
    name: 'coupons.bulk',
    queue: 'coupon-bulk',
    payload: z.object({ bulkId: z.string().length(26) }),
    concurrency: 2,
    run: ({ bulkId }, context) => runBulk(kernel, needs, bulkId, context),
  })

/** Takes up files whose job was lost with its queue. */
export const sweepBulks = (
  { db, clock, enqueue }: Pick<Kernel, 'db' | 'clock' | 'enqueue'>,
  work: ReturnType<typeof bulkJob>,
) =>
  job({
    name: 'coupons.sweepBulks',
    payload: z.object({}),
    every: 60_000,
    async run() {
      for (const id of await bulkRepository(db).silent(new Date(clock.now().getTime() - 120_000)))
        await enqueue(work, { bulkId: id })
    },
  })

/** Issuing, voiding and taking in codes from files: checked before, agreed to where it is much, done by the jobs. */
export function couponBulks(kernel: Kernel, needs: BulkNeeds, audit: Audit) {
  const { db, clock, newId, config, enqueue } = kernel
  const work = bulkJob(kernel, needs)

  function wholeChain(scope: Scope): void {
    if (scope.kind !== 'all') throw bulkErrors.wholeChain()
  }

  async function viewsOf(rows: readonly BulkRecord[]): Promise<z.input<typeof CouponBulk>[]> {
    const { staff: names, templates } = await requestNames(db, needs.staffNames, rows)
    return Promise.all(
      rows.map(async row => ({
        bulkId: row.id,
        kind: row.kind as BulkKind,
        templateId: row.templateId,
        templateName: row.templateId === null ? null : (templates.get(row.templateId) ?? null),
        fileName: row.fileName,
        reason: row.reason,
        state: row.state as CouponBulk['state'],
        rows: { total: row.rowsTotal, bad: row.rowsBad, done: row.rowsDone },
        worth: row.state === 'reading' ? 0 : Number(row.worth),
        needsSecond: row.state === 'ready' ? await needsSecond(row) : row.state === 'waiting' || row.decidedBy !== null,
        problem: row.problem,
        requestedBy: row.requestedBy,
        requestedByName: names.get(row.requestedBy) ?? '',
        requestedAt: row.requestedAt,
        decidedBy: row.decidedBy,
        decidedByName: row.decidedBy === null ? null : (names.get(row.decidedBy) ?? null),
        decision: row.decision,
        finishedAt: row.finishedAt,
      })),
    )
  }
  async function viewOf(bulkId: string) {
    const row = await bulkRepository(db).find(bulkId)
    const [view] = row === undefined ? [] : await viewsOf([row])
    if (view === undefined) throw bulkErrors.noBulk()
    return view
  }

  /** Whether it is more than one person may do alone: many small files of a day count as one large one. */
  async function needsSecond(row: BulkRecord): Promise<boolean> {
    const rows = row.rowsTotal - row.rowsBad
    if (rows > BULK_ALONE.rows) return true
    if (row.kind === 'void') return false
    if (Number(row.worth) === 0) return rows > BULK_ALONE.rowsOfUnknownWorth
    const since = shopInstant(`${shopDay(clock.now(), config.SHOP_ZONE)} 00:00`, config.SHOP_ZONE) ?? clock.now()
    return (await bulkRepository(db).aloneSince(row.requestedBy, since)) + Number(row.worth) > BULK_ALONE.fen
  }

  async function reach(bulkId: string, caller: StaffCaller): Promise<BulkRecord> {
    const row = await bulkRepository(db).find(bulkId)
    if (row === undefined || (caller.scope.kind !== 'all' && row.requestedBy !== caller.staffId))
      throw bulkErrors.noBulk()
    return row
  }

  /** Moves one from state to state, once, with its line in the audit log, and lets the jobs know where it is to run. */
  async function move(
    caller: StaffCaller,
    bulk: BulkRecord,
    from: readonly string[],
    to: 'running' | 'waiting' | 'refused' | 'stopped',
    more: { action: string; note?: string },
  ) {
    const now = clock.now()
    const isDecision = more.note !== undefined
    await inTransaction(db, async tx => {
      const moved = await bulkRepository(tx).change(bulk.id, from, {
        state: to,
        updatedAt: now,
        ...(isDecision ? { decidedBy: caller.staffId, decidedAt: now, decision: more.note ?? null } : {}),
        ...(to === 'refused' ? { finishedAt: now } : {}),
      })
      if (!moved) throw bulkErrors.bulkState()
      await audit(tx, caller, {
        action: more.action,
        subjectKind: 'couponBulk',
        subjectId: bulk.id,
        reason: more.note ?? bulk.reason,
        details: { kind: bulk.kind, rows: bulk.rowsTotal - bulk.rowsBad, worth: Number(bulk.worth) },
      })
    })
    if (to === 'running') await enqueue(work, { bulkId: bulk.id })
    return viewOf(bulk.id)
  }

  return {
    job: work,

    async list(query: PageQuery & { state?: string | undefined; kind?: string | undefined }, caller: StaffCaller) {
      const [before] = decodeCursor(query.cursor) ?? []
      // Files touch members of all stores: who works for some sees only what they asked for themselves.
      const own = caller.scope.kind === 'all' ? {} : { requestedBy: caller.staffId }
      const rows = await bulkRepository(db).page(
        { ...query, ...own },
        typeof before === 'string' ? before : null,
        query.limit + 1,
      )
      const page = pageFrom(rows, query.limit, row => [row.id])
      return { ...page, items: await viewsOf(page.items) }
    },

    async one(bulkId: string, caller: StaffCaller) {
      await reach(bulkId, caller)
      const reasons = await bulkRepository(db).reasons(bulkId)
      const sample = await bulkRepository(db).badRows(bulkId, 0, 20)
      return {
        bulk: await viewOf(bulkId),
        alone: BULK_ALONE,
        reasons: reasons.map(({ reason, rows }) => ({ reason: reason as BulkReason, rows: Number(rows) })),
        sample: sample.map(({ line, subject, reason }) => ({ line, subject, reason: reason as BulkReason })),
      }
    },

    async receive(request: IncomingMessage, caller: StaffCaller) {
      wholeChain(caller.scope)
      const file = await needs.files.receive(request, caller.staffId)
      return { fileId: file.id, fileName: file.name }
    },

    async start(
      caller: StaffCaller,
      given: { kind: BulkKind; fileId: string; templateId: string | null; reason: string },
    ) {
      wholeChain(caller.scope)
      const file = await needs.files.get(given.fileId)
      const template = given.templateId === null ? undefined : await templatesRepository(db).find(given.templateId)
      if (given.kind !== 'void' && template === undefined) throw bulkErrors.bulkTemplate()
      if (given.kind === 'issue' && template?.state !== 'active') throw couponsErrors.notActive()
      const now = clock.now()
      const id = newId()
      await bulkRepository(db).insert({
        id,
        kind: given.kind,
        templateId: given.kind === 'void' ? null : given.templateId,
        fileId: file.id,
        fileName: file.name,
        reason: given.reason,
        state: 'reading',
        worth: given.kind === 'void' ? 0 : worthOf(template),
        requestedBy: caller.staffId,
        requestedAt: now,
        updatedAt: now,
      })
      await enqueue(work, { bulkId: id })
      return viewOf(id)
    },

    async run(caller: StaffCaller, bulkId: string) {
      wholeChain(caller.scope)
      const bulk = await reach(bulkId, caller)
      if (bulk.state !== 'ready') throw bulkErrors.bulkState()
      if (bulk.rowsTotal === bulk.rowsBad) throw bulkErrors.bulkEmpty()
      const waits = await needsSecond(bulk)
      return move(caller, bulk, ['ready'], waits ? 'waiting' : 'running', {
        action: waits ? 'coupons.requestBulk' : 'coupons.runBulk',
      })
    },

    async decide(caller: StaffCaller, bulkId: string, agree: boolean, note: string) {
      wholeChain(caller.scope)
      const bulk = await reach(bulkId, caller)
      if (bulk.requestedBy === caller.staffId) throw bulkErrors.bulkOwn()
      return move(caller, bulk, ['waiting'], agree ? 'running' : 'refused', {
        action: agree ? 'coupons.approveBulk' : 'coupons.refuseBulk',
        note,
      })
    },

    async stop(caller: StaffCaller, bulkId: string) {
      wholeChain(caller.scope)
      return move(caller, await reach(bulkId, caller), ['running'], 'stopped', { action: 'coupons.stopBulk' })
    },
    async resume(caller: StaffCaller, bulkId: string) {
      wholeChain(caller.scope)
      return move(caller, await reach(bulkId, caller), ['stopped'], 'running', { action: 'coupons.resumeBulk' })
    },

    /** The bad rows as CSV, a thousand at a time. */
    async *errorFile(bulkId: string, caller: StaffCaller, language: 'zh' | 'en'): AsyncGenerator<string> {
      const bulk = await reach(bulkId, caller)
      const isZh = language === 'zh'
      yield csvOf([isZh ? ['行号', '内容', '原因'] : ['Line', 'Content', 'Reason']])
      for (let after = 0; ;) {
        const rows = await bulkRepository(db).badRows(bulk.id, after, 1000)
        const last = rows.at(-1)
        if (last === undefined) return
        yield csvOf(
          rows.map(({ line, subject, reason }) => [String(line), subject, REASONS[reason as BulkReason][isZh ? 0 : 1]]),
        ).slice(1)
        after = last.line
      }
    },
  }
}
