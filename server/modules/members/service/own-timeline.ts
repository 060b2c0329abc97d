import { consentsRepository } from '../repository/consents.ts'
import { membersRepository } from '../repository/members.ts'
import { mergesRepository } from '../repository/merges.ts'
import type { MembersDeps } from './deps.ts'
import { newestOf, type TimelineEntry, type TimelinePart } from './timeline.ts'

/** What members itself can tell: what somebody agreed to, and how they came to be who they are. A few lines each. */
export function ownTimeline(deps: Pick<MembersDeps, 'recruiters'>): TimelinePart[] {
  return [
    {
      kind: 'consent',
      permission: 'members.read',
      read: async (db, ask) =>
        newestOf(
          (await consentsRepository(db).history(ask.memberId)).map(row => ({
            id: row.id,
            at: row.at,
            what: row.granted === 1 ? 'granted' : 'withdrawn',
            detail: `${row.purpose}.${row.channel}`,
            text: row.version,
            note: row.source,
          })),
          ask,
        ),
    },
    {
      kind: 'identity',
      permission: 'members.read',
      async read(db, ask) {
        const member = await membersRepository(db).find(ask.memberId)
        if (member === undefined) return []
        const identities = await membersRepository(db).identities(ask.memberId)
        const merges = await mergesRepository(db).ofMember(ask.memberId)
        const people = [member.recruitedBy, ...identities.map(row => row.linkedBy), ...merges.map(row => row.mergedBy)]
        const names = await deps.recruiters.staffNames(
          db,
          people.flatMap(id => (id === null ? [] : [id])),
        )
        const nameOf = (id: string | null): string | null => (id === null ? null : (names.get(id) ?? null))
        const enrolled: TimelineEntry = {
          id: `${member.id}:enrolled`,
          at: member.enrolledAt,
          what: 'enrolled',
          detail: member.source,
          storeCode: member.enrolledStoreCode,
          by: nameOf(member.recruitedBy) ?? member.recruiterName,
        }
        const closed: TimelineEntry[] =
          member.closedAt === null ? [] : [{ id: `${member.id}:closed`, at: member.closedAt, what: 'closed' }]
        return newestOf(
          [
            enrolled,
            ...closed,
            ...identities.map((row): TimelineEntry => ({
              id: row.id,
              at: row.linkedAt,
              what: 'linked',
              detail: row.kind,
              // Cards and numbers of the ERP may be read; a phone, an openid may not.
              text: row.kind === 'card' || row.kind === 'erp' ? row.value : null,
              note: row.note,
              by: nameOf(row.linkedBy),
            })),
            ...merges.flatMap((row): TimelineEntry[] => {
              const isKept = row.survivorId === ask.memberId
              const refId = isKept ? row.mergedId : row.survivorId
              const merged: TimelineEntry = {
                id: row.id,
                at: row.mergedAt,
                what: isKept ? 'merged' : 'mergedInto',
                note: row.note,
                refId,
                by: nameOf(row.mergedBy),
              }
              if (row.undoneAt === null) return [merged]
              return [
                merged,
                { id: `${row.id}:undone`, at: row.undoneAt, what: 'unmerged', note: row.undoneNote, refId },
              ]
            }),
          ],
          ask,
        )
      },
    },
  ]
}
