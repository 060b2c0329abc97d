import { createHash } from 'node:crypto'
import type { z } from 'zod'
import { inTransaction, uniqueViolation, type Tx } from '../../../kernel/db.ts'
import type { TillCaller } from '../../../kernel/http/caller.ts'
import { tillErrors } from '../contract.ts'
import { tillSalesRepository } from '../repository/sales.ts'
import type { TillDeps } from './deps.ts'

/** The key of a receipt over all stores. */
export const docKeyOf = (storeCode: string, tillCode: string, businessDate: string, receiptNo: string): string =>
  `${storeCode}|${tillCode}|${businessDate}|${receiptNo}`

/**
 * Does something once for a till's request key, for ever: a repeat is answered with the first answer, the same key with
 * another body is a conflict. What fails is not remembered and may be tried again under the same key.
 */
export function oncePerKey({ db, clock }: Pick<TillDeps, 'db' | 'clock'>) {
  async function answered(
    caller: TillCaller,
    operation: string,
    key: string,
    bodyHash: string,
  ): Promise<string | null> {
    const request = await tillSalesRepository(db).request(caller.tillId, key)
    if (request === undefined) return null
    if (request.operation !== operation || request.bodyHash !== bodyHash) throw tillErrors.keyReused()
    return request.replyJson
  }

  return async <Reply extends z.ZodType>(
    caller: TillCaller,
    operation: { readonly name: string; readonly reply: Reply },
    body: { readonly key: string },
    work: (tx: Tx) => Promise<z.output<Reply>>,
  ): Promise<z.output<Reply>> => {
    const bodyHash = createHash('sha256').update(JSON.stringify(body)).digest('base64url')
    const first = async (): Promise<z.output<Reply> | null> => {
      const json = await answered(caller, operation.name, body.key, bodyHash)
      return json === null ? null : operation.reply.parse(JSON.parse(json))
    }
    const before = await first()
    if (before !== null) return before
    try {
      return await inTransaction(db, async tx => {
        const reply = await work(tx)
        await tillSalesRepository(tx).answer({
          tillId: caller.tillId,
          requestKey: body.key,
          operation: operation.name,
          bodyHash,
          replyJson: JSON.stringify(reply),
          at: clock.now(),
        })
        return reply
      })
    } catch (error) {
      // A twin of this request was quicker, or it failed because the twin had done it: the twin's answer stands.
      const after = await first()
      if (after !== null) return after
      if (uniqueViolation(error) !== null) throw tillErrors.alreadyCommitted()
      throw error
    }
  }
}
export type Once = ReturnType<typeof oncePerKey>
