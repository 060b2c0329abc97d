import { onScopeDispose, reactive, ref, watch } from 'vue'
import { wechat } from '../../api/index.ts'
import { ApiError } from '../../api/errors.ts'
import type { Menu, MenuView } from './menu.ts'

const WAIT_MS = 700

/** The draft of a menu: every change is kept a moment later, and the server says what is wrong with it. */
export function useMenuDraft(view: MenuView) {
  const menu = reactive<Menu>(JSON.parse(JSON.stringify(view.draft)) as Menu)
  const problems = ref(view.problems)
  const differences = ref(view.differences)
  const state = ref<'kept' | 'saving' | 'stale' | 'failed'>('kept')
  let { version } = view
  let kept = JSON.stringify(menu)
  let timer: ReturnType<typeof setTimeout> | null = null
  let saving: Promise<void> = Promise.resolve()

  async function write(): Promise<void> {
    const now = JSON.stringify(menu)
    if (now === kept || state.value === 'stale') return
    state.value = 'saving'
    try {
      const saved = await wechat.saveMenu({
        body: { appId: view.appId, version, menu: JSON.parse(now) as Menu },
      })
      kept = now
      version = saved.version
      problems.value = saved.problems
      differences.value = saved.differences
      state.value = 'kept'
    } catch (error) {
      state.value = error instanceof ApiError && error.code === 'common.conflict' ? 'stale' : 'failed'
    }
  }
  /** Keeps what has been changed, now; one writing at a time. */
  async function save(): Promise<void> {
    if (timer !== null) clearTimeout(timer)
    timer = null
    saving = saving.then(write)
    await saving
  }
  watch(menu, () => {
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(() => void save(), WAIT_MS)
  })
  onScopeDispose(() => {
    if (timer !== null) void save()
  })
  return { menu, problems, differences, state, save, version: () => version }
}
