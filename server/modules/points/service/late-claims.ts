import { hash } from 'node:crypto'
import type { Selectable } from 'kysely'
import { addDays, shopDay } from '../../../kernel/clock.ts'
import { inTransaction, type DB } from '../../../kernel/db.ts'
import { insertRows } from '../../../kernel/db/bulk.ts'
import { AppError } from '../../../kernel/errors.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { decodeCursor, pageFrom, type PageQuery } from '../../../kernel/page.ts'
import { inScope, scopeWhere, type Scope } from '../../../kernel/scope.ts'
import { salesDocuments } from '../../sales/index.ts'
import { pointsErrors, ReceiptClaim } from '../contract.ts'
import { creditsOf } from '../repository/documents.ts'
import type { Claims } from './claims.ts'
import type { PointsNeeds } from './ports.ts'
import { settleDocuments } from './settle.ts'

type ClaimRecord = Selectable<DB['points_claim']>
/** Claims of one member that may wait at once. */
const WAITING_EACH = 5
/** Claims that a retry reads at a time. */
const RUN = 500
const REASONS: Readonly<Record<string, 'noReceipt' | 'ambiguous'>> = {
  'points.noReceipt': 'noReceipt',
  'points.claimAmbiguous': 'ambiguous',
}

/** The next working day: the day by whose end a person has looked. */
function dueAfter(day: string): string {
  let at = addDays(day, 1)
  while ([0, 6].includes(new Date(`${at}T00:00:00Z`).getUTCDay())) at = addDays(at, 1)
  return at
}

const viewOf = (row: ClaimRecord) => ({
  claimId: row.id,
  claim: ReceiptClaim.parse(JSON.parse(row.claimJson)),
  reason: row.reason === 'ambiguous' ? ('ambiguous' as const) : ('noReceipt' as const),
  state: row.state as 'waiting' | 'credited' | 'refused',
  requestedAt: row.requestedAt,
  dueOn: row.dueOn,
  points: row.points,
  decision: row.decision,
})

