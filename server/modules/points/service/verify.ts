import { hash } from 'node:crypto'
import { shopDay } from '../../../kernel/clock.ts'
import type { Db } from '../../../kernel/db.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { Difference, VerificationReport } from '../contract/proof.ts'
import { proofRepository, type Mismatch, type ProofEntry } from '../repository/proof.ts'

/** A check that another module adds: it derives its own states from its own entries. */
export interface LedgerCheck {
  readonly check: string
  readonly label: { readonly zh: string; readonly en: string }
  readonly run: (db: Db, today: string) => Promise<{ looked: number; differences: readonly Mismatch[] }>
}

/** Few enough that a page and the one being fetched weigh some megabytes. */
const RUN = 4000
const SHOWN = 100

/** What the entries say of a member; typed arrays, because there are millions of entries and many members. */
function members() {
  const index = new Map<string, number>()
  let hashes = Buffer.alloc(32 * 1024)
  let numbers = new Int32Array(4 * 1024)
  const seqOf = (place: number): number => numbers[place * 4 + 2] ?? 0
  return {
    index,
    head: (place: number): string => (seqOf(place) === 0 ? '' : hashes.toString('hex', place * 32, place * 32 + 32)),
    setHead(place: number, head: string): void {
      hashes.write(head, place * 32, 'hex')
    },
    /** The place of a member: balance, pending, seq, late (entries that wait for the one before). */
    at(memberId: string): number {
      const known = index.get(memberId)
      if (known !== undefined) return known
      const place = index.size
      index.set(memberId, place)
      if (place * 32 + 32 > hashes.length) hashes = Buffer.concat([hashes, Buffer.alloc(hashes.length)])
      if (place * 4 + 4 > numbers.length) {
        const larger = new Int32Array(numbers.length * 2)
        larger.set(numbers)
        numbers = larger
      }
      return place
    },
    get: (place: number, field: 0 | 1 | 2): number => numbers[place * 4 + field] ?? 0,
    set(place: number, balance: number, pending: number, seq: number): void {
      numbers[place * 4] = balance
      numbers[place * 4 + 1] = pending
      numbers[place * 4 + 2] = seq
    },
  }
}

/**
 * Derives every balance from the entries and compares: the chain of hashes, the balance after each entry, accounts, lots,
 * debits, documents, and what other modules add. It streams along primary keys: memory grows with members, not entries.
 */
export async function verifyLedger(
  { db, clock, config }: Pick<Kernel, 'db' | 'clock' | 'config'>,
  more: readonly LedgerCheck[],
  progress: (done: string) => void = () => {},
): Promise<VerificationReport> {
  const proof = proofRepository(db)
  const differences: Difference[] = []
  const checks: VerificationReport['checks'] = []
  const count = (check: string, label: LedgerCheck['label'], looked: number, found: readonly Mismatch[]): void => {
    checks.push({ check, label, looked, different: found.length })
    differences.push(...found.slice(0, SHOWN).map(one => ({ check, ...one })))
    progress(check)
  }

  /** Rows of a table a run at a time. */
  async function along(
    table: 'points_lot' | 'points_document' | 'points_entry',
    wrong: (after: string, last: string) => Promise<Mismatch[]>,
  ): Promise<{ looked: number; found: Mismatch[] }> {
    const found: Mismatch[] = []
    let looked = 0
    for (let after = ''; ;) {
      const end = await proof.runEnd(table, after, RUN * 10)
      if (end === null) return { looked, found }
      looked += end.n
      found.push(...(await wrong(after, end.last)))
      after = end.last
    }
  }

  // Two streams at once: the database adds up lots and documents while the chain is followed here.
  const [chain, sets] = await Promise.all([
    followChain(db),
    (async () => ({
      documents: await along('points_document', proof.wrongDocuments),
      lots: await along('points_lot', proof.wrongLots),
      debits: await along('points_entry', proof.wrongDebits),
    }))(),
  ])
  count('chain', { zh: '流水链', en: 'Chain of entries' }, chain.looked, chain.broken)
  count('running', { zh: '逐笔余额', en: 'Balance after each entry' }, chain.looked, chain.running)
  const accounts = await compareAccounts(db, chain.state)
  count('accounts', { zh: '账户余额', en: 'Balances of accounts' }, accounts.looked, accounts.wrong)
  count('holdings', { zh: '批次与欠积分合计', en: 'Lots and debts of accounts' }, accounts.looked, accounts.holdings)
  count('lots', { zh: '批次余额', en: 'What is left of lots' }, sets.lots.looked, sets.lots.found)
  count('debits', { zh: '扣减与批次', en: 'Debits and their lots' }, sets.debits.looked, sets.debits.found)
  count('documents', { zh: '小票积分', en: 'Points of receipts' }, sets.documents.looked, sets.documents.found)
  const today = shopDay(clock.now(), config.SHOP_ZONE)
  for (const { check, label, run } of more) {
    const { looked, differences: found } = await run(db, today)
    count(check, label, looked, found)
  }
  return { checks, differences, book: [...chain.book].map(([account, points]) => ({ account, points })) }
}

