import { computed, shallowRef, type ComputedRef } from 'vue'
import { catalog } from '../../api/index.ts'

type Category = Awaited<ReturnType<typeof catalog.categories>>['items'][number]
const kept = shallowRef<readonly Category[]>([])
let asking: Promise<void> | null = null

/** The category tree, read once, as options with their whole path ('生鲜 / 蔬菜 / 叶菜'). */
export function useCategories(): {
  options: ComputedRef<{ value: string; label: string }[]>
  categoryName: (code: string) => string
} {
  asking ??= catalog.categories().then(
    reply => {
      kept.value = reply.items
    },
    () => {
      // Without the tree the codes show; the next page asks again.
      asking = null
    },
  )
  const byCode = computed(() => new Map(kept.value.map(category => [category.code, category])))
  const path = (category: Category): string => {
    const parent = category.parentCode === null ? undefined : byCode.value.get(category.parentCode)
    return parent === undefined ? category.name : `${path(parent)} / ${category.name}`
  }
  return {
    options: computed(() => kept.value.map(category => ({ value: category.code, label: path(category) }))),
    categoryName: code => byCode.value.get(code)?.name ?? code,
  }
}
