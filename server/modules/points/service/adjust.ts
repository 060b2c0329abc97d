import { shopDay, shopInstant } from '../../../kernel/clock.ts'
import { affected, inTransaction, uniqueViolation, type Tx } from '../../../kernel/db.ts'
import { publish } from '../../../kernel/events/event.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { decodeCursor, pageFrom, type PageQuery } from '../../../kernel/page.ts'
import { inScope } from '../../../kernel/scope.ts'
import { pointsErrors } from '../contract.ts'
import { pointsAdjusted } from '../events.ts'
import { ledgerRepository } from '../repository/ledger.ts'
import { requestsRepository, type RequestRecord } from '../repository/requests.ts'
import type { Accounts } from './account.ts'
import type { PointsNeeds } from './ports.ts'
import { expiresOn } from './rule.ts'
import { ruleBook } from './rules.ts'
import { openBooks } from './session.ts'

const requestOf = (row: RequestRecord) => ({
  requestId: row.id,
  memberId: row.memberId,
  amount: row.amount,
  reason: row.reason,
  state:
    row.state === 'approved'
      ? ('approved' as const)
      : row.state === 'refused'
        ? ('refused' as const)
        : ('waiting' as const),
  requestedBy: row.requestedBy,
  requestedAt: row.requestedAt,
  decidedBy: row.decidedBy,
  decidedAt: row.decidedAt,
  decision: row.decision,
})

