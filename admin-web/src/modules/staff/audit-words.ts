import { useI18n } from 'vue-i18n'
import type { staff } from '../../api/index.ts'
import { auditActsEn, auditActsZh } from './audit-acts.ts'

export type AuditRow = Awaited<ReturnType<typeof staff.audit>>['items'][number]

/** The acts that the log can hold, for the filter. */
export const auditActs = Object.keys(auditActsZh)

/** The log's rows in words: who, did what, to what. */
export function useAuditWords(): {
  actText: (action: string) => string
  subjectText: (row: AuditRow) => string
  actorText: (row: AuditRow) => string
} {
  const { t, te, locale } = useI18n()
  const acts = (): Readonly<Record<string, string>> => (locale.value === 'en' ? auditActsEn : auditActsZh)
  const word = (key: string, otherwise: string): string => (te(key) ? t(key) : otherwise)
  return {
    actText: action => acts()[action] ?? action,
    subjectText: row => word(`staff.audit.subjects.${row.subjectKind}`, row.subjectKind),
    actorText: row =>
      // A job's own name is no word for people.
      row.actorName === '' || row.actorKind === 'system'
        ? word(`staff.audit.actorKinds.${row.actorKind}`, row.actorKind)
        : row.actorName,
  }
}
