import { computed, reactive } from 'vue'
import { useI18n } from 'vue-i18n'
import { coupons } from '../../api/index.ts'
import { useSession } from '../../app/session.ts'
import { useAct } from '../../ui/useAct.ts'
import { useLoad } from '../../ui/useLoad.ts'

/** The rules of an activity as its editor holds them: a draft of the version that holds, saved as the one after it. */
export function useActivityRules<R extends object, More>(
  read: () => Promise<{ version: number; rules: R } & More>,
  change: (body: { version: number; rules: R }) => Promise<unknown>,
) {
  const { t } = useI18n()
  const session = useSession()
  const { busy, act } = useAct()
  const draft = reactive({ value: null, clean: '' }) as { value: R | null; clean: string }
  const load = useLoad(async () => {
    const found = await read()
    draft.clean = JSON.stringify(found.rules)
    draft.value = JSON.parse(draft.clean) as R
    return found
  })
  return {
    load,
    draft,
    busy,
    mayChange: computed(() => session.may('rewards.write')),
    isChanged: computed(() => JSON.stringify(draft.value) !== draft.clean),
    async save(): Promise<void> {
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
