import { Readable } from 'node:stream'
import { text as textOf } from 'node:stream/consumers'
import { z } from 'zod'
import { addDays, shopDay } from '../../../kernel/clock.ts'
import { inTransaction, type Tx } from '../../../kernel/db.ts'
import type { Caller, StaffCaller } from '../../../kernel/http/caller.ts'
import { inScope } from '../../../kernel/scope.ts'
import type { FilesApi } from '../../files/index.ts'
import { membersErrors } from '../contract.ts'
import { consentsRepository } from '../repository/consents.ts'
import { membersRepository, type MemberRecord } from '../repository/members.ts'
import { requestsRepository, type RequestRecord } from '../repository/requests.ts'
import type { MembersDeps } from './deps.ts'
import type { Desk } from './desk.ts'
import type { Evidence } from './merge.ts'
import type { KeptPart } from './parts.ts'
import { readablePage, readableText, type Section } from './readable.ts'

const WORKING_DAYS = 15
/** A copy is taken away after so many days: it holds everything. */
const KEPT_DAYS = 7

/** Who asks, and what the desk was shown; null = the person asks. */
interface Asked {
  readonly caller: Caller
  readonly seen: Evidence | null
}

const Kept = z.array(z.object({ part: z.string(), title: z.string(), value: z.unknown() }))

/** The day that lies so many working days ahead (Saturdays and Sundays left out: with holidays it only gets later). */
export function workingDaysAfter(day: string, days: number): string {
  let at = day
  for (let left = days; left > 0;) {
    at = addDays(at, 1)
    const weekday = new Date(`${at}T00:00:00Z`).getUTCDay()
    if (weekday !== 0 && weekday !== 6) left -= 1
  }
  return at
}

/** Lists count their rows; a part of several lists counts them all. */
function rowsIn(value: unknown): number {
  if (Array.isArray(value)) return value.length
  const lists =
    typeof value === 'object' && value !== null ? Object.values(value).filter(one => Array.isArray(one)) : []
  return lists.length === 0 ? 1 : lists.reduce((sum, list) => sum + list.length, 0)
}

/** A request as the person who made it sees it. */
export const viewOf = (row: RequestRecord) => ({
  requestId: row.id,
  kind: row.kind === 'erasure' ? ('erasure' as const) : ('export' as const),
  state: row.state as 'waiting' | 'ready' | 'done',
  source: row.source === 'staff' ? ('staff' as const) : ('miniprogram' as const),
  requestedAt: row.requestedAt,
  dueOn: row.dueOn,
  finishedAt: row.finishedAt,
})

