import { inTransaction, type Db, type Tx } from '../../../kernel/db.ts'
import { publish } from '../../../kernel/events/event.ts'
import { fault } from '../../../kernel/faults.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import { inScope, type Scope } from '../../../kernel/scope.ts'
import { membersErrors } from '../contract.ts'
import { membersMerged, membersParted } from '../events.ts'
import { casesRepository, mergesRepository, type MergeRecord } from '../repository/merges.ts'
import { membersRepository, type MemberRecord } from '../repository/members.ts'
import type { MembersDeps } from './deps.ts'
import type { Desk } from './desk.ts'
import type { MemberPart, Words } from './parts.ts'

/** What the papers were. */
export interface Evidence {
  readonly evidence: string
  readonly reason?: string | undefined
  readonly note: string
}

/**
 * Merging two members and undoing it. The one who is kept takes all that the other has, part by part, in one transaction
 * and under one merge; the other stays as a tombstone whose cards and phone open the kept one's account. What was moved is
 * written down piece by piece, and undoing brings exactly that back.
 */
export function memberMerges(deps: MembersDeps, desk: Desk, parts: () => readonly MemberPart[]) {
  const { db, clock, newId } = deps

  const holdings = async (from: Db, memberId: string) => {
    const all = []
    for (const part of parts())
      all.push({ part: part.name, label: part.label, items: [...(await part.holds(from, memberId))] })
    return all
  }

  /** Why these two cannot become one; null = they can. */
  async function obstacle(from: Db, kept: MemberRecord, old: MemberRecord) {
    if (kept.id === old.id) return membersErrors.mergeSelf()
    if (kept.state !== 'active' || old.state !== 'active') return membersErrors.mergeNotActive()
    // What was moved twice could not be brought back once: the one who has taken others is the one to keep.
    if (await mergesRepository(from).hasTaken(old.id)) return membersErrors.mergeKeepOther()
    const household = await from
      .selectFrom('household_member')
      .select('headId')
      .where('headId', '=', old.id)
      .limit(1)
      .executeTakeFirst()
    return household === undefined ? null : membersErrors.mergeHousehold()
  }

  async function move(tx: Tx, mergeId: string, from: string, to: string): Promise<void> {
    for (const part of parts()) {
      await mergesRepository(tx).addItems(mergeId, part.name, await part.move(tx, { mergeId, from, to }))
      fault('members.merge.afterPart')
    }
  }

  const viewOf = (row: MergeRecord) => ({
    mergeId: row.id,
    survivorId: row.survivorId,
    mergedId: row.mergedId,
    state: row.state === 'merged' ? ('merged' as const) : ('undone' as const),
    evidence: row.evidence,
    note: row.note,
    mergedAt: row.mergedAt,
    mergedBy: row.mergedBy,
    undoneAt: row.undoneAt,
    undoneBy: row.undoneBy,
    undoneNote: row.undoneNote,
  })

  async function reachable(mergeId: string, scope: Scope): Promise<MergeRecord> {
    const merge = await mergesRepository(db).find(mergeId)
    if (merge === undefined) throw membersErrors.noMerge()
    const sides = await membersRepository(db).findMany([merge.survivorId, merge.mergedId])
    if (!sides.every(side => inScope(scope, side.homeStoreCode))) throw membersErrors.noMerge()
    return merge
  }

  /** Why a merge cannot be undone; null = it can. */
  async function undoObstacle(from: Db, merge: MergeRecord) {
    if (merge.state !== 'merged') return membersErrors.mergeUndone()
    const kept = await membersRepository(from).find(merge.survivorId)
    return kept?.state === 'active' ? null : membersErrors.mergeNotActive()
  }

  async function staysOf(merge: MergeRecord): Promise<Words[]> {
    const words: Words[] = []
    for (const part of parts())
      words.push(
        ...((await part.stays?.(db, {
          mergeId: merge.id,
          from: merge.mergedId,
          to: merge.survivorId,
          mergedAt: merge.mergedAt,
        })) ?? []),
      )
    return words
  }

  return {
    /** Two members side by side: what each has, and what putting the second into the first will do. */
    async preview(scope: Scope, keptId: string, otherId: string) {
      const [kept, old] = [await desk.inReach(keptId, scope), await desk.inReach(otherId, scope)]
      const warnings: Words[] = []
      for (const part of parts()) warnings.push(...((await part.warns?.(db, { from: old.id, to: kept.id })) ?? []))
      const problem = await obstacle(db, kept, old)
      return {
        kept: { member: await desk.row(kept), holdings: await holdings(db, kept.id) },
        other: { member: await desk.row(old), holdings: await holdings(db, old.id) },
        warnings,
        problem: problem === null ? null : { zh: problem.zh, en: problem.en },
      }
    },

    /** Puts the second member into the first. Repeating it answers the merge that is there. */
    async merge(caller: StaffCaller, keptId: string, otherId: string, { evidence, reason: why, note }: Evidence) {
      await desk.inReach(keptId, caller.scope)
      await desk.inReach(otherId, caller.scope)
      return inTransaction(db, async tx => {
        const merges = mergesRepository(tx)
        await merges.hold([keptId, otherId])
        const before = await merges.ofMerged(otherId)
        if (before?.survivorId === keptId) return viewOf(before)
        const [kept, old] = [
          await desk.inReach(keptId, caller.scope, tx),
          await desk.inReach(otherId, caller.scope, tx),
        ]
        const problem = await obstacle(tx, kept, old)
        if (problem !== null) throw problem
        const at = clock.now()
        const mergeId = newId()
        if (!(await merges.bury(old, keptId, at))) throw membersErrors.mergeNotActive()
        const record: MergeRecord = {
          id: mergeId,
          survivorId: keptId,
          mergedId: otherId,
          state: 'merged',
          evidence,
          note,
          mergedBy: caller.staffId,
          mergedAt: at,
          undoneBy: null,
          undoneAt: null,
          undoneNote: null,
        }
        await merges.insert(record)
        await move(tx, mergeId, otherId, keptId)
        for (const one of await casesRepository(tx).openOf(keptId, otherId))
          await casesRepository(tx).decide(one.id, {
            state: 'merged',
            decidedBy: caller.staffId,
            decidedAt: at,
            decision: note,
          })
        for (const [subjectId, other] of [
          [keptId, otherId],
          [otherId, keptId],
        ] as const)
          await deps.audit(tx, caller, {
            action: 'members.merge',
            subjectKind: 'member',
            subjectId,
            storeCode: kept.homeStoreCode,
            reason: note,
            details: { mergeId, evidence, ...(why === undefined ? {} : { why }), other },
          })
        await publish(tx, membersMerged, { mergeId, memberId: keptId, mergedId: otherId })
        return viewOf(record)
      })
    },

    /** All merges of a member that the caller may see, newest first. */
    async ofMember(memberId: string, scope: Scope) {
      await desk.inReach(memberId, scope)
      const rows = await mergesRepository(db).ofMember(memberId)
      const sides = new Map(
        (await membersRepository(db).findMany(rows.flatMap(row => [row.survivorId, row.mergedId]))).map(side => [
          side.id,
          side,
        ]),
      )
      const items = []
      for (const row of rows) {
        const other = sides.get(row.survivorId === memberId ? row.mergedId : row.survivorId)
        if (other === undefined || !inScope(scope, other.homeStoreCode)) continue
        items.push({ ...viewOf(row), other: await desk.row(other) })
      }
      return { items }
    },

    /** What undoing a merge will do, in sentences. */
    async undoPreview(scope: Scope, mergeId: string) {
      const merge = await reachable(mergeId, scope)
      const problem = await undoObstacle(db, merge)
      return {
        merge: viewOf(merge),
        stays: await staysOf(merge),
        problem: problem === null ? null : { zh: problem.zh, en: problem.en },
      }
    },

    /** Undoes a merge: exactly what it moved goes back, less what was used since. Repeating it does nothing. */
    async undo(caller: StaffCaller, mergeId: string, note: string) {
      const merge = await reachable(mergeId, caller.scope)
      const { survivorId, mergedId, mergedAt } = merge
      await inTransaction(db, async tx => {
        const merges = mergesRepository(tx)
        await merges.hold([survivorId, mergedId])
        const at = clock.now()
        const now = await merges.find(mergeId)
        if (now === undefined || now.state === 'undone') return
        const problem = await undoObstacle(tx, now)
        if (problem !== null) throw problem
        if (!(await merges.undo(mergeId, { undoneBy: caller.staffId, undoneAt: at, undoneNote: note }))) return
        if (!(await merges.revive(mergedId, survivorId, at))) throw membersErrors.mergeNotActive()
        for (const part of parts()) {
          await part.moveBack(
            tx,
            { mergeId, from: mergedId, to: survivorId, mergedAt },
            await merges.items(mergeId, part.name),
          )
          fault('members.undo.afterPart')
        }
        for (const subjectId of [survivorId, mergedId])
          await deps.audit(tx, caller, {
            action: 'members.unmerge',
            subjectKind: 'member',
            subjectId,
            reason: note,
            details: { mergeId, other: subjectId === survivorId ? mergedId : survivorId },
          })
        await publish(tx, membersParted, { mergeId, memberId: survivorId, partedId: mergedId })
      })
      const done = await mergesRepository(db).find(mergeId)
      if (done === undefined) throw membersErrors.noMerge()
      return viewOf(done)
    },

    /** What has come to merged members since their merge goes to those who were kept. */
    async gather(signal?: AbortSignal): Promise<number> {
      const late = new Set<string>()
      for (const part of parts()) for (const id of (await part.late?.(db)) ?? []) late.add(id)
      let done = 0
      for (const memberId of late) {
        if (signal?.aborted === true) break
        await inTransaction(db, async tx => {
          await mergesRepository(tx).hold([memberId])
          const merge = await mergesRepository(tx).ofMerged(memberId)
          if (merge === undefined) return
          await move(tx, merge.id, memberId, merge.survivorId)
          done += 1
        })
      }
      return done
    },
  }
}
export type Merges = ReturnType<typeof memberMerges>
