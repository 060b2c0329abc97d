/** Something that will happen at a moment of the platform's time. */
interface Due {
  at: number
  order: number
  act: () => void
  gone: boolean
}

/**
 * The platform's time. Windows, quotas, expiries and the delays of job events go by it; network time-outs and limits
 * per minute go by the machine's. Advancing steps from event to event: each one happens at its own moment.
 */
export interface Clock {
  /** Unix milliseconds. */
  now: () => number
  /** Does something `ms` from now; answers how to call it off. */
  after: (ms: number, act: () => void) => () => void
  freeze: () => void
  resume: () => void
  frozen: () => boolean
  /** Moves forward; everything due on the way happens in order, `between` is awaited after each moment. */
  advance: (ms: number, between?: () => Promise<void>) => Promise<void>
  /** Sets the shift against the machine's clock, as a snapshot has it. */
  shift: (ms: number) => void
  readonly shiftMs: number
  /** How many events wait, and when the next is due. */
  due: () => { waiting: number; next: number | null }
  close: () => void
}

const longest = 2_000_000_000

const before = (left: Due, right: Due): boolean =>
  left.at < right.at || (left.at === right.at && left.order < right.order)

/** A binary heap: adding and taking cost the logarithm, whatever waits. */
const heap = () => {
  const items: Due[] = []
  const swap = (a: number, b: number): void => {
    const [left, right] = [items[a], items[b]]
    if (left === undefined || right === undefined) return
    items[a] = right
    items[b] = left
  }
  const isBefore = (a: number, b: number): boolean => {
    const [left, right] = [items[a], items[b]]
    return left !== undefined && right !== undefined && before(left, right)
  }
  return {
    size: () => items.length,
    top: () => items[0],
    add: (due: Due): void => {
      let at = items.push(due) - 1
      while (at > 0) {
        const parent = (at - 1) >> 1
        if (!isBefore(at, parent)) return
        swap(at, parent)
        at = parent
      }
    },
    take: (): Due | undefined => {
      const first = items[0]
      const last = items.pop()
      if (first === undefined || last === undefined || items.length === 0) return first
      items[0] = last
      for (let at = 0; ;) {
        const left = 2 * at + 1
        const least = isBefore(left + 1, left) ? left + 1 : left
        if (!isBefore(least, at)) return first
        swap(at, least)
        at = least
      }
    },
  }
}

/** The machine's time at first, running. */
export const createClock = (): Clock => {
  const waiting = heap()
  const state: { shiftMs: number; frozenAt: number | null; order: number; timer: NodeJS.Timeout | null } = {
    shiftMs: 0,
    frozenAt: null,
    order: 0,
    timer: null,
  }
  const now = (): number => state.frozenAt ?? Date.now() + state.shiftMs

  const runDue = (until: number): void => {
    for (let first = waiting.top(); first !== undefined && first.at <= until; first = waiting.top()) {
      waiting.take()
      if (!first.gone) first.act()
    }
  }

  const wind = (): void => {
    if (state.timer !== null) clearTimeout(state.timer)
    state.timer = null
    const first = waiting.top()
    if (first === undefined || state.frozenAt !== null) return
    state.timer = setTimeout(
      () => {
        runDue(now())
        wind()
      },
      Math.min(longest, Math.max(0, first.at - now())),
    )
    // Waiting for a far moment is no reason for a process to live on.
    if (first.at - now() > 60_000) state.timer.unref()
  }

  const jump = (to: number): void => {
    if (state.frozenAt === null) state.shiftMs += to - now()
    else state.frozenAt = to
  }

  return {
    now,
    after: (ms, act) => {
      const due = { at: now() + ms, order: ++state.order, act, gone: false }
      const first = waiting.top()
      waiting.add(due)
      if (first === undefined || due.at < first.at) wind()
      return () => {
        due.gone = true
      }
    },
    freeze: () => {
      state.frozenAt ??= now()
      wind()
    },
    resume: () => {
      if (state.frozenAt === null) return
      state.shiftMs = state.frozenAt - Date.now()
      state.frozenAt = null
      wind()
    },
    frozen: () => state.frozenAt !== null,
    advance: async (ms, between) => {
      const target = now() + ms
      for (let first = waiting.top(); first !== undefined && first.at <= target; first = waiting.top()) {
        jump(Math.max(first.at, now()))
        runDue(first.at)
        if (between !== undefined) await between()
      }
      if (target > now() || ms < 0) jump(target)
      wind()
    },
    shift: ms => {
      state.shiftMs = ms
      wind()
    },
    get shiftMs() {
      return state.frozenAt === null ? state.shiftMs : state.frozenAt - Date.now()
    },
    due: () => ({ waiting: waiting.size(), next: waiting.top()?.at ?? null }),
    close: () => {
      if (state.timer !== null) clearTimeout(state.timer)
      state.timer = null
      while (waiting.take() !== undefined);
    },
  }
}
