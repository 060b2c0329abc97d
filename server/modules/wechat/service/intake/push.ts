import { CallbackError, readDocument, readMessage, type Content, type Fields } from 'wechat-api-ts'
import type { Tx } from '../../../../kernel/db.ts'
import type { PendingInbound } from '../../repository/inbound.ts'
import { readDecided, type Decided } from './reply.ts'

/** A stored push, read again for its work. */
export interface Push {
  readonly id: string
  readonly appId: string
  readonly openid: string
  readonly kind: string
  readonly event: string
  readonly sentAt: Date
  readonly receivedAt: Date
  readonly content: Content
  /** Every field as it came, also those that `content` does not know. */
  readonly fields: Fields
  /** What was answered at once; null when nothing was. */
  readonly decided: Decided | null
}

/** Work that follows from stored pushes, in the transaction that marks them as worked: once for each, whatever falls. */
export type PushWork = (tx: Tx, pushes: readonly Push[]) => Promise<void>

/** Reads a stored push; one that cannot be read is kept as `other`, so that it never holds up those behind it. */
export function readPush({ payloadJson, replyJson, ...row }: PendingInbound): Push {
  const decided = readDecided(replyJson)
  try {
    const { fields } = readDocument(payloadJson)
    return { ...row, decided, fields, content: readMessage(row.appId, fields)?.content ?? { kind: 'other' } }
  } catch (error) {
    if (!(error instanceof CallbackError)) throw error
    return { ...row, decided, fields: {}, content: { kind: 'other' } }
  }
}
