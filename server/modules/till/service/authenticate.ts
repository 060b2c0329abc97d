import { createHmac } from 'node:crypto'
import type { Context } from 'koa'
import type { TillCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { sameSecret } from '../../../kernel/secret.ts'
import { SIGNATURE_TOLERANCE_SECONDS, signingText, tillErrors } from '../contract.ts'
import { tillsRepository } from '../repository/tills.ts'

/** The signature of a request in hex; the other half of contract.ts's signingText. */
export const signTill = (key: string, text: string): string =>
  createHmac('sha256', key).update(text, 'utf8').digest('hex')

/** So often at most it is written down that a till lives. */
const SEEN_AGAIN_MS = 60_000

/** Lets in a till that signs with its key, on time, with a nonce that was never used. The signature comes first: who cannot sign learns nothing. */
export function tillGate({
  db,
  redis,
  vault,
  clock,
  config,
}: Pick<Kernel, 'db' | 'redis' | 'vault' | 'clock' | 'config'>) {
  return async (ctx: Context): Promise<TillCaller> => {
    const [tillId, timestamp, nonce, signature] = [
      'x-till-id',
      'x-till-timestamp',
      'x-till-nonce',
      'x-till-signature',
    ].map(name => ctx.get(name))
    if (
      !tillId ||
      !timestamp ||
      !nonce ||
      !signature ||
      !/^\d{10}$/.test(timestamp) ||
      !/^[A-Za-z0-9]{16,64}$/.test(nonce)
    )
      throw tillErrors.badSignature()
    const till = await tillsRepository(db).find(tillId)
    const body = (ctx.request as { rawBody?: string }).rawBody ?? ''
    const right =
      till === undefined
        ? ''
        : signTill(
            vault.open(till.keySealed),
            signingText({ tillId, timestamp, nonce, method: ctx.method, path: ctx.path, body }),
          )
    if (till === undefined || till.state !== 'active' || !sameSecret(signature.toLowerCase(), right))
      throw tillErrors.badSignature()

    const now = clock.now()
    if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > SIGNATURE_TOLERANCE_SECONDS)
      throw tillErrors.staleRequest()
    // Kept for twice the tolerance: as long as the timestamp could still be accepted.
    const isNew = await redis.set(
      `${config.REDIS_PREFIX}:till-nonce:${tillId}:${nonce}`,
      '1',
      'EX',
      SIGNATURE_TOLERANCE_SECONDS * 2 + 1,
      'NX',
    )
    if (isNew === null) throw tillErrors.replayed()
    if (till.lastSeenAt === null || now.getTime() - till.lastSeenAt.getTime() > SEEN_AGAIN_MS)
      await tillsRepository(db).seen(till.id, now)
    return { kind: 'till', tillId: till.id, storeCode: till.storeCode, tillCode: till.tillCode }
  }
}
