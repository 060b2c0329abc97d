import { onScopeDispose, reactive, watch } from 'vue'
import { useRoute, useRouter, type LocationQueryRaw } from 'vue-router'
import { missingPermission } from '../api/errors.ts'

/** What a list asks for: one keyset page under a search, a sort and filters (only those that are set). */
export interface ListQuery {
  readonly cursor?: string
  readonly limit: number
  readonly q?: string
  readonly sort?: string
  /** Spread into a query: the values are options of the page's own filters (text that was typed into the address is refused by the server). */
  readonly filters: Readonly<Record<string, never>>
}

export interface ListPage<Row> {
  readonly items: readonly Row[]
  readonly next: string | null
  readonly total?: number | null | undefined
}

/** What is asked of a list, as a view keeps it. */
export interface ListState {
  readonly search: string
  readonly sort: string
  readonly filters: Readonly<Record<string, string>>
}

export type ListPhase = 'loading' | 'ready' | 'error' | 'denied'

/** A list as its part shows it; `search`, `sort` and `filters` may be written, the rest follows. */
export interface List<Row> {
  rows: readonly Row[]
  phase: ListPhase
  error: unknown
  /** Another page is on its way while the old one still shows. */
  busy: boolean
  total: number | null
  page: number
  hasNext: boolean
  search: string
  sort: string
  filters: Record<string, string>
  /** The saved view that it was set to last, by id; '' = none. */
  view: string
  readonly limit: number
  /** Search, sort, filters and view are kept in the address. */
  readonly remembers: boolean
  /** The address named a view and nothing else: the list is to be set to it. */
  readonly asksView: boolean
  /** Search, sort and filters as they are before anybody touches them. */
  readonly start: ListState
  reload(): Promise<void>
  next(): Promise<void>
  previous(): Promise<void>
  clear(): void
  /** Sets search, sort and filters at once; filters that the list does not have are passed over. */
  apply(state: ListState, view: string): void
}

interface Options {
  readonly limit?: number
  readonly sort?: string
  /** Every filter of the list with what it starts from ('' = not set). */
  readonly filters?: Readonly<Record<string, string>>
  /** Keep search, sort and filters in the address, so that the list can be left and come back to. */
  readonly remember?: boolean
}

/** The behaviour of every list: first page at once, search after a pause, keyset pages forth and back. */
export function useList<Row>(load: (query: ListQuery) => Promise<ListPage<Row>>, options: Options = {}): List<Row> {
  const remember = options.remember ?? true
  const route = remember ? useRoute() : null
  const router = remember ? useRouter() : null
  const limit = options.limit ?? 50
  const fromAddress = (key: string): string | undefined => {
    const value = route?.query[key]
    return typeof value === 'string' ? value : undefined
  }
  const filters: Record<string, string> = { ...options.filters }
  const start: ListState = { search: '', sort: options.sort ?? '', filters: { ...filters } }
  const own = ['q', 'sort', ...Object.keys(filters)]
  for (const key of Object.keys(filters)) filters[key] = fromAddress(key) ?? filters[key] ?? ''
  let cursors: string[] = []
  let next: string | null = null
  let turn = 0

  async function show(wanted: string[]): Promise<void> {
    const mine = ++turn
    list.busy = true
    const cursor = wanted.at(-1)
    const set = Object.fromEntries(Object.entries(list.filters).filter(([, value]) => value !== '')) as Record<
      string,
      never
    >
    try {
      const page = await load({
        limit,
        filters: set,
        ...(cursor === undefined ? {} : { cursor }),
        ...(list.search.trim() === '' ? {} : { q: list.search.trim() }),
        ...(list.sort === '' ? {} : { sort: list.sort }),
      })
      if (mine !== turn) return
      list.rows = page.items
      next = page.next
      cursors = wanted
      list.total = page.total ?? null
      list.page = wanted.length + 1
      list.hasNext = next !== null
      list.phase = 'ready'
      list.error = null
    } catch (error) {
      if (mine !== turn) return
      list.error = error
      list.phase = missingPermission(error) === null ? 'error' : 'denied'
    } finally {
      if (mine === turn) list.busy = false
    }
  }

  const list: List<Row> = reactive({
    rows: [],
    phase: 'loading',
    error: null,
    busy: false,
    total: null,
    page: 0,
    hasNext: false,
    search: fromAddress('q') ?? '',
    sort: fromAddress('sort') ?? options.sort ?? '',
    filters,
    view: fromAddress('view') ?? '',
    limit,
    remembers: remember,
    asksView: fromAddress('view') !== undefined && own.every(key => fromAddress(key) === undefined),
    start,
    reload: () => show(cursors),
    next: () => (next === null ? Promise.resolve() : show([...cursors, next])),
    previous: () => show(cursors.slice(0, -1)),
    clear: () => {
      list.view = ''
      list.search = ''
      for (const key of Object.keys(list.filters)) list.filters[key] = ''
    },
    apply: (state, view) => {
      list.view = view
      list.search = state.search
      list.sort = state.sort
      for (const key of Object.keys(list.filters)) list.filters[key] = state.filters[key] ?? ''
    },
  }) as List<Row>

  /** Writes into the address what the list is set to, so that the link leads anybody to the same. */
  function note(): void {
    // What is not the list's own stays: the tab that the page is turned to.
    const query: LocationQueryRaw = Object.fromEntries(
      Object.entries(route?.query ?? {}).filter(([key]) => key !== 'view' && !own.includes(key)),
    )
    if (list.search.trim() !== '') query['q'] = list.search.trim()
    if (list.sort !== '' && list.sort !== options.sort) query['sort'] = list.sort
    for (const [key, value] of Object.entries(list.filters)) if (value !== '') query[key] = value
    if (list.view !== '') query['view'] = list.view
    void router?.replace({ query })
  }

  let pause: ReturnType<typeof setTimeout> | undefined
  const again = (wait: number): void => {
    clearTimeout(pause)
    pause = setTimeout(() => {
      note()
      void show([])
    }, wait)
  }
  watch(() => list.view, note)
  watch(
    () => list.search,
    () => again(220),
  )
  watch([() => list.sort, () => ({ ...list.filters })], () => again(0))
  onScopeDispose(() => clearTimeout(pause))
  void show([])
  return list
}
