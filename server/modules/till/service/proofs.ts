import { randomInt } from 'node:crypto'
import { inTransaction, uniqueViolation, type Db, type Tx } from '../../../kernel/db.ts'
import type { StaffCaller, TillCaller } from '../../../kernel/http/caller.ts'
import type { Audit } from '../../staff/index.ts'
import { tillErrors } from '../contract.ts'
import { tillCodesRepository } from '../repository/codes.ts'
import { revocationsRepository } from '../repository/revocations.ts'
import type { Customers } from './customer.ts'
import type { TillDeps } from './deps.ts'

/** Prefix of what an SMS has proved: a member code of one till, good for one sale. */
export const SMS_PREFIX = '94'
/** A proof is good for the sale that is being rung up, not for one of the afternoon. */
export const PROOF_LASTS_MS = 30 * 60_000
/** Proofs are kept this long, so that a sale that an offline till tells late meets the code it was made with. */
const KEPT_MS = 35 * 86_400_000
/** What is signed on a phone reaches a day ahead: a proof may have been taken so much before the time that its sale states. */
const MARGIN_MS = 86_400_000

/** Whether the proof of a sale of that time, had it been taken, is still known: of what is older nobody can say that it was not used. */
export const proofIsKept = (soldAt: Date, now: Date): boolean => now.getTime() - soldAt.getTime() <= KEPT_MS - MARGIN_MS

/** Where a proof is asked about: at which till, and for which sale if that is known. */
export interface Standing {
  readonly tillId: string
  readonly docKey?: string
}

/** Takes a proof for a till: it is nobody else's from then on. Repeating it is no harm; losing the race is no error here. */
export async function takeProof(
  db: Db,
  at: Date,
  proof: { id: string; tillId: string; memberId: string },
): Promise<void> {
  const codes = tillCodesRepository(db)
  if ((await codes.proof(proof.id)) !== undefined) return
  try {
    await codes.take({ ...proof, docKey: null, at })
  } catch (error) {
    if (uniqueViolation(error) === null) throw error
  }
}

/** Uses a proof up for a sale, in its transaction; throws when another sale or till has it. */
export async function useProof(
  tx: Tx,
  at: Date,
  proof: { id: string; tillId: string; memberId: string },
  docKey: string,
): Promise<void> {
  await takeProof(tx, at, proof)
  if (!(await tillCodesRepository(tx).useUp(proof.id, proof.tillId, docKey))) throw tillErrors.codeUsed()
}

/** Proof by SMS at the till, and the broom for old proofs. */
export function tillProofs({ db, clock, newId, needs }: TillDeps, people: Customers, audit: Audit) {
  const smsCode = (): string => {
    let code = SMS_PREFIX
    while (code.length < 20) code += String(randomInt(10))
    return code
  }
  return {
    /** Sends the member of a weak code (spoken phone, static card) a code by SMS. */
    async sendSms(caller: TillCaller, memberCode: string) {
      const { memberId } = await people.known(db, memberCode, caller)
      return needs.members.smsProof.send(db, memberId, `till:${caller.tillId}`)
    },

    /** Takes the code that the member says; answers the member code that may spend at this till, in one sale. */
    async takeSms(caller: TillCaller, memberCode: string, code: string): Promise<{ memberCode: string }> {
      const { memberId } = await people.known(db, memberCode, caller)
      await needs.members.smsProof.take(db, memberId, code)
      const proven = smsCode()
      await takeProof(db, clock.now(), { id: `sms:${proven}`, tillId: caller.tillId, memberId })
      return { memberCode: proven }
    },

    /** Forgets old proofs, until none is left or it is told to stop. */
    async purge(signal: AbortSignal): Promise<void> {
      const before = new Date(clock.now().getTime() - KEPT_MS)
      while (!signal.aborted && (await tillCodesRepository(db).purge(before, 5_000)) > 0);
    },

    /** Ends the codes of all phones of a member: one was lost. Each starts anew when the member opens it. */
    async revoke(caller: StaffCaller, memberId: string, reason: string): Promise<{ ended: number }> {
      const member = await needs.members.inReach(memberId, caller.scope)
      return inTransaction(db, async tx => {
        const ended = await needs.members.turning.revokeAll(tx, memberId)
        await revocationsRepository(tx).add({
          id: newId(),
          kind: 'member',
          subject: memberId,
          name: '',
          storeCode: member.homeStore,
          reason,
          ended,
          revokedBy: caller.staffId,
          at: clock.now(),
        })
        await audit(tx, caller, {
          action: 'till.revokeCodes',
          subjectKind: 'member',
          subjectId: memberId,
          storeCode: member.homeStore,
          reason,
          details: { ended },
        })
        return { ended }
      })
    },
  }
}
export type Proofs = ReturnType<typeof tillProofs>
