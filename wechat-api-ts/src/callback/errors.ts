/** Why a callback was refused; every one of them means that nothing of it may be stored. */
export type CallbackRefusal =
  | 'badQuery'
  | 'badSignature'
  | 'notEncrypted'
  | 'cannotDecrypt'
  | 'wrongApp'
  | 'malformedInside'
  | 'malformed'
  | 'tooLarge'

const statusOf: Record<CallbackRefusal, number> = {
  badQuery: 400,
  badSignature: 401,
  notEncrypted: 401,
  cannotDecrypt: 401,
  wrongApp: 401,
  malformedInside: 401,
  malformed: 400,
  tooLarge: 413,
}

/**
 * A refused callback: `reason` for logs, `status` for the HTTP reply, which must not tell the reason. Everything that can go wrong
 * with an encrypted push has the same status (no padding oracle). Carries nothing of the body.
 */
export class CallbackError extends Error {
  readonly reason: CallbackRefusal
  readonly status: number
  constructor(reason: CallbackRefusal) {
    super(`callback refused: ${reason}`)
    this.name = 'CallbackError'
    this.reason = reason
    this.status = statusOf[reason]
  }
}
