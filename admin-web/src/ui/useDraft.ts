import { computed, reactive, type Ref } from 'vue'
import { useLeaveGuard } from './useLeaveGuard.ts'
import { useLoad, type Load } from './useLoad.ts'

/** Settings that are read, changed in a draft and saved as a whole. */
export interface DraftOf<Read, Draft> {
  readonly load: Load<Read>
  /** Null until it has been read. */
  readonly draft: { value: Draft | null }
  readonly changed: Ref<boolean>
  /** Gives up what was changed. */
  undo(): void
}

/** Reads settings into a draft; what was changed and not saved is not left without a question. */
export function useDraft<Read, Draft>(read: () => Promise<Read>, draftOf: (read: Read) => Draft): DraftOf<Read, Draft> {
  const draft = reactive({ value: null }) as { value: Draft | null }
  const load = useLoad(async () => {
    const found = await read()
    draft.value = draftOf(found)
    return found
  })
  const changed = computed(
    () =>
      draft.value !== null &&
      load.value !== null &&
      JSON.stringify(draft.value) !== JSON.stringify(draftOf(load.value)),
  )
  useLeaveGuard(changed)
  return {
    load,
    draft,
    changed,
    undo() {
      if (load.value !== null) draft.value = draftOf(load.value)
    },
  }
}
