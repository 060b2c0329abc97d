import { createHash } from 'node:crypto'
import { inTransaction, uniqueViolation, type Tx } from '../../../kernel/db.ts'
import type { TillCaller } from '../../../kernel/http/caller.ts'
import { tillErrors } from '../contract.ts'
import { tillSalesRepository } from '../repository/sales.ts'
import type { TillDeps } from './deps.ts'

/** The key of a receipt over all stores. */
export const docKeyOf = (storeCode: string, tillCode: string, businessDate: string, receiptNo: string): string => `${storeCode}|${tillCode}|${businessDate}|${receiptNo}`

/**
 * Does something once for a till's request key, for ever: a repeat is answered with the first answer, the same key with
 * another body is a conflict. What fails is not remembered and may be tried again under the same key.
 */
export function oncePerKey({ db, clock }: Pick<TillDeps, 'db' | 'clock'>) {
  async function answered<T>(caller: TillCaller, operation: string, key: string, bodyHash: string): Promise<{ reply: T } | null> {
    const request = await tillSalesRepository(db).request(caller.tillId, key)
    if (request === undefined) return null
    if (request.operation !== operation || request.bodyHash !== bodyHash) throw tillErrors.keyReused()
    // The reply schema of the operation parses it again before it leaves.
    return { reply: JSON.parse(request.replyJson) as T }
  }

  return async <T>(caller: TillCaller, operation: string, body: { readonly key: string }, work: (tx: Tx) => Promise<T>): Promise<T> => {
    const bodyHash = createHash('sha256').update(JSON.stringify(body)).digest('base64url')
    const before = await answered<T>(caller, operation, body.key, bodyHash)
    if (before !== null) return before.reply
    try {
      return await inTransaction(db, async tx => {
        const reply = await work(tx)
        await tillSalesRepository(tx).answer({ tillId: caller.tillId, requestKey: body.key, operation, bodyHash, replyJson: JSON.stringify(reply), at: clock.now() })
        return reply
      })
    } catch (error) {
      // A twin of this request was quicker, or it failed because the twin had done it: the twin's answer stands.
      const after = await answered<T>(caller, operation, body.key, bodyHash)
      if (after !== null) return after.reply
      if (uniqueViolation(error) !== null) throw tillErrors.alreadyCommitted()
      throw error
    }
  }
}
export type Once = ReturnType<typeof oncePerKey>