/** What a person may ask for by law: a copy of all that is kept of them. Erasure is the closing; its report is kept here. */
export function personRequests(
  deps: MembersDeps,
  desk: Desk,
  files: Pick<FilesApi, 'store' | 'get' | 'read' | 'discard'>,
  parts: () => readonly KeptPart[],
  soon: (requestId: string) => Promise<void>,
) {
  const { db, vault, clock, newId, config } = deps
  const today = (): string => shopDay(clock.now(), config.SHOP_ZONE)
  const { find } = requestsRepository(db)

  async function ask(member: MemberRecord, by: Asked): Promise<RequestRecord> {
    const open = await db
      .selectFrom('member_request')
      .selectAll()
      .where('memberId', '=', member.id)
      .where('kind', '=', 'export')
      .where('state', 'in', ['waiting', 'ready'])
      .executeTakeFirst()
    if (open !== undefined) return open
    const row: RequestRecord = {
      id: newId(),
      memberId: member.id,
      kind: 'export',
      state: 'waiting',
      storeCode: member.homeStoreCode,
      source: by.caller.kind === 'staff' ? 'staff' : 'miniprogram',
      staffId: by.caller.kind === 'staff' ? by.caller.staffId : null,
      evidence: by.seen?.evidence ?? null,
      note: by.seen?.note ?? null,
      requestedAt: clock.now(),
      dueOn: workingDaysAfter(today(), WORKING_DAYS),
      fileId: null,
      finishedAt: null,
      reportJson: null,
    }
    await inTransaction(db, async tx => {
      await tx.insertInto('member_request').values(row).execute()
      await deps.audit(tx, by.caller, {
        action: 'members.askExport',
        subjectKind: 'member',
        subjectId: member.id,
        storeCode: member.homeStoreCode,
        ...(by.seen === null ? {} : { reason: by.seen.note, details: { evidence: by.seen.evidence } }),
      })
    })
    await soon(row.id)
    return row
  }

  async function collect(member: MemberRecord): Promise<z.output<typeof Kept>> {
    const open = (sealed: string | null): string | null => (sealed === null ? null : vault.open(sealed))
    const own = {
      memberId: member.id,
      cardNo: member.cardNo,
      phone: open(member.phoneSealed),
      name: open(member.nameSealed),
      birthday: open(member.birthdaySealed),
      gender: member.gender,
      homeStore: member.homeStoreCode,
      enrolledAt: member.enrolledAt,
      termsVersion: member.termsVersion,
      identities: (await membersRepository(db).identities(member.id)).flatMap(({ kind, appId, value, linkedAt }) =>
        kind === 'phone' ? [] : [{ kind, appId, value, linkedAt }],
      ),
    }
    const consents = (await consentsRepository(db).history(member.id)).map(row => ({
      purpose: row.purpose,
      channel: row.channel,
      granted: row.granted === 1,
      version: row.version,
      source: row.source,
      at: row.at,
    }))
    const all = [
      { part: 'person', title: '个人资料', value: own as unknown },
      { part: 'consents', title: '同意记录', value: consents as unknown },
    ]
    for (const part of parts())
      if (part.collect !== undefined)
        all.push({ part: part.name, title: part.label.zh, value: await part.collect(db, member.id) })
    return all
  }

  async function content(row: RequestRecord): Promise<{ sections: Section[]; json: string }> {
    if (row.state !== 'ready' || row.fileId === null) throw membersErrors.noExport()
    const sealed = await textOf(await files.read(await files.get(row.fileId)))
    const kept = Kept.parse(JSON.parse(vault.open(sealed)))
    return {
      sections: kept.map(({ title, value }) => ({ title, value })),
      json: JSON.stringify(Object.fromEntries(kept.map(({ part, value }) => [part, value])), null, 2),
    }
  }

  return {
    async mine(memberId: string) {
      const rows = await db
        .selectFrom('member_request')
        .selectAll()
        .where('memberId', '=', memberId)
        .orderBy('requestedAt', 'desc')
        .limit(20)
        .execute()
      return { items: rows.map(viewOf) }
    },

    askMine: async (caller: Caller, member: MemberRecord) => viewOf(await ask(member, { caller, seen: null })),

    async askFor(staff: StaffCaller, memberId: string, seen: Evidence) {
      const member = await desk.inReach(memberId, staff.scope)
      if (member.state !== 'active') throw membersErrors.notActive()
      return viewOf(await ask(member, { caller: staff, seen }))
    },

    /** The member's own copy; nobody else's. */
    async read(memberId: string, requestId: string) {
      const row = await find(requestId)
      if (row === undefined || row.memberId !== memberId) throw membersErrors.noExport()
      const { sections, json } = await content(row)
      return { name: `zhanggui-${row.dueOn}`, text: readableText(sections), json }
    },

    /** The copy for staff to hand over; written into the audit before it is read. */
    async file(caller: StaffCaller, requestId: string, form: 'json' | 'html') {
      const row = await find(requestId)
      if (row === undefined || row.kind !== 'export' || !inScope(caller.scope, row.storeCode))
        throw membersErrors.noExport()
      await inTransaction(db, tx =>
        deps.audit(tx, caller, {
          action: 'members.readExport',
          subjectKind: 'member',
          subjectId: row.memberId,
          storeCode: row.storeCode,
          details: { requestId, form },
        }),
      )
      const { sections, json } = await content(row)
      return form === 'json' ? json : readablePage('个人信息副本 · Personal data', sections)
    },

    /** Prepares a copy: sealed before it touches the disk. Done twice, the first stands. */
    async prepare(requestId: string): Promise<void> {
      const row = await find(requestId)
      if (row === undefined || row.state !== 'waiting') return
      const member = await membersRepository(db).find(row.memberId)
      if (member === undefined) return
      const kept = await collect(member)
      const file = await files.store(Readable.from([vault.seal(JSON.stringify(kept))]), {
        name: `export-${row.id}.sealed`,
      })
      await db
        .updateTable('member_request')
        .set({
          state: 'ready',
          fileId: file.id,
          finishedAt: clock.now(),
          reportJson: JSON.stringify(kept.map(({ part, value }) => ({ part, rows: rowsIn(value) }))),
        })
        .where('id', '=', requestId)
        .where('state', '=', 'waiting')
        .execute()
    },

    /** Every hour: what was not prepared yet is, and copies that lay long enough are taken away. */
    async tidy(): Promise<void> {
      const waiting = await db
        .selectFrom('member_request')
        .select('id')
        .where('state', '=', 'waiting')
        .limit(50)
        .execute()
      for (const { id } of waiting) await soon(id)
      const old = new Date(clock.now().getTime() - KEPT_DAYS * 86_400_000)
      const over = await db
        .selectFrom('member_request')
        .select(['id', 'fileId'])
        .where('fileId', 'is not', null)
        .where(eb => eb.or([eb('state', '=', 'done'), eb('finishedAt', '<', old)]))
        .execute()
      // The bytes go first: killed in between, the row still names them, and the next hour finds nothing left to do.
      for (const { id, fileId } of over) {
        if (fileId !== null) await files.discard(fileId)
        await db.updateTable('member_request').set({ state: 'done', fileId: null }).where('id', '=', id).execute()
      }
    },

    /** Ends what a leaving member had asked for, and writes down what was erased. */
    async erased(tx: Tx, caller: Caller, member: MemberRecord, seen: { note: string; evidence: string | null }) {
      const cards = await tx.selectFrom('card').select('cardNo').where('memberId', '=', member.id).execute()
      const report = [
        { part: 'person', rows: 1 },
        { part: 'identities', rows: (await membersRepository(tx).identities(member.id)).length },
        { part: 'cards', rows: cards.length },
      ]
      for (const part of parts())
        if (part.erase !== undefined) report.push({ part: part.name, rows: await part.erase(tx, member.id) })
      await tx
        .updateTable('member_request')
        // The copy cannot be read any more; its bytes are taken away within the hour.
        .set({ state: 'done' })
        .where('memberId', '=', member.id)
        .where('state', 'in', ['waiting', 'ready'])
        .execute()
      const at = clock.now()
      await tx
        .insertInto('member_request')
        .values({
          id: newId(),
          memberId: member.id,
          kind: 'erasure',
          state: 'done',
          storeCode: member.homeStoreCode,
          source: caller.kind === 'staff' ? 'staff' : 'miniprogram',
          staffId: caller.kind === 'staff' ? caller.staffId : null,
          ...seen,
          requestedAt: at,
          dueOn: workingDaysAfter(today(), WORKING_DAYS),
          finishedAt: at,
          reportJson: JSON.stringify(report),
        })
        .execute()
    },
  }
}
export type PersonRequests = ReturnType<typeof personRequests>
