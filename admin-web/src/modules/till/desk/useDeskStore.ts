import { ref, watch, type Ref } from 'vue'
import { useStores } from '../../catalog/useStores.ts'

/** Which store the desk is at: the wanted one where the caller may, else the first of theirs; '' until stores are known. */
export function useDeskStore(wanted = ''): {
  storeCode: Ref<string>
  storeOptions: ReturnType<typeof useStores>['storeOptions']
  storeName: ReturnType<typeof useStores>['storeName']
} {
  const { storeOptions, storeName } = useStores()
  const storeCode = ref('')
  watch(
    storeOptions,
    options => {
      if (storeCode.value !== '') return
      storeCode.value = options.find(({ value }) => value === wanted)?.value ?? options[0]?.value ?? ''
    },
    { immediate: true },
  )
  return { storeCode, storeOptions, storeName }
}
