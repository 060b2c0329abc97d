import { onBeforeUnmount, onMounted, type Ref } from 'vue'

interface Keys {
  readonly rows: () => number
  readonly at: Ref<number>
  readonly open: (index: number) => void
  readonly frame: Ref<HTMLElement | null>
  /** Chooses or lets go the row; absent where rows cannot be chosen. */
  readonly pick?: ((index: number, on?: boolean) => void) | undefined
  /** Lets go all chosen rows; false when there were none. */
  readonly letGo?: () => boolean
}

const writing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  !(target instanceof HTMLInputElement && target.type === 'checkbox') &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))

/** j/k walk the rows (with Shift they choose them), x chooses, Enter opens, Esc lets go, / goes to the search: never while something is being written or a dialog is open. */
export function useListKeys({ rows, at, open, frame, pick, letGo }: Keys): void {
  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (writing(event.target)) {
      if (event.key === 'Escape' && event.target instanceof HTMLElement && frame.value?.contains(event.target) === true)
        event.target.blur()
      return
    }
    if (document.querySelector('.el-overlay:not([style*="display: none"])') !== null) return
    const key = event.key.toLowerCase()
    const step = key === 'j' ? 1 : key === 'k' ? -1 : 0
    if (step !== 0 && rows() > 0) {
      if (event.shiftKey && at.value >= 0) pick?.(at.value, true)
      at.value = Math.min(rows() - 1, Math.max(0, at.value + step))
      frame.value?.querySelector(`[data-row="${at.value}"]`)?.scrollIntoView({ block: 'nearest' })
      if (event.shiftKey) pick?.(at.value, true)
    } else if (key === 'x' && at.value >= 0) {
      pick?.(at.value)
    } else if (
      event.key === 'Enter' &&
      at.value >= 0 &&
      !(event.target instanceof HTMLButtonElement) &&
      !(event.target instanceof HTMLAnchorElement)
    ) {
      open(at.value)
    } else if (event.key === 'Escape') {
      if (letGo?.() !== true) at.value = -1
    } else if (event.key === '/') {
      const search = frame.value?.querySelector<HTMLInputElement>('[data-search] input, input[data-search]')
      if (search === null || search === undefined) return
      event.preventDefault()
      search.focus()
    }
  }
  onMounted(() => window.addEventListener('keydown', onKey))
  onBeforeUnmount(() => window.removeEventListener('keydown', onKey))
}
