import type { z } from 'zod'
import { inTransaction, uniqueViolation, type Db } from '../../../../kernel/db.ts'
import { commonErrors } from '../../../../kernel/errors.ts'
import type { StaffCaller } from '../../../../kernel/http/caller.ts'
import { decodeCursor, pageFrom } from '../../../../kernel/page.ts'
import { inScope, type Scope } from '../../../../kernel/scope.ts'
import type { Audit } from '../../../staff/index.ts'
import { tillErrors } from '../../contract.ts'
import {
  AlertFacts,
  AlertKind,
  fraudErrors,
  type AlertQuery,
  type AlertRow,
  type FraudRules,
} from '../../contract/fraud.ts'
import { blocksRepository } from '../../repository/blocks.ts'
import { fraudRepository, type AlertRecord, type StaffCardRecord } from '../../repository/fraud.ts'
import type { TillDeps } from '../deps.ts'
import { readFraudRules } from './limits.ts'

/** Rules, alerts and marked cards, for staff. */
export function fraudDesk({ db, clock, needs }: TillDeps, audit: Audit) {
  async function rowsOf(from: Db, alerts: readonly AlertRecord[]): Promise<z.input<typeof AlertRow>[]> {
    const ids = (of: (alert: AlertRecord) => string | null): string[] => [
      ...new Set(alerts.flatMap(alert => of(alert) ?? [])),
    ]
    const blocked = await blocksRepository(from).among(ids(alert => alert.memberId))
    const [members, stores, staff] = [
      await needs.members.briefs(
        from,
        ids(alert => alert.memberId),
      ),
      await needs.storeNames(
        from,
        ids(alert => alert.storeCode),
      ),
      await needs.staffNames(
        from,
        ids(alert => alert.closedBy),
      ),
    ]
    return alerts.map(alert => ({
      alertId: alert.id,
      kind: AlertKind.parse(alert.kind),
      storeCode: alert.storeCode,
      storeName: stores.get(alert.storeCode) ?? alert.storeCode,
      tillCode: alert.tillCode,
      memberId: alert.memberId,
      memberName: members.get(alert.memberId ?? '')?.name ?? null,
      blocked: alert.memberId !== null && blocked.has(alert.memberId),
      cashier: alert.cashier,
      businessDate: alert.businessDate,
      facts: AlertFacts.parse(JSON.parse(alert.factsJson)),
      state: alert.state === 'closed' ? ('closed' as const) : ('open' as const),
      note: alert.note,
      closedBy: alert.closedBy === null ? null : (staff.get(alert.closedBy) ?? ''),
      createdAt: alert.createdAt,
      closedAt: alert.closedAt,
    }))
  }

  const cardOf = (card: StaffCardRecord, name: string) => ({
    memberId: card.memberId,
    memberName: name,
    storeCode: card.storeCode,
    note: card.note,
    createdAt: card.createdAt,
  })

  return {
    rules: () => readFraudRules(db),

    /** A new version; who has not seen the newest is told so. */
    async change(caller: StaffCaller, version: number, rules: FraudRules) {
      const before = await readFraudRules(db)
      if (before.version !== version) throw commonErrors.conflict()
      try {
        await inTransaction(db, async tx => {
          await fraudRepository(tx).saveRules({
            version: version + 1,
            rulesJson: JSON.stringify(rules),
            createdBy: caller.staffId,
            createdAt: clock.now(),
          })
          await audit(tx, caller, {
            action: 'till.rules',
            subjectKind: 'tillRules',
            subjectId: String(version + 1),
            details: { before: before.rules, after: rules },
          })
        })
      } catch (error) {
        if (uniqueViolation(error) !== null) throw commonErrors.conflict()
        throw error
      }
      return readFraudRules(db)
    },

    async alerts(scope: Scope, query: AlertQuery) {
      const [at, id] = decodeCursor(query.cursor) ?? []
      const rows = await fraudRepository(db).page(
        scope,
        query,
        typeof at === 'number' && typeof id === 'string' ? { at: new Date(at), id } : null,
        query.limit + 1,
      )
      const { items, next } = pageFrom(rows, query.limit, row => [row.createdAt.getTime(), row.id])
      return { items: await rowsOf(db, items), next }
    },

    count: async (scope: Scope) => ({ open: await fraudRepository(db).open(scope) }),

    /** An alert is done with, and the card it is about is blocked where that is asked for; both or neither. */
    async close(caller: StaffCaller, alertId: string, { note, block }: { note: string; block: boolean }) {
      const alert = await fraudRepository(db).alert(alertId)
      if (alert === undefined || !inScope(caller.scope, alert.storeCode)) throw fraudErrors.noAlert()
      const { memberId, storeCode } = alert
      if (block && memberId === null) throw fraudErrors.noCardToBlock()
      await inTransaction(db, async tx => {
        const change = { note, closedBy: caller.staffId, closedAt: clock.now() }
        if (!(await fraudRepository(tx).close(tx, alertId, change))) throw fraudErrors.alertClosed()
        await audit(tx, caller, {
          action: 'till.closeAlert',
          subjectKind: 'tillAlert',
          subjectId: alertId,
          storeCode: alert.storeCode,
          reason: note,
          details: { kind: alert.kind },
        })
        if (!block || memberId === null) return
        await blocksRepository(tx).add({
          memberId,
          storeCode,
          alertId,
          reason: note,
          blockedBy: caller.staffId,
          blockedAt: change.closedAt,
        })
        await audit(tx, caller, {
          action: 'till.blockCard',
          subjectKind: 'member',
          subjectId: memberId,
          storeCode,
          reason: note,
          details: { alertId },
        })
      })
      const closed = await fraudRepository(db).alert(alertId)
      const [row] = closed === undefined ? [] : await rowsOf(db, [closed])
      if (row === undefined) throw fraudErrors.noAlert()
      return row
    },

    async blocked(scope: Scope) {
      const cards = await blocksRepository(db).list(scope)
      const names = await needs.members.briefs(
        db,
        cards.map(card => card.memberId),
      )
      const staff = await needs.staffNames(db, [...new Set(cards.map(card => card.blockedBy))])
      return {
        items: cards.map(({ memberId, storeCode, reason, blockedBy, blockedAt }) => ({
          memberId,
          memberName: names.get(memberId)?.name ?? '',
          storeCode,
          reason,
          blockedBy: staff.get(blockedBy) ?? '',
          blockedAt,
        })),
      }
    },

    async unblock(caller: StaffCaller, memberId: string): Promise<void> {
      const card = await blocksRepository(db).of(memberId)
      if (card === undefined || !inScope(caller.scope, card.storeCode)) throw commonErrors.notFound()
      await inTransaction(db, async tx => {
        if (!(await blocksRepository(tx).remove(memberId))) throw commonErrors.notFound()
        await audit(tx, caller, {
          action: 'till.unblockCard',
          subjectKind: 'member',
          subjectId: memberId,
          storeCode: card.storeCode,
        })
      })
    },

    async staffCards(scope: Scope) {
      const cards = await fraudRepository(db).staffCards(scope)
      const names = await needs.members.briefs(
        db,
        cards.map(card => card.memberId),
      )
      return { items: cards.map(card => cardOf(card, names.get(card.memberId)?.name ?? '')) }
    },

    async mark(caller: StaffCaller, given: { cardNo: string; storeCode: string; note: string }) {
      if (!inScope(caller.scope, given.storeCode)) throw commonErrors.notFound()
      const memberId = (await needs.members.idsByCards(db, [given.cardNo])).get(given.cardNo)
      if (memberId === undefined) throw tillErrors.noMember()
      const before = await fraudRepository(db).staffCard(memberId)
      if (before !== undefined && !inScope(caller.scope, before.storeCode)) throw commonErrors.notFound()
      const card = {
        memberId,
        storeCode: given.storeCode,
        note: given.note,
        createdBy: caller.staffId,
        createdAt: clock.now(),
      }
      await inTransaction(db, async tx => {
        await fraudRepository(tx).mark(card)
        await audit(tx, caller, {
          action: 'till.markStaffCard',
          subjectKind: 'member',
          subjectId: memberId,
          storeCode: given.storeCode,
          details: { note: given.note },
        })
      })
      return cardOf(card, (await needs.members.briefs(db, [memberId])).get(memberId)?.name ?? '')
    },

    async unmark(caller: StaffCaller, memberId: string): Promise<void> {
      const card = await fraudRepository(db).staffCard(memberId)
      if (card === undefined || !inScope(caller.scope, card.storeCode)) throw commonErrors.notFound()
      await inTransaction(db, async tx => {
        await fraudRepository(tx).unmark(memberId)
        await audit(tx, caller, {
          action: 'till.unmarkStaffCard',
          subjectKind: 'member',
          subjectId: memberId,
          storeCode: card.storeCode,
        })
      })
    },
  }
}
export type FraudDesk = ReturnType<typeof fraudDesk>
