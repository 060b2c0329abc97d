import { computed, shallowRef, type ComputedRef } from 'vue'
import { catalog } from '../../api/index.ts'
import { useSession } from '../../app/session.ts'

type Store = Awaited<ReturnType<typeof catalog.stores>>['items'][number]

const kept = shallowRef<readonly Store[]>([])
let askedFor: string | null = null

/** The stores this person may see, read once a log-in, and their names by code. */
export function useStores(): {
  stores: ComputedRef<readonly Store[]>
  storeName: (code: string | null | undefined) => string
  storeOptions: ComputedRef<{ value: string; label: string }[]>
} {
  const staffId = useSession().me?.staffId ?? null
  if (staffId !== askedFor) {
    askedFor = staffId
    kept.value = []
    catalog.stores({ query: { limit: 200 } }).then(
      page => {
        if (askedFor === staffId) kept.value = page.items
      },
      () => {
        // Names are a comfort: without them the codes show, and the next page asks again.
        askedFor = null
      },
    )
  }
  return {
    stores: computed(() => kept.value),
    storeName: code =>
      code === null || code === undefined ? '—' : (kept.value.find(store => store.code === code)?.name ?? code),
    storeOptions: computed(() => kept.value.map(store => ({ value: store.code, label: store.name }))),
  }
}
