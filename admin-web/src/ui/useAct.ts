import { ElMessage } from 'element-plus'
import { ref, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { errorText } from '../api/errors.ts'

/** Runs an act of the user once at a time; says what was refused and why, answers whether it was done. */
export function useAct(): {
  busy: Ref<boolean>
  act: (run: () => Promise<unknown>, done?: string) => Promise<boolean>
} {
  const busy = ref(false)
  const { locale } = useI18n()
  const act = async (run: () => Promise<unknown>, done?: string): Promise<boolean> => {
    if (busy.value) return false
    busy.value = true
    try {
      await run()
      if (done !== undefined) ElMessage.success(done)
      return true
    } catch (error) {
      ElMessage.error({ message: errorText(error, locale.value), duration: 6000, showClose: true })
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, act }
}
