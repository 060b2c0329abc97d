import { shopDay, shopInstant } from '../../../kernel/clock.ts'
import { affected, inTransaction, uniqueViolation, type Db, type Tx } from '../../../kernel/db.ts'
import { publish } from '../../../kernel/events/event.ts'
import { AppError } from '../../../kernel/errors.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { decodeCursor, pageFrom, type PageQuery } from '../../../kernel/page.ts'
import { inScope } from '../../../kernel/scope.ts'
import { pointsErrors } from '../contract.ts'
import { pointsAdjusted } from '../events.ts'
import { ledgerRepository } from '../repository/ledger.ts'
import { requestsRepository, type RequestRecord } from '../repository/requests.ts'
import { writeOffsRepository } from '../repository/write-offs.ts'
import type { Accounts } from './account.ts'
import { NEVER } from './ledger.ts'
import type { PointsNeeds } from './ports.ts'
import { expiresOn } from './rule.ts'
import { ruleBook } from './rules.ts'
import { openBooks, type OpenBooks } from './session.ts'

type Kind = 'adjustment' | 'writeOff'
const kindOf = (row: Pick<RequestRecord, 'kind'>): Kind => (row.kind === 'writeOff' ? 'writeOff' : 'adjustment')
const KEYS: Readonly<Record<Kind, string>> = { adjustment: 'adjust', writeOff: 'write-off' }

/** What is to be done by hand, once for its key. */
interface Given {
  readonly kind: Kind
  readonly memberId: string
  readonly amount: number
  readonly reason: string
  readonly key: string
  readonly staffId: string
  readonly store: string | null
  /** Who has agreed, where it needed somebody. */
  readonly approvedBy: string | null
}

const requestOf = (row: RequestRecord) => ({
  requestId: row.id,
  kind: kindOf(row),
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

/** Adjustments and write-offs of debts by hand: with a reason, once for each key, and above the limit only after a second person has agreed. */
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

  /** What one person may do alone for one member in a day, and what is left of it: many small ones count as one large one. */
  async function roomOf(from: Db, staffId: string, memberId: string): Promise<{ limit: number; left: number }> {
    const limit = (await ruleBook(from)).latest.rules.adjustLimit
    const day = shopDay(clock.now(), config.SHOP_ZONE)
    const since = shopInstant(`${day} 00:00`, config.SHOP_ZONE) ?? clock.now()
    const already = await requestsRepository(from).adjustedSince(staffId, memberId, since)
    return { limit, left: Math.max(0, limit - already) }
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

  async function apply(tx: Tx, caller: StaffCaller, given: Given, open?: OpenBooks): Promise<void> {
    const { memberId, amount, reason, key, staffId } = given
    const books = open ?? (await openBooks(kernel, tx, [memberId]))
    const account = books.account(memberId)
    if (given.kind === 'writeOff') {
      // Points that pay the debt and nothing else: the oldest first, as any others would. They are never usable.
      if (amount > -account.balance) throw pointsErrors.notOwed({ points: Math.max(0, -account.balance) })
      const terms = { earnedOn: books.today, expiresOn: NEVER }
      const posting = { key, reason: 'writeOff', contra: 'writtenOff', note: reason, staffId } as const
      const entry = books.credit(account, amount, terms, posting)
      await books.close()
      await writeOffsRepository(tx).add({
        entryId: entry.id,
        memberId,
        points: amount,
        reason,
        staffId,
        approvedBy: given.approvedBy,
        day: books.today,
        at: clock.now(),
      })
      await written(tx, caller, given, 'points.writeOff', entry.id, account.balance)
      return
    }
    const posting = { key, reason: 'adjustment', contra: 'adjustment', note: reason, staffId } as const
    const { expiry } = (await ruleBook(tx)).latest.rules
    const entry =
      amount > 0
        ? books.credit(account, amount, { earnedOn: books.today, expiresOn: expiresOn(expiry, books.today) }, posting)
        : books.debit(account, -amount, posting, { mayOwe: true })
    if (amount < 0) await checkDebt(tx, memberId, account.balance)
    await books.close()
    await written(tx, caller, given, 'points.adjust', entry.id, account.balance)
  }

  /** Says who did it and why, and announces it. */
  async function written(
    tx: Tx,
    caller: StaffCaller,
    { memberId, amount, reason, store }: Given,
    action: 'points.adjust' | 'points.writeOff',
    entryId: string,
    balance: number,
  ): Promise<void> {
    await needs.audit(tx, caller, {
      action,
      subjectKind: 'member',
      subjectId: memberId,
      storeCode: store,
      reason,
      details: { amount, entryId },
    })
    await publish(tx, pointsAdjusted, { memberId, entryId, amount, balance })
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
        await apply(tx, caller, {
          ...request,
          kind: kindOf(request),
          staffId: request.requestedBy,
          store: request.storeCode,
          approvedBy: caller.staffId,
        })
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

  /** Does it at once, or above the limit only asks for it. */
  async function byHand(
    caller: StaffCaller,
    memberId: string,
    kind: Kind,
    given: { key: string; amount: number; reason: string },
  ) {
    const member = await needs.members.inReach(memberId, caller.scope)
    const key = `${KEYS[kind]}:${memberId}:${given.key}`
    const answer = async (waiting: boolean) => ({ ...(await accounts.balance(memberId)), waiting })
    const before = await alreadyDone(key, memberId, given.amount)
    if (before !== null) return answer(before === 'waiting')
    try {
      const waiting = await inTransaction(db, async tx => {
        // Held before it is counted, so that many small ones at once count as one large one too.
        const books = await openBooks(kernel, tx, [memberId])
        if (Math.abs(given.amount) > (await roomOf(tx, caller.staffId, memberId)).left) {
          await requestsRepository(tx).add({
            id: newId(),
            kind,
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
            action: kind === 'writeOff' ? 'points.requestWriteOff' : 'points.requestAdjustment',
            subjectKind: 'member',
            subjectId: memberId,
            storeCode: member.homeStore,
            reason: given.reason,
            details: { amount: given.amount },
          })
          return true
        }
        const own = { staffId: caller.staffId, store: member.homeStore, approvedBy: null }
        await apply(tx, caller, { ...given, kind, memberId, key, ...own }, books)
        return false
      })
      return await answer(waiting)
    } catch (error) {
      // A twin request was quicker: its entry is the answer, also where nothing was left to write off for this one.
      if (uniqueViolation(error) === null && !(error instanceof AppError)) throw error
      const after = await alreadyDone(key, memberId, given.amount)
      if (after === null) throw error
      return answer(after === 'waiting')
    }
  }

  return {
    /** How far the caller may go alone for this member today; throws what `adjust` throws for a member out of reach. */
    async room(caller: StaffCaller, memberId: string) {
      await needs.members.inReach(memberId, caller.scope)
      return roomOf(db, caller.staffId, memberId)
    },

    /** Gives or takes points by hand; above the limit it only asks, and somebody else decides. */
    adjust: (caller: StaffCaller, memberId: string, given: { key: string; amount: number; reason: string }) =>
      byHand(caller, memberId, 'adjustment', given),

    /** Gives up what a member owes, or a part of it; throws points.notOwed above what is owed. */
    writeOff: (caller: StaffCaller, memberId: string, given: { key: string; points: number; reason: string }) =>
      byHand(caller, memberId, 'writeOff', { ...given, amount: given.points }),

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
