import type { z } from 'zod'
import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Db } from '../../../kernel/db.ts'
import { commonErrors } from '../../../kernel/errors.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Language } from '../../../kernel/http/language.ts'
import { decodeCursor, pageFrom } from '../../../kernel/page.ts'
import type { Scope } from '../../../kernel/scope.ts'
import { TimelineKind, type TimelineRow } from '../contract/timeline.ts'
import type { MembersDeps } from './deps.ts'
import type { Desk } from './desk.ts'

/** Where a part goes on: what is older, or at the same instant has a smaller id. */
interface TimelineBefore {
  readonly at: Date
  readonly id: string
}

/** What is asked of a part: at most `limit` of a member's things before a place, within the caller's stores. */
interface TimelineAsk {
  readonly memberId: string
  readonly scope: Scope
  readonly before: TimelineBefore
  readonly limit: number
  readonly language: Language
}

/** One thing that happened; what a kind does not have is left out. */
export interface TimelineEntry extends Partial<Omit<z.input<typeof TimelineRow>, 'entryId' | 'kind' | 'at' | 'what'>> {
  /** Unique and sortable within its part. */
  readonly id: string
  readonly at: Date
  readonly what: string
}

/** What a module can tell of a member, newest first. Passed in from above. */
export interface TimelinePart {
  readonly kind: TimelineKind
  /** Who may not do this does not see the part. */
  readonly permission: string
  read(db: Db, ask: TimelineAsk): Promise<readonly TimelineEntry[]>
}

/** The condition of `before` on two columns, e.g. 'd.businessAt' and 'd.id'. */
export const happenedBefore = ({ at, id }: TimelineBefore, when: string, key: string): RawBuilder<SqlBool> =>
  sql<SqlBool>`(${sql.ref(when)} < ${at} or (${sql.ref(when)} = ${at} and ${sql.ref(key)} < ${id}))`

const newestFirst = (a: TimelineEntry, b: TimelineEntry): number =>
  b.at.getTime() - a.at.getTime() || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0)

/** The same for things that are few and were all read. */
export const newestOf = (
  entries: readonly TimelineEntry[],
  { before, limit }: Pick<TimelineAsk, 'before' | 'limit'>,
): readonly TimelineEntry[] =>
  entries
    .filter(({ at, id }) => at < before.at || (at.getTime() === before.at.getTime() && id < before.id))
    .toSorted(newestFirst)
    .slice(0, limit)

/** Before and after every id there is. */
const [FIRST, LAST] = ['', '~'] as const
const FOREVER = new Date('9999-12-31T00:00:00.000Z')

/** A member's whole story, put together from what each module can tell. */
export function memberTimeline(
  { db }: Pick<MembersDeps, 'db'>,
  desk: Pick<Desk, 'inReach'>,
  parts: () => readonly TimelinePart[],
) {
  return async (
    caller: StaffCaller,
    memberId: string,
    query: { cursor?: string | undefined; limit: number; kind?: TimelineKind | undefined },
    language: Language,
  ) => {
    await desk.inReach(memberId, caller.scope)
    const seen = parts().filter(part => caller.permissions.includes(part.permission))
    const kinds = TimelineKind.options.filter(one => seen.some(part => part.kind === one))
    const { kind } = query
    if (kind !== undefined && !kinds.includes(kind)) {
      const hidden = parts().find(part => part.kind === kind)
      throw commonErrors.forbidden({ permission: hidden?.permission ?? 'members.read' })
    }
    const [at, place, id] = decodeCursor(query.cursor) ?? []
    const isOn = typeof at === 'number' && typeof place === 'number' && typeof id === 'string'
    const found = await Promise.all(
      seen.flatMap((part, index) => {
        if (kind !== undefined && part.kind !== kind) return []
        // At the very instant where the page ended, parts before the one it ended in are done, those after it are not.
        const before = !isOn
          ? { at: FOREVER, id: LAST }
          : { at: new Date(at), id: index === place ? id : index < place ? FIRST : LAST }
        const ask = { memberId, scope: caller.scope, before, limit: query.limit + 1, language }
        return [part.read(db, ask).then(entries => entries.map(entry => ({ ...entry, kind: part.kind, index })))]
      }),
    )
    const rows = found
      .flat()
      .toSorted((a, b) => b.at.getTime() - a.at.getTime() || a.index - b.index || newestFirst(a, b))
    const page = pageFrom(rows, query.limit, row => [row.at.getTime(), row.index, row.id])
    return {
      next: page.next,
      kinds,
      items: page.items.map(({ id: rowId, index, ...row }) => ({
        detail: null,
        text: null,
        note: null,
        amount: null,
        fen: null,
        points: null,
        storeCode: null,
        refId: null,
        by: null,
        ...row,
        entryId: `${row.kind}${index}:${rowId}`,
      })),
    }
  }
}
export type MemberTimeline = ReturnType<typeof memberTimeline>
