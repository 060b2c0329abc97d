import { onBeforeUnmount, onMounted, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { onBeforeRouteLeave } from 'vue-router'

/** Asks before unsaved changes are left behind; the returned function lets go once they are saved or given up. */
export function useLeaveGuard(changed: Ref<boolean>): () => void {
  const { t } = useI18n()
  let released = false
  const holds = (): boolean => changed.value && !released
  const onUnload = (event: BeforeUnloadEvent): void => {
    if (holds()) event.preventDefault()
  }
  onMounted(() => window.addEventListener('beforeunload', onUnload))
  onBeforeUnmount(() => window.removeEventListener('beforeunload', onUnload))
  onBeforeRouteLeave(() => !holds() || window.confirm(t('kit.form.leave')))
  return () => {
    released = true
  }
}