/** Adjustments by hand: with a reason, once for each key, and above the limit only after a second person has agreed. */
export function adjustments(kernel: Kernel, needs: PointsNeeds, accounts: Accounts) {
  const { db, clock, newId, config } = kernel

  async function alreadyDone(key: string, memberId: string, amount: number): Promise<'done' | 'waiting' | null> {
    const entry = await ledgerRepository(db).entryByKey(key)
    const request = entry === undefined ? await requestsRepository(db).byKey(key) : undefined
    const first = entry ?? request
    if (first === undefined) return null
    if (first.memberId !== memberId || first.amount !== amount) throw pointsErrors.keyReused()
    return entry !== undefined ? 'done' : request?.state === 'waiting' ? 'waiting' : 'done'
  }

  /** Whether it is more than one person may do for one member in a day: many small ones count as one large one. */
  async function needsApproval(tx: Tx, staffId: string, memberId: string, amount: number): Promise<boolean> {
    const { adjustLimit } = (await ruleBook(tx)).latest.rules
    const day = shopDay(clock.now(), config.SHOP_ZONE)
    const since = shopInstant(`${day} 00:00`, config.SHOP_ZONE) ?? clock.now()
    const already = await requestsRepository(tx).adjustedSince(staffId, memberId, since)
    return already + Math.abs(amount) > adjustLimit
  }

  /** How far the member may be pushed into debt by a person: the limit of the tier, else the general one. */
  async function checkDebt(tx: Tx, memberId: string, balance: number): Promise<void> {
    if (balance >= 0) return
    const { otherwise, tiers } = (await ruleBook(tx)).latest.rules.debtLimit
    const names = Object.keys(tiers).length > 0
    const tier = names
      ? (await needs.tiersOn(tx, [memberId], shopDay(clock.now(), config.SHOP_ZONE))).get(memberId)
      : undefined
    const limit = (tier === undefined ? undefined : tiers[tier]) ?? otherwise
    if (limit !== null && -balance > limit) throw pointsErrors.debtLimit({ limit })
  }

  async function apply(
    tx: Tx,
    caller: StaffCaller,
    given: { memberId: string; amount: number; reason: string; key: string; staffId: string; store: string | null },
  ): Promise<void> {
    const { memberId, amount, reason, key, staffId } = given
    const books = await openBooks(kernel, tx, [memberId])
    const account = books.account(memberId)
    const posting = { key, reason: 'adjustment', contra: 'adjustment', note: reason, staffId } as const
    const { expiry } = (await ruleBook(tx)).latest.rules
    const entry =
      amount > 0
        ? books.credit(account, amount, { earnedOn: books.today, expiresOn: expiresOn(expiry, books.today) }, posting)
        : books.debit(account, -amount, posting, { mayOwe: true })
    if (amount < 0) await checkDebt(tx, memberId, account.balance)
    await books.close()
    await needs.audit(tx, caller, {
      action: 'points.adjust',
      subjectKind: 'member',
      subjectId: memberId,
      storeCode: given.store,
      reason,
      details: { amount, entryId: entry.id },
    })
    await publish(tx, pointsAdjusted, { memberId, entryId: entry.id, amount, balance: account.balance })
  }

  async function decide(
    caller: StaffCaller,
    requestId: string,
    state: 'approved' | 'refused',
    note: string,
  ): Promise<ReturnType<typeof requestOf>> {
    await inTransaction(db, async tx => {
      const requests = requestsRepository(tx)
      const request = await requests.find(requestId)
      if (request === undefined || !inScope(caller.scope, request.storeCode)) throw pointsErrors.noRequest()
      if (request.requestedBy === caller.staffId) throw pointsErrors.notYourOwn()
      const at = clock.now()
      const decided = await requests.decide(requestId, {
        state,
        decidedBy: caller.staffId,
        decidedAt: at,
        decision: note,
      })
      if (affected(decided) !== 1) throw pointsErrors.decided()
      if (state === 'approved')
        await apply(tx, caller, { ...request, staffId: request.requestedBy, store: request.storeCode })
      else
        await needs.audit(tx, caller, {
          action: 'points.refuseAdjustment',
          subjectKind: 'member',
          subjectId: request.memberId,
          storeCode: request.storeCode,
          reason: note,
          details: { amount: request.amount, requestId },
        })
    })
    const row = await requestsRepository(db).find(requestId)
    if (row === undefined) throw pointsErrors.noRequest()
    return requestOf(row)
  }

  return {
    /** Gives or takes points by hand; above the limit it only asks, and somebody else decides. */
    async adjust(caller: StaffCaller, memberId: string, given: { key: string; amount: number; reason: string }) {
      const member = await needs.members.inReach(memberId, caller.scope)
      const key = `adjust:${memberId}:${given.key}`
      const answer = async (waiting: boolean) => ({ ...(await accounts.balance(memberId)), waiting })
      const before = await alreadyDone(key, memberId, given.amount)
      if (before !== null) return answer(before === 'waiting')
      try {
        const waiting = await inTransaction(db, async tx => {
          if (await needsApproval(tx, caller.staffId, memberId, given.amount)) {
            await requestsRepository(tx).add({
              id: newId(),
              memberId,
              storeCode: member.homeStore,
              amount: given.amount,
              reason: given.reason,
              key,
              state: 'waiting',
              requestedBy: caller.staffId,
              requestedAt: clock.now(),
            })
            await needs.audit(tx, caller, {
              action: 'points.requestAdjustment',
              subjectKind: 'member',
              subjectId: memberId,
              storeCode: member.homeStore,
              reason: given.reason,
              details: { amount: given.amount },
            })
            return true
          }
          await apply(tx, caller, { ...given, memberId, key, staffId: caller.staffId, store: member.homeStore })
          return false
        })
        return await answer(waiting)
      } catch (error) {
        // A twin request was quicker: its entry is the answer.
        if (uniqueViolation(error) === null) throw error
        const after = await alreadyDone(key, memberId, given.amount)
        if (after === null) throw error
        return answer(after === 'waiting')
      }
    },

    async requests(caller: StaffCaller, { cursor, limit, state }: PageQuery & { state?: string | undefined }) {
      const [at, id] = decodeCursor(cursor) ?? []
      const before = typeof at === 'number' && typeof id === 'string' ? { at: new Date(at), id } : null
      const rows = await requestsRepository(db).list(caller.scope, state, before, limit + 1)
      const page = pageFrom(rows, limit, row => [row.requestedAt.getTime(), row.id])
      return { ...page, items: page.items.map(requestOf) }
    },

    approve: (caller: StaffCaller, requestId: string, note: string) => decide(caller, requestId, 'approved', note),
    refuse: (caller: StaffCaller, requestId: string, note: string) => decide(caller, requestId, 'refused', note),
  }
}
export type Adjustments = ReturnType<typeof adjustments>
