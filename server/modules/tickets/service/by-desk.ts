import { scopeWhere, inScope } from '../../../kernel/scope.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { MembersApi } from '../../members/index.ts'
import { salesDocuments } from '../../sales/index.ts'
import type { Audit } from '../../staff/index.ts'
import { ticketsErrors } from '../contract.ts'
import { nobody, ticketIdBySource } from '../repository/index.ts'
import type { Written } from './open.ts'

/** What a member said on the phone or at the counter. */
export interface SaidAtDesk {
  readonly key: string
  readonly kind: string
  readonly text: string
  readonly storeCode: string | null
  readonly documentId: string | null
}

/** Tickets that staff open on behalf of a member: the words are the member's, and who wrote them down stands beside them. */
export function createByDesk(
  { db, clock, newId }: Pick<Kernel, 'db' | 'clock' | 'newId'>,
  members: Pick<MembersApi, 'inReach'>,
  take: (written: Written) => Promise<string>,
  audit: Audit,
) {
  async function mustBeTheirs(documentId: string, memberId: string, caller: StaffCaller): Promise<void> {
    const found = await db
      .selectFrom(salesDocuments(db).as('d'))
      .select('d.documentId')
      .where('d.documentId', '=', documentId)
      .where('d.memberId', '=', memberId)
      .where(scopeWhere(caller.scope, 'd.storeCode'))
      .executeTakeFirst()
    if (found === undefined || !caller.permissions.includes('sales.read')) throw ticketsErrors.noReceipt()
  }

  return {
    /** Returns the ticket that the words are in; the same key is one message for ever. */
    async open(memberId: string, said: SaidAtDesk, caller: StaffCaller): Promise<string> {
      const member = await members.inReach(memberId, caller.scope)
      const sourceKey = `desk:${memberId}:${said.key}`
      const done = await ticketIdBySource(db, sourceKey)
      if (done !== undefined) return done
      if (member.state === 'closed') throw ticketsErrors.memberGone()
      const storeCode = said.storeCode ?? member.homeStore
      if (!inScope(caller.scope, storeCode)) throw ticketsErrors.notYourStore()
      if (said.documentId !== null) await mustBeTheirs(said.documentId, memberId, caller)
      return take({
        writer: { ...nobody, memberId },
        messageId: newId(),
        sourceKey,
        channel: 'desk',
        kind: said.kind,
        text: said.text,
        at: clock.now(),
        storeCode,
        documentId: said.documentId,
        photos: [],
        by: {
          staffId: caller.staffId,
          name: caller.name,
          mayJoin(ticket) {
            if (!inScope(caller.scope, ticket.storeCode)) throw ticketsErrors.elsewhere({ number: ticket.number })
          },
          note: (tx, ticket, joined) =>
            audit(tx, caller, {
              action: 'tickets.open',
              subjectKind: 'ticket',
              subjectId: ticket.id,
              storeCode: ticket.storeCode,
              details: { memberId, kind: said.kind, joined },
            }),
        },
      })
    },
  }
}
