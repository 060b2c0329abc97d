import { addDays, shopDay } from '../../../kernel/clock.ts'
import type { Tx } from '../../../kernel/db.ts'
import { publish } from '../../../kernel/events/event.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { pointsCredited } from '../events.ts'
import { earningRepository, type Earning } from '../repository/earning.ts'
import { ledgerRepository, ledgerWriter, type CreditRecord, type NewEntry } from '../repository/ledger.ts'
import { documentRefusal, pointsOfSum, type Exclusions } from './rule.ts'
import { readExclusions } from './rules.ts'

type SettleKernel = Pick<Kernel, 'clock' | 'newId' | 'config'>

/** What a change of a document's credit does: who loses, who gains, and what is credited from now on. */
interface Change {
  readonly earning: Earning
  readonly credit: CreditRecord
  readonly moves: readonly {
    readonly memberId: string
    readonly amount: number
    readonly reason: 'sale' | 'return' | 'correction'
  }[]
}

/**
 * Brings the points of a batch of documents (≤ 200) to what the documents say now: for each, the target of today's
 * content and member less what has been credited. It looks at the documents only, not at what the event says of them,
 * so events may come twice, late or in any order. Statements: about ten for the batch, however many documents.
 *
 * Two things keep it exact: each document's row is held before the document is read, and an entry's key counts the
 * changes of its document, so that a second writer who has not seen the first one's change runs into the unique index.
 */
export async function settleDocuments(kernel: SettleKernel, tx: Tx, documentIds: readonly string[]): Promise<void> {
  const wanted = [...new Set(documentIds)]
  const [owned, credited] = [await earningRepository(tx).owned(wanted), await ledgerRepository(tx).credits(wanted)]
  const ids = [...new Set([...owned, ...credited.keys()])]
  if (ids.length === 0) return

  const at = kernel.clock.now()
  const writer = ledgerWriter(tx)
  const held = await writer.hold(ids, at)
  const exclusions = await readExclusions(tx)
  const earnings = await earningRepository(tx).earnings(ids, exclusions)
  const tooOld = await beforeBackCredit(kernel, tx, earnings)

  const changes = earnings.flatMap(earning => {
    const credit = held.get(earning.documentId)
    if (
      credit === undefined ||
      (credit.version > 0 && credit.revision === earning.revision && credit.memberId === earning.memberId)
    )
      return []
    return [changeOf(earning, credit, tooOld.has(earning.documentId) ? 0 : targetOf(earning, exclusions), at)]
  })
  if (changes.length === 0) return
  await writer.remember(changes.map(change => change.credit))
  await book(kernel, tx, changes, at)
}

const targetOf = (earning: Earning, exclusions: Exclusions): number =>
  documentRefusal(earning, exclusions) === null ? pointsOfSum(earning.base) : 0

function changeOf(earning: Earning, old: CreditRecord, target: number, at: Date): Change {
  const { documentId, memberId, revision } = earning
  const points = memberId === null ? 0 : target
  const credit: CreditRecord = { documentId, memberId, points, revision, version: old.version + 1, settledAt: at }
  if (old.memberId === memberId || old.memberId === null || old.points === 0) {
    const amount = points - (old.memberId === null ? 0 : old.points)
    // A first credit is a sale or a return; whatever changes it afterwards is a correction.
    const reason = old.version > 0 && old.memberId === memberId ? 'correction' : amount < 0 ? 'return' : 'sale'
    return { earning, credit, moves: memberId === null || amount === 0 ? [] : [{ memberId, amount, reason }] }
  }
  return {
    earning,
    credit,
    moves: [
      { memberId: old.memberId, amount: -old.points, reason: 'correction' as const },
      ...(memberId === null || points === 0
        ? []
        : [{ memberId, amount: points, reason: points < 0 ? ('return' as const) : ('sale' as const) }]),
    ],
  }
}

/** Documents that are older than a binding pays for, where the shop has set a limit. */
async function beforeBackCredit({ config }: SettleKernel, tx: Tx, earnings: readonly Earning[]): Promise<Set<string>> {
  const days = config.POINTS_BACKCREDIT_DAYS
  if (days === 'all') return new Set()
  const since = await earningRepository(tx).since(earnings)
  return new Set(
    earnings
      .filter(({ documentId, businessDate }) => {
        const from = since.get(documentId)
        return from !== undefined && businessDate < addDays(shopDay(from, config.SHOP_ZONE), -days)
      })
      .map(earning => earning.documentId),
  )
}

/** Moves the balances, appends the entries with the balance after each, and announces what was credited. */
async function book({ newId }: SettleKernel, tx: Tx, changes: readonly Change[], at: Date): Promise<void> {
  const moves = changes.flatMap(({ earning, credit, moves }) =>
    moves.map(move => ({ ...move, earning, version: credit.version })),
  )
  if (moves.length === 0) return
  const byMember = Map.groupBy(moves, move => move.memberId)
  const sums = [...byMember].map(([memberId, own]) => {
    const amount = own.reduce((sum, move) => sum + move.amount, 0)
    return { memberId, amount, earned: amount }
  })
  const writer = ledgerWriter(tx)
  const balances = await writer.move(sums, at)

  const entries: NewEntry[] = []
  const credited = sums.map(({ memberId, amount }) => {
    const own = (byMember.get(memberId) ?? []).toSorted((a, b) =>
      a.earning.businessDate < b.earning.businessDate ? -1 : 1,
    )
    const balance = balances.get(memberId) ?? amount
    let after = balance - amount
    for (const { earning, version, amount: points, reason } of own) {
      after += points
      entries.push({
        id: newId(),
        memberId,
        amount: points,
        balanceAfter: after,
        reason,
        documentId: earning.documentId,
        key: `doc:${earning.documentId}:${version}:${memberId}`,
        note: null,
        staffId: null,
        at,
      })
    }
    const latest = own.at(-1)?.earning
    return {
      memberId,
      amount,
      balance,
      documents: own.length,
      key: `points:${entries.at(-1)?.id ?? ''}`,
      latestBusinessDate: latest?.businessDate ?? '',
      storeCode: latest?.storeCode ?? '',
    }
  })
  await writer.append(entries)
  await publish(tx, pointsCredited, { items: credited })
}
