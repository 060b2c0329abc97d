import { z } from 'zod'
import { shopDay } from '../../../kernel/clock.ts'
import { inTransaction } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { PageQuery } from '../../../kernel/page.ts'
import { inScope, type Scope } from '../../../kernel/scope.ts'
import { membersErrors } from '../contract.ts'
import { membersRepository, type MemberRecord } from '../repository/members.ts'
import { requestsRepository, type RequestFilter, type RequestRecord } from '../repository/requests.ts'
import type { MembersDeps } from './deps.ts'
import type { Desk } from './desk.ts'
import { KEPT_BY_LAW } from './kept-by-law.ts'
import type { KeptPart, Words } from './parts.ts'
import { viewOf } from './requests.ts'

const Report = z.array(z.object({ part: z.string(), rows: z.int() }))

/** The parts of a report that are the members' own. */
const OWN: Readonly<Record<string, Words>> = {
  person: { zh: '姓名、手机号、生日、性别', en: 'Name, phone, birthday, gender' },
  identities: { zh: '微信和其他身份', en: 'WeChat and other identities' },
  cards: { zh: '旧卡上的姓名和手机号', en: 'Name and phone on old cards' },
  consents: { zh: '同意记录', en: 'Consents' },
}

/** What persons asked for, as the desk follows it: a masked list within its stores, and the report of each, whose reading is audited. */
export function requestDesk(
  deps: MembersDeps,
  desk: Pick<Desk, 'row'>,
  parts: () => readonly Pick<KeptPart, 'name' | 'label'>[],
) {
  const { db, clock, config } = deps

  const dayOf = (at: Date): string => shopDay(at, config.SHOP_ZONE)

  async function rowOf(row: RequestRecord, member: MemberRecord, names: ReadonlyMap<string, string>) {
    return {
      ...viewOf(row),
      member: await desk.row(member),
      askedBy: row.staffId === null ? null : (names.get(row.staffId) ?? ''),
      late: dayOf(row.finishedAt ?? clock.now()) > row.dueOn,
    }
  }

  const labelOf = (part: string, kind: string): Words =>
    (kind === 'export' && part === 'person' ? { zh: '个人资料', en: 'Personal data' } : OWN[part]) ??
    parts().find(one => one.name === part)?.label ?? { zh: part, en: part }

  return {
    async list(scope: Scope, query: PageQuery & RequestFilter) {
      const page = await requestsRepository(db).page(scope, query)
      const [members, names] = [
        new Map((await membersRepository(db).findMany(page.items.map(row => row.memberId))).map(one => [one.id, one])),
        await deps.recruiters.staffNames(
          db,
          page.items.flatMap(({ staffId }) => (staffId === null ? [] : [staffId])),
        ),
      ]
      const items = []
      for (const row of page.items) {
        const member = members.get(row.memberId)
        if (member !== undefined) items.push(await rowOf(row, member, names))
      }
      return { ...page, items }
    },

    /** A request with its report. The reading is written down first, like that of the copy itself. */
    async report(caller: StaffCaller, requestId: string) {
      const row = await requestsRepository(db).find(requestId)
      const member = row === undefined ? undefined : await membersRepository(db).find(row.memberId)
      if (row === undefined || member === undefined || !inScope(caller.scope, row.storeCode))
        throw membersErrors.noRequest()
      await inTransaction(db, tx =>
        deps.audit(tx, caller, {
          action: 'members.readRequest',
          subjectKind: 'member',
          subjectId: row.memberId,
          storeCode: row.storeCode,
          details: { requestId },
        }),
      )
      const names = await deps.recruiters.staffNames(db, row.staffId === null ? [] : [row.staffId])
      const report = row.reportJson === null ? [] : Report.parse(JSON.parse(row.reportJson))
      return {
        ...(await rowOf(row, member, names)),
        evidence: row.evidence,
        note: row.note,
        report: report.map(one => ({ ...one, label: labelOf(one.part, row.kind) })),
        retained: row.kind === 'erasure' ? [...KEPT_BY_LAW] : [],
      }
    },
  }
}
export type RequestDesk = ReturnType<typeof requestDesk>
