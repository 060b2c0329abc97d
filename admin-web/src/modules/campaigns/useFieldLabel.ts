import { useI18n } from 'vue-i18n'
import type { Route } from './useDraft.ts'

/** What a field of the usual templates is called on the phone; other fields keep their own name. */
export function useFieldLabel(): { fieldLabel: (route: Route | null, key: string) => string } {
  const { t } = useI18n()
  return {
    fieldLabel: (route, key) => {
      if (route === 'template' && key === 'thing1') return t('campaigns.wizard.labels.service1')
      if (route === 'template' && key === 'thing2') return t('campaigns.wizard.labels.service2')
      if (key === 'thing1') return t('campaigns.wizard.labels.thing1')
      if (key === 'time2') return t('campaigns.wizard.labels.time2')
      return key
    },
  }
}
