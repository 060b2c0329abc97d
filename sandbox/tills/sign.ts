import { createHmac, randomBytes } from 'node:crypto'
import type { Till } from './state.ts'

/** The headers of a signed request, as the product's till API wants them (server/modules/till/contract.ts, signingText). */
export const signedHeaders = (
  till: Till,
  request: { method: string; path: string; body: string; seconds: number },
): Record<string, string> => {
  const nonce = randomBytes(16).toString('hex')
  const timestamp = String(request.seconds)
  const text = [till.tillId, timestamp, nonce, `${request.method} ${request.path}`, request.body].join('\n')
  return {
    'content-type': 'application/json',
    'x-till-id': till.tillId,
    'x-till-timestamp': timestamp,
    'x-till-nonce': nonce,
    'x-till-signature': createHmac('sha256', till.key).update(text).digest('hex'),
  }
}