/** 补积分 that could not be answered at once: it waits for the night's file, and then for a person. */
export function lateClaims(kernel: Kernel, needs: PointsNeeds, claim: Claims) {
  const { db, clock, newId, config } = kernel
  const find = (id: string) => db.selectFrom('points_claim').selectAll().where('id', '=', id).executeTakeFirst()

  /** Settles a claim that waits; false when somebody was quicker. */
  async function settleClaim(id: string, change: Partial<ClaimRecord>): Promise<boolean> {
    const result = await db
      .updateTable('points_claim')
      .set({ ...change, decidedAt: clock.now() })
      .where('id', '=', id)
      .where('state', '=', 'waiting')
      .executeTakeFirstOrThrow()
    return Number(result.numUpdatedRows) === 1
  }

  async function staffView(rows: readonly ClaimRecord[]) {
    const people = await needs.members.briefs(
      db,
      rows.map(row => row.memberId),
    )
    return rows.map(row => ({
      ...viewOf(row),
      memberId: row.memberId,
      name: people.get(row.memberId)?.name ?? '',
      storeCode: row.storeCode,
    }))
  }

  async function reachable(id: string, scope: Scope): Promise<ClaimRecord> {
    const row = await find(id)
    if (row === undefined || !inScope(scope, row.storeCode)) throw pointsErrors.noLateClaim()
    return row
  }

  async function decided(id: string) {
    const row = await find(id)
    if (row === undefined) throw pointsErrors.noLateClaim()
    const [view] = await staffView([row])
    if (view === undefined) throw pointsErrors.noLateClaim()
    return view
  }

  /** One claim once more; several receipts that fit by now are for a person. */
  async function tryAgain(row: ClaimRecord): Promise<void> {
    try {
      const { documentId, points } = await claim(row.memberId, viewOf(row).claim, { scope: { kind: 'all' } })
      await settleClaim(row.id, { state: 'credited', documentId, points })
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      if (error.code === 'points.claimAmbiguous')
        await db
          .updateTable('points_claim')
          .set({ reason: 'ambiguous' })
          .where('id', '=', row.id)
          .where('state', '=', 'waiting')
          .execute()
    }
  }

  return {
    /** Points at once where the receipt is there; else it waits. Said twice, it is one claim. */
    async ask(memberId: string, asked: ReceiptClaim) {
      try {
        const { points, balance } = await claim(memberId, asked, 'member')
        return { outcome: 'credited' as const, points, balance }
      } catch (error) {
        const reason = error instanceof AppError ? REASONS[error.code] : undefined
        // A code that is not ours is not waited for: nothing will ever fit it.
        if (reason === undefined || ('code' in asked && reason === 'noReceipt')) throw error
        const waiting = await db
          .selectFrom('points_claim')
          .selectAll()
          .where('memberId', '=', memberId)
          .where('state', '=', 'waiting')
          .execute()
        const claimKey = `${memberId}:${hash('sha256', JSON.stringify(asked))}`
        const again = waiting.find(row => row.claimKey === claimKey)
        if (again !== undefined) return { outcome: 'waiting' as const, claimId: again.id, dueOn: again.dueOn }
        if (waiting.length >= WAITING_EACH) throw pointsErrors.claimTooOften()
        const dueOn = dueAfter(shopDay(clock.now(), config.SHOP_ZONE))
        const row = {
          id: newId(),
          memberId,
          storeCode: 'storeCode' in asked ? asked.storeCode : null,
          claimJson: JSON.stringify(asked),
          claimKey,
          reason,
          state: 'waiting',
          requestedAt: clock.now(),
          dueOn,
        }
        // A second tap meets the first in the unique key.
        await insertRows(
          db,
          'points_claim',
          ['id', 'memberId', 'storeCode', 'claimJson', 'claimKey', 'reason', 'state', 'requestedAt', 'dueOn'],
          [Object.values(row)],
          { update: ['claimKey'] },
        )
        const kept = await db.selectFrom('points_claim').selectAll().where('claimKey', '=', claimKey).executeTakeFirst()
        if (kept?.state === 'refused') throw pointsErrors.claimRefused()
        return { outcome: 'waiting' as const, claimId: kept?.id ?? row.id, dueOn }
      }
    },

    async mine(memberId: string) {
      const rows = await db
        .selectFrom('points_claim')
        .selectAll()
        .where('memberId', '=', memberId)
        .orderBy('requestedAt', 'desc')
        .limit(20)
        .execute()
      return { items: rows.map(viewOf) }
    },

    async list(scope: Scope, { state, cursor, limit }: PageQuery & { state: 'waiting' | 'credited' | 'refused' }) {
      const [at, id] = decodeCursor(cursor) ?? []
      let query = db
        .selectFrom('points_claim')
        .selectAll()
        .where(scopeWhere(scope, 'points_claim.storeCode'))
        .where('state', '=', state)
        .orderBy('requestedAt', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1)
      if (typeof at === 'number' && typeof id === 'string') {
        const before = new Date(at)
        query = query.where(eb =>
          eb.or([eb('requestedAt', '<', before), eb.and([eb('requestedAt', '=', before), eb('id', '<', id)])]),
        )
      }
      const page = pageFrom(await query.execute(), limit, row => [row.requestedAt.getTime(), row.id])
      return { ...page, items: await staffView(page.items) }
    },

    /** Receipts of the same store and day, near in amount, that nobody has. */
    async candidates(scope: Scope, claimId: string) {
      const { claim: asked } = viewOf(await reachable(claimId, scope))
      if ('code' in asked) return { items: [] }
      const items = await db
        .selectFrom(salesDocuments(db).as('d'))
        .select(['d.documentId', 'd.storeCode', 'd.businessAt', 'd.receiptNo', 'd.net'])
        .where('d.storeCode', '=', asked.storeCode)
        .where('d.businessDate', '=', asked.businessDate)
        .where('d.memberId', 'is', null)
        .where('d.status', '=', 'confirmed')
        .where('d.type', 'in', ['sale', 'exchange'])
        .where('d.net', '>=', ((asked.amount - 100) / 100).toFixed(2))
        .where('d.net', '<=', ((asked.amount + 100) / 100).toFixed(2))
        .orderBy('d.businessAt')
        .limit(50)
        .execute()
      return { items }
    },

    /** A person has found the receipt: it is the member's, once. */
    async credit(caller: StaffCaller, claimId: string, documentId: string) {
      const row = await reachable(claimId, caller.scope)
      if (row.state !== 'waiting') throw pointsErrors.claimDecided()
      await inTransaction(db, async tx => {
        const document = await tx
          .selectFrom(salesDocuments(tx).as('d'))
          .select(['d.storeCode', 'd.memberId'])
          .where('d.documentId', '=', documentId)
          .executeTakeFirst()
        if (document === undefined || !inScope(caller.scope, document.storeCode)) throw pointsErrors.noReceipt()
        if (document.memberId !== null || !(await needs.claimReceipt(tx, documentId, row.memberId)))
          throw pointsErrors.claimed()
        await settleDocuments(kernel, needs, tx, [documentId])
        const points = (await creditsOf(tx, [documentId])).get(documentId)?.points ?? 0
        const result = await tx
          .updateTable('points_claim')
          .set({ state: 'credited', documentId, points, decidedBy: caller.staffId, decidedAt: clock.now() })
          .where('id', '=', claimId)
          .where('state', '=', 'waiting')
          .executeTakeFirstOrThrow()
        if (Number(result.numUpdatedRows) !== 1) throw pointsErrors.claimDecided()
        await needs.audit(tx, caller, {
          action: 'points.creditClaim',
          subjectKind: 'member',
          subjectId: row.memberId,
          storeCode: document.storeCode,
          details: { claimId, documentId, points },
        })
      })
      return decided(claimId)
    },

    async refuse(caller: StaffCaller, claimId: string, note: string) {
      const row = await reachable(claimId, caller.scope)
      if (!(await settleClaim(claimId, { state: 'refused', decidedBy: caller.staffId, decision: note }))) {
        if ((await find(claimId))?.state !== 'refused') throw pointsErrors.claimDecided()
      } else
        await inTransaction(db, tx =>
          needs.audit(tx, caller, {
            action: 'points.refuseClaim',
            subjectKind: 'member',
            subjectId: row.memberId,
            storeCode: row.storeCode,
            reason: note,
            details: { claimId },
          }),
        )
      return decided(claimId)
    },

    /**
     * Tries all that waits again, oldest first: the receipt may have come with a file. What was asked for longer ago than a
     * receipt may be claimed is not tried any more; it waits for a person only.
     */
    async retry(signal: AbortSignal): Promise<void> {
      const from = new Date(clock.now().getTime() - (config.POINTS_CLAIM_DAYS + 1) * 86_400_000)
      for (let after: Pick<ClaimRecord, 'requestedAt' | 'id'> | undefined = { requestedAt: from, id: '' }; after;) {
        const { requestedAt, id } = after
        const rows: ClaimRecord[] = await db
          .selectFrom('points_claim')
          .selectAll()
          .where('state', '=', 'waiting')
          .where('reason', '=', 'noReceipt')
          .where('requestedAt', '>=', requestedAt)
          .where(eb => eb.or([eb('requestedAt', '>', requestedAt), eb('id', '>', id)]))
          .orderBy('requestedAt')
          .orderBy('id')
          .limit(RUN)
          .execute()
        for (const row of rows) {
          if (signal.aborted) return
          await tryAgain(row)
        }
        after = rows.length < RUN ? undefined : rows.at(-1)
      }
    },
  }
}
export type LateClaims = ReturnType<typeof lateClaims>
