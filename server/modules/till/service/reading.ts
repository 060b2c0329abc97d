import { readMemberCode } from 'till-client/codes'
import type { Db } from '../../../kernel/db.ts'
import { isTurningCode, kindOfDigits, windowOf } from '../../members/index.ts'
import { tillCodesRepository } from '../repository/codes.ts'
import type { TillDeps } from './deps.ts'
import { PROOF_LASTS_MS, SMS_PREFIX, type Standing } from './proofs.ts'
import type { Signing } from './signing.ts'
import { termsOf } from './terms.ts'

/** How a till knows its member: by a code of this half minute, by SMS, by the number of a card, or by a phone spoken aloud. */
export type IdentifiedBy = 'code' | 'sms' | 'card' | 'phone'

/** Whose code it is and what it is good for. */
export interface Reading {
  readonly memberId: string
  readonly identifiedBy: IdentifiedBy
  /** Coupons and points may be used; else it only earns. */
  readonly spends: boolean
  /** Why it does not spend, for the cashier to say. */
  readonly weak: Weakness | null
  /** The proof that a sale uses up; null = none is needed. */
  readonly proofId: string | null
}

/** phone: spoken · card: a number that anybody may have copied · late: of another minute · used: by another sale or till · blocked: its card is. */
export type Weakness = 'phone' | 'card' | 'late' | 'used' | 'blocked'

/** Windows by which a code may be old and as good as new; or ahead, for a phone may turn to the next one by hand. */
const FRESH = { old: 1, ahead: 2 }
/** Windows by which it may be off and still say whom it was of: five minutes. */
const STALE = 10
/** Windows after which no sale may still be going on that began with it. */
const REACH = PROOF_LASTS_MS / 30_000

/** Says what a member's code is, whoever computed or printed it; the prefix tells the kinds apart (till-client/src/codes.ts). */
export function codeReading({ clock, needs }: TillDeps, signing: Signing) {
  const weak = (memberId: string, identifiedBy: IdentifiedBy, why: Weakness): Reading => ({
    memberId,
    identifiedBy,
    spends: false,
    weak: why,
    proofId: null,
  })

  /** A code of a half minute: new, or taken by this very till not long ago, it spends; once, wherever it is shown. */
  async function ofWindow(
    from: Db,
    seen: { memberId: string; handle: string; window: number },
    at: Standing,
  ): Promise<Reading | null> {
    const proofId = `code:${seen.handle}:${seen.window}`
    const proof = await tillCodesRepository(from).proof(proofId)
    const good: Reading = { memberId: seen.memberId, identifiedBy: 'code', spends: true, weak: null, proofId }
    if (proof !== undefined) {
      const isOurs = proof.tillId === at.tillId && (proof.docKey === null || proof.docKey === (at.docKey ?? null))
      if (!isOurs) return weak(seen.memberId, 'code', 'used')
      if (clock.now().getTime() - proof.at.getTime() <= PROOF_LASTS_MS) return good
    }
    const age = windowOf(clock.now()) - seen.window
    if (Math.abs(age) > STALE) return null
    const isFresh = age <= FRESH.old && -age <= FRESH.ahead
    // The phone has shown a later one: what is older now is a picture of it.
    if (!isFresh || (await tillCodesRepository(from).hasLater('code', seen.handle, seen.window)))
      return weak(seen.memberId, 'code', 'late')
    return good
  }

  async function signed(from: Db, code: string, at: Standing): Promise<Reading | null> {
    const read = readMemberCode(code, await signing.publicKeys(clock.now(), from), clock.now(), REACH)
    if (!read.ok) return null
    const holder = await needs.members.turning.holderOf(from, read.code.handle)
    if (holder === null || holder.revokedAt !== null) return null
    return ofWindow(from, { memberId: holder.memberId, handle: read.code.handle, window: read.code.window }, at)
  }

  async function bySms(from: Db, code: string, at: Standing): Promise<Reading | null> {
    const proof = await tillCodesRepository(from).proof(`sms:${code}`)
    if (proof === undefined || proof.tillId !== at.tillId) return null
    if (proof.docKey !== null && proof.docKey !== (at.docKey ?? null)) return weak(proof.memberId, 'sms', 'used')
    if (clock.now().getTime() - proof.at.getTime() > PROOF_LASTS_MS) return weak(proof.memberId, 'sms', 'late')
    return { memberId: proof.memberId, identifiedBy: 'sms', spends: true, weak: null, proofId: proof.id }
  }

  return async (from: Db, code: string, at: Standing): Promise<Reading | null> => {
    if (isTurningCode(code)) {
      const seen = await needs.members.turning.read(from, code, REACH)
      return seen === null ? null : ofWindow(from, seen, at)
    }
    if (code.startsWith('96') && code.length > 64) return signed(from, code, at)
    if (code.startsWith(SMS_PREFIX) && code.length === 20) {
      const proven = await bySms(from, code, at)
      if (proven !== null) return proven
    }
    if (kindOfDigits(code) === 'phone') {
      const byPhone = (await needs.members.idsByPhones(from, [code])).get(code)
      if (byPhone !== undefined) return weak(byPhone, 'phone', 'phone')
    }
    const memberId = (await needs.members.idsByCards(from, [code])).get(code)
    if (memberId === undefined) return null
    if ((await termsOf(from)).staticCards === 'spend')
      return { memberId, identifiedBy: 'card', spends: true, weak: null, proofId: null }
    return weak(memberId, 'card', 'card')
  }
}
export type CodeReading = ReturnType<typeof codeReading>
