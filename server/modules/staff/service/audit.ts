import type { Db } from '../../../kernel/db.ts'
import type { Caller } from '../../../kernel/http/caller.ts'
import { logIds } from '../../../kernel/log.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { staffRepository } from '../repository/people.ts'

/** One change, or one reading of personal data in clear. */
export interface AuditNote {
  /** '<module>.<verb>', e.g. 'members.reveal'. */
  readonly action: string
  readonly subjectKind: string
  readonly subjectId: string
  readonly storeCode?: string | null
  readonly reason?: string | null
  readonly details?: unknown
}

/** Writes audit entries in the transaction of the change, so that neither exists without the other. */
export type Audit = (tx: Db, caller: Caller | { kind: 'system'; name: string }, ...notes: AuditNote[]) => Promise<void>

const actorOf = (
  caller: Parameters<Audit>[1],
): { actorKind: string; actorId: string; actorName: string; ip: string | null } => {
  switch (caller.kind) {
    case 'staff':
      return { actorKind: 'staff', actorId: caller.staffId, actorName: caller.name, ip: caller.ip }
    case 'till':
      return {
        actorKind: 'till',
        actorId: caller.tillId,
        actorName: `${caller.storeCode}/${caller.tillCode}`,
        ip: null,
      }
    case 'shopper':
      return { actorKind: 'shopper', actorId: caller.memberId ?? caller.openid, actorName: '', ip: null }
    case 'system':
      return { actorKind: 'system', actorId: caller.name, actorName: caller.name, ip: null }
    case 'public':
      return { actorKind: 'public', actorId: '', actorName: '', ip: caller.ip }
  }
}

export const createAudit =
  ({ clock, newId }: Pick<Kernel, 'clock' | 'newId'>): Audit =>
  async (tx, caller, ...notes) => {
    const at = clock.now()
    const requestId = logIds()['requestId'] ?? null
    await staffRepository(tx).writeAudit(
      notes.map(note => ({
        id: newId(),
        at,
        ...actorOf(caller),
        action: note.action,
        subjectKind: note.subjectKind,
        subjectId: note.subjectId,
        storeCode: note.storeCode ?? null,
        reason: note.reason ?? null,
        detailsJson: note.details === undefined ? null : JSON.stringify(note.details),
        requestId,
      })),
    )
  }
