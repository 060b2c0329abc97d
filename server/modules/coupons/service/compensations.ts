import type { z } from 'zod'
import { shopDay } from '../../../kernel/clock.ts'
import { inTransaction, uniqueViolation, type Tx } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { decodeCursor, pageFrom, type PageQuery } from '../../../kernel/page.ts'
import type { MembersApi } from '../../members/index.ts'
import type { Audit } from '../../staff/index.ts'
import {
  COMPENSATION_ALONE,
  compensationErrors,
  type Compensation,
  type compensationOperations,
} from '../contract/compensations.ts'
import { couponsErrors } from '../contract/errors.ts'
import { compensationsRepository, type CompensationRecord } from '../repository/compensations.ts'
import { templatesRepository } from '../repository/templates.ts'
import { issueCoupons } from './issue.ts'
import { requestNames } from './request-names.ts'
import { worthOf } from './worth.ts'

type Asked = z.output<(typeof compensationOperations)['compensate']['body']>

export interface CompensationNeeds {
  readonly members: Pick<MembersApi, 'inReach' | 'briefs'>
  readonly audit: Audit
  readonly staffNames: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>
}

/** 补偿券: given at once within what one person may give alone, else asked for; once for each key. */
export function couponCompensations(kernel: Kernel, { members, audit, staffNames }: CompensationNeeds) {
  const { db, clock, newId, config } = kernel
  const today = (): string => shopDay(clock.now(), config.SHOP_ZONE)

  async function viewsOf(rows: readonly CompensationRecord[]): Promise<z.input<typeof Compensation>[]> {
    const { staff: names, templates } = await requestNames(db, staffNames, rows)
    const people = await members.briefs(db, [...new Set(rows.map(row => row.memberId))])
    return rows.map(row => ({
      compensationId: row.id,
      memberId: row.memberId,
      memberName: people.get(row.memberId)?.name ?? '',
      templateId: row.templateId,
      templateName: templates.get(row.templateId) ?? '',
      worth: row.worth,
      reason: row.reason as Compensation['reason'],
      note: row.note,
      state: row.state as Compensation['state'],
      couponId: row.couponId,
      requestedBy: row.requestedBy,
      requestedByName: names.get(row.requestedBy) ?? '',
      requestedAt: row.requestedAt,
      decidedByName: row.decidedBy === null ? null : (names.get(row.decidedBy) ?? ''),
      decidedAt: row.decidedAt,
      decision: row.decision,
    }))
  }
  async function viewOf(row: CompensationRecord | undefined) {
    const [view] = row === undefined ? [] : await viewsOf([row])
    if (view === undefined) throw compensationErrors.noCompensation()
    return view
  }

  /** Puts the coupon into the wallet; what cannot be given is an error, and the caller's transaction is undone. */
  async function issue(
    tx: Tx,
    row: Pick<CompensationRecord, 'key' | 'memberId' | 'templateId' | 'requestedBy' | 'note'>,
  ) {
    const item = { memberId: row.memberId, key: row.key, by: { staffId: row.requestedBy, note: row.note } }
    const { issued, refused } = await issueCoupons(kernel, tx, row.templateId, [item])
    const coupon = issued.get(row.key)
    if (coupon !== undefined) return coupon.couponId
    throw refused.get(row.key) === 'stock'
      ? compensationErrors.compensationStock()
      : compensationErrors.compensationLimit()
  }

  const written = (
    tx: Tx,
    caller: StaffCaller,
    row: Omit<CompensationRecord, 'decidedAt'>,
    action: string,
    reason: string,
  ) =>
    audit(tx, caller, {
      action: `coupons.${action}`,
      subjectKind: 'member',
      subjectId: row.memberId,
      storeCode: row.storeCode,
      reason,
      details: { compensationId: row.id, templateId: row.templateId, worth: row.worth, why: row.reason },
    })

  async function already(key: string, { templateId, reason }: Asked): Promise<CompensationRecord | undefined> {
    const row = await compensationsRepository(db).byKey(key)
    if (row !== undefined && (row.templateId !== templateId || row.reason !== reason))
      throw compensationErrors.compensationKey()
    return row
  }

  return {
    async list(query: PageQuery & { state?: string | undefined; memberId?: string | undefined }, caller: StaffCaller) {
      const [before] = decodeCursor(query.cursor) ?? []
      const { scope, staffId } = caller
      const { state, memberId, limit } = query
      const rows = await compensationsRepository(db).page(
        { state, memberId, scope, staffId },
        typeof before === 'string' ? before : null,
        limit + 1,
      )
      const page = pageFrom(rows, limit, row => [row.id])
      return { ...page, items: await viewsOf(page.items) }
    },

    async allowance({ staffId }: StaffCaller) {
      const { each, day } = COMPENSATION_ALONE
      return { each, day, left: Math.max(0, day - (await compensationsRepository(db).given(staffId, today()))) }
    },

    /** Gives the coupon, or asks for it where it is more than one person may give alone. */
    async give(caller: StaffCaller, memberId: string, asked: Asked) {
      const { homeStore, state } = await members.inReach(memberId, caller.scope)
      if (state !== 'active') throw compensationErrors.memberGone()
      const key = `compensation:${memberId}:${asked.key}`
      const before = await already(key, asked)
      if (before !== undefined) return viewOf(before)
      try {
        await inTransaction(db, async tx => {
          const repository = compensationsRepository(tx)
          const template = await templatesRepository(tx).find(asked.templateId)
          if (template === undefined) throw couponsErrors.noTemplate()
          if (template.state !== 'active') throw couponsErrors.notActive()
          const worth = worthOf(template)
          const { each, day } = COMPENSATION_ALONE
          const isAlone = worth > 0 && worth <= each && (await repository.take(caller.staffId, today(), worth, day))
          const row = {
            id: newId(),
            key,
            memberId,
            templateId: template.id,
            storeCode: homeStore,
            worth,
            reason: asked.reason,
            note: asked.note,
            state: isAlone ? 'given' : 'waiting',
            requestedBy: caller.staffId,
            requestedAt: clock.now(),
            decidedBy: null,
            decision: null,
          }
          const couponId = isAlone ? await issue(tx, row) : null
          await repository.insert({ ...row, couponId })
          await written(tx, caller, { ...row, couponId }, isAlone ? 'compensate' : 'requestCompensation', asked.note)
        })
      } catch (error) {
        // A twin of this request was quicker: what it did is the answer.
        const after = uniqueViolation(error) === null ? undefined : await already(key, asked)
        if (after === undefined) throw error
      }
      return viewOf(await compensationsRepository(db).byKey(key))
    },

    /** A second person agrees, and the coupon is given, or refuses. */
    async decide(caller: StaffCaller, id: string, agree: boolean, note: string) {
      const row = await compensationsRepository(db).find(id)
      if (row === undefined) throw compensationErrors.noCompensation()
      const { state } = await members.inReach(row.memberId, caller.scope)
      if (row.requestedBy === caller.staffId) throw compensationErrors.compensationOwn()
      if (agree && state !== 'active') throw compensationErrors.memberGone()
      await inTransaction(db, async tx => {
        const decided = await compensationsRepository(tx).decide(id, {
          state: agree ? 'given' : 'refused',
          decidedBy: caller.staffId,
          decidedAt: clock.now(),
          decision: note,
        })
        if (!decided) throw compensationErrors.compensationDecided()
        if (agree) await compensationsRepository(tx).tell(id, await issue(tx, row))
        await written(tx, caller, row, agree ? 'approveCompensation' : 'refuseCompensation', note)
      })
      return viewOf(await compensationsRepository(db).find(id))
    },

    async forget(memberId: string): Promise<void> {
      await compensationsRepository(db).forget(memberId)
    },
  }
}
export type CouponCompensations = ReturnType<typeof couponCompensations>
