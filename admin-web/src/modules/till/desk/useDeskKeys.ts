import { onBeforeUnmount, onMounted } from 'vue'

/** What the keys of a till do: F1–F3 say what is used, the others are for what does not go as usual. */
export type DeskKeys = Readonly<
  Record<'F1' | 'F2' | 'F3' | 'F4' | 'F5' | 'F6' | 'F7' | 'F8' | 'F10' | 'Escape', () => unknown>
>

const isWritten = (element: Element | null): boolean =>
  element instanceof HTMLElement && (element.matches('input, textarea, select') || element.isContentEditable)

/**
 * Listens to the keys of the whole page: a till has no mouse. What a scanner types belongs into its field wherever somebody has
 * tapped: `toScanner` is called before the first digit or letter lands nowhere.
 */
export function useDeskKeys(keys: DeskKeys, toScanner: () => void): void {
  const press = (event: KeyboardEvent): void => {
    const { key } = event
    if (key in keys) {
      event.preventDefault()
      void keys[key as keyof DeskKeys]()
      return
    }
    if (/^[\w|]$/.test(key) && !event.ctrlKey && !event.metaKey && !event.altKey && !isWritten(document.activeElement))
      toScanner()
  }
  onMounted(() => document.addEventListener('keydown', press))
  onBeforeUnmount(() => document.removeEventListener('keydown', press))
}