/** Reads all entries once, in the order of their ids, and follows each member's chain. */
async function followChain(db: Db) {
  const proof = proofRepository(db)
  const state = members()
  const broken: Mismatch[] = []
  const running: Mismatch[] = []
  const book = new Map<string, number>()
  // Ids of two processes may stand in another order than the entries of a member: the later one waits here.
  const early = new Map<string, ProofEntry[]>()
  let looked = 0

  function take(entry: ProofEntry, place: number): void {
    const head = state.head(place)
    const derived = hash('sha256', `${head}|${entry.text}`)
    if (derived !== entry.hash) broken.push({ subject: entry.id, stored: entry.hash ?? 'none', derived })
    // From the stored hash on: one broken entry is one difference, not one for each that follows.
    state.setHead(place, entry.hash ?? derived)
    const balance = state.get(place, 0) + entry.active - entry.debt
    const pending = state.get(place, 1) + entry.pending
    if (entry.amount !== entry.active + entry.pending - entry.debt || entry.balanceAfter !== balance + pending)
      running.push({ subject: entry.id, stored: String(entry.balanceAfter), derived: String(balance + pending) })
    state.set(place, balance, pending, entry.seq)
    book.set(entry.contra, (book.get(entry.contra) ?? 0) - entry.amount)
  }

  let page = proof.entriesAfter('', RUN)
  for (;;) {
    const rows = await page
    const last = rows.at(-1)
    if (last !== undefined && rows.length === RUN) page = proof.entriesAfter(last.id, RUN)
    looked += rows.length
    for (const entry of rows) {
      const place = state.at(entry.memberId)
      if (entry.seq !== state.get(place, 2) + 1) {
        early.set(entry.memberId, [...(early.get(entry.memberId) ?? []), entry])
        continue
      }
      take(entry, place)
      let waiting = early.get(entry.memberId)
      while (waiting !== undefined) {
        const next = waiting.find(one => one.seq === state.get(place, 2) + 1)
        if (next === undefined) break
        take(next, place)
        waiting = waiting.filter(one => one !== next)
        if (waiting.length === 0) early.delete(entry.memberId)
        else early.set(entry.memberId, waiting)
      }
    }
    if (rows.length < RUN) break
  }
  for (const [memberId, entries] of early) {
    const place = state.at(memberId)
    for (const entry of entries.toSorted((a, b) => a.seq - b.seq)) {
      broken.push({ subject: entry.id, stored: `seq ${entry.seq}`, derived: `seq ${state.get(place, 2) + 1}` })
      take(entry, place)
    }
  }
  const held = [...state.index.values()].reduce((sum, place) => sum + state.get(place, 0) + state.get(place, 1), 0)
  return { looked, broken, running, state, book: new Map([['members', held], ...book]) }
}

/** Accounts beside what the entries, and beside what lots and debts, say of them. */
async function compareAccounts(db: Db, state: ReturnType<typeof members>) {
  const proof = proofRepository(db)
  const wrong: Mismatch[] = []
  const holdings: Mismatch[] = []
  let looked = 0
  for (let after = ''; ;) {
    const rows = await proof.accountsAfter(after, RUN)
    const last = rows.at(-1)
    if (last === undefined) break
    const held = await proof.holdings(after, last.memberId)
    for (const { memberId, balance, pending, seq, head } of rows) {
      const place = state.index.get(memberId)
      const derived =
        place === undefined
          ? '0 0 0 '
          : `${state.get(place, 0)} ${state.get(place, 1)} ${state.get(place, 2)} ${state.head(place)}`
      const stored = `${balance} ${pending} ${seq} ${head ?? ''}`
      if (stored !== derived) wrong.push({ subject: memberId, stored, derived })
      const has = held.get(memberId) ?? { active: 0, pending: 0, debt: 0 }
      if (has.active - has.debt !== balance || has.pending !== pending || (has.active > 0 && has.debt > 0))
        holdings.push({
          subject: memberId,
          stored: `${balance} ${pending}`,
          derived: `${has.active} − ${has.debt}, ${has.pending}`,
        })
    }
    looked += rows.length
    after = last.memberId
  }
  return { looked, wrong, holdings }
}
