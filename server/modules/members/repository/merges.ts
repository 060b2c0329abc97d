import type { Insertable, Selectable } from 'kysely'
import { affected, type DB, type Db } from '../../../kernel/db.ts'
import { insertRows } from '../../../kernel/db/bulk.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import type { MovedItem } from '../service/parts.ts'
import { tallyRepository } from './tally.ts'

export type MergeRecord = Selectable<DB['member_merge']>
export type CaseRecord = Selectable<DB['member_case']>

/** Under which a pair is queued once for each kind of evidence. */
export const pairKey = (kind: string, a: string, b: string): string => [kind, ...[a, b].toSorted()].join(':')

/** Where a page of a list goes on. */
interface Before {
  readonly at: Date
  readonly id: string
}

/** Merges, what each has moved, and the tombstones they leave. */
export const mergesRepository = (db: Db) => ({
  insert: (row: Insertable<DB['member_merge']>) => db.insertInto('member_merge').values(row).execute(),

  find: (id: string): Promise<MergeRecord | undefined> =>
    db.selectFrom('member_merge').selectAll().where('id', '=', id).executeTakeFirst(),

  /** The merge that stands, by which a member was taken into another. */
  ofMerged: (memberId: string): Promise<MergeRecord | undefined> =>
    db
      .selectFrom('member_merge')
      .selectAll()
      .where('mergedId', '=', memberId)
      .where('state', '=', 'merged')
      .executeTakeFirst(),

  /** All merges of a member, newest first, either side. */
  ofMember: (memberId: string): Promise<MergeRecord[]> =>
    db
      .selectFrom('member_merge')
      .selectAll()
      .where(eb => eb.or([eb('survivorId', '=', memberId), eb('mergedId', '=', memberId)]))
      .orderBy('mergedAt', 'desc')
      .orderBy('id', 'desc')
      .limit(50)
      .execute(),

  undo: async (id: string, change: Pick<MergeRecord, 'undoneBy' | 'undoneAt' | 'undoneNote'>): Promise<boolean> =>
    affected(
      await db
        .updateTable('member_merge')
        .set({ ...change, state: 'undone' })
        .where('id', '=', id)
        .where('state', '=', 'merged')
        .executeTakeFirstOrThrow(),
    ) === 1,

  addItems: (mergeId: string, part: string, items: readonly MovedItem[]): Promise<void> =>
    insertRows(
      db,
      'member_merge_item',
      ['mergeId', 'part', 'ref', 'note'],
      items.map(item => [mergeId, part, item.ref, item.note ?? null]),
      { update: ['part'] },
    ),

  items: (mergeId: string, part: string) =>
    db
      .selectFrom('member_merge_item')
      .select(['ref', 'note'])
      .where('mergeId', '=', mergeId)
      .where('part', '=', part)
      .orderBy('ref')
      .execute(),

  /** active → merged into another; true only for the call that did it. The member is held by then. */
  async bury(member: { id: string; homeStoreCode: string | null }, into: string, at: Date): Promise<boolean> {
    const result = await db
      .updateTable('member')
      .set({ state: 'merged', mergedInto: into, updatedAt: at })
      .where('id', '=', member.id)
      .where('state', '=', 'active')
      .executeTakeFirstOrThrow()
    if (affected(result) === 0) return false
    await tallyRepository(db).change(new Map([[member.homeStoreCode, -1]]))
    return true
  },

  /** merged → active. The member is held by then. */
  async revive(memberId: string, from: string, at: Date): Promise<boolean> {
    const result = await db
      .updateTable('member')
      .set({ state: 'active', mergedInto: null, updatedAt: at })
      .where('id', '=', memberId)
      .where('state', '=', 'merged')
      .where('mergedInto', '=', from)
      .executeTakeFirstOrThrow()
    if (affected(result) === 0) return false
    const row = await db.selectFrom('member').select('homeStoreCode').where('id', '=', memberId).executeTakeFirst()
    await tallyRepository(db).change(new Map([[row?.homeStoreCode ?? null, 1]]))
    return true
  },

  /** Holds the rows of members (in one order for all) until the transaction ends. */
  hold: (memberIds: readonly string[]) =>
    db
      .selectFrom('member')
      .select(['id', 'state', 'mergedInto'])
      .where('id', 'in', memberIds.toSorted())
      .orderBy('id')
      .forUpdate()
      .execute(),

  /** Whether others have been taken into this member. */
  hasTaken: async (memberId: string): Promise<boolean> =>
    (await db.selectFrom('member').select('id').where('mergedInto', '=', memberId).limit(1).executeTakeFirst()) !==
    undefined,
})

