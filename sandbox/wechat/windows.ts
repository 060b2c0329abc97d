import type { Person, Window } from '../state/person.ts'
import type { World } from '../state/world.ts'

const open = (window: Window | undefined, now: number): window is Window => window !== undefined && window.until > now

/** wechat-protocol §3.3: a message gives 5 answers in 48 h; following, a menu key or a scan gives 3 in one minute. */
export const openWindow = (world: World, person: Person, appId: string, kind: 'message' | 'touch'): void => {
  const { settings } = world
  const windows = (person.windows[appId] ??= {})
  windows[kind] =
    kind === 'message'
      ? { until: world.now() + settings.messageWindowMs, left: settings.messageWindowCount }
      : { until: world.now() + settings.touchWindowMs, left: settings.touchWindowCount }
}

/** Uses up one answer: 0 when allowed, 45047 when the open windows are used up, 45015 when none is open or they left. */
export const takeTurn = (world: World, person: Person, appId: string): 0 | 45015 | 45047 => {
  const now = world.now()
  // The short window first: what it allows is lost a minute later.
  const windows = person.windows[appId]
  const live = [windows?.touch, windows?.message].filter(window => open(window, now))
  if (live.length === 0) return 45015
  const usable = live.find(window => window.left > 0)
  if (usable === undefined) return 45047
  usable.left--
  return 0
}
