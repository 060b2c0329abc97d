import { hash } from 'node:crypto'
import { chunks, type Db } from '../../../kernel/db.ts'
import { proofRepository, type Mismatch, type ProofEntry } from '../repository/proof.ts'

const RUN = 50

/** What is wrong with members, by the check that says so. */
export interface MemberFaults {
  readonly chain: Mismatch[]
  readonly running: Mismatch[]
  readonly accounts: Mismatch[]
  readonly holdings: Mismatch[]
}

/** Looks at members whole: entries, account, lots and debts as they are at one moment, whoever writes meanwhile. */
export async function verifyMembers(db: Db, memberIds: readonly string[]): Promise<MemberFaults> {
  const faults: MemberFaults = { chain: [], running: [], accounts: [], holdings: [] }
  for (const run of chunks(memberIds.toSorted(), RUN)) {
    const { entries, accounts, holdings } = await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async tx => {
        const proof = proofRepository(tx)
        return {
          entries: Map.groupBy(await proof.entriesOf(run), entry => entry.memberId),
          accounts: new Map((await proof.accountsOf(run)).map(account => [account.memberId, account])),
          holdings: await proof.holdingsOf(run),
        }
      })
    for (const memberId of run) {
      const derived = follow(entries.get(memberId) ?? [], faults)
      const { balance, pending, seq, head } = accounts.get(memberId) ?? { balance: 0, pending: 0, seq: 0, head: null }
      const stored = `${balance} ${pending} ${seq} ${head ?? ''}`
      const said = `${derived.total - derived.pending} ${derived.pending} ${derived.seq} ${derived.head}`
      if (stored !== said) faults.accounts.push({ subject: memberId, stored, derived: said })
      const has = holdings.get(memberId) ?? { active: 0, pending: 0, debt: 0 }
      if (has.active - has.debt !== balance || has.pending !== pending || (has.active > 0 && has.debt > 0))
        faults.holdings.push({
          subject: memberId,
          stored: `${balance} ${pending}`,
          derived: `${has.active} − ${has.debt}, ${has.pending}`,
        })
    }
  }
  return faults
}

/** Follows the chain of one member, entry by entry. */
function follow(entries: readonly (ProofEntry & { readonly id: string })[], { chain, running }: MemberFaults) {
  const at = { head: '', total: 0, pending: 0, seq: 0 }
  for (const { id, memberId, seq, tail, amount, legs, pending, balanceAfter, hash: stored } of entries) {
    const derived = hash('sha256', `${at.head}|${seq}|${memberId}|${tail}`)
    if (seq !== at.seq + 1) chain.push({ subject: id, stored: `seq ${seq}`, derived: `seq ${at.seq + 1}` })
    else if (stored?.toLowerCase() !== derived)
      chain.push({ subject: id, stored: stored?.toLowerCase() ?? 'none', derived })
    at.total += legs
    at.pending += pending
    if (amount !== legs || balanceAfter !== at.total)
      running.push({ subject: id, stored: String(balanceAfter), derived: String(at.total) })
    // From the stored hash on: one broken entry is one difference, not one for each that follows.
    at.head = stored?.toLowerCase() ?? derived
    at.seq = seq
  }
  return at
}
