import { onScopeDispose, reactive, watch, type WatchSource } from 'vue'
import { missingPermission } from '../api/errors.ts'

/** One thing a page reads: its value, and whether it is loading, there, refused or failed. */
export interface Load<T> {
  value: T | null
  phase: 'loading' | 'ready' | 'error' | 'denied'
  error: unknown
  /** When the value was read, ISO; null before. */
  at: string | null
  reload(): Promise<void>
}

/** Reads at once and again whenever `when` changes; a later answer never loses to an earlier one. */
export function useLoad<T>(read: () => Promise<T>, when?: WatchSource): Load<T> {
  let turn = 0
  const load = reactive({
    value: null,
    phase: 'loading',
    error: null,
    at: null,
    reload: async () => {
      const mine = ++turn
      try {
        const value = await read()
        if (mine !== turn) return
        load.value = value
        load.at = new Date().toISOString()
        load.phase = 'ready'
        load.error = null
      } catch (error) {
        if (mine !== turn) return
        load.error = error
        load.phase = missingPermission(error) === null ? 'error' : 'denied'
      }
    },
  }) as Load<T>
  if (when !== undefined) {
    watch(when, () => {
      load.value = null
      load.phase = 'loading'
      void load.reload()
    })
  }
  void load.reload()
  return load
}

/** Runs something every so many seconds while the page is visible, and stops with the page. */
export function usePolling(run: () => Promise<void> | void, seconds: number): void {
  const timer = setInterval(() => {
    if (!document.hidden) void run()
  }, seconds * 1000)
  onScopeDispose(() => clearInterval(timer))
}
