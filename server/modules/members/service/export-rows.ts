import { shopDay } from '../../../kernel/clock.ts'
import { inTransaction } from '../../../kernel/db.ts'
import { commonErrors } from '../../../kernel/errors.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Language } from '../../../kernel/http/language.ts'
import { inScope } from '../../../kernel/scope.ts'
import { csvOf, xlsxOf } from '../../../kernel/sheet.ts'
import { membersRepository } from '../repository/members.ts'
import type { MembersDeps, MembersNeeds } from './deps.ts'
import type { Desk } from './desk.ts'

const HEADS = {
  zh: ['会员卡号', '姓名', '手机号', '归属门店', '开卡门店', '开卡人', '开卡渠道', '开卡日期'],
  en: ['Card number', 'Name', 'Phone', 'Home store', 'Enrolling store', 'Recruiter', 'Enrolled by', 'Enrolled on'],
} as const
const SOURCES: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  zh: { miniprogram: '小程序', paper: '纸质登记', staff: '门店代办' },
  en: { miniprogram: 'Mini-program', paper: 'Paper form', staff: 'By staff' },
}
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** Members chosen in a list, as a sheet. Who is not of the caller's stores, or no member any more, is left out. */
export function memberRows(
  deps: Pick<MembersDeps, 'db' | 'vault' | 'clock' | 'config' | 'audit'>,
  desk: Pick<Desk, 'rows'>,
  storeNames: MembersNeeds['storeNames'],
) {
  const { db, vault, clock, config, audit } = deps
  return {
    async exportRows(
      caller: StaffCaller,
      { memberIds, form, clear }: { memberIds: readonly string[]; form: 'csv' | 'xlsx'; clear: string | null },
      language: Language,
    ) {
      if (clear !== null && !caller.permissions.includes('members.reveal'))
        throw commonErrors.forbidden({ permission: 'members.reveal' })
      const found = await membersRepository(db).findMany([...new Set(memberIds)])
      const byId = new Map(found.map(member => [member.id, member]))
      const members = [...new Set(memberIds)].flatMap(id => {
        const member = byId.get(id)
        return member !== undefined && inScope(caller.scope, member.homeStoreCode) ? [member] : []
      })
      // Written down before it leaves: what cannot be audited does not happen.
      await inTransaction(db, tx =>
        audit(
          tx,
          caller,
          ...members.map(member => ({
            action: 'members.exportRows',
            subjectKind: 'member',
            subjectId: member.id,
            storeCode: member.homeStoreCode,
            reason: clear,
            details: { form, isClear: clear !== null, rows: members.length },
          })),
        ),
      )
      const stores = await storeNames([
        ...new Set(members.flatMap(member => [member.homeStoreCode ?? '', member.enrolledStoreCode ?? ''])),
      ])
      const opened = (sealed: string | null): string => (sealed === null ? '' : vault.open(sealed))
      const rows = (await desk.rows(members)).map(({ member, ...row }) => [
        row.cardNo,
        clear === null ? row.name : opened(member.nameSealed),
        clear === null ? row.phone : opened(member.phoneSealed),
        ...[row.homeStore, row.enrolledStore].map(code => (code === null ? '' : (stores.get(code) ?? code))),
        row.recruiterName ?? '',
        SOURCES[language][row.source] ?? row.source,
        shopDay(row.enrolledAt, config.SHOP_ZONE),
      ])
      const table = [[...HEADS[language]], ...rows]
      const name = `${language === 'zh' ? '会员' : 'members'}-${shopDay(clock.now(), config.SHOP_ZONE)}`
      const bytes = form === 'csv' ? Buffer.from(csvOf(table)) : xlsxOf(table)
      return {
        fileName: `${name}.${form}`,
        mediaType: form === 'csv' ? 'text/csv' : XLSX,
        rows: rows.length,
        base64: bytes.toString('base64'),
      }
    },
  }
}
export type MemberRows = ReturnType<typeof memberRows>