/** 待核对: pairs of members who may be one person. */
export const casesRepository = (db: Db) => ({
  /** Queues pairs; one that was ever queued stays as it is, however often it is found. */
  add: (rows: readonly Omit<CaseRecord, 'decidedBy' | 'decidedAt' | 'decision'>[]): Promise<void> =>
    insertRows(
      db,
      'member_case',
      ['id', 'pairKey', 'kind', 'memberA', 'memberB', 'storeCode', 'note', 'state', 'foundAt'],
      rows.map(row => [
        row.id,
        row.pairKey,
        row.kind,
        row.memberA,
        row.memberB,
        row.storeCode,
        row.note,
        row.state,
        row.foundAt,
      ]),
      { update: ['pairKey'] },
    ),

  find: (id: string): Promise<CaseRecord | undefined> =>
    db.selectFrom('member_case').selectAll().where('id', '=', id).executeTakeFirst(),

  /** The case of a pair and a kind of evidence, however it was decided. */
  ofPair: (kind: string, a: string, b: string): Promise<CaseRecord | undefined> =>
    db
      .selectFrom('member_case')
      .selectAll()
      .where('pairKey', '=', pairKey(kind, a, b))
      .executeTakeFirst(),

  decide: async (
    id: string,
    change: Pick<CaseRecord, 'state' | 'decidedBy' | 'decidedAt' | 'decision'>,
  ): Promise<boolean> =>
    affected(
      await db
        .updateTable('member_case')
        .set(change)
        .where('id', '=', id)
        .where('state', '=', 'open')
        .executeTakeFirstOrThrow(),
    ) === 1,

  /** All that is open between two members. */
  openOf: (a: string, b: string) =>
    db
      .selectFrom('member_case')
      .selectAll()
      .where('state', '=', 'open')
      .where(eb =>
        eb.or([
          eb.and([eb('memberA', '=', a), eb('memberB', '=', b)]),
          eb.and([eb('memberA', '=', b), eb('memberB', '=', a)]),
        ]),
      )
      .execute(),

  page: (scope: Scope, state: string, before: Before | null, limit: number): Promise<CaseRecord[]> => {
    // Both members have to lie within the scope: whoever sees one only can neither compare nor decide.
    const rows = db
      .selectFrom('member_case as c')
      .innerJoin('member as a', 'a.id', 'c.memberA')
      .innerJoin('member as b', 'b.id', 'c.memberB')
      .selectAll('c')
      .where('c.state', '=', state)
      .where(scopeWhere(scope, 'a.homeStoreCode'))
      .where(scopeWhere(scope, 'b.homeStoreCode'))
      .orderBy('c.foundAt', 'desc')
      .orderBy('c.id', 'desc')
      .limit(limit)
    return (
      before === null
        ? rows
        : rows.where(eb =>
            eb.or([
              eb('c.foundAt', '<', before.at),
              eb.and([eb('c.foundAt', '=', before.at), eb('c.id', '<', before.id)]),
            ]),
          )
    ).execute()
  },

  /** Cards bound to one member though the file says that they are of the phone of another. */
  cardConflicts: (limit: number) =>
    db
      .selectFrom('card as c')
      .innerJoin('member as p', 'p.phoneHash', 'c.phoneHash')
      .innerJoin('member as o', 'o.id', 'c.memberId')
      .select(['o.id as ownerId', 'p.id as phoneId', 'o.homeStoreCode'])
      .distinct()
      .where('c.state', '=', 'bound')
      .where('p.state', '=', 'active')
      .where('o.state', '=', 'active')
      .whereRef('o.id', '<>', 'p.id')
      .limit(limit)
      .execute(),
})
