import { watch, type Ref } from 'vue'
import { useAct } from './useAct.ts'

/** What is done from a dialog: how it is done under the key, what is said of it, and what follows. */
interface KeyedAct<T> {
  run: (key: string) => Promise<T>
  said?: string
  done: (answer: T) => void
}

/**
 * A dialog that does one thing under a key. `opened` puts the form in its first state at each opening, and may read what the
 * form needs. The key is made at the opening and stays the same until the act has succeeded: pressed twice, or again after a
 * refusal, it is done once. What succeeded closes the dialog.
 */
export function useKeyedAct(
  open: Ref<boolean>,
  opened: () => unknown,
): { busy: Ref<boolean>; submit: <T>(act: KeyedAct<T>) => Promise<void> } {
  const { busy, act } = useAct()
  let key = ''
  watch(
    open,
    isOpen => {
      if (!isOpen) return undefined
      key = crypto.randomUUID()
      // Returned, so that what fails while it reads is told as any other failure of the page.
      return opened()
    },
    { immediate: true },
  )
  return {
    busy,
    async submit({ run, said, done }) {
      const given: Parameters<typeof done>[0][] = []
      if (!(await act(async () => given.push(await run(key)), said))) return
      open.value = false
      for (const answer of given) done(answer)
    },
  }
}
