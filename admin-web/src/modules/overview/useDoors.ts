import { computed, type ComputedRef, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { countText, durationText } from '../../ui/format.ts'
import type { useApprovals, Waiting } from './useApprovals.ts'
import type { useOverview } from './useOverview.ts'

/** Something that waits: where it is, how much of it, and whether it cannot wait. */
interface Door {
  readonly key: string
  readonly to: string
  readonly name: string
  readonly number: string
  readonly note: string
  readonly urgent: boolean
}

/** What is to be done, each a door with a number; what there is none of has no door. */
export function useDoors(
  {
    waiting,
    quarantine,
    odd,
    invoices,
    active,
  }: Pick<ReturnType<typeof useOverview>, 'waiting' | 'quarantine' | 'odd' | 'invoices' | 'active'>,
  approvals: ReturnType<typeof useApprovals>,
  storeCode: Ref<string>,
): { doors: ComputedRef<Door[]>; complaintsTo: ComputedRef<string> } {
  const { t, locale } = useI18n()
  const waitingDoor = (key: 'adjustments' | 'claims' | 'bulks' | 'compensations', to: string, value: Waiting | null) =>
    value === null || value.count === 0
      ? []
      : [
          {
            key,
            to,
            name: t(`overview.todo.${key}`),
            number: `${countText(value.count)}${value.more ? '+' : ''}`,
            note: t('overview.todo.yours'),
            urgent: false,
          },
        ]
  /** The queue of the desk as the overview counts it: complaints that wait for us, of the store that is chosen. */
  const complaintsTo = computed(
    () => `/tickets?kind=complaint${storeCode.value === '' ? '' : `&storeCode=${encodeURIComponent(storeCode.value)}`}`,
  )
  const doors = computed(() => {
    const found: Door[] = []
    if (waiting.value !== null && waiting.value.open > 0)
      found.push({
        key: 'tickets',
        to: '/tickets',
        name: t('overview.todo.tickets'),
        number: countText(waiting.value.open),
        note:
          waiting.value.longestWait > 0
            ? t('overview.todo.longest', { time: durationText(waiting.value.longestWait, locale.value) })
            : '',
        urgent: false,
      })
    if (waiting.value !== null && waiting.value.late > 0)
      found.push({
        key: 'late',
        to: '/tickets',
        name: t('overview.todo.late'),
        number: countText(waiting.value.late),
        note: t('overview.todo.lateNote', { time: durationText(waiting.value.lateAfter, locale.value) }),
        urgent: true,
      })
    if (waiting.value !== null && waiting.value.complaints > 0)
      found.push({
        key: 'complaints',
        to: complaintsTo.value,
        name: t('overview.todo.complaints'),
        number: countText(waiting.value.complaints),
        note: t('overview.todo.complaintsNote'),
        urgent: true,
      })
    found.push(
      ...waitingDoor('adjustments', '/points', approvals.adjustments.value),
      ...waitingDoor('claims', '/members/review', approvals.claims.value),
      ...waitingDoor('bulks', '/coupons/bulk?state=waiting', approvals.bulks.value),
      ...waitingDoor('compensations', '/coupons/compensations?state=waiting', approvals.compensations.value),
    )
    for (const { templateId, name, percent } of approvals.budgets.value ?? [])
      found.push({
        key: `budget-${templateId}`,
        to: `/coupons/${templateId}`,
        name: t('overview.todo.budget'),
        number: `${percent}%`,
        note: name,
        urgent: percent >= 100,
      })
    if (quarantine.value !== null && quarantine.value > 0)
      found.push({
        key: 'quarantine',
        to: '/imports/quarantine',
        name: t('overview.todo.quarantine'),
        number: countText(quarantine.value),
        note: t('overview.todo.rows', { count: countText(quarantine.value) }, quarantine.value),
        urgent: false,
      })
    if (odd.value !== null && odd.value > 0)
      found.push({
        key: 'odd',
        to: '/tills?tab=alerts',
        name: t('overview.todo.odd'),
        number: countText(odd.value),
        note: t('overview.todo.oddNote'),
        urgent: true,
      })
    for (const state of ['asked', 'redNeeded'] as const) {
      const count = invoices.value?.[state] ?? 0
      if (count > 0)
        found.push({
          key: state,
          // A red-letter note is due whether or not the invoice was asked for in the mini-program.
          to: state === 'asked' ? '/tills?tab=requests&state=asked' : '/tills?tab=invoices&state=redNeeded',
          name: t(`overview.todo.${state}`),
          number: countText(count),
          note: t(`overview.todo.${state}Note`),
          urgent: state === 'redNeeded',
        })
    }
    for (const state of ['paused', 'scheduled'] as const) {
      const count = active.value?.filter(one => one.state === state).length ?? 0
      if (count > 0)
        found.push({
          key: state,
          to: `/campaigns?state=${state}`,
          name: t(`overview.todo.${state}`),
          number: countText(count),
          note: '',
          urgent: state === 'paused',
        })
    }
    return found
  })
  return { doors, complaintsTo }
}
