import { hash } from 'node:crypto'

/** A ledger to measure: members who earn 100 points round by round and, where they spend, use 150 in each fifth round. */
export interface LedgerPlan {
  readonly members: number
  readonly rounds: number
  readonly spends: boolean
  /** The first day on which the points are worth nothing. */
  readonly expiresOn: string
}

type Row = Record<string, string | number | null>

const EARN = 100
const SPEND = 150
const AT = '2026-01-15 04:00:00.000'
const id = (letter: string, n: number): string => letter + String(n).padStart(25, '0')
export const memberIdOf = (n: number): string => id('M', n)

const isSpend = (plan: LedgerPlan, round: number): boolean => plan.spends && round % 5 === 4
const entryId = (plan: LedgerPlan, member: number, round: number): string => id('E', round * plan.members + member)

/** How a member's credits are used up: [round of the credit, round of the spend, points]. */
function allocations(plan: LedgerPlan): [number, number, number][] {
  const lots: { round: number; left: number }[] = []
  const all: [number, number, number][] = []
  for (let round = 0; round < plan.rounds; round++) {
    if (!isSpend(plan, round)) {
      lots.push({ round, left: EARN })
      continue
    }
    let rest = SPEND
    for (const lot of lots) {
      const part = Math.min(rest, lot.left)
      if (part === 0) continue
      lot.left -= part
      rest -= part
      all.push([lot.round, round, part])
    }
  }
  return all
}

/**
 * The tables of such a ledger, written without the product's code: entries stand by time, members mixed, each chained by
 * its own SHA-256, as the ledger would have them.
 */
export function ledgerTables(plan: LedgerPlan): Record<string, () => Generator<Row>> {
  const taken = allocations(plan)
  const leftOf = (round: number): number =>
    EARN - taken.filter(([from]) => from === round).reduce((sum, [, , points]) => sum + points, 0)
  const heads = Array.from<string>({ length: plan.members }).fill('')
  const balances = new Int32Array(plan.members)
  return {
    *points_entry() {
      heads.fill('')
      balances.fill(0)
      for (let round = 0; round < plan.rounds; round++) {
        for (let member = 0; member < plan.members; member++) {
          const spend = isSpend(plan, round)
          const amount = spend ? -SPEND : EARN
          const documentId = spend ? null : id('D', round * plan.members + member)
          const [memberId, contra, reason] = [
            memberIdOf(member),
            spend ? 'redeemed' : 'issued',
            spend ? 'spend' : 'sale',
          ]
          const key = `${reason}:${round}:${member}`
          const balance = (balances[member] ?? 0) + amount
          balances[member] = balance
          const head = hash(
            'sha256',
            `${heads[member] ?? ''}|${round + 1}|${memberId}|${key}|${amount}|${amount}|0|0|${contra}|${reason}|${documentId ?? ''}|||${AT}|`,
          )
          heads[member] = head
          yield {
            id: entryId(plan, member, round),
            memberId,
            seq: round + 1,
            amount,
            active: amount,
            pending: 0,
            debt: 0,
            contra,
            balanceAfter: balance,
            reason,
            key,
            documentId,
            at: AT,
            hash: head,
          }
        }
      }
    },
    *points_account() {
      for (let member = 0; member < plan.members; member++) {
        const [balance, head] = [balances[member] ?? 0, heads[member] ?? '']
        yield {
          memberId: memberIdOf(member),
          balance,
          pending: 0,
          earned: balance,
          seq: plan.rounds,
          head,
          updatedAt: AT,
        }
      }
    },
    *points_lot() {
      for (let round = 0; round < plan.rounds; round++) {
        if (isSpend(plan, round)) continue
        const remaining = leftOf(round)
        for (let member = 0; member < plan.members; member++) {
          const lotId = entryId(plan, member, round)
          yield {
            id: lotId,
            memberId: memberIdOf(member),
            entryId: lotId,
            documentId: id('D', round * plan.members + member),
            granted: EARN,
            remaining,
            state: remaining === 0 ? 'closed' : 'open',
            due: plan.expiresOn,
            earnedOn: '2026-01-15',
            expiresOn: plan.expiresOn,
          }
        }
      }
    },
    *points_allocation() {
      const bySpend = taken.toSorted(([, a], [, b]) => a - b)
      for (const round of new Set(bySpend.map(([, spend]) => spend))) {
        for (let member = 0; member < plan.members; member++)
          for (const [from, spend, points] of bySpend)
            if (spend === round)
              yield { entryId: entryId(plan, member, spend), lotId: entryId(plan, member, from), points }
      }
    },
    *points_document() {
      for (let round = 0; round < plan.rounds; round++) {
        if (isSpend(plan, round)) continue
        for (let member = 0; member < plan.members; member++)
          yield {
            documentId: id('D', round * plan.members + member),
            memberId: memberIdOf(member),
            points: EARN,
            revision: 1,
            version: 1,
            settledAt: AT,
          }
      }
    },
  }
}
