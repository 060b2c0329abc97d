import { randomUUID } from 'node:crypto'
import { shopDay } from '../../../kernel/clock.ts'
import type { Db } from '../../../kernel/db.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { Difference, VerificationReport } from '../contract/proof.ts'
import { proofSums, type Comparison } from '../repository/proof-sums.ts'
import type { Mismatch, Run } from '../repository/proof.ts'
import { followChains } from './verify-chain.ts'
import { verifyMembers } from './verify-members.ts'

/** A check that another module adds: it derives its own states from its own entries. */
export interface LedgerCheck {
  readonly check: string
  readonly label: { readonly zh: string; readonly en: string }
  readonly run: (db: Db, today: string) => Promise<{ looked: number; differences: readonly Mismatch[] }>
}

/** All ids, and in how many at once they are looked at where something differs. */
const ALL: Run = { after: '', last: null }
const PARTS = [200_000, 20_000, 2000]
const SHOWN = 100

/**
 * Derives every balance from the entries and compares: the chain of hashes, the balance after each entry, accounts, lots,
 * debits, documents, and what other modules add. What looks wrong at first sight is looked at again as of one moment, so
 * a shop that is open while it runs makes no difference.
 */
export async function verifyLedger(
  { db, clock, config }: Pick<Kernel, 'db' | 'clock' | 'config'>,
  more: readonly LedgerCheck[],
  progress: (done: string) => void = () => {},
): Promise<VerificationReport> {
  const differences: Difference[] = []
  const checks: VerificationReport['checks'] = []
  const count = (check: string, label: LedgerCheck['label'], looked: number, found: readonly Mismatch[]): void => {
    checks.push({ check, label, looked, different: found.length })
    differences.push(...found.slice(0, SHOWN).map(one => ({ check, ...one })))
    progress(check)
  }

  // Two streams at once: the database adds up documents, lots and holdings while the chains are followed here.
  const [chains, sums] = await Promise.all([followChains(db), compareSums(db)])
  const members = await verifyMembers(db, [...new Set([...chains.doubtful, ...sums.doubtful])])
  count('chain', { zh: '流水链', en: 'Chain of entries' }, chains.entries, members.chain)
  count('running', { zh: '逐笔余额', en: 'Balance after each entry' }, chains.entries, members.running)
  count('accounts', { zh: '账户余额', en: 'Balances of accounts' }, chains.accounts, members.accounts)
  count('holdings', { zh: '批次与欠积分合计', en: 'Lots and debts of accounts' }, chains.accounts, members.holdings)
  count('lots', { zh: '批次余额', en: 'What is left of lots' }, sums.lots.looked, sums.lots.found)
  count('debits', { zh: '扣减与批次', en: 'Debits and their lots' }, chains.entries, chains.wrongDebits)
  count('documents', { zh: '小票积分', en: 'Points of receipts' }, sums.documents.looked, sums.documents.found)
  const today = shopDay(clock.now(), config.SHOP_ZONE)
  for (const { check, label, run } of more) {
    const { looked, differences: found } = await run(db, today)
    count(check, label, looked, found)
  }
  return { checks, differences, book: [...chains.book].map(([account, points]) => ({ account, points })) }
}

/** What tables say of documents, lots and holdings beside the entries. */
async function compareSums(db: Db) {
  const sums = proofSums(db, randomUUID())

  /** Weighs a run; where it differs, its parts, smaller and smaller, and the smallest id by id. */
  async function compared(
    comparison: Comparison,
    run: Run,
    [size, ...smaller]: readonly number[],
  ): Promise<{ looked: number; wrong: number; found: Mismatch[] }> {
    const { looked, wrong, differs } = await sums.weigh(comparison, run)
    if (!differs) return { looked, wrong, found: [] }
    if (size === undefined) return { looked, wrong, found: await sums.compare(comparison, run) }
    const found: Mismatch[] = []
    for (let rest = run; ;) {
      const part = await sums.firstOf(comparison, rest, size)
      found.push(...(await compared(comparison, part, smaller)).found)
      if (part.last === run.last) return { looked, wrong, found }
      rest = { after: part.last ?? '', last: run.last }
    }
  }

  const documents = await compared('documents', ALL, PARTS)
  const lots = await compared('lots', ALL, PARTS)
  if (lots.wrong > 0) lots.found.push(...(await sums.lotsInWrongState()))
  return { documents, lots, doubtful: await sums.doubtfulHoldings() }
}
