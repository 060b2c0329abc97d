import { hash } from 'node:crypto'
import type { Db } from '../../../kernel/db.ts'
import { proofRepository } from '../repository/proof.ts'

/** Few enough that a page and the one being fetched weigh some megabytes. */
const RUN = 2000
/** A hash in hex. */
const HEX = 64

/** What the entries say of each member; flat arrays, because there are many members. */
function members() {
  const index = new Map<string, number>()
  let heads = Buffer.alloc(HEX * 1024)
  let numbers = new Int32Array(4 * 1024)
  return {
    index,
    /** The place of a member, made at the first entry. */
    at(memberId: string): number {
      const known = index.get(memberId)
      if (known !== undefined) return known
      const place = index.size
      index.set(memberId, place)
      if ((place + 1) * HEX > heads.length) heads = Buffer.concat([heads, Buffer.alloc(heads.length)])
      if ((place + 1) * 4 > numbers.length) {
        const larger = new Int32Array(numbers.length * 2)
        larger.set(numbers)
        numbers = larger
      }
      return place
    },
    head: (place: number): string => heads.toString('latin1', place * HEX, (place + 1) * HEX),
    seq: (place: number): number => numbers[place * 4] ?? 0,
    total: (place: number): number => numbers[place * 4 + 1] ?? 0,
    pending: (place: number): number => numbers[place * 4 + 2] ?? 0,
    set(place: number, seq: number, total: number, pending: number, head: string): void {
      heads.write(head, place * HEX, 'latin1')
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

  let page = proof.entriesAfter('', RUN)
  for (;;) {
    const rows = await page
    const last = rows.at(-1)
    if (last !== undefined && rows.length === RUN) page = proof.entriesAfter(last.id, RUN)
    entries += rows.length
    for (const { memberId, seq, tail, amount, legs, pending, contra, balanceAfter, hash: stored } of rows) {
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
    if (rows.length < RUN) break
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
  return { entries, accounts, doubtful, book: new Map([['members', held], ...contras]) }
}
