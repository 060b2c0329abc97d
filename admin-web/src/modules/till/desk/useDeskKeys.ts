import { onBeforeUnmount, onMounted } from 'vue'

/** What the keys of a till do: F1–F3 say what is used, F4–F7 are for what does not go as usual. Read at each press. */
export type DeskKeys = Readonly<Record<'F1' | 'F2' | 'F3' | 'F4' | 'F5' | 'F6' | 'F7', () => unknown>>

/** Listens to the keys of the whole page: a till has no mouse. */
export function useDeskKeys(keys: DeskKeys): void {
  const press = (event: KeyboardEvent): void => {
    const { key } = event
    if (!(key in keys)) return
    event.preventDefault()
    void keys[key as keyof DeskKeys]()
  }
  onMounted(() => document.addEventListener('keydown', press))
  onBeforeUnmount(() => document.removeEventListener('keydown', press))
}
