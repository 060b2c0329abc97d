import { hash } from 'node:crypto'
import { chunks, type Db } from '../../../kernel/db.ts'
import { proofRepository, type Mismatch } from '../repository/proof.ts'

/** Few enough that a page and those being fetched weigh some megabytes. */
const RUN = 2000
/** Pages that are on their way while one is worked on: the database does not wait for us, nor we for it. */
const AHEAD = 2
/** A hash. */
const BYTES = 32

/** What the entries say of each member; flat arrays, because there are many members. */
function members() {
  const index = new Map<string, number>()
  let heads = Buffer.alloc(BYTES * 1024)
  let numbers = new Int32Array(4 * 1024)
  return {
    index,
    /** The place of a member, made at the first entry. */
    at(memberId: string): number {
      const known = index.get(memberId)
      if (known !== undefined) return known
      const place = index.size
      index.set(memberId, place)
      if ((place + 1) * BYTES > heads.length) heads = Buffer.concat([heads, Buffer.alloc(heads.length)])
      if ((place + 1) * 4 > numbers.length) {
        const larger = new Int32Array(numbers.length * 2)
        larger.set(numbers)
        numbers = larger
      }
      return place
    },
    head: (place: number): string => heads.toString('hex', place * BYTES, (place + 1) * BYTES),
    seq: (place: number): number => numbers[place * 4] ?? 0,
    total: (place: number): number => numbers[place * 4 + 1] ?? 0,
    pending: (place: number): number => numbers[place * 4 + 2] ?? 0,
    set(place: number, seq: number, total: number, pending: number, head: string): void {
      heads.write(head, place * BYTES, 'hex')
      numbers[place * 4] = seq
      numbers[place * 4 + 1] = total
      numbers[place * 4 + 2] = pending
    },
    /** Marks that the member has an account. */
    seen(place: number): void {
      numbers[place * 4 + 3] = 1
    },
    isSeen: (place: number): boolean => numbers[place * 4 + 3] === 1,
  }
}

/**
 * Reads all entries once, in the order of their ids, follows each member's chain, and holds the accounts beside it. Who is
 * not as expected is only named here: entries that another process wrote under an older id, or after this had passed,
 * look the same as a broken chain; verify-members.ts tells them apart. Memory grows with members, not entries.
 */
export async function followChains(db: Db) {
  const proof = proofRepository(db)
  const state = members()
  const doubtful = new Set<string>()
  const contras = new Map<string, number>()
  let [entries, accounts, held] = [0, 0, 0]

  const debits: string[] = []

  for await (const { rows, taken } of pages(db)) {
    entries += rows.length
    for (const { memberId, seq, tail, amount, legs, pending, contra, balanceAfter, hash: stored, debit } of rows) {
      if (debit !== null && taken.get(debit) !== -amount) debits.push(debit)
      held += legs
      contras.set(contra, (contras.get(contra) ?? 0) - amount)
      const place = state.at(memberId)
      const head = seq === 1 ? '' : state.head(place)
      const derived = hash('sha256', `${head}|${seq}|${memberId}|${tail}`)
      const total = state.total(place) + amount
      if (
        seq !== state.seq(place) + 1 ||
        stored?.toLowerCase() !== derived ||
        total !== balanceAfter ||
        legs !== amount
      )
        doubtful.add(memberId)
      state.set(place, seq, total, state.pending(place) + pending, derived)
    }
  }

  for (let after = ''; ;) {
    const rows = await proof.accountsAfter(after, RUN)
    const last = rows.at(-1)
    if (last === undefined) break
    accounts += rows.length
    after = last.memberId
    for (const { memberId, balance, pending, seq, head } of rows) {
      const place = state.index.get(memberId)
      if (place === undefined) {
        if (balance !== 0 || pending !== 0 || seq !== 0 || head !== null) doubtful.add(memberId)
        continue
      }
      state.seen(place)
      if (
        seq !== state.seq(place) ||
        balance + pending !== state.total(place) ||
        pending !== state.pending(place) ||
        head !== state.head(place)
      )
        doubtful.add(memberId)
    }
  }
  for (const [memberId, place] of state.index) if (!state.isSeen(place)) doubtful.add(memberId)
  // Most of these owe the rest; and again, each is looked at as of one moment.
  const wrongDebits: Mismatch[] = []
  for (const run of chunks(debits, 500)) wrongDebits.push(...(await proof.wrongDebits(run)))
  return { entries, accounts, doubtful, wrongDebits, book: new Map([['members', held], ...contras]) }
}

/** All entries in the order of their ids, with what they took from lots. */
async function* pages(db: Db) {
  const proof = proofRepository(db)
  const pageOf = async (after: string, last: string | null) => {
    const [rows, taken] = await Promise.all([proof.entries({ after, last }), proof.taken({ after, last })])
    return { rows, taken }
  }
  const ahead: ReturnType<typeof pageOf>[] = []
  let after: string | null = ''
  let end = proof.entryEnd(after, RUN)
  while (after !== null || ahead.length > 0) {
    while (after !== null && ahead.length < AHEAD) {
      const last: string | null = await end
      const page = pageOf(after, last)
      // Whoever takes this page hears of its failure; until then nobody does.
      page.catch(() => {})
      ahead.push(page)
      after = last
      if (last !== null) end = proof.entryEnd(last, RUN)
      end.catch(() => {})
    }
    const next = ahead.shift()
    if (next !== undefined) yield await next
  }
}
