import { onScopeDispose, readonly, ref, type Ref } from 'vue'

/** The time, once a minute, for all that ask: one clock ticks while somebody looks at it. */
const now = ref(Date.now())
let lookers = 0
let timer: ReturnType<typeof setInterval> | undefined
const tick = (): void => {
  now.value = Date.now()
}

/** Milliseconds of now, kept to the minute; it stops with the part that asked, and is right at once when a page is looked at again. */
export function useMinute(): Readonly<Ref<number>> {
  tick()
  if (lookers === 0) {
    timer = setInterval(tick, 60_000)
    document.addEventListener('visibilitychange', tick)
  }
  lookers += 1
  onScopeDispose(() => {
    lookers -= 1
    if (lookers > 0) return
    clearInterval(timer)
    document.removeEventListener('visibilitychange', tick)
  })
  return readonly(now)
}
