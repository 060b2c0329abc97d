import type { Db } from '../../../kernel/db.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { membersErrors } from '../contract.ts'
import { membersRepository } from '../repository/members.ts'
import type { SmsCodes } from './sms-codes.ts'

/** A code by SMS that shows that who stands here has the member's phone; throttled as every other SMS code. */
export interface SmsProofs {
  /** Sends a code to the phone the member is known by; `asker` counts towards the limit of who may send how many. */
  send(db: Db, memberId: string, asker: string): Promise<{ expiresInSeconds: number; retryAfterSeconds: number }>
  /** Takes the code; throws members.smsWrong when it is wrong, over its time or guessed too often. */
  take(db: Db, memberId: string, code: string): Promise<void>
}

/** Makes the SMS proofs of members. */
export function smsProofs({ vault }: Pick<Kernel, 'vault'>, codes: SmsCodes): SmsProofs {
  async function phoneOf(db: Db, memberId: string): Promise<string> {
    const member = await membersRepository(db).find(memberId)
    if (member === undefined || member.phoneSealed === null) throw membersErrors.notFound()
    return vault.open(member.phoneSealed)
  }
  return {
    send: async (db, memberId, asker) => codes.send(await phoneOf(db, memberId), asker),
    take: async (db, memberId, code) => codes.take(await phoneOf(db, memberId), code),
  }
}
