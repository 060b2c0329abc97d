import type { Tx } from '../../../kernel/db.ts'
import { inTransaction } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import { decodeCursor, pageFrom, type PageQuery } from '../../../kernel/page.ts'
import { inScope, type Scope } from '../../../kernel/scope.ts'
import { membersErrors } from '../contract.ts'
import { casesRepository, pairKey, type CaseRecord } from '../repository/merges.ts'
import { membersRepository } from '../repository/members.ts'
import { caseWords, type Found } from './case-words.ts'
import type { MembersDeps } from './deps.ts'
import type { Desk } from './desk.ts'

export type CaseKind = 'unionid' | 'phone' | 'card' | 'staff'

/** Two members whom one piece of evidence points to. */
export interface Conflict {
  readonly kind: CaseKind
  readonly a: string
  readonly b: string
  readonly storeCode: string | null
  /** How it was found. */
  readonly note: Found
}

/** Queues conflicts for a person to decide; a pair is queued once for each kind of evidence, for ever. */
export function queueConflicts(
  { clock, newId }: Pick<MembersDeps, 'clock' | 'newId'>,
  tx: Tx,
  conflicts: readonly Conflict[],
): Promise<void> {
  return casesRepository(tx).add(
    conflicts.map(({ kind, a, b, storeCode, note }) => {
      const [memberA = '', memberB = ''] = [a, b].toSorted()
      return {
        id: newId(),
        pairKey: pairKey(kind, a, b),
        kind,
        memberA,
        memberB,
        storeCode,
        note,
        state: 'open',
        foundAt: clock.now(),
      }
    }),
  )
}

/** 待核对: found by the house, decided by people. Nothing is ever merged by itself. */
export function memberCases(deps: MembersDeps, desk: Desk) {
  const { db, clock } = deps

  async function view(rows: readonly CaseRecord[]) {
    const sides = new Map(
      (await membersRepository(db).findMany(rows.flatMap(row => [row.memberA, row.memberB]))).map(one => [one.id, one]),
    )
    const items = []
    for (const row of rows) {
      const [a, b] = [sides.get(row.memberA), sides.get(row.memberB)]
      if (a === undefined || b === undefined) continue
      items.push({
        caseId: row.id,
        kind: row.kind as CaseKind,
        ...caseWords(row.note),
        state: row.state as 'open' | 'merged' | 'apart',
        foundAt: row.foundAt,
        decidedAt: row.decidedAt,
        decision: row.decision,
        a: await desk.row(a),
        b: await desk.row(b),
      })
    }
    return items
  }

  return {
    async list(scope: Scope, { state, cursor, limit }: PageQuery & { state: 'open' | 'merged' | 'apart' }) {
      const [at, id] = decodeCursor(cursor) ?? []
      const before = typeof at === 'number' && typeof id === 'string' ? { at: new Date(at), id } : null
      const rows = await casesRepository(db).page(scope, state, before, limit + 1)
      const page = pageFrom(rows, limit, row => [row.foundAt.getTime(), row.id])
      return { ...page, items: await view(page.items) }
    },

    /** They are two people: it is written down, and the pair is not asked about again for this evidence. */
    async keepApart(caller: StaffCaller, caseId: string, note: string) {
      const found = await casesRepository(db).find(caseId)
      const sides = found === undefined ? [] : await membersRepository(db).findMany([found.memberA, found.memberB])
      if (found === undefined || !sides.every(side => inScope(caller.scope, side.homeStoreCode)))
        throw membersErrors.noCase()
      await inTransaction(db, async tx => {
        const decision = { state: 'apart', decidedBy: caller.staffId, decidedAt: clock.now(), decision: note }
        if (!(await casesRepository(tx).decide(caseId, decision))) {
          const now = await casesRepository(tx).find(caseId)
          if (now?.state !== 'apart') throw membersErrors.caseDecided()
          return
        }
        await deps.audit(tx, caller, {
          action: 'members.keepApart',
          subjectKind: 'member',
          subjectId: found.memberA,
          storeCode: found.storeCode,
          reason: note,
          details: { caseId, other: found.memberB },
        })
      })
      const [item] = await view(
        (await casesRepository(db)
          .find(caseId)
          .then(row => row && [row])) ?? [],
      )
      if (item === undefined) throw membersErrors.noCase()
      return item
    },

    /** Looks through cards and phones for pairs that nobody has noticed; found again, nothing happens. */
    async find(): Promise<void> {
      const pairs = await casesRepository(db).cardConflicts(1000)
      await inTransaction(db, tx =>
        queueConflicts(
          deps,
          tx,
          pairs.map(pair => ({
            kind: 'card' as const,
            a: pair.ownerId,
            b: pair.phoneId,
            storeCode: pair.homeStoreCode,
            note: 'cardPhone' as const,
          })),
        ),
      )
    },
  }
}
export type Cases = ReturnType<typeof memberCases>
