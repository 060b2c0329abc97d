import { useI18n } from 'vue-i18n'
import type { tillDesk } from '../../api/index.ts'
import { countText, fenText } from '../../ui/format.ts'

export type AlertRow = Awaited<ReturnType<typeof tillDesk.alerts>>['items'][number]

/** Why an alert was raised, and of whom, in words. */
export function useAlertWords(): { why: (row: AlertRow) => string; who: (row: AlertRow) => string } {
  const { t } = useI18n()
  return {
    why: ({ kind, facts }) =>
      t(`till.alerts.say.${kind}`, {
        times: countText(facts.times ?? 0),
        days: facts.days ?? 1,
        minutes: facts.minutes ?? 0,
        points: countText(facts.points ?? 0),
        sold: fenText(facts.soldFen ?? 0),
        returned: fenText(facts.returnedFen ?? 0),
      }),
    who: row =>
      row.memberName ??
      [
        row.tillCode === null ? '' : t('till.alerts.till', { code: row.tillCode }),
        row.cashier === null ? '' : t('till.alerts.cashier', { name: row.cashier }),
      ]
        .filter(text => text !== '')
        .join(' · '),
  }
}
