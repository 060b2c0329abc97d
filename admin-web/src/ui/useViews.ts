import { computed, ref, type ComputedRef, type Ref } from 'vue'
import { staff } from '../api/index.ts'
import { usePreferences } from '../app/preferences.ts'
import type { List, ListState } from './useList.ts'

export type SavedView = Awaited<ReturnType<typeof staff.views>>['items'][number]
type Settings = SavedView['settings']

interface Views {
  readonly items: Ref<readonly SavedView[] | null>
  readonly failed: Ref<unknown>
  /** The view that the list was set to, as long as it exists. */
  readonly current: ComputedRef<SavedView | null>
  /** The list has been set otherwise since. */
  readonly isChanged: ComputedRef<boolean>
  load(): Promise<void>
  open(view: SavedView): void
  saveAs(name: string): Promise<void>
  save(): Promise<void>
  rename(view: SavedView, name: string): Promise<void>
  share(view: SavedView, shared: boolean): Promise<void>
  remove(view: SavedView): Promise<void>
}

/** Filters that are set, in one order: two views are the same when these are. */
const plain = (list: List<unknown>, filters: Readonly<Record<string, string>>): [string, string][] =>
  Object.keys(list.filters)
    .toSorted()
    .flatMap(key => (filters[key] ? [[key, filters[key]] as [string, string]] : []))

/**
 * The saved views of a list: those of the person, and those that headquarters shares. Read when they are first asked for.
 * `keepsSearch` is false where people search by what names a person.
 */
export function useViews(name: string, list: List<unknown>, keepsSearch: boolean): Views {
  const preferences = usePreferences()
  const items = ref<readonly SavedView[] | null>(null)
  const failed = ref<unknown>(null)

  const settings = (): Settings => ({
    search: keepsSearch ? list.search.trim() : '',
    sort: list.sort,
    filters: Object.fromEntries(plain(list, list.filters)),
    columns: preferences.columns[name] ?? null,
  })
  const stateOf = ({ settings: { search, sort, filters } }: SavedView): ListState => ({
    search,
    sort: sort === '' ? list.start.sort : sort,
    filters,
  })
  const current = computed(() => items.value?.find(view => view.viewId === list.view) ?? null)
  const isChanged = computed(() => {
    if (current.value === null) return false
    const now = settings()
    const kept = stateOf(current.value)
    const [here, there] = [
      [now.search, now.sort, plain(list, now.filters), now.columns],
      [kept.search, kept.sort, plain(list, kept.filters), current.value.settings.columns],
    ]
    return JSON.stringify(here) !== JSON.stringify(there)
  })

  function open(view: SavedView): void {
    list.apply(stateOf(view), view.viewId)
    preferences.setColumns(name, view.settings.columns)
  }
  async function load(): Promise<void> {
    try {
      items.value = (await staff.views({ query: { list: name } })).items
      failed.value = null
      if (current.value === null) list.view = ''
    } catch (error) {
      failed.value = error
    }
  }
  async function changed(): Promise<void> {
    items.value = (await staff.views({ query: { list: name } })).items
  }

  return {
    items,
    failed,
    current,
    isChanged,
    load,
    open,
    async saveAs(wanted) {
      const view = await staff.saveView({ body: { list: name, name: wanted, settings: settings() } })
      await changed()
      list.view = view.viewId
    },
    async save() {
      if (current.value === null) return
      await staff.changeView({ params: { viewId: current.value.viewId }, body: { settings: settings() } })
      await changed()
    },
    async rename({ viewId }, wanted) {
      await staff.changeView({ params: { viewId }, body: { name: wanted } })
      await changed()
    },
    async share({ viewId }, shared) {
      await staff.shareView({ params: { viewId }, body: { shared } })
      await changed()
    },
    async remove({ viewId }) {
      await staff.deleteView({ params: { viewId } })
      if (list.view === viewId) list.view = ''
      await changed()
    },
  }
}
