import type { z } from 'zod'
import { sql, type Expression } from 'kysely'
import { shopDay } from '../../../kernel/clock.ts'
import { inTransaction, uniqueViolation, type Db } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { decodeCursor, pageFrom, type PageQuery } from '../../../kernel/page.ts'
import type { Scope } from '../../../kernel/scope.ts'
import type { MembersApi } from '../../members/index.ts'
import type { Audit } from '../../staff/index.ts'
import type { WechatApi } from '../../wechat/index.ts'
import { Rules, segmentsErrors, type SegmentDraft, type SegmentRow } from '../contract.ts'
import {
  deleteSegment,
  insertSegment,
  segmentById,
  segmentPage,
  storesOf,
  updateSegment,
  type Segment,
} from '../repository.ts'
import { compile } from './compile.ts'
import { createCounter } from './count.ts'
import { relationsOf } from './relations.ts'

/** What segments needs of the modules below it. */
export interface SegmentsNeeds {
  readonly wechat: WechatApi
  readonly members: Pick<MembersApi, 'briefs'>
  readonly audit: Audit
}

/** What other modules may ask of segments. */
export interface SegmentsApi {
  /** A segment that lies within the scope; throws segments.notFound. */
  find(segmentId: string, scope: Scope): Promise<{ id: string; name: string; rules: Rules; stores: string[] }>
  /** The members of a description today, as one query to select from or join: memberId, homeStoreCode. */
  audience(db: Db, rules: Rules, scope: Scope): Expression<{ memberId: string; homeStoreCode: string | null }>
}

const viewOf = (segment: Segment, stores: readonly string[]): z.input<typeof SegmentRow> => ({
  id: segment.id,
  name: segment.name,
  note: segment.note,
  rules: Rules.parse(JSON.parse(segment.rulesJson)),
  lastCount: segment.lastCount,
  countedAt: segment.countedAt,
  stores: [...stores],
  changedAt: segment.changedAt,
})

/** Descriptions of members, saved and counted; each caller counts within the own stores. */
export function createSegmentsService(kernel: Kernel, { wechat, members, audit }: SegmentsNeeds) {
  const { db, clock, newId, config } = kernel
  const countNow = createCounter(kernel, relationsOf, wechat, members)

  async function inReach(segmentId: string, scope: Scope): Promise<Segment> {
    const segment = await segmentById(db, scope, segmentId)
    if (segment === undefined) throw segmentsErrors.notFound()
    return segment
  }
  /** How many there are now: a saved segment is a counted one, so that nobody plans on a sentence without a number. */
  async function sizeOf(rules: Rules, scope: Scope): Promise<{ lastCount: number; countedAt: Date }> {
    const { rows } = await sql<{ count: number | string }>`
      select count(*) as count from (${api.audience(db, rules, scope)}) as a`.execute(db)
    return { lastCount: Number(rows[0]?.count ?? 0), countedAt: clock.now() }
  }
  /** Whether a count of this caller's is the segment's: a store manager's own count of it would mislead the others. */
  const countsForAll = (segment: Pick<Segment, 'wholeChain'>, scope: Scope): boolean =>
    (scope.kind === 'all') === (segment.wholeChain === 1)
  const one = async (segment: Segment) => viewOf(segment, (await storesOf(db, [segment.id])).get(segment.id) ?? [])
  const named = async (draft: SegmentDraft, write: () => Promise<void>): Promise<void> => {
    try {
      await write()
    } catch (error) {
      throw uniqueViolation(error) === null ? error : segmentsErrors.nameTaken({ name: draft.name })
    }
  }
  const note = (action: string, segment: { id: string; name: string }) => ({
    action: `segments.${action}`,
    subjectKind: 'segment',
    subjectId: segment.id,
    details: { name: segment.name },
  })

  const api: SegmentsApi = {
    async find(segmentId, scope) {
      const { id, name, rules, stores } = await one(await inReach(segmentId, scope))
      return { id, name, rules: Rules.parse(rules), stores }
    },
    audience: (from, rules, scope) => compile(rules, scope, relationsOf(from), shopDay(clock.now(), config.SHOP_ZONE)),
  }

  return {
    api,
    async list(query: PageQuery & { q?: string | undefined }, { scope }: StaffCaller) {
      const [at, id] = decodeCursor(query.cursor) ?? []
      const after = typeof at === 'number' && typeof id === 'string' ? { at: new Date(at), id } : null
      const page = pageFrom(await segmentPage(db, scope, query.q, after, query.limit + 1), query.limit, row => [
        row.changedAt.getTime(),
        row.id,
      ])
      const stores = await storesOf(
        db,
        page.items.map(segment => segment.id),
      )
      return { items: page.items.map(segment => viewOf(segment, stores.get(segment.id) ?? [])), next: page.next }
    },
    get: async (segmentId: string, { scope }: StaffCaller) => one(await inReach(segmentId, scope)),
    preview: (rules: Rules, sample: boolean, { scope }: StaffCaller) => countNow(rules, scope, sample),
    async count(segmentId: string, { scope }: StaffCaller) {
      const segment = await inReach(segmentId, scope)
      const counted = await countNow(Rules.parse(JSON.parse(segment.rulesJson)), scope, true)
      if (countsForAll(segment, scope))
        await updateSegment(db, segmentId, { lastCount: counted.count, countedAt: counted.countedAt })
      return counted
    },
    async create(draft: SegmentDraft, caller: StaffCaller) {
      const id = newId()
      const now = clock.now()
      const { scope } = caller
      const counted = await sizeOf(draft.rules, scope)
      await named(draft, () =>
        inTransaction(db, async tx => {
          const segment = {
            id,
            name: draft.name,
            note: draft.note,
            rulesJson: JSON.stringify(draft.rules),
            wholeChain: scope.kind === 'all' ? 1 : 0,
            createdBy: caller.staffId,
            createdAt: now,
            changedAt: now,
            ...counted,
          }
          await insertSegment(tx, segment, scope.kind === 'all' ? [] : scope.stores)
          await audit(tx, caller, note('create', segment))
        }),
      )
      return one(await inReach(id, scope))
    },
    async update(segmentId: string, draft: SegmentDraft, caller: StaffCaller) {
      const segment = await inReach(segmentId, caller.scope)
      const rulesJson = JSON.stringify(draft.rules)
      const counted =
        rulesJson === segment.rulesJson
          ? {}
          : countsForAll(segment, caller.scope)
            ? await sizeOf(draft.rules, caller.scope)
            : { lastCount: null, countedAt: null }
      await named(draft, () =>
        inTransaction(db, async tx => {
          await updateSegment(tx, segmentId, {
            name: draft.name,
            note: draft.note,
            rulesJson,
            changedAt: clock.now(),
            ...counted,
          })
          await audit(tx, caller, note('update', segment))
        }),
      )
      return one(await inReach(segmentId, caller.scope))
    },
    async remove(segmentId: string, caller: StaffCaller): Promise<void> {
      const segment = await inReach(segmentId, caller.scope)
      await inTransaction(db, async tx => {
        if (await deleteSegment(tx, segmentId)) await audit(tx, caller, note('remove', segment))
      })
    },
  }
}
export type Segments = ReturnType<typeof createSegmentsService>
