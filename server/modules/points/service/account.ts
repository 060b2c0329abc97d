import { inTransaction, uniqueViolation, type Db } from '../../../kernel/db.ts'
import { publish } from '../../../kernel/events/event.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { decodeCursor, pageFrom, type PageQuery } from '../../../kernel/page.ts'
import type { MembersApi } from '../../members/index.ts'
import type { Audit } from '../../staff/index.ts'
import { pointsErrors } from '../contract.ts'
import { pointsAdjusted } from '../events.ts'
import { ledgerRepository, ledgerWriter, type EntryRecord } from '../repository/ledger.ts'

const rowOf = (entry: EntryRecord) => ({
  entryId: entry.id,
  amount: entry.amount,
  balanceAfter: entry.balanceAfter,
  reason: entry.reason as 'sale' | 'return' | 'correction' | 'adjustment',
  documentId: entry.documentId,
  note: entry.note,
  staffId: entry.staffId,
  at: entry.at,
})

/** Balances, entries, and adjustments by hand. */
export function pointsAccounts(
  { db, clock, newId }: Pick<Kernel, 'db' | 'clock' | 'newId'>,
  members: Pick<MembersApi, 'inReach'>,
  audit: Audit,
) {
  async function balance(memberId: string, from: Db = db) {
    const account = await ledgerRepository(from).account(memberId)
    const points = account?.balance ?? 0
    return {
      balance: points,
      active: Math.max(0, points),
      debt: Math.max(0, -points),
      updatedAt: account?.updatedAt ?? null,
    }
  }

  async function entries(memberId: string, { cursor, limit }: PageQuery) {
    const [before] = decodeCursor(cursor) ?? []
    const page = pageFrom(
      await ledgerRepository(db).entries(memberId, typeof before === 'string' ? before : null, limit + 1),
      limit,
      entry => [entry.id],
    )
    return { ...page, items: page.items.map(rowOf) }
  }

  async function alreadyDone(key: string, memberId: string, amount: number): Promise<boolean> {
    const entry = await ledgerRepository(db).entryByKey(key)
    if (entry === undefined) return false
    if (entry.memberId !== memberId || entry.amount !== amount) throw pointsErrors.keyReused()
    return true
  }

  return {
    balance,
    entries,

    /** Gives or takes points by hand, once for each key; a debt may come of it. */
    async adjust(caller: StaffCaller, memberId: string, given: { key: string; amount: number; reason: string }) {
      const member = await members.inReach(memberId, caller.scope)
      const key = `adjust:${memberId}:${given.key}`
      if (await alreadyDone(key, memberId, given.amount)) return balance(memberId)
      try {
        await inTransaction(db, async tx => {
          const writer = ledgerWriter(tx)
          const at = clock.now()
          const id = newId()
          const after =
            (await writer.move([{ memberId, amount: given.amount, earned: 0 }], at)).get(memberId) ?? given.amount
          await writer.append([
            {
              id,
              memberId,
              amount: given.amount,
              balanceAfter: after,
              reason: 'adjustment',
              key,
              documentId: null,
              note: given.reason,
              staffId: caller.staffId,
              at,
            },
          ])
          await audit(tx, caller, {
            action: 'points.adjust',
            subjectKind: 'member',
            subjectId: memberId,
            storeCode: member.homeStore,
            reason: given.reason,
            details: { amount: given.amount, entryId: id },
          })
          await publish(tx, pointsAdjusted, { memberId, entryId: id, amount: given.amount, balance: after })
        })
      } catch (error) {
        // A twin request was quicker: its entry is the answer.
        if (uniqueViolation(error) === null || !(await alreadyDone(key, memberId, given.amount))) throw error
      }
      return balance(memberId)
    },
  }
}
export type Accounts = ReturnType<typeof pointsAccounts>
