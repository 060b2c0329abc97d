import { inTransaction, type Tx } from '../../../kernel/db.ts'
import { AppError } from '../../../kernel/errors.ts'
import { publish } from '../../../kernel/events/event.ts'
import { fault } from '../../../kernel/faults.ts'
import type { JobContext } from '../../../kernel/jobs/job.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { BulkReason } from '../contract/bulk.ts'
import { couponsWithdrawn } from '../events.ts'
import { bulkRepository, type BulkRecord, type BulkRowRecord } from '../repository/bulk.ts'
import { couponEdges } from '../repository/edges.ts'
import { issueCoupons } from './issue.ts'
import { readBulk, type ReadNeeds } from './bulk-read.ts'

/** Rows in one transaction. */
const RUN = 500

type RunKernel = Pick<Kernel, 'db' | 'clock' | 'newId' | 'config'>
/** What became of rows: line → why it is bad, null = done. */
type Went = Map<number, BulkReason | null>

/**
 * The work on a file: reading it, or doing its rows, five hundred in a transaction with what they did. Killed, it goes on
 * at the first row that is open; a row's effect has a key of its own (`bulk:<file>:<line>`), so nothing happens twice.
 */
export async function runBulk(
  kernel: RunKernel,
  needs: ReadNeeds,
  bulkId: string,
  { signal, progress }: Pick<JobContext, 'signal' | 'progress'>,
): Promise<void> {
  const { db, clock } = kernel
  const bulk = await bulkRepository(db).find(bulkId)
  if (bulk?.state === 'reading') await read(kernel, needs, bulk)
  if (bulk?.state !== 'running') return
  for (let isMore = true; isMore && !signal.aborted;) {
    const counts = await inTransaction(db, async tx => {
      const repository = bulkRepository(tx)
      const held = await repository.hold(bulkId)
      if (held?.state !== 'running') return null
      const rows = await repository.openRows(bulkId, RUN)
      const went = rows.length === 0 ? new Map<number, null>() : await doRows(kernel, tx, held, rows)
      for (const [reason, lines] of Map.groupBy(went.keys(), line => went.get(line) ?? null))
        await repository.close(bulkId, lines, reason)
      const now = clock.now()
      const isDone = rows.length < RUN
      const [done, wrong] = [rows.length - countBad(went), countBad(went)]
      await repository.change(bulkId, ['running'], {
        rowsDone: held.rowsDone + done,
        rowsBad: held.rowsBad + wrong,
        updatedAt: now,
        ...(isDone ? { state: 'done', finishedAt: now } : {}),
      })
      return { done: held.rowsDone + done, total: held.rowsTotal, isDone }
    })
    fault('coupons.afterBulkRun')
    isMore = counts !== null && !counts.isDone
    if (counts !== null) await progress(Math.round((100 * counts.done) / Math.max(1, counts.total)))
  }
}

const countBad = (went: Went): number => [...went.values()].filter(reason => reason !== null).length

async function read({ db, clock }: RunKernel, needs: ReadNeeds, bulk: BulkRecord): Promise<void> {
  const repository = bulkRepository(db)
  try {
    await readBulk({ db }, needs, bulk)
    const { total, bad, open } = await repository.counts(bulk.id)
    await repository.change(bulk.id, ['reading'], {
      state: 'ready',
      rowsTotal: total,
      rowsBad: bad,
      // While it is read, `worth` is what one row may cost.
      worth: Number(bulk.worth) * open,
      updatedAt: clock.now(),
    })
  } catch (error) {
    // What is wrong with the file is told to its sender; anything else is a bug and stays loud.
    if (!(error instanceof AppError)) throw error
    await repository.change(bulk.id, ['reading'], {
      state: 'failed',
      problem: `${error.zh}\n${error.en}`.slice(0, 200),
      updatedAt: clock.now(),
      finishedAt: clock.now(),
    })
  }
}

const doRows = (kernel: RunKernel, tx: Tx, bulk: BulkRecord, rows: readonly BulkRowRecord[]): Promise<Went> => {
  if (bulk.kind === 'void') return makeVoid(kernel, tx, bulk, rows)
  return bulk.kind === 'pool' ? takeIn(tx, bulk, rows) : issueRows(kernel, tx, bulk, rows)
}

async function issueRows(kernel: RunKernel, tx: Tx, bulk: BulkRecord, rows: readonly BulkRowRecord[]): Promise<Went> {
  const keyOf = (line: number): string => `bulk:${bulk.id}:${line}`
  const items = rows.map(({ line, target }) => ({ memberId: target ?? '', key: keyOf(line) }))
  try {
    const { refused } = await issueCoupons(kernel, tx, bulk.templateId ?? '', items)
    return new Map(rows.map(({ line }) => [line, refused.get(keyOf(line)) ?? null]))
  } catch (error) {
    // The template was ended meanwhile: these rows get nothing, and say so.
    if (error instanceof AppError && error.code === 'coupons.notActive')
      return new Map(rows.map(({ line }) => [line, 'ended']))
    throw error
  }
}

async function makeVoid(
  { clock, newId }: RunKernel,
  tx: Tx,
  bulk: BulkRecord,
  rows: readonly BulkRowRecord[],
): Promise<Went> {
  const went: Went = new Map()
  const events = []
  for (const { line, target } of rows) {
    const isVoid = target !== null && (await couponEdges(tx).void(target, clock.now()))
    went.set(line, isVoid ? null : 'notVoidable')
    if (isVoid) events.push(target)
  }
  await couponEdges(tx).record(
    events.map(couponId => ({
      id: newId(),
      couponId,
      kind: 'void',
      docKey: null,
      fen: null,
      staffId: bulk.requestedBy,
      note: bulk.reason,
      at: clock.now(),
    })),
  )
  if (events.length > 0) await publish(tx, couponsWithdrawn, { couponIds: events })
  return went
}

async function takeIn(tx: Tx, bulk: BulkRecord, rows: readonly BulkRowRecord[]): Promise<Went> {
  const codes = rows.map(({ target }) => target ?? '')
  const ours = await bulkRepository(tx).addCodes(bulk.id, bulk.templateId ?? '', codes)
  return new Map(rows.map(({ line, target }) => [line, ours.has(target ?? '') ? null : 'exists']))
}
