import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue'

/** Whether the browser has a network; true does not promise that the shop answers. */
export function useOnline(): Ref<boolean> {
  const isOnline = ref(navigator.onLine)
  const look = (): void => {
    isOnline.value = navigator.onLine
  }
  onMounted(() => {
    window.addEventListener('online', look)
    window.addEventListener('offline', look)
  })
  onBeforeUnmount(() => {
    window.removeEventListener('online', look)
    window.removeEventListener('offline', look)
  })
  return isOnline
}
