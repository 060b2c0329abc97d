import { computed, reactive } from 'vue'
import { useI18n } from 'vue-i18n'
import { coupons } from '../../api/index.ts'
import { useSession } from '../../app/session.ts'
import { useAct } from '../../ui/useAct.ts'
import { useLoad, type Load } from '../../ui/useLoad.ts'

/** What is read of an activity. */
export interface Activity {
  readonly version: number
  readonly rules: { isOn: boolean }
}

/** The rules of an activity as its editor holds them: a draft of the version that holds, saved as the one after it. */
export interface ActivityEditor<Found extends Activity> {
  readonly load: Load<Found>
  readonly draft: { value: Found['rules'] | null; clean: string }
  readonly busy: boolean
  readonly mayChange: boolean
  readonly isChanged: boolean
  /** Switches the activity on or off in the draft. */
  turn(isOn: boolean): void
  save(): Promise<void>
}

/** Opens the editor of an activity's rules. */
export function useActivityRules<Found extends Activity>(
  read: () => Promise<Found>,
  change: (body: { version: number; rules: Found['rules'] }) => Promise<unknown>,
): ActivityEditor<Found> {
  const { t } = useI18n()
  const session = useSession()
  const { busy, act } = useAct()
  const draft = reactive({ value: null, clean: '' }) as { value: Found['rules'] | null; clean: string }
  const mayChange = computed(() => session.may('rewards.write'))
  const isChanged = computed(() => JSON.stringify(draft.value) !== draft.clean)
  const load = useLoad(async () => {
    const found = await read()
    draft.clean = JSON.stringify(found.rules)
    draft.value = JSON.parse(draft.clean) as Found['rules']
    return found
  })
  return {
    load,
    draft,
    get busy() {
      return busy.value
    },
    get mayChange() {
      return mayChange.value
    },
    get isChanged() {
      return isChanged.value
    },
    turn(isOn) {
      if (draft.value !== null) draft.value.isOn = isOn
    },
    async save() {
      const { value } = draft
      if (value === null) return
      const version = load.value?.version ?? 0
      const done = t('rewards.rules.saved', { version: version + 1 })
      if (await act(() => change({ version, rules: value }), done)) await load.reload()
    },
  }
}

/** Active coupon templates to choose a gift from. */
export const useGiftCoupons = () =>
  useLoad(async () => (await coupons.templates({ query: { state: 'active', limit: 100 } })).items)
